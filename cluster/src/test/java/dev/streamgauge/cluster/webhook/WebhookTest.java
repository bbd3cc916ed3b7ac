package dev.streamgauge.cluster.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.cluster.kube.EventWriter;
import dev.streamgauge.cluster.kube.KubeClient;
import dev.streamgauge.cluster.kube.RequestObserver;
import dev.streamgauge.cluster.kube.Resource;
import dev.streamgauge.cluster.metrics.ClusterMetrics;
import dev.streamgauge.config.HostPort;
import dev.streamgauge.config.WebhookSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class WebhookTest {
  private final List<String> log = new CopyOnWriteArrayList<>();

  /** So that `/status` names a right that it lacks. */
  @Test
  void eachOfItsWatchesIsShown() throws IOException {
    try (FakeApiServer server = new FakeApiServer();
        KubeClient client = new KubeClient(server.endpoint(), RequestObserver.none());
        EventWriter events =
            new EventWriter(client, "test", "one", InstantSource.system(), log::add);
        Webhook webhook =
            Webhook.start(settings(), new HostPort("127.0.0.1", 0), with(client, events))) {
      assertThat(webhook.progress())
          .containsOnlyKeys(
              Resource.NAMESPACES.toString(),
              Resource.SECRETS.toString(),
              Resource.MUTATING_WEBHOOKS.toString());
    }
  }

  private static WebhookSettings settings() {
    return new WebhookSettings(
        null,
        null,
        "configuration",
        "service",
        "secret",
        new WebhookSettings.Certificates.SelfMade(90, 1095, Duration.ofMinutes(10)),
        null);
  }

  private Webhook.Surroundings with(KubeClient client, EventWriter events) {
    return new Webhook.Surroundings(
        client,
        events,
        new ClusterMetrics("test"),
        "own",
        InstantSource.system(),
        System::nanoTime,
        Path.of("keytool"),
        () -> false,
        log::add);
  }
}
