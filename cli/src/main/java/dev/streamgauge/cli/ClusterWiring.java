package dev.streamgauge.cli;

import dev.streamgauge.cluster.kube.Endpoint;
import dev.streamgauge.cluster.kube.EventWriter;
import dev.streamgauge.cluster.kube.KubeClient;
import dev.streamgauge.cluster.kube.Kubeconfig;
import dev.streamgauge.cluster.kube.LeaderElection;
import dev.streamgauge.cluster.kube.RequestObserver;
import dev.streamgauge.cluster.kube.Resource;
import dev.streamgauge.cluster.webhook.Webhook;
import dev.streamgauge.config.ClusterSettings;
import dev.streamgauge.config.ClusterSettings.ApiServer;
import dev.streamgauge.config.HostPort;
import dev.streamgauge.timeline.Ticker;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Consumer;

/** Puts the parts of {@code streamgauge cluster} together. */
final class ClusterWiring {
  private static final String COMPONENT = "streamgauge";

  private ClusterWiring() {}

  /** Starts all of it, or leaves nothing open. */
  static RunningCluster start(ClusterSettings settings, Consumer<String> log) throws IOException {
    KubeClient client = new KubeClient(endpoint(settings), RequestObserver.none());
    try {
      return start(settings, client, log);
    } catch (IOException | RuntimeException e) {
      client.close();
      throw e;
    }
  }

  private static Endpoint endpoint(ClusterSettings settings) throws IOException {
    return switch (settings.apiServer()) {
      case ApiServer.InCluster(String host, String port) -> Endpoint.inCluster(host, port);
      case ApiServer.Kubeconfig(Path file) -> Kubeconfig.read(file);
      case null ->
          throw new IOException(
              "no API server (expected: --kubeconfig, KUBECONFIG, or to run in a pod)");
    };
  }

  private static RunningCluster start(
      ClusterSettings settings, KubeClient client, Consumer<String> log) throws IOException {
    InstantSource clock = Instant::now;
    Ticker ticker = Ticker.system();
    String us = settings.pod() == null ? COMPONENT + "-" + UUID.randomUUID() : settings.pod();
    PrometheusRegistry registry = new PrometheusRegistry();
    EventWriter events = new EventWriter(client, COMPONENT, us, clock, log);
    LeaderElection election =
        new LeaderElection(
            client,
            Resource.LEASES.named(client.ownNamespace(), settings.lease()),
            us,
            LeaderElection.Timing.standard(),
            clock,
            ticker::nanos,
            _ -> {},
            log);
    Webhook webhook = null;
    try {
      HostPort listen = settings.webhook().listen();
      if (listen != null) {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        webhook =
            Webhook.start(
                settings.webhook(),
                listen,
                new Webhook.Surroundings(
                    client, events, registry, clock, ticker::nanos, keytool, election::leads, log));
      }
      return new RunningCluster(settings, client, events, election, webhook, registry);
    } catch (IOException | RuntimeException e) {
      election.close();
      events.close();
      if (webhook != null) {
        webhook.close();
      }
      throw e;
    }
  }
}
