package dev.streamgauge.proxy.http2;

import java.util.EnumMap;

/**
 * How often one connection's peer did what costs it nothing and us something, within a window of
 * time. On one event loop.
 */
public final class FrameCounts {
  /** What is counted, each for itself. */
  public enum Kind {
    RESET_RECEIVED,
    RESET_SENT,
    /** Streams above the limit. */
    REFUSED,
    /** And acknowledgements of those that we never sent. */
    PING,
    /** And acknowledgements, of which one is owed. */
    SETTINGS,
    /** PRIORITY, GOAWAY, frames of a type that nobody knows, and resets of what is over. */
    IGNORED,
    /** Without content and without an end. */
    EMPTY,
    WINDOW_UPDATE
  }

  private final long windowNanos;
  private final EnumMap<Kind, int[]> counts = new EnumMap<>(Kind.class);
  private long windowStartNanos;

  public FrameCounts(long windowNanos, long nowNanos) {
    this.windowNanos = windowNanos;
    this.windowStartNanos = nowNanos;
    for (Kind kind : Kind.values()) {
      counts.put(kind, new int[1]);
    }
  }

  /** Counts one; whether there are now more than {@code max} of its kind in the window. */
  public boolean passes(Kind kind, int max, long nowNanos) {
    if (nowNanos - windowStartNanos >= windowNanos) {
      windowStartNanos = nowNanos;
      counts.values().forEach(count -> count[0] = 0);
    }
    return ++of(kind)[0] > max;
  }

  /** What we sent entitles the peer to answer so often. */
  public void allow(Kind kind, int more) {
    of(kind)[0] -= more;
  }

  @SuppressWarnings("NullAway") // each kind has its count from the start
  private int[] of(Kind kind) {
    return counts.get(kind);
  }
}
