package dev.streamgauge.proxy;

/**
 * Connections of one event loop that have been ended for their faults and are not closed yet; past
 * the limit they are closed at once. On one event loop.
 */
final class HeldBack {
  static final int MAX = 128;

  private int held;

  /** Whether there is room for one more; takes it. */
  boolean begin() {
    if (held == MAX) {
      return false;
    }
    held++;
    return true;
  }

  void end() {
    held--;
  }
}
