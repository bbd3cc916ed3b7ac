package dev.streamgauge.proxy;

import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.telemetry.LiveMetrics;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts clients' connections, and stops the listeners' accepting at the limit: who comes then
 * waits in the kernel's backlog until somebody leaves. Stands on each listener; thread-safe. A
 * listener of Java's own transport takes up to the 63 more that it accepts in the same turn.
 */
@Sharable
final class ClientConnections extends ChannelInboundHandlerAdapter {
  private final int max;
  private final HeapRoom room;
  private final int connectionBytes;
  private final LiveMetrics live;
  private final AtomicInteger open = new AtomicInteger();
  private final List<Channel> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean paused;

  ClientConnections(int max, HeapRoom room, boolean tls, LiveMetrics live) {
    this.max = max;
    this.room = room;
    this.connectionBytes = HeapRoom.CONNECTION_BYTES + (tls ? HeapRoom.TLS_BYTES : 0);
    this.live = live;
  }

  /** Open now. */
  int open() {
    return open.get();
  }

  /** Whether newcomers wait. */
  boolean paused() {
    return paused;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    listeners.add(context.channel());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    live.clientConnections(1);
    var _ = ((Channel) accepted).closeFuture().addListener(_ -> left());
    open.incrementAndGet();
    room.take(connectionBytes);
    if (full()) {
      settle();
    }
    context.fireChannelRead(accepted);
  }

  private void left() {
    live.clientConnections(-1);
    open.decrementAndGet();
    room.giveBack(connectionBytes);
    settleIfPaused();
  }

  /** Room there is again also when requests end, and nobody tells of that here. */
  void settleIfPaused() {
    if (paused) {
      settle();
    }
  }

  private boolean full() {
    return open.get() >= max || room.overfull();
  }

  /**
   * Held for a few fields, at the limit only. Sets a pause again although it is on: Netty goes on
   * accepting by itself a second after an accept has failed.
   */
  private synchronized void settle() {
    boolean full;
    do {
      full = full();
      if (full && !paused) {
        live.limitHit(open.get() >= max ? Limit.CONNECTIONS : Limit.MEMORY);
      }
      paused = full;
    } while (full != full());
    for (Channel listener : listeners) {
      listener.config().setAutoRead(!full);
    }
  }
}
