package dev.streamgauge.cluster.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.inject.Policy;
import dev.streamgauge.cluster.kube.Await;
import dev.streamgauge.cluster.kube.EventWriter;
import dev.streamgauge.cluster.kube.KubeClient;
import dev.streamgauge.cluster.kube.RequestObserver;
import dev.streamgauge.cluster.metrics.ClusterMetrics;
import dev.streamgauge.cluster.webhook.WebhookServer.Answer;
import dev.streamgauge.telemetry.PageForm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final InstantSource CLOCK = () -> Instant.parse("2026-11-30T08:00:00Z");
  private static final String POD =
      "{'metadata':{'generateName':'llama-','labels':{'streamgauge.dev/inject':'true'},"
          + "'ownerReferences':[{'apiVersion':'apps/v1','kind':'ReplicaSet','name':'llama-5','uid':'u',"
          + "'controller':true}]},'spec':{'containers':[{'name':'model','image':'IMAGE',"
          + "'args':['-m','/m.gguf','--host','0.0.0.0','--port','8080'],"
          + "'ports':[{'name':'http','containerPort':8080}]}]}}";
  private static final String LLAMA = POD.replace("IMAGE", "ghcr.io/ggml-org/llama.cpp:server");
  private static final String UNKNOWN = POD.replace("IMAGE", "example.test/nothing");

  private final ClusterMetrics metrics = new ClusterMetrics("test");
  private FakeApiServer api;
  private KubeClient client;
  private EventWriter events;
  private Admission admission;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApiServer();
    client = new KubeClient(api.endpoint(), RequestObserver.none());
    events = new EventWriter(client, "streamgauge", "test", CLOCK, _ -> {});
    admission = admission(Map.of());
  }

  @AfterEach
  void stop() {
    events.close();
    client.close();
    api.close();
  }

  private Admission admission(Map<String, String> namespaceAnnotations) {
    return admission(namespaceAnnotations, Policy.defaults());
  }

  private Admission admission(Map<String, String> namespaceAnnotations, Policy policy) {
    return new Admission(
        () -> policy,
        _ -> namespaceAnnotations,
        Set.of(Admission.SYSTEM, "own"),
        new Notices(events),
        new InjectionMetrics(metrics, new CurrentIdentity(), CLOCK, events::dropped),
        () -> 0,
        _ -> {});
  }

  @Test
  void aPodThatAsksIsPatchedAndThePatchMakesTheInjectedPod() throws Exception {
    JsonNode response = response(review(LLAMA, "models", false));
    assertThat(response.path("allowed").asBoolean()).isTrue();
    assertThat(response.path("uid").asText()).isEqualTo("u-1");
    ObjectNode pod = applied(LLAMA, response);
    assertThat(pod.at("/spec/initContainers/0/name").asText()).isEqualTo("streamgauge");
    assertThat(pod.at("/metadata/labels/streamgauge.dev~1injected").asText()).isEqualTo("true");
    assertThat(pod.at("/metadata/namespace").isMissingNode()).isTrue();
    assertThat(page()).contains("injections_total{reason=\"ok\",result=\"injected\"} 1.0");
  }

  @Test
  void whatIsInjectedAlreadyIsLeftAlone() throws Exception {
    ObjectNode pod = applied(LLAMA, response(review(LLAMA, "models", false)));
    JsonNode again = response(review(pod.toString(), "models", false));
    assertThat(again.has("patch")).isFalse();
    assertThat(again.path("allowed").asBoolean()).isTrue();
  }

  @Test
  void aRefusalAdmitsThePodWarnsItsMakerAndTellsItsOwner() throws Exception {
    JsonNode response = response(review(UNKNOWN, "models", false));
    assertThat(response.path("allowed").asBoolean()).isTrue();
    assertThat(response.has("patch")).isFalse();
    assertThat(response.at("/warnings/0").asText()).startsWith("streamgauge: no sidecar: ");
    Await.until("an Event", () -> !api.requests().isEmpty());
    assertThat(api.requests()).containsExactly("POST /api/v1/namespaces/models/events");
  }

  @Test
  void anEventThatCannotBeWrittenIsCounted() throws Exception {
    assertThat(page()).contains("streamgauge_events_dropped_total 0.0");
    events.write(
        new EventWriter.About("v1", "Pod", "models", "x".repeat(100_000), null),
        EventWriter.Type.WARNING,
        "Refused",
        "no port");
    assertThat(page()).contains("streamgauge_events_dropped_total 1.0");
  }

  @Test
  void aDryRunWritesNothing() throws Exception {
    response(review(UNKNOWN, "models", true));
    events.close();
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void ourOwnNamespaceAndTheSystemsAreLeftAlone() throws Exception {
    assertThat(response(review(LLAMA, "own", false)).has("patch")).isFalse();
    assertThat(response(review(LLAMA, "kube-system", false)).has("patch")).isFalse();
    assertThat(page())
        .contains("injections_total{reason=\"own_namespace\",result=\"skipped\"} 2.0");
  }

  @Test
  void annotationsOfTheNamespaceCount() throws Exception {
    admission = admission(Map.of("streamgauge.dev/mode", "sideways"));
    JsonNode response = response(review(LLAMA, "models", true));
    assertThat(response.has("patch")).isFalse();
    assertThat(response.at("/warnings/0").asText()).contains("sideways");
  }

  /** As a fuzzer would, with what has broken such servers: nulls, other types, cuts. */
  @Test
  void whateverIsSentIsAnsweredAndNeverRefusesAPod() throws Exception {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      String text = review(LLAMA, "models", true);
      byte[] body = spoilt(text, random);
      Answer answer = admission.apply(body);
      if (answer.status() == 200) {
        assertThat(Review.JSON.readTree(answer.body()).at("/response/allowed").asBoolean())
            .isTrue();
      } else {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(new String(answer.body(), UTF_8)).startsWith("no AdmissionReview");
      }
    }
  }

  /** A body of three bytes for each becomes a tree of eighty. */
  @Test
  void aReviewOfMoreTokensThanAnyPodHasIsNoReview() {
    String secrets = "[" + "{},".repeat(Review.TOKENS_MAX / 2) + "{}]";
    String pod = LLAMA.replace("'spec':{", "'spec':{'imagePullSecrets':" + secrets + ",");
    Answer answer = admission.apply(review(pod, "models", true).getBytes(UTF_8));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(new String(answer.body(), UTF_8)).contains("too large");
  }

  @Test
  void whoSendsAReviewOfHisOwnLearnsNoOtherPodsToken() throws Exception {
    String pod =
        LLAMA.replace(
            "'generateName'", "'annotations':{'streamgauge.dev/drain-hook':'true'},'generateName'");
    admission = admission(Map.of(), Policy.defaults().withDrainTokenKey("k".repeat(16)));
    String own = review(pod, "models", true);
    String forged = own.replace("u-1", "u-2");
    assertThat(tokenIn(response(own)))
        .startsWith("Bearer ")
        .isNotEqualTo(tokenIn(response(forged)));
  }

  private static String tokenIn(JsonNode response) throws IOException {
    byte[] patch = Base64.getDecoder().decode(response.path("patch").asText());
    return Review.JSON.readTree(patch).findPath("httpHeaders").at("/0/value").asText();
  }

  private static byte[] spoilt(String text, Random random) {
    List<String> values = List.of("null", "7", "-1", "[]", "{}", "\"\"", "true", "1e400", "[[{}]]");
    String value = values.get(random.nextInt(values.size()));
    int at = text.indexOf(':', random.nextInt(text.length() - 2));
    String changed =
        at < 0 ? text : text.substring(0, at + 1) + value + text.substring(end(text, at + 1));
    byte[] bytes = changed.getBytes(UTF_8);
    return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }

  /** Where the value that begins here ends. */
  private static int end(String text, int from) {
    int depth = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        if (depth == 0) {
          return i;
        }
        depth--;
      } else if (c == ',' && depth == 0) {
        return i;
      }
    }
    return text.length();
  }

  private static String review(String pod, String namespace, boolean dryRun) {
    String text =
        "{'apiVersion':'admission.k8s.io/v1','kind':'AdmissionReview','request':{'uid':'u-1',"
            + "'resource':{'group':'','version':'v1','resource':'pods'},'operation':'CREATE',"
            + "'namespace':'"
            + namespace
            + "','dryRun':"
            + dryRun
            + ",'object':";
    return text.replace('\'', '"') + pod.replace('\'', '"') + "}}";
  }

  private JsonNode response(String review) throws IOException {
    Answer answer = admission.apply(review.getBytes(UTF_8));
    assertThat(answer.status()).isEqualTo(200);
    return Review.JSON.readTree(answer.body()).path("response");
  }

  private static ObjectNode applied(String pod, JsonNode response) throws IOException {
    ObjectNode changed = (ObjectNode) Review.JSON.readTree(pod.replace('\'', '"'));
    byte[] patch = Base64.getDecoder().decode(response.path("patch").asText());
    for (JsonNode operation : Review.JSON.readTree(patch)) {
      String path = operation.path("path").asText();
      int slash = path.lastIndexOf('/');
      ObjectNode parent = (ObjectNode) changed.at(path.substring(0, slash));
      parent.set(path.substring(slash + 1), operation.path("value"));
    }
    return changed;
  }

  private String page() throws IOException {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    metrics.render(new PageForm(PageForm.Format.TEXT, false), page);
    return page.toString(UTF_8);
  }
}
