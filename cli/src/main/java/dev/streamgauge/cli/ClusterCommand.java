package dev.streamgauge.cli;

import dev.streamgauge.cluster.webhook.UnusableInput;
import dev.streamgauge.config.ClusterOptions;
import dev.streamgauge.config.Environment;
import dev.streamgauge.config.HostPort;
import dev.streamgauge.config.Problem;
import dev.streamgauge.config.Reading;
import dev.streamgauge.proxy.CannotListen;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** {@code streamgauge cluster}: what runs once a cluster, until a signal ends it. */
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
    return "once a cluster: injects sidecars, and watches pods, workloads, quotas and events";
  }

  @Override
  public int run(List<String> args, PrintStream out, PrintStream err) {
    Reading reading = ClusterOptions.read(args, environment);
    if (reading.helpAsked()) {
      return help(out);
    }
    return reading.problems().isEmpty()
        ? serve(reading, out, err)
        : SettingsReport.print(reading.problems(), err);
  }

  private static int help(PrintStream out) {
    out.print("Usage: streamgauge cluster [OPTION...]\n\nOptions:\n");
    out.print(ClusterOptions.ALL.help());
    out.print(
        """

        Each option may also be set in the environment (--pod-selector as STREAMGAUGE_POD_SELECTOR)
        and in the YAML file of --config (as podSelector). The command line wins, then the
        environment.

        Answers the API server's admission webhook, which puts the sidecar into pods that ask for it.
        Watches the API server and publishes what it knows about model servers: pods by status,
        replicas wanted and serving, how long starts take, restarts, scheduling failures, quotas.
        Their events go to standard output, a line of JSON each; messages to standard error. Model
        servers are pods that have a label or an annotation below streamgauge.dev/, or our sidecar.
        """);
    return Main.OK;
  }

  private int serve(Reading reading, PrintStream out, PrintStream err) {
    ClusterWiring cluster;
    try {
      cluster =
          new ClusterWiring(
              ClusterOptions.settings(reading),
              out,
              message -> err.println("streamgauge: " + message));
    } catch (CannotListen e) {
      return SettingsReport.print(e, e.option(), reading.source(e.option()), err);
    } catch (UnusableInput e) {
      return SettingsReport.print(List.of(unusable(e, reading)), err);
    } catch (IOException e) {
      return SettingsReport.print(List.of(unusable(e, reading)), err);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(cluster, err), "cluster-stop"));
    InetSocketAddress admin = cluster.adminAddress();
    err.println(
        "streamgauge "
            + Main.version()
            + ": watching; admin "
            + new HostPort(admin.getAddress().getHostAddress(), admin.getPort()));
    return untilStopped();
  }

  private static Problem unusable(UnusableInput fault, Reading reading) {
    return Problem.unusable(
        fault.option(),
        fault.path().toString(),
        reading.source(fault.option()),
        "another file; of this one: " + fault.why());
  }

  private static Problem unusable(IOException fault, Reading reading) {
    return new Problem(
        reading.source(ClusterOptions.KUBECONFIG).keyOf(ClusterOptions.KUBECONFIG),
        String.valueOf(fault.getMessage()),
        reading.source(ClusterOptions.KUBECONFIG).place(),
        "credentials of an API server that can be used");
  }

  private void stop(ClusterWiring cluster, PrintStream err) {
    cluster.close();
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
