package dev.streamgauge.cluster.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.manifest.Yaml;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyTest {
  private static final String POD =
      """
      metadata: {name: p, labels: {streamgauge.dev/inject: "true"}}
      spec: {containers: [{name: m, image: vllm/vllm-openai, args: [m]}]}
      """;

  @Test
  void everythingThatIsWrongIsToldAtOnceWithTheNearestName() {
    assertThat(
            problems(
                """
                imge: x
                mode: sideways
                cpuLimit: 0
                serverPorts: 1-2
                container: chat
                podSelector: {matchLabel: {a: b}}
                proxy: {maxConcurency: 8, slo: {a: b}}
                """))
        .containsExactly(
            "imge: unknown key (expected: image)",
            "mode: \"sideways\" (expected: take-over, beside)",
            "cpuLimit: \"0\" (expected: a quantity above zero, as 250m, 1 or 256Mi)",
            "serverPorts: \"1-2\" (expected: FIRST-LAST, ports from 1024 to 65535)",
            "container: unknown key (expected: one of mode, sidecar, serverPorts, listenPort,"
                + " listenAddress, adminPort, image, imagePullPolicy, cpuRequest, cpuLimit,"
                + " memoryRequest, memoryLimit, graceSeconds, drainHook, drainTokenKey, gpu,"
                + " gpuVisibility, gpuRuntimeClass, otlpServiceName, otlpAttributes,"
                + " otlpHeadersSecret, scrapeAnnotations, optIn, excludedNamespaces,"
                + " proxy, podSelector)",
            "podSelector: not a selector (expected: matchLabels and matchExpressions)",
            "proxy.maxConcurency: unknown option (expected: maxConcurrency)",
            "proxy.slo: neither a value nor a list (expected: one of them)");
    assertThat(problems("[a]")).hasSize(1);
  }

  @Test
  void anEmptyFileAndNullsAreTheDefaults() throws Exception {
    assertThat(policy("")).isEqualTo(Policy.defaults());
    assertThat(policy("image: null\nproxy: null\n")).isEqualTo(Policy.defaults());
  }

  /** Helm writes a plain off as false. */
  @Test
  void offIsUnderstoodAsFalse() throws Exception {
    assertThat(policy("gpuVisibility: false")).isEqualTo(policy("gpuVisibility: off"));
    assertThat(policy("proxy: {accessLog: false}").proxyOptions())
        .isEqualTo(Map.of("access-log", List.of("off")));
  }

  @Test
  void thePodIsStrongerThanItsNamespaceAndThatThanThePolicy() throws Exception {
    Policy policy = policy("listenPort: 1000\nlistenAddress: '::'\nmode: beside\nadminPort: 1001");
    Policy inNamespace =
        policy.with(
            Map.of("streamgauge.dev/listen-port", "2000", "streamgauge.dev/admin-port", "2001"));
    ObjectNode pod = pod();
    pod.withObject("/metadata/annotations").put("streamgauge.dev/listen-port", "3000");
    assertThat(status(pod, inNamespace))
        .contains("\"listenPort\":3000")
        .contains("\"adminPort\":2001")
        .contains("\"mode\":\"beside\"");
  }

  @Test
  void whoIsInjectedFollowsFromLabelAnnotationNamespaceAndSelector() throws Exception {
    ObjectNode unasked = pod();
    unasked.withObject("/metadata/labels").remove("streamgauge.dev/inject");
    Policy all = Policy.defaults();
    assertThat(reason(unasked, all)).isEqualTo("not_asked");
    assertThat(reason(unasked, all.with(Map.of("streamgauge.dev/inject", "true")))).isEqualTo("ok");
    assertThat(reason(unasked, policy("optIn: false"))).isEqualTo("ok");
    assertThat(reason(pod(), all.with(Map.of("streamgauge.dev/inject", "false")))).isEqualTo("ok");
    assertThat(reason(pod(), policy("podSelector: {matchLabels: {tier: x}}")))
        .isEqualTo("not_asked");
    ObjectNode system = pod();
    system.withObject("/metadata").put("namespace", "kube-system");
    assertThat(reason(system, all)).isEqualTo("excluded_namespace");
    assertThat(reason(system, policy("excludedNamespaces: [a, b]"))).isEqualTo("ok");
    assertThat(reason(system, all.injectingWhatIsGiven())).isEqualTo("ok");
  }

  @Test
  void theTokenOfAHookIsThePodsAloneAndTheSameEachTime() throws Exception {
    Policy policy = policy("drainHook: true").withDrainTokenKey("k".repeat(16));
    ObjectNode other = pod();
    other.withObject("/metadata").put("name", "q");
    String token = token(pod(), policy);
    assertThat(token).hasSize(40).isEqualTo(token(pod(), policy));
    assertThat(token(other, policy)).isNotEqualTo(token);
    assertThat(token(pod(), policy.withDrainTokenKey("l".repeat(16)))).isNotEqualTo(token);
    assertThatThrownBy(() -> policy.withDrainTokenKey("short")).hasMessageContaining("16 to 1024");
  }

  @Test
  void anAdmissionsTokenIsGoodForItsPodAlone() throws Exception {
    Policy policy = policy("drainHook: true").withDrainTokenKey("k".repeat(16));
    String token = token(pod(), policy.forAdmission("u-1"));
    assertThat(token).hasSize(40).isEqualTo(token(pod(), policy.forAdmission("u-1")));
    assertThat(token(pod(), policy.forAdmission("u-2"))).isNotEqualTo(token);
    assertThat(token(pod(), policy)).isNotEqualTo(token);
    assertThat(Policy.defaults().forAdmission("u-1")).isEqualTo(Policy.defaults());
  }

  @Test
  void whatWouldRefuseEveryPodIsRefusedAtTheStart() {
    assertThat(
            problems(
                """
                cpuRequest: 1500m
                memoryLimit: 128Mi
                proxy: {listen: 0.0.0.0:1, tlsCert: /x, accessLog: file:/x}
                """))
        .containsExactly(
            "proxy: --listen is set by the injector",
            "proxy: --tls-cert is about a file, and the sidecar has none but its image's",
            "proxy: --access-log is about a file, and the sidecar has none but its image's",
            "cpuRequest: 1500m (expected: at most cpuLimit, 1)",
            "memoryRequest: 256Mi (expected: at most memoryLimit, 128Mi)");
  }

  @Test
  void anImageIsOneThatTheKubeletCanRead() {
    for (String image :
        List.of(
            "streamgauge",
            "streamgauge:0.1.0-SNAPSHOT",
            "localhost/sg",
            "REGISTRY.example:5000/a_b/c__d/e-f.g:V1",
            "[::1]:5000/sg",
            "ghcr.io/x/sg@sha256:" + "0".repeat(64))) {
      assertThat(problems("image: '" + image + "'")).as(image).isEmpty();
    }
    for (String image : List.of("' sg'", "'sg '", "'a b'", "'::'", "A/B/sg", "'sg:'", "'-'")) {
      assertThat(problems("image: " + image)).as(image).hasSize(1);
    }
    assertThat(problems("image: '" + "a".repeat(513) + "'")).hasSize(1);
  }

  private static String token(ObjectNode pod, Policy policy) {
    Injection.Injected injected = (Injection.Injected) Injector.inject(pod, policy);
    String header =
        injected
            .pod()
            .at("/spec/containers/0/lifecycle/preStop/httpGet/httpHeaders/0/value")
            .asText();
    String given = injected.pod().at("/spec/initContainers/0/env/4/value").asText();
    assertThat(header).isEqualTo("Bearer " + given);
    return given;
  }

  private static String status(ObjectNode pod, Policy policy) {
    return ((Injection.Injected) Injector.inject(pod, policy))
        .pod()
        .at("/metadata/annotations/streamgauge.dev~1status")
        .asText();
  }

  private static String reason(ObjectNode pod, Policy policy) {
    return Injector.inject(pod, policy).reasonLabel();
  }

  private static ObjectNode pod() throws Exception {
    return (ObjectNode) Yaml.read(POD);
  }

  private static Policy policy(String yaml) throws Exception {
    return Policy.read(Yaml.read(yaml));
  }

  private static List<String> problems(String yaml) {
    try {
      policy(yaml);
      return List.of();
    } catch (BadPolicy e) {
      return e.problems();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
