package dev.streamgauge.parser;

/** NDJSON: each line that isn't empty is a frame. LF, CRLF and CR end a line. */
final class LineFramer extends Framer {
  LineFramer(int frameBytesMax, Frames frames) {
    super(frameBytesMax, frames);
  }

  @Override
  void read(byte[] bytes, int start, int end) {
    int lineStart = start;
    int stop = lineEnd(bytes, start, end);
    while (stop < end) {
      line(bytes, lineStart, stop);
      lineStart = stop + 1;
      stop = lineEnd(bytes, lineStart, end);
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
