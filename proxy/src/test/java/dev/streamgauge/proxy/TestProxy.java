package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.Environment;
import dev.streamgauge.config.Settings;
import dev.streamgauge.telemetry.ServerLoad;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RecordSink;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A proxy on a free port of loopback. Its close checks what must hold behind any mix of requests:
 * each record was asked for, nothing is in flight, every gauge is back at zero.
 */
final class TestProxy implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 10;

  final ProxyServer server;
  final Gauges gauges = new Gauges();
  final LinkedBlockingQueue<RequestRecord> records = new LinkedBlockingQueue<>();

  /** What it said. */
  final Queue<String> log = new ConcurrentLinkedQueue<>();

  /** What it says of the server's load, where it is to say so. */
  volatile ServerLoad load = new ServerLoad(0, 0, null, null);

  /** Sees each record first, on the event loop. */
  volatile RecordSink seen = _ -> {};

  private TestProxy(Transport transport, List<String> options) throws IOException {
    Settings settings = Settings.load(options, Environment.current());
    assertThat(settings).isInstanceOf(Settings.Loaded.class);
    server =
        new ProxyServer(
            ((Settings.Loaded) settings).proxy(),
            gauges,
            () -> load,
            this::accept,
            transport,
            log::add);
    server.start();
  }

  private void accept(RequestRecord record) {
    seen.accept(record);
    records.add(record);
  }

  static TestProxy before(ScriptedUpstream upstream, String... options) throws IOException {
    return before("http://127.0.0.1:" + upstream.port(), "127.0.0.1:0", options);
  }

  /** The server speaks HTTP/2, with prior knowledge. */
  static TestProxy beforeHttp2(ScriptedUpstream upstream, String... options) throws IOException {
    return before("h2c://127.0.0.1:" + upstream.port(), "127.0.0.1:0", options);
  }

  static TestProxy over(Transport transport, ScriptedUpstream upstream, String... options)
      throws IOException {
    return of(transport, "http://127.0.0.1:" + upstream.port(), "127.0.0.1:0", options);
  }

  static TestProxy before(String upstream, String listen, String... options) throws IOException {
    return of(Transport.best(), upstream, listen, options);
  }

  private static TestProxy of(
      Transport transport, String upstream, String listen, String... options) throws IOException {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("--listen", listen, "--upstream", upstream));
    all.addAll(List.of("--drain-timeout", "1s", "--event-loops", "1"));
    all.addAll(List.of(options));
    return new TestProxy(transport, all);
  }

  /** What this machine has: Java's own everywhere. */
  static List<Transport> transports() {
    return Transport.best() == Transport.NIO
        ? List.of(Transport.NIO)
        : List.of(Transport.EPOLL, Transport.NIO);
  }

  InetSocketAddress address() {
    return server.listenAddresses().getFirst();
  }

  Socket connect() throws IOException {
    Socket socket = new Socket(address().getAddress(), address().getPort());
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** A connection and the first bytes on it. */
  Socket send(String bytes) throws IOException {
    Socket socket = connect();
    socket.getOutputStream().write(ScriptedUpstream.ascii(bytes));
    return socket;
  }

  RequestRecord next() throws InterruptedException {
    RequestRecord record = records.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
    assertThat(record).as("a record in time; %s", gauges).isNotNull();
    return record;
  }

  RequestRecord next(Outcome outcome, @Nullable Integer status) throws InterruptedException {
    RequestRecord record = next();
    assertThat(record.outcome()).as("error: %s", record.error()).isEqualTo(outcome);
    assertThat(record.status()).isEqualTo(status);
    return record;
  }

  /** Waits for a condition, with a deadline; the checks are cheap, so it asks often. */
  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("waited for: %s", what).isNegative();
      LockSupport.parkNanos(200_000);
    }
  }

  void awaitIdle() {
    await("nothing in flight; " + gauges, () -> server.inFlight() == 0 && gauges.allZero());
  }

  private void stop() {
    try {
      assertThat(server.drainAndStop("the end of the test")).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Closes with a reset. */
  static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Closes with a FIN, as a program that ends does. */
  static void leave(Socket socket) throws IOException {
    socket.close();
  }

  @Override
  public void close() {
    try {
      awaitIdle();
      assertThat(records).isEmpty();
    } finally {
      stop();
    }
    await("no upstream connection", () -> gauges.upstreamIdle.get() == 0 && gauges.allZero());
  }
}
