package dev.streamgauge.config;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every option of {@code streamgauge cluster}, in the order of help and documentation. */
public final class ClusterOptions {
  /** What {@code kubectl} reads, too. */
  private static final String KUBECONFIG_VARIABLE = "KUBECONFIG";

  /** Set by Kubernetes in each container. */
  private static final String HOST_VARIABLE = "KUBERNETES_SERVICE_HOST";

  private static final String PORT_VARIABLE = "KUBERNETES_SERVICE_PORT";

  public static final Option<Path> KUBECONFIG =
      Option.one(
          "kubeconfig",
          new TlsOptions.PathValue(),
          null,
          "How to reach the API server from outside of the cluster; without it the file that"
              + " KUBECONFIG names, and in a pod its service account");
  static final Option<String> LEASE =
      Option.one(
          "lease",
          new Text("NAME", 253),
          "streamgauge",
          "The Lease, in our own namespace, by which one of the replicas leads");

  /** All of them. */
  public static final OptionSet ALL =
      OptionSet.of(
          Stream.concat(
                  Stream.of(
                      ProxyOptions.ADMIN, ProxyOptions.CONFIG, KUBECONFIG, LEASE, ProxyOptions.POD),
                  WebhookOptions.ALL.stream())
              .toList());

  private ClusterOptions() {}

  /** What the chart sets by itself, and its users therefore do not. */
  public static List<Option<?>> setByChart() {
    return List.of(
        ProxyOptions.ADMIN,
        KUBECONFIG,
        LEASE,
        ProxyOptions.POD,
        WebhookOptions.LISTEN,
        WebhookOptions.POLICY,
        WebhookOptions.CONFIGURATION,
        WebhookOptions.SERVICE,
        WebhookOptions.SECRET,
        WebhookOptions.CERT,
        WebhookOptions.KEY,
        WebhookOptions.AUTHORITIES);
  }

  static ClusterSettings cluster(Reading reading) {
    return new ClusterSettings(
        reading.get(ProxyOptions.ADMIN),
        apiServer(reading),
        reading.get(LEASE),
        reading.find(ProxyOptions.POD),
        WebhookOptions.webhook(reading));
  }

  private static ClusterSettings.@Nullable ApiServer apiServer(Reading reading) {
    Path file = reading.find(KUBECONFIG);
    String named = reading.variable(KUBECONFIG_VARIABLE);
    String host = reading.variable(HOST_VARIABLE);
    String port = reading.variable(PORT_VARIABLE);
    if (file != null) {
      return new ClusterSettings.ApiServer.Kubeconfig(file);
    }
    if (named != null && !named.isEmpty()) {
      return new ClusterSettings.ApiServer.Kubeconfig(Path.of(named));
    }
    return host == null || port == null
        ? null
        : new ClusterSettings.ApiServer.InCluster(host, port);
  }
}
