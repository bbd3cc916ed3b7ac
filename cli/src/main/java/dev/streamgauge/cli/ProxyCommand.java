package dev.streamgauge.cli;

import dev.streamgauge.config.EffectiveSettings;
import dev.streamgauge.config.Environment;
import dev.streamgauge.config.Option;
import dev.streamgauge.config.Problem;
import dev.streamgauge.config.ProxyOptions;
import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.config.Settings;
import dev.streamgauge.proxy.CannotListen;
import dev.streamgauge.proxy.tls.UnusableFile;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The sidecar, until a signal ends it. */
final class ProxyCommand implements Command {
  /** Starts a server; throws where it cannot, with a message that names the address. */
  @FunctionalInterface
  interface Start {
    RunningProxy start(ProxySettings settings) throws IOException;
  }

  private static final long SIGNALS_LOOKED_AT_MILLIS = 100;

  private final Environment environment;
  private final Start start;
  private final CountDownLatch stopped = new CountDownLatch(1);

  ProxyCommand() {
    this(Environment.current(), ProxyWiring.START);
  }

  ProxyCommand(Environment environment, Start start) {
    this.environment = environment;
    this.start = start;
  }

  @Override
  public String name() {
    return "proxy";
  }

  @Override
  public String summary() {
    return "the sidecar: relays to a model server and measures its token streams";
  }

  @Override
  public int run(List<String> args, PrintStream out, PrintStream err) {
    return switch (Settings.load(args, environment)) {
      case Settings.HelpAsked _ -> help(out);
      case Settings.Refused(var problems) -> SettingsReport.print(problems, err);
      case Settings.Loaded loaded -> serve(loaded, err);
    };
  }

  private static int help(PrintStream out) {
    out.print("Usage: streamgauge proxy [OPTION...]\n\nOptions:\n");
    out.print(ProxyOptions.ALL.help());
    out.print(
        """

        Each option may also be set in the environment (--max-models as STREAMGAUGE_MAX_MODELS) and
        in the YAML file of --config (as maxModels). The command line wins, then the environment.
        """);
    return Main.OK;
  }

  private int serve(Settings.Loaded loaded, PrintStream err) {
    ProxySettings settings = loaded.proxy();
    RunningProxy proxy;
    try {
      proxy = start.start(settings);
    } catch (CannotListen e) {
      Option<?> option = e.option();
      return SettingsReport.print(e, option, loaded.effective().source(option), err);
    } catch (CannotOpenLog e) {
      return SettingsReport.print(List.of(problem(e, loaded.effective())), err);
    } catch (UnusableFile e) {
      return SettingsReport.print(List.of(problem(e, loaded.effective())), err);
    } catch (IOException e) {
      err.println("streamgauge: " + e.getMessage());
      return Main.WRONG_USE;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(proxy, err), "drain"));
    err.println(startLine(proxy, settings));
    return untilStopped();
  }

  private static Problem problem(CannotOpenLog fault, EffectiveSettings effective) {
    return Problem.unusable(
        ProxyOptions.ACCESS_LOG,
        "file:" + fault.path(),
        effective.source(ProxyOptions.ACCESS_LOG),
        "a file that can be appended to; " + fault.why());
  }

  private static Problem problem(UnusableFile fault, EffectiveSettings effective) {
    Option<?> option = fault.option();
    return Problem.unusable(
        option,
        fault.path().toString(),
        effective.source(option),
        "another file; of this one: " + fault.why());
  }

  private static String startLine(RunningProxy proxy, ProxySettings settings) {
    return "streamgauge "
        + Main.version()
        + ": listening on "
        + String.join(", ", proxy.listenAddresses())
        + "; upstream "
        + settings.upstream().address()
        + "; admin "
        + proxy.adminAddress();
  }

  /**
   * Runs in the JVM's shutdown, which SIGTERM and SIGINT begin. The exit code is then the signal's,
   * 143 for SIGTERM, and a second signal changes nothing but for a line that says so.
   */
  private void stop(RunningProxy proxy, PrintStream err) {
    List<String> signals = Signals.handled();
    Thread.ofPlatform().daemon().name("signals").start(() -> tellOfMore(signals.size(), err));
    String why = signals.isEmpty() ? "the program's end" : signals.getFirst();
    proxy.drainAndStop(why);
    err.println("streamgauge: stopped");
    stopped.countDown();
  }

  /** Of signals that come during the drain, at most one line each. */
  private void tellOfMore(int toldBefore, PrintStream err) {
    int told = toldBefore;
    try {
      while (!stopped.await(SIGNALS_LOOKED_AT_MILLIS, TimeUnit.MILLISECONDS)) {
        List<String> all = Signals.handled();
        for (; told < all.size(); told++) {
          err.println("streamgauge: " + all.get(told) + ": ignored, the drain goes on");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int untilStopped() {
    try {
      stopped.await();
      return Main.OK;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Main.FAILED;
    }
  }
}
