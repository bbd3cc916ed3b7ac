package dev.streamgauge.proxy;

/** Lets one through in a while, so that a log is not filled. One thread. */
final class Seldom {
  private final long intervalNanos;
  private boolean before;
  private long lastNanos;

  Seldom(long intervalNanos) {
    this.intervalNanos = intervalNanos;
  }

  boolean now(long nowNanos) {
    if (before && nowNanos - lastNanos < intervalNanos) {
      return false;
    }
    before = true;
    lastNanos = nowNanos;
    return true;
  }
}
