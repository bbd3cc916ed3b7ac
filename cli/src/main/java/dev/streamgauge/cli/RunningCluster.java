package dev.streamgauge.cli;

import dev.streamgauge.cluster.kube.EventWriter;
import dev.streamgauge.cluster.kube.KubeClient;
import dev.streamgauge.cluster.kube.LeaderElection;
import dev.streamgauge.cluster.webhook.Webhook;
import dev.streamgauge.config.ClusterSettings;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** All that a {@code streamgauge cluster} consists of. */
final class RunningCluster {
  /** For API servers that have not heard yet that we go: endpoints spread within seconds. */
  static final Duration LINGER = Duration.ofSeconds(5);

  private final ClusterSettings settings;
  private final KubeClient client;
  private final EventWriter events;
  private final LeaderElection election;
  private final @Nullable Webhook webhook;
  private final ClusterAdmin admin;
  private volatile boolean stopping;

  RunningCluster(
      ClusterSettings settings,
      KubeClient client,
      EventWriter events,
      LeaderElection election,
      @Nullable Webhook webhook,
      PrometheusRegistry registry)
      throws IOException {
    this.settings = settings;
    this.client = client;
    this.events = events;
    this.election = election;
    this.webhook = webhook;
    this.admin = new ClusterAdmin(settings.admin(), registry, this::waitsFor);
  }

  /** Null where it is ready. */
  private @Nullable String waitsFor() {
    if (stopping) {
      return "stopping";
    }
    return webhook == null ? null : webhook.waitsFor();
  }

  String startLine() {
    String webhooks = webhook == null ? "off" : settings.webhook().listen() + "";
    return "webhook " + webhooks + "; admin " + settings.admin();
  }

  /** The lease goes first, so that the other replica leads at once. */
  void stop() {
    stopping = true;
    election.close();
    if (webhook != null) {
      LockSupport.parkNanos(LINGER.toNanos());
      webhook.close();
    }
    events.close();
    client.close();
    admin.close();
  }
}
