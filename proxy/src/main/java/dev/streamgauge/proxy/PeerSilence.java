package dev.streamgauge.proxy;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import java.util.concurrent.TimeUnit;

/**
 * Whether the server's host is gone without a word, as the kernel sees it: what we sent, or a
 * probe, was repeated, and nothing at all was acknowledged since. A connection on which nothing is
 * under way, and a server that reads slowly, are never silent.
 *
 * <p>TCP_USER_TIMEOUT would not do: since Linux 5.11 it ends a connection whose window stays at
 * zero for that long, too, although the other side acknowledges each probe, as a server does that
 * takes its time with a body. Linux with epoll only; elsewhere TCP's own repetitions end it. On one
 * event loop.
 */
final class PeerSilence {
  static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** Between two looks, each of which is one call of the kernel; the first while all is well. */
  private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final EpollTcpInfo info;
  private final long limitNanos;
  private boolean unanswered;
  private long unansweredSinceNanos;
  private long lookedAtNanos;

  /**
   * Nothing was looked at yet.
   *
   * @param info written anew by each look; one for a loop is enough
   */
  PeerSilence(EpollTcpInfo info, long limitNanos) {
    this.info = info;
    this.limitNanos = limitNanos;
  }

  boolean tooLong(Channel channel, long nowNanos) {
    if (!(channel instanceof EpollSocketChannel tcp)
        || !tcp.isActive()
        || nowNanos - lookedAtNanos < (unanswered ? LOOK_NANOS : CALM_NANOS)) {
      return false;
    }
    lookedAtNanos = nowNanos;
    tcp.tcpInfo(info);
    return tooLong(info.retransmits() + info.probes(), info.lastAckRecv(), nowNanos);
  }

  /**
   * As the kernel has it.
   *
   * @param repeated what was sent again, and probes, each without an answer so far
   * @param ackAgeMillis since the last segment of the other side
   */
  boolean tooLong(int repeated, long ackAgeMillis, long nowNanos) {
    long heardAtNanos = nowNanos - TimeUnit.MILLISECONDS.toNanos(ackAgeMillis);
    if (repeated == 0) {
      unanswered = false;
    } else if (!unanswered) {
      unanswered = true;
      unansweredSinceNanos = nowNanos;
    } else if (heardAtNanos - unansweredSinceNanos > 0) {
      unansweredSinceNanos = heardAtNanos;
    }
    return unanswered && nowNanos - unansweredSinceNanos >= limitNanos;
  }
}
