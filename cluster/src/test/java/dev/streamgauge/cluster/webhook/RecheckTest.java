package dev.streamgauge.cluster.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.streamgauge.cluster.inject.Policy;
import dev.streamgauge.cluster.kube.Await;
import dev.streamgauge.cluster.kube.EventWriter;
import dev.streamgauge.cluster.kube.KubeClient;
import dev.streamgauge.cluster.kube.RequestObserver;
import dev.streamgauge.cluster.metrics.ClusterMetrics;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecheckTest {
  private static final InstantSource CLOCK = () -> Instant.parse("2026-11-30T08:00:00Z");
  private static final String PODS = "/api/v1/pods";
  private static final String NAMESPACES = "/api/v1/namespaces";
  private static final String LLAMA =
      "{'metadata':{'name':'NAME','namespace':'models','labels':{'streamgauge.dev/inject':'true'}},"
          + "'spec':{'containers':[{'name':'model','image':'ghcr.io/ggml-org/llama.cpp:server',"
          + "'args':['--port','8080','--host','0.0.0.0'],'ports':[{'containerPort':8080}]}]},"
          + "'status':{'phase':'Running'}}";

  private FakeApiServer api;
  private KubeClient client;
  private EventWriter events;
  private Recheck recheck;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApiServer();
    api.put(NAMESPACES, "{'items':[{'metadata':{'name':'models'}},{'metadata':{'name':'own'}}]}");
    client = new KubeClient(api.endpoint(), RequestObserver.none());
    events = new EventWriter(client, "streamgauge", "test", CLOCK, _ -> {});
    ClusterMetrics metrics = new ClusterMetrics("test");
    recheck =
        new Recheck(
            client,
            Policy::defaults,
            _ -> Map.of(),
            Set.of("own"),
            new Notices(events),
            new InjectionMetrics(metrics, new CurrentIdentity(), CLOCK, events::dropped),
            _ -> {});
  }

  @AfterEach
  void stop() {
    events.close();
    client.close();
    api.close();
  }

  @Test
  void onlyPodsThatLackASidecarAreFound() throws Exception {
    String injected = LLAMA.replace("'containers':[", "'containers':[{'name':'streamgauge'},");
    String over = LLAMA.replace("Running", "Succeeded");
    String leaving = LLAMA.replace("'name':'NAME'", "'deletionTimestamp':'2026-11-30T08:00:00Z'");
    String elsewhere = LLAMA.replace("'namespace':'models'", "'namespace':'own'");
    String others = LLAMA.replace("'streamgauge.dev/inject':'true'", "'app':'x'");
    pods(LLAMA, injected, over, leaving, elsewhere, others);
    assertThat(recheck.run(webhook())).isEqualTo(1);
    Await.until("an Event", () -> api.requests().stream().anyMatch(r -> r.startsWith("POST")));
    assertThat(api.requests())
        .contains("POST /api/v1/namespaces/models/events")
        .anyMatch(request -> request.contains("labelSelector=streamgauge.dev%2Finject%3Dtrue"));
  }

  @Test
  void whatIsRefusedIsToldAgainAndNotCounted() throws Exception {
    pods(LLAMA.replace("ghcr.io/ggml-org/llama.cpp:server", "example.test/x"));
    assertThat(recheck.run(webhook())).isZero();
    Await.until("an Event", () -> api.requests().stream().anyMatch(r -> r.startsWith("POST")));
  }

  @Test
  void aListThatFailsIsNoResult() throws Exception {
    assertThatThrownBy(() -> recheck.run(webhook()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("re-check");
  }

  private void pods(String... pods) throws IOException {
    api.put(PODS, "{'items':[" + String.join(",", pods) + "]}");
  }

  private static JsonNode webhook() throws IOException {
    String json =
        "{'objectSelector':{'matchLabels':{'streamgauge.dev/inject':'true'}},'namespaceSelector':{}}";
    return Review.JSON.readTree(json.replace('\'', '"'));
  }
}
