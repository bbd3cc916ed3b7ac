package dev.streamgauge.proxy;

import dev.streamgauge.config.DurationValue;
import dev.streamgauge.config.HostPort;
import dev.streamgauge.config.ProxyOptions;
import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.parser.ReaderLimits;
import dev.streamgauge.proxy.gate.Gate;
import dev.streamgauge.proxy.http1.HttpLimits;
import dev.streamgauge.proxy.tls.FileWatch;
import dev.streamgauge.proxy.tls.HandshakeFailures;
import dev.streamgauge.proxy.tls.UnusableFile;
import dev.streamgauge.telemetry.GateView;
import dev.streamgauge.telemetry.LiveMetrics;
import dev.streamgauge.telemetry.ServerLoad;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.telemetry.live.LiveBoard;
import dev.streamgauge.timeline.InferenceRecord;
import dev.streamgauge.timeline.RecordSink;
import dev.streamgauge.timeline.RequestRecord;
import dev.streamgauge.timeline.Ticker;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Listeners, event loops and their end. Started and stopped once. */
public final class ProxyServer {
  /** A burst of connections may keep the requests of a loop waiting for so many accepts. */
  private static final int ACCEPTED_AT_ONCE_MAX = 64;

  /** At the end of the process, of the 5 s that the drain's limit leaves of a pod's grace. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Shared shared;
  private final LiveBoard board = new LiveBoard();
  private final Consumer<String> log;
  private final FileWatch watch;
  private final MultiThreadIoEventLoopGroup group;
  private final ProxyPipeline pipeline;
  private @Nullable Overseer overseer;
  private final Map<EventLoop, Loop> loops = new HashMap<>();
  private final List<Channel> listeners = new ArrayList<>();

  /** Reads the files that the settings name; what is wrong with one stands in the exception. */
  public ProxyServer(ProxySettings settings, Telemetry telemetry, RecordSink records)
      throws UnusableFile {
    this(
        settings,
        telemetry.live(),
        telemetry::load,
        records,
        Transport.best(),
        System.err::println);
  }

  ProxyServer(
      ProxySettings settings,
      LiveMetrics live,
      Supplier<ServerLoad> load,
      RecordSink records,
      Transport transport,
      Consumer<String> log)
      throws UnusableFile {
    this.log = log;
    Ticker ticker = Ticker.system();
    this.watch = new FileWatch(settings.tls().reloadInterval(), log);
    TlsSides tls = TlsSides.of(settings, watch);
    ProxySettings.Limits limits = settings.limits();
    Drain drain = new Drain();
    HeapRoom room = HeapRoom.ofThisProcess(limits.memoryGuardRatio() != null, drain);
    this.shared =
        new Shared(
            settings,
            new HttpLimits(
                limits.requestLineBytesMax(),
                limits.headerBytesMax(),
                limits.headersMax(),
                limits.chunkLineBytesMax(),
                limits.trailerBytesMax()),
            new ReaderLimits(limits.eventBytesMax(), ReaderLimits.defaults().inflatedBytesMax()),
            SaidDialects.of(settings),
            Timing.of(settings.metrics()),
            ticker,
            new WallClock(ticker),
            live,
            new AllSinks(records, board),
            new Upstream(settings.upstream().address(), transport, tls.upstream()),
            transport,
            drain,
            new ClientConnections(limits.connectionsMax(), room, tls.listen() != null, live),
            new MemoryGuard(Memory.ofThisProcess(), limits.memoryGuardRatio(), room, live, log),
            Gate.of(settings.gate(), log),
            LoadReports.of(settings.engine().orcaHeaders(), load, ticker.nanos()),
            SpanSampling.of(settings.otlp()),
            new Observation(settings.observe(), live));
    live.watchGate(shared.gate() == null ? GateView.NONE : shared.gate());
    live.watchWaits(() -> board.longestWaitsNanos(ticker.nanos()));
    this.pipeline =
        new ProxyPipeline(loops, tls.listen(), new HandshakeFailures(ticker, log, live));
    this.group = transport.group(settings.eventLoops(), "proxy");
  }

  /** What a finished request is told to. */
  private record AllSinks(RecordSink records, LiveBoard board) implements RecordSink {
    @Override
    public void accept(RequestRecord record) {
      records.accept(record);
      board.accept(record);
    }

    @Override
    public void inference(InferenceRecord record) {
      records.inference(record);
    }
  }

