package dev.streamgauge.cluster.kube;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends answers that bring nothing for too long: a peer that vanished without a word leaves a reader
 * waiting for ever. One daemon thread looks at all of them, four times within the shortest limit.
 */
final class IdleGuard implements AutoCloseable {
  private static final int LOOKS = 4;

  private final Set<Guarded> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final long lookNanos;

  /**
   * @param idleMax how long a read may take
   */
  IdleGuard(Duration idleMax) {
    lookNanos = Math.max(1, idleMax.toNanos() / LOOKS);
    Thread.ofPlatform().daemon().name("kube-idle").start(this::look);
  }

  /** From now on this stream's reads have the limit; until it is closed. */
  InputStream guard(InputStream in) {
    Guarded guarded = new Guarded(in);
    open.add(guarded);
    return guarded;
  }

  @Override
  public void close() {
    closed.countDown();
    for (Guarded each : open) {
      each.end();
    }
  }

  private void look() {
    try {
      while (!closed.await(lookNanos, TimeUnit.NANOSECONDS)) {
        for (Guarded each : open) {
          if (each.looked() > LOOKS) {
            each.end();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Guarded extends FilterInputStream {
    /** Looks during the read that is going on; 0 while none is. Written by both threads. */
    private volatile int looks;

    private volatile boolean reading;

    Guarded(InputStream in) {
      super(in);
    }

    int looked() {
      int now = reading ? looks + 1 : 0;
      looks = now;
      return now;
    }

    void end() {
      try {
        close();
      } catch (IOException alreadyGone) {
        open.remove(this);
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      looks = 0;
      reading = true;
      try {
        return super.read(bytes, offset, length);
      } finally {
        reading = false;
      }
    }

    @Override
    public void close() throws IOException {
      open.remove(this);
      super.close();
    }
  }
}
