package dev.streamgauge.config;

import dev.streamgauge.config.ClusterSettings.ApiServer;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The options of {@code streamgauge cluster}, in the order of its help. */
public final class ClusterOptions {
  private static final Text NAME = new Text("NAME", 253);

  public static final Option<HostPort> ADMIN = ProxyOptions.ADMIN;
  public static final Option<String> KUBECONFIG =
      Option.one(
          "kubeconfig",
          new Text("FILE", 4096),
          null,
          "Where the API server is and who we are to it. Unset: the first file of KUBECONFIG, else"
              + " the service account of the pod that this runs in");
  static final Option<String> WATCH_NAMESPACE =
      Option.one("watch-namespace", NAME, null, "The one namespace that is watched. Unset: all");
  static final Option<String> POD_SELECTOR =
      Option.one(
          "pod-selector",
          new Text("LABELS", 1024),
          null,
          "A label selector with which the API server is asked for pods, as app=llm or"
              + " streamgauge.dev/inject; of what it sends, model servers are kept");
  static final Option<Boolean> LEADER_ELECTION =
      Option.one(
          "leader-election",
          new OnOff(),
          "on",
          "Whether there may be other replicas: one of them leads, by a Lease");
  static final Option<String> LEASE_NAME =
      Option.one("lease-name", NAME, "streamgauge-cluster", "The Lease by which one leads");
  static final Option<String> POD =
      Option.one("pod", NAME, null, "This pod, as the holder of the Lease. Unset: a random name");
  static final Option<String> NAMESPACE =
      Option.one(
          "namespace",
          NAME,
          null,
          "Where our own Lease, Secret and Service are. Unset: the namespace of the service account or"
              + " of the kubeconfig");

  public static final OptionSet ALL =
      OptionSet.of(
          Stream.concat(
                  Stream.of(
                      ADMIN,
                      KUBECONFIG,
                      WATCH_NAMESPACE,
                      POD_SELECTOR,
                      LEADER_ELECTION,
                      LEASE_NAME,
                      POD,
                      NAMESPACE,
                      ProxyOptions.CONFIG),
                  WebhookOptions.ALL.stream())
              .toList());

  private ClusterOptions() {}

  /** What the chart sets itself, and its users therefore do not. */
  public static List<Option<?>> setByChart() {
    return Stream.concat(
            Stream.of(ADMIN, KUBECONFIG, LEADER_ELECTION, LEASE_NAME, POD, NAMESPACE),
            WebhookOptions.setByChart().stream())
        .toList();
  }

  /** Reads all sources; an API server that cannot be found is a problem, too. */
  public static Reading read(List<String> args, Environment environment) {
    Reading reading = ALL.read(args, environment);
    if (!reading.helpAsked() && reading.problems().isEmpty() && apiServer(reading) == null) {
      reading.report(
          new Problem(
              KUBECONFIG.commandLineName(),
              "not set",
              "anywhere, and this is no pod",
              "a file, here or in KUBECONFIG"));
    }
    WebhookOptions.report(reading);
    return reading;
  }

  /** Of a reading without problems. */
  public static ClusterSettings settings(Reading reading) {
    ApiServer apiServer = apiServer(reading);
    if (apiServer == null) {
      throw new IllegalStateException("read unchecked: no API server");
    }
    return new ClusterSettings(
        reading.get(ADMIN),
        apiServer,
        reading.find(WATCH_NAMESPACE),
        reading.find(POD_SELECTOR),
        reading.get(LEADER_ELECTION),
        reading.get(LEASE_NAME),
        reading.find(POD),
        reading.find(NAMESPACE),
        WebhookOptions.webhook(reading));
  }

  private static @Nullable ApiServer apiServer(Reading reading) {
    String file = reading.find(KUBECONFIG);
    String named = first(reading.variable("KUBECONFIG"));
    if (file != null || named != null) {
      return new ApiServer.Kubeconfig(Path.of(file == null ? String.valueOf(named) : file));
    }
    String host = reading.variable("KUBERNETES_SERVICE_HOST");
    String port = reading.variable("KUBERNETES_SERVICE_PORT");
    return host == null || port == null ? null : new ApiServer.InCluster(host, port);
  }

  /** It may be a list of files; we take no more than one. */
  private static @Nullable String first(@Nullable String files) {
    if (files == null || files.isBlank()) {
      return null;
    }
    int end = files.indexOf(File.pathSeparatorChar);
    String first = end < 0 ? files : files.substring(0, end);
    return first.isBlank() ? null : first;
  }
}
