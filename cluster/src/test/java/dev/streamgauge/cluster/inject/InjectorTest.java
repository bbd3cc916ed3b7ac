package dev.streamgauge.cluster.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.manifest.Yaml;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InjectorTest {
  private static final String VLLM =
      """
      metadata:
        name: chat
        labels: {streamgauge.dev/inject: "true"}
      spec:
        containers:
        - name: model
          image: vllm/vllm-openai:v0.32.0
          args: [--model, Qwen/Qwen3-8B, --port, "8000"]
          ports:
          - {name: http, containerPort: 8000}
          readinessProbe:
            httpGet: {path: /health, port: http}
      """;

  @Test
  void theSidecarTakesTheServersPortAndTheServerMoves() throws Exception {
    ObjectNode pod = pod(VLLM);
    ObjectNode before = pod.deepCopy();

    Injection injection = Injector.inject(pod, Policy.defaults());

    assertThat(pod).isEqualTo(before);
    assertThat(injection).isInstanceOf(Injection.Injected.class);
    ObjectNode changed = ((Injection.Injected) injection).pod();
    assertThat(changed.at("/spec/containers/0/args/3").asText()).isEqualTo("18000");
    assertThat(changed.at("/spec/containers/0/ports"))
        .isEqualTo(pod.at("/spec/containers/0/ports"));
    assertThat(changed.at("/spec/containers/0/readinessProbe/httpGet/port").asInt())
        .isEqualTo(18000);
    assertThat(changed.at("/spec/initContainers/0/name").asText()).isEqualTo("streamgauge");
    assertThat(changed.at("/spec/initContainers/0/restartPolicy").asText()).isEqualTo("Always");
    assertThat(changed.at("/spec/initContainers/0/args").toString())
        .isEqualTo(
            "[\"proxy\",\"--listen=0.0.0.0:8000\",\"--upstream=http://127.0.0.1:18000\","
                + "\"--admin=0.0.0.0:9464\",\"--engine=vllm\"]");
  }

  @Test
  void injectingAgainChangesNothing() throws Exception {
    Injection.Injected first = (Injection.Injected) Injector.inject(pod(VLLM), Policy.defaults());

    Injection again = Injector.inject(first.pod(), Policy.defaults());

    assertThat(again).isInstanceOf(Injection.Skipped.class);
    assertThat(again.reasonLabel()).isEqualTo("already_injected");
  }

  @Test
  void anUnknownAnnotationIsRefusedWithTheNearestName() throws Exception {
    Policy policy = Policy.defaults().with(Map.of("streamgauge.dev/mod", "beside"));

    Injection injection = Injector.inject(pod(VLLM), policy);

    assertThat(injection.reasonLabel()).isEqualTo("unknown_annotation");
    assertThat(((Injection.Refused) injection).message())
        .isEqualTo(
            "streamgauge.dev/mod: unknown annotation on the namespace (expected:"
                + " streamgauge.dev/mode)");
  }

  private static ObjectNode pod(String yaml) throws Exception {
    return (ObjectNode) Yaml.read(yaml);
  }
}
