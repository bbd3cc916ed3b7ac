package dev.streamgauge.proxy.http2;

import java.util.Arrays;

/**
 * How often one connection's peer did what costs it nothing and us something, within a window of
 * time. On one event loop.
 */
public final class FrameCounts {
  /** What is counted, each for itself. */
  public enum Kind {
    RESET_RECEIVED,
    RESET_SENT,
    PING,
    SETTINGS,
    /** PRIORITY, and frames of a type that nobody knows. */
    IGNORED,
    /** Without content and without an end. */
    EMPTY,
    WINDOW_UPDATE
  }

  private final long windowNanos;
  private final int[] counts = new int[Kind.values().length];
  private long windowStartNanos;

  public FrameCounts(long windowNanos, long nowNanos) {
    this.windowNanos = windowNanos;
    this.windowStartNanos = nowNanos;
  }

  /** Counts one; whether there are now more than {@code max} of its kind in the window. */
  public boolean passes(Kind kind, int max, long nowNanos) {
    if (nowNanos - windowStartNanos >= windowNanos) {
      windowStartNanos = nowNanos;
      Arrays.fill(counts, 0);
    }
    return ++counts[kind.ordinal()] > max;
  }

  /** What we sent entitles the peer to answer so often. */
  public void allow(Kind kind, int more) {
    counts[kind.ordinal()] -= more;
  }
}