  /** Opens all listeners, or none: a port in use is named in the exception. */
  public void start() throws IOException {
    for (EventExecutor executor : group) {
      EventLoop eventLoop = (EventLoop) executor;
      Loop loop = new Loop(eventLoop, shared, board.addLoop());
      loops.put(eventLoop, loop);
      eventLoop.execute(loop::start);
    }
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group, group)
            .channel(shared.transport().serverChannel())
            .handler(shared.clients())
            .option(ChannelOption.SO_BACKLOG, 4096)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.RECVBUF_ALLOCATOR, acceptingWhatWaits())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(pipeline);
    for (HostPort address : shared.settings().listen()) {
      bind(bootstrap, address);
    }
    oversee();
  }

  private void oversee() {
    List<Loop> all = List.copyOf(loops.values());
    Watchdog watchdog = new Watchdog(all, shared.live(), log);
    Overseer started = new Overseer(watchdog, new ProcessState(all, shared), shared, log);
    started.start();
    overseer = started;
  }

  /**
   * Netty's epoll transport takes one connection in a turn of its loop unless it is told not to ask
   * whether there may be more: on a busy loop the last of sixteen waited for sixteen turns.
   */
  private static RecvByteBufAllocator acceptingWhatWaits() {
    return new ServerChannelRecvByteBufAllocator()
        .respectMaybeMoreData(false)
        .maxMessagesPerRead(ACCEPTED_AT_ONCE_MAX);
  }

  private void bind(ServerBootstrap bootstrap, HostPort address) throws IOException {
    ChannelFuture bound =
        bootstrap
            .bind(new InetSocketAddress(address.host(), address.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      close();
      throw new CannotListen(ProxyOptions.LISTEN, address, bound.cause());
    }
    listeners.add(bound.channel());
  }

  public List<InetSocketAddress> listenAddresses() {
    return listeners.stream().map(channel -> (InetSocketAddress) channel.localAddress()).toList();
  }

  ProxySettings settings() {
    return shared.settings();
  }

  /** Which requests are read. */
  Observation observation() {
    return shared.observation();
  }

  /** Requests as they run, for the live page. */
  LiveBoard board() {
    return board;
  }

  Instant wallClockAt(long nanos) {
    return shared.wallClock().at(nanos);
  }

  /** Client connections that are open now. */
  int connections() {
    return shared.clients().open();
  }

  List<EventLoop> eventLoops() {
    return List.copyOf(loops.keySet());
  }

  /** What it is at, for the admin port. */
  String stateJson() {
    return new ProcessState(List.copyOf(loops.values()), shared).json();
  }

  CompletableFuture<SocketAddress> resolveUpstream() {
    return shared.upstream().resolve(shared.nanos());
  }

  public int inFlight() {
    return shared.drain().inFlight();
  }

  public boolean draining() {
    return shared.drain().draining();
  }

  /**
   * From now on each connection ends behind its request, those without one at once; completes when
   * nothing is in flight. Only the first call says so in the log.
   *
   * @param why in a few words, for the log
   */
  public CompletableFuture<Void> drain(String why) {
    CompletableFuture<Void> drained = shared.drain().drained();
    if (!shared.drain().begin()) {
      log.accept("streamgauge: " + why + ": draining already" + inFlightText());
      return drained;
    }
    long begunNanos = shared.nanos();
    log.accept("streamgauge: draining, because of " + why + inFlightText());
    loops.values().forEach(loop -> loop.eventLoop.execute(loop::drain));
    var _ =
        drained.thenRun(
            () -> log.accept("streamgauge: nothing is in flight any more" + after(begunNanos)));
    return drained;
  }

  private String inFlightText() {
    return "; in flight: " + inFlight() + ", client connections: " + connections();
  }

  private String after(long begunNanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(shared.nanos() - begunNanos);
    return ", " + DurationValue.text(Duration.ofMillis(millis)) + " after that";
  }

  /** Drains, at most for the drain time-out, then closes all. False if something was cut off. */
  public boolean drainAndStop(String why) throws InterruptedException {
    Duration most = shared.settings().drainTimeout();
    long limitNanos = shared.nanos() + most.toNanos();
    boolean whole = true;
    try {
      drain(why + ", at most " + DurationValue.text(most))
          .get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      whole = false;
      log.accept(
          "streamgauge: the drain's time limit of "
              + DurationValue.text(most)
              + " cuts off what is left"
              + inFlightText());
    }
    close(Math.max(LINGER_NANOS, limitNanos - shared.nanos()));
    return whole;
  }

  /** Closes the listeners and cuts off what is in flight. */
  public void close() {
    close(LINGER_NANOS);
  }

  /**
   * As above.
   *
   * @param lingerNanosMax for clients to take what they are still owed
   */
  private void close(long lingerNanosMax) {
    watch.close();
    Overseer started = overseer;
    if (started != null) {
      started.close();
    }
    listeners.forEach(channel -> channel.close().awaitUninterruptibly());
    // The group's end closes what is open before it runs what was handed to it.
    loops.values().stream()
        .map(loop -> loop.eventLoop.submit(loop::abortAll))
        .toList()
        .forEach(Future::awaitUninterruptibly);
    awaitLeaving(loops.values().stream().map(Loop::left).toList(), lingerNanosMax);
    var _ = group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    loops.values().forEach(Loop::release);
    loops.clear();
  }

  /** Until the last client's connection is closed, or for so long. */
  private static void awaitLeaving(List<CompletableFuture<Void>> left, long nanosMax) {
    try {
      CompletableFuture.allOf(left.toArray(new CompletableFuture<?>[0]))
          .get(nanosMax, TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // The group's end closes them.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
