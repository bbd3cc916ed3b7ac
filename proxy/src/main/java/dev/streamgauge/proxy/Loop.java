package dev.streamgauge.proxy;

import dev.streamgauge.parser.PatternPool;
import dev.streamgauge.telemetry.LiveMetrics;
import io.netty.channel.EventLoop;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What belongs to one event loop and is touched by its thread alone: the connections, the idle
 * upstream connections, the buffer they are read into, and the array into which bytes are copied to
 * be looked at. Looks four times a second for what has waited too long, so that no request needs a
 * timer of its own.
 */
final class Loop {
  static final int SCRATCH_BYTES = 64 * 1024;
  private static final int COMPARED_STREAMS_MAX = 256;
  private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  final EventLoop eventLoop;
  final Shared shared;
  final UpstreamPool pool;
  final ReadBuffer readBuffer = new ReadBuffer();
  final Handshakes handshakes;
  final byte[] scratch = new byte[SCRATCH_BYTES];
  final PatternPool patterns = new PatternPool(COMPARED_STREAMS_MAX);
  private final Set<Connection> clients = new LinkedHashSet<>();
  private long sweptAtNanos;

  Loop(EventLoop eventLoop, Shared shared) {
    this.eventLoop = eventLoop;
    this.shared = shared;
    this.pool = new UpstreamPool(this);
    this.handshakes = new Handshakes(shared.live());
  }

  void start() {
    sweptAtNanos = shared.nanos();
    scheduleSweep();
  }

  LiveMetrics live() {
    return shared.live();
  }

  long nanos() {
    return shared.nanos();
  }

  void add(Connection client) {
    clients.add(client);
  }

  void remove(Connection client) {
    clients.remove(client);
  }

  /** Connections that wait for a request are closed; the others behind the one they have. */
  void drain() {
    for (Connection client : clients.toArray(new Connection[0])) {
      client.drain();
    }
  }

  /** Ends what the drain's time limit has left. */
  void abortAll() {
    for (Connection client : clients.toArray(new Connection[0])) {
      client.abortForDrain();
    }
    pool.closeIdle();
  }

  /** When the event loop has ended. */
  void release() {
    readBuffer.release();
  }

  private void scheduleSweep() {
    var _ = eventLoop.schedule(this::sweep, SWEEP_NANOS, TimeUnit.NANOSECONDS);
  }

  private void sweep() {
    long now = shared.nanos();
    live().eventLoopLag(Math.max(0, now - sweptAtNanos - SWEEP_NANOS));
    sweptAtNanos = now;
    pool.closeExpired(now);
    for (Connection client : clients.toArray(new Connection[0])) {
      client.checkTimeouts(now);
    }
    scheduleSweep();
  }
}
