package dev.streamgauge.timeline;

/**
 * When the present read of an answer was made, and behind which earlier ones something is missing:
 * a pause in which a slow client kept us from reading, or a frame that was not read.
 */
final class Reads {
  private long nanos;
  private long pausedNanos;
  private boolean pausedOnce;
  private boolean afterPause;
  private int holes;
  private long holeNanos;

  void at(long readNanos, boolean readAfterPause) {
    nanos = readNanos;
    afterPause = readAfterPause;
    if (readAfterPause) {
      pausedOnce = true;
      pausedNanos = readNanos;
    }
  }

  /** A frame was not read: tokens may have been in it. */
  void hole() {
    holes++;
    holeNanos = nanos;
  }

  long nanos() {
    return nanos;
  }

  int holes() {
    return holes;
  }

  /**
   * Whether the time since that earlier token event is the server's, and none was between. Of
   * several choices, one may speak again only some reads after the pause.
   */
  boolean unbrokenSince(long previousNanos) {
    boolean paused = afterPause || (pausedOnce && previousNanos - pausedNanos < 0);
    return !paused && (holes == 0 || previousNanos - holeNanos > 0);
  }
}
