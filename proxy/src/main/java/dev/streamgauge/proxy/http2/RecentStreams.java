package dev.streamgauge.proxy.http2;

/**
 * The numbers of the streams that a client opened last, and which of them we reset: a frame for a
 * stream that is gone says nothing after our reset, is an error of the connection after its own end
 * (RFC 9113 section 5.1), and another one where the stream never was (section 5.1.1).
 *
 * <p>Limit: {@value #REMEMBERED} streams; older ones are taken for reset. On one event loop.
 */
public final class RecentStreams {
  private static final int REMEMBERED = 256;

  /** What is known of a stream that is not open. */
  public enum Past {
    ENDED,
    RESET_BY_US,
    NEVER_OPENED
  }

  private final int[] ids = new int[REMEMBERED];
  private final boolean[] reset = new boolean[REMEMBERED];
  private int opened;

  public void opened(int streamId) {
    int at = opened++ % REMEMBERED;
    ids[at] = streamId;
    reset[at] = false;
  }

  /** Of one that was refused before it was told of as opened, too. */
  public void resetByUs(int streamId) {
    if (of(streamId) == Past.NEVER_OPENED) {
      opened(streamId);
    }
    int at = find(streamId);
    if (at >= 0) {
      reset[at] = true;
    }
  }

  public Past of(int streamId) {
    int at = find(streamId);
    if (at >= 0) {
      return reset[at] ? Past.RESET_BY_US : Past.ENDED;
    }
    boolean forgotten = opened > REMEMBERED && streamId < ids[opened % REMEMBERED];
    return forgotten ? Past.RESET_BY_US : Past.NEVER_OPENED;
  }

  private int find(int streamId) {
    for (int i = 0; i < Math.min(opened, REMEMBERED); i++) {
      if (ids[i] == streamId) {
        return i;
      }
    }
    return -1;
  }
}
