package dev.streamgauge.proxy;

import dev.streamgauge.parser.PatternPool;
import dev.streamgauge.telemetry.LiveMetrics;
import dev.streamgauge.telemetry.live.LoopLines;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollTcpInfo;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to one event loop and is touched by its thread alone: the connections, the idle
 * upstream connections, the buffer they are read into, and the array into which bytes are copied to
 * be looked at. Looks at regular times for what has waited too long, so that no request needs a
 * timer of its own.
 */
final class Loop implements Watchdog.Beating {
  static final int SCRATCH_BYTES = 64 * 1024;
  private static final int COMPARED_STREAMS_MAX = 256;
  private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final int SWEEPS_A_SECOND = 4;

  /** More connections than this are looked at once a second: each look finds cold caches. */
  private static final int LOOKED_AT_ONCE_MAX = 256;

  private static final Connection[] NONE = {};

  /** Where room is needed: who has been idle for so long may have to make room for one. */
  static final long IDLE_ENOUGH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How many go at once: these, and one of each so many. */
  private static final int ROOM_AT_ONCE = 16;

  private static final int ROOM_SHARE = 64;

  final EventLoop eventLoop;
  final Shared shared;
  final LoopLines lines;
  final UpstreamPool pool;
  final ReadBuffer readBuffer = new ReadBuffer();
  final HeldBack heldBack = new HeldBack();
  final Handshakes handshakes;
  final UnfinishedHeads heads;
  final InspectedBytes inspected;
  final EpollTcpInfo tcpInfo = new EpollTcpInfo();
  final byte[] scratch = new byte[SCRATCH_BYTES];
  final PatternPool patterns = new PatternPool(COMPARED_STREAMS_MAX);
  private final Set<Connection> clients = new LinkedHashSet<>();
  private final AtomicLong beatNanos = new AtomicLong();
  private volatile LoopState state = new LoopState(0, 0);
  private volatile @Nullable Thread thread;
  private final CompletableFuture<Void> left = new CompletableFuture<>();
  private boolean ending;
  private long sweptAtNanos;
  private int sweeps;

  /** Who is being looked at, and how many of them were. */
  private Connection[] round = NONE;

  private int looked;

  Loop(EventLoop eventLoop, Shared shared, LoopLines lines) {
    this.eventLoop = eventLoop;
    this.shared = shared;
    this.lines = lines;
    this.pool = new UpstreamPool(this);
    this.heads = UnfinishedHeads.ofLoop(shared.settings().eventLoops(), shared.live());
    this.inspected = InspectedBytes.ofLoop(shared.settings().eventLoops());
    this.handshakes = new Handshakes(shared.settings().tls().handshakesMax(), shared.live());
  }

  void start() {
    thread = Thread.currentThread();
    sweptAtNanos = shared.nanos();
    beatNanos.lazySet(sweptAtNanos);
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
    settleEnd();
  }

  /**
   * Connections that have long waited for a request are closed; others behind the one they have.
   */
  void drain() {
    for (Connection client : clients.toArray(new Connection[0])) {
      client.drain();
    }
  }

  /** Ends what the drain's time limit has left. */
  void abortAll() {
    ending = true;
    for (Connection client : clients.toArray(new Connection[0])) {
      client.abortForDrain();
    }
    pool.closeIdle();
    settleEnd();
  }

  /** Complete when the last client's connection is closed behind {@link #abortAll}. Any thread. */
  CompletableFuture<Void> left() {
    return left;
  }

  private void settleEnd() {
    if (ending && clients.isEmpty()) {
      left.complete(null);
    }
  }

  /** What this loop was at within the last second. Any thread. */
  LoopState state() {
    return state;
  }

  @Override
  public String name() {
    Thread started = thread;
    return started == null ? "?" : started.getName();
  }

  @Override
  public long beatNanos() {
    return beatNanos.get();
  }

  @Override
  public StackTraceElement[] stack() {
    Thread started = thread;
    return started == null ? new StackTraceElement[0] : started.getStackTrace();
  }

  /** When the event loop has ended. */
  void release() {
    readBuffer.release();
  }

  private void scheduleSweep() {
    var _ = eventLoop.schedule(this::sweep, SWEEP_NANOS, TimeUnit.NANOSECONDS);
  }

  /** Whatever happens in one look, there is a next one. */
  private void sweep() {
    try {
      look();
    } finally {
      scheduleSweep();
    }
  }

  private void look() {
    long now = shared.nanos();
    live().eventLoopLag(Math.max(0, now - sweptAtNanos - SWEEP_NANOS));
    sweptAtNanos = now;
    beatNanos.lazySet(now);
    if (shared.clients().paused() || shared.guard().refusing()) {
      shared.clients().settleIfPaused();
      makeRoom(now);
    }
    pool.closeExpired(now);
    LoadReports reports = shared.loadReports();
    if (reports != null) {
      reports.advance(now);
    }
    lookAtClients(now);
    if (++sweeps % SWEEPS_A_SECOND == 0) {
      publishState();
    }
  }

  /**
   * At all if they are few, else at a quarter of them; who leaves meanwhile has no time to pass.
   */
  private void lookAtClients(long nowNanos) {
    if (looked == round.length) {
      round = clients.toArray(NONE);
      looked = 0;
    }
    int most =
        round.length <= LOOKED_AT_ONCE_MAX ? round.length : round.length / SWEEPS_A_SECOND + 1;
    int end = Math.min(round.length, looked + most);
    while (looked < end) {
      Connection client = round[looked++];
      if (clients.contains(client)) {
        client.checkTimeouts(nowNanos);
      }
    }
    if (looked == round.length) {
      round = NONE;
      looked = 0;
    }
  }

  /** Newcomers wait, or memory is scarce: those who have been idle longest go. */
  private void makeRoom(long nowNanos) {
    int most = ROOM_AT_ONCE + clients.size() / ROOM_SHARE;
    PriorityQueue<Connection> longest =
        new PriorityQueue<>(Comparator.comparingLong(Connection::idleSinceNanos).reversed());
    for (Connection client : clients) {
      long since = client.idleSinceNanos();
      if (since != Long.MAX_VALUE && nowNanos - since >= IDLE_ENOUGH_NANOS) {
        longest.add(client);
        if (longest.size() > most) {
          longest.remove();
        }
      }
    }
    longest.forEach(Connection::drain);
  }

  private void publishState() {
    LoopState now = new LoopState(clients.size(), pool.idle());
    clients.forEach(client -> client.describe(now));
    state = now;
  }
}
