package dev.streamgauge.parser;

/** The whole body is one frame. */
final class WholeFramer extends Framer {
  WholeFramer(int frameBytesMax, Frames frames) {
    super(frameBytesMax, frames);
  }

  @Override
  void read(byte[] bytes, int start, int end) {
    keep(bytes, start, end);
  }

  @Override
  boolean betweenFrames() {
    return false;
  }

  @Override
  boolean over() {
    return passing();
  }

  @Override
  void end() {
    if (keepsAny()) {
      handOverKept();
    }
  }
}
