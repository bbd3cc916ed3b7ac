package dev.streamgauge.proxy.tls;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where handshakes do their sums: a signature takes a millisecond, which on an event loop would
 * hold up every stream there. A connection in its handshake has one sum to do at a time, so no more
 * wait than there are connections. Ends by itself when there is nothing to do.
 */
public final class HandshakeThread implements Executor {
  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          work -> Thread.ofPlatform().daemon().name("handshake").unstarted(work));

  public HandshakeThread() {
    thread.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable work) {
    thread.execute(work);
  }
}
