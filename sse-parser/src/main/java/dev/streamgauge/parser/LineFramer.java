package dev.streamgauge.parser;

/** NDJSON: each line that isn't empty is a frame. LF, CRLF and CR end a line. */
final class LineFramer extends Framer {
  LineFramer(int frameBytesMax, Frames frames) {
    super(frameBytesMax, frames);
  }

  @Override
  void read(byte[] bytes, int start, int end) {
    int lineStart = start;
    for (int i = start; i < end; i++) {
      if (bytes[i] == '\n' || bytes[i] == '\r') {
        line(bytes, lineStart, i);
        lineStart = i + 1;
      }
    }
    if (lineStart < end) {
      keep(bytes, lineStart, end);
    }
  }

  @Override
  boolean betweenFrames() {
    return !keepsAny();
  }

  private void line(byte[] bytes, int start, int end) {
    if (keepsAny()) {
      keep(bytes, start, end);
      handOverKept();
    } else if (start < end) {
      handOver(bytes, start, end);
    }
  }

  @Override
  void end() {
    if (keepsAny()) {
      handOverKept();
    }
  }
}
