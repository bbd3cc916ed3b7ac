package dev.streamgauge.cli;

import dev.streamgauge.cluster.webhook.UnusableInput;
import dev.streamgauge.config.ClusterOptions;
import dev.streamgauge.config.ClusterSettings;
import dev.streamgauge.config.ClusterSettings.Outcome;
import dev.streamgauge.config.EffectiveSettings;
import dev.streamgauge.config.Environment;
import dev.streamgauge.config.Problem;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The cluster's part, until a signal ends it. */
final class ClusterCommand implements Command {
  private final Environment environment;
  private final CountDownLatch stopped = new CountDownLatch(1);

  ClusterCommand() {
    this(Environment.current());
  }

  ClusterCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public String name() {
    return "cluster";
  }

  @Override
  public String summary() {
    return "once a cluster: injects sidecars, and tells what Kubernetes knows about model servers";
  }

  @Override
  public int run(List<String> args, PrintStream out, PrintStream err) {
    return switch (ClusterSettings.load(args, environment)) {
      case Outcome.HelpAsked _ -> help(out);
      case Outcome.Refused(var problems) -> SettingsReport.print(problems, err);
      case Outcome.Loaded loaded -> serve(loaded, err);
    };
  }

  private static int help(PrintStream out) {
    out.print("Usage: streamgauge cluster [OPTION...]\n\nOptions:\n");
    out.print(ClusterOptions.ALL.help());
    out.print(
        """

        Each option may also be set in the environment (--webhook-service as
        STREAMGAUGE_WEBHOOK_SERVICE) and in the YAML file of --config (as webhookService). The command
        line wins, then the environment.
        """);
    return Main.OK;
  }

  private int serve(Outcome.Loaded loaded, PrintStream err) {
    RunningCluster cluster;
    try {
      cluster = ClusterWiring.start(loaded.cluster(), line -> err.println(said(line)));
    } catch (UnusableInput e) {
      return SettingsReport.print(List.of(problem(e, loaded.effective())), err);
    } catch (IOException e) {
      err.println("streamgauge: " + e.getMessage());
      return Main.WRONG_USE;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(cluster, err), "drain"));
    err.println("streamgauge " + Main.version() + ": " + cluster.startLine());
    return untilStopped();
  }

  /** Lines of the parts, with our name before those that have none. */
  private static String said(String line) {
    return line.startsWith("streamgauge") ? line : "streamgauge: " + line;
  }

  private static Problem problem(UnusableInput fault, EffectiveSettings effective) {
    return Problem.unusable(
        fault.option(),
        fault.path().toString(),
        effective.source(fault.option()),
        "another file; of this one: " + fault.why());
  }

  private void stop(RunningCluster cluster, PrintStream err) {
    List<String> signals = Signals.handled();
    err.println(
        "streamgauge: "
            + (signals.isEmpty() ? "the program's end" : signals.getFirst())
            + ": no longer ready; reviews are answered for "
            + RunningCluster.LINGER.toSeconds()
            + " s more");
    cluster.stop();
    err.println("streamgauge: stopped");
    stopped.countDown();
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
