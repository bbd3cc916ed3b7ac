package dev.streamgauge.cli.demo;

import dev.streamgauge.cli.ProxyWiring;
import dev.streamgauge.cli.RunningProxy;
import dev.streamgauge.cli.simulate.Distribution;
import dev.streamgauge.cli.simulate.Simulator;
import dev.streamgauge.cli.simulate.SimulatorSettings;
import dev.streamgauge.config.Environment;
import dev.streamgauge.config.HostPort;
import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.config.Settings;
import dev.streamgauge.timeline.Ticker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Simulator, proxy and traffic while they run. */
final class Demo {
  /** How many intervals the middle row looks back. */
  private static final int RECENT = 10;

  private static final int STOP_SECONDS_MAX = 10;

  private final Simulator simulator;
  private final RunningProxy proxy;
  private final Traffic traffic;
  private final Recorder recorder;
  private final Ticker ticker = Ticker.system();
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Figures all = new Figures();
  private final Deque<Figures> recent = new ArrayDeque<>();
  private long shownNanos;

  private Demo(Simulator simulator, RunningProxy proxy, Traffic traffic, Recorder recorder) {
    this.simulator = simulator;
    this.proxy = proxy;
    this.traffic = traffic;
    this.recorder = recorder;
  }

  /** Starts all but the traffic; an address in use is named in the exception. */
  static Demo start(HostPort listen, HostPort admin, int perSecond) throws IOException {
    Simulator simulator = new Simulator(server());
    InetSocketAddress server = simulator.start();
    Recorder recorder = new Recorder();
    try {
      RunningProxy proxy = ProxyWiring.start(settings(listen, admin, server), recorder);
      URI address = URI.create("http://" + proxy.listenAddresses().getFirst());
      InetSocketAddress proxied = new InetSocketAddress(address.getHost(), address.getPort());
      return new Demo(simulator, proxy, new Traffic(proxied, perSecond), recorder);
    } catch (IOException e) {
      simulator.close();
      throw e;
    }
  }

  private static SimulatorSettings server() {
    return SimulatorSettings.of(
        draft -> {
          draft.model = "demo";
          draft.ttft = Distribution.ofDurations("lognormal(180ms,0.4)");
          draft.itl = Distribution.ofDurations("lognormal(18ms,0.3)");
          draft.outputTokens = Distribution.ofCounts("uniform(20,100)");
        });
  }

  /** Whatever the environment says is for the sidecar, not for this. */
  private static ProxySettings settings(HostPort listen, HostPort admin, InetSocketAddress server) {
    List<String> args =
        List.of(
            "--listen=" + listen,
            "--admin=" + admin,
            "--upstream=http://127.0.0.1:" + server.getPort(),
            "--access-log=off",
            "--drain-timeout=5s",
            "--gpu=off",
            "--event-loops=1");
    return switch (Settings.load(args, new Environment(Map.of(), 1))) {
      case Settings.Loaded loaded -> loaded.proxy();
      case Settings.Refused(var problems) -> throw new IllegalStateException(problems.toString());
      case Settings.HelpAsked _ -> throw new IllegalStateException("no help was asked for");
    };
  }

  /** The addresses that a browser takes. */
  String addresses() {
    return "proxy http://"
        + proxy.listenAddresses().getFirst()
        + "/v1/models   metrics http://"
        + proxy.adminAddress()
        + "/metrics   live page http://"
        + proxy.adminAddress()
        + "/";
  }

  /**
   * Shows the table until it is over, then lets what is in flight end.
   *
   * @param duration null: until {@link #stop}
   */
  void run(Screen screen, Duration interval, @Nullable Duration duration)
      throws InterruptedException {
    traffic.start();
    long startNanos = ticker.nanos();
    shownNanos = startNanos;
    boolean over = false;
    long atNanos = startNanos;
    while (!over) {
      atNanos += interval.toNanos();
      over = interrupted.await(atNanos - ticker.nanos(), TimeUnit.NANOSECONDS);
      show(screen, startNanos);
      over |= duration != null && ticker.nanos() - startNanos >= duration.toNanos();
    }
    traffic.stop();
    proxy.drainAndStop("the end of the demo");
    show(screen, startNanos);
    screen.end(all);
    simulator.close();
    ended.countDown();
  }

  private void show(Screen screen, long startNanos) {
    Figures last = recorder.take();
    long now = ticker.nanos();
    last.lasted(now - shownNanos);
    shownNanos = now;
    all.add(last);
    recent.addLast(last);
    if (recent.size() > RECENT) {
      recent.removeFirst();
    }
    Figures lately = new Figures();
    recent.forEach(lately::add);
    long seconds = Math.round((now - startNanos) / 1e9);
    screen.show(seconds + " s", last, lately, all, proxy.inFlight());
  }

  /** Ends it, and returns when it has ended; any thread but the one that runs it. */
  void stop() {
    interrupted.countDown();
    try {
      var _ = ended.await(STOP_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
