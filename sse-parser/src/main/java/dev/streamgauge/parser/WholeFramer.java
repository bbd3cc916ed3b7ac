package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/** The whole body is one frame. */
final class WholeFramer extends Framer {
  /** Where an array for the body is taken from and given back to; null to make one. */
  private final @Nullable PatternPool pool;

  WholeFramer(int frameBytesMax, @Nullable PatternPool pool, Frames frames) {
    super(frameBytesMax, frames);
    this.pool = pool;
  }

  @Override
  void read(byte[] bytes, int start, int end) {
    if (pool != null && keptBytes().length == 0) {
      byte[] lent = pool.takeWhole();
      if (lent != null) {
        keepIn(lent);
      }
    }
    keep(bytes, start, end);
  }

  @Override
  void release() {
    if (pool != null && keptBytes().length > 0) {
      pool.giveBackWhole(keptBytes());
    }
    super.release();
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
