package dev.streamgauge.cluster.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.manifest.BadManifest;
import dev.streamgauge.cluster.manifest.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for whatever pod is given: real ones, and what is left of them after some damage. */
class InjectorPropertyTest {
  private static final Policy POLICY =
      Policy.defaults().injectingWhatIsGiven().withDrainTokenKey("a-key-for-this-test");
  private static final int DAMAGED_PODS = Integer.getInteger("pods", 4_000);

  @Test
  void theOriginalIsNeverChangedAndTheResultIsNotInjectedAgain() throws Exception {
    for (ObjectNode pod : realPods()) {
      check(pod);
    }
  }

  @Test
  void aDamagedPodGetsAClearAnswer() throws Exception {
    Random random = new Random(8);
    List<ObjectNode> pods = realPods();
    int injected = 0;
    for (int i = 0; i < DAMAGED_PODS; i++) {
      ObjectNode pod = pods.get(random.nextInt(pods.size())).deepCopy();
      for (int damage = random.nextInt(3); damage >= 0; damage--) {
        damage(pod, random);
      }
      injected += check(pod) instanceof Injection.Injected ? 1 : 0;
    }
    // or the test would say nothing
    assertThat(injected).isBetween(DAMAGED_PODS / 10, DAMAGED_PODS);
  }

  private static Injection check(ObjectNode pod) {
    ObjectNode before = pod.deepCopy();
    Injection injection = Injector.inject(pod, POLICY);
    assertThat(pod).isEqualTo(before);
    assertThat(injection.reasonLabel()).as("%s", injection).isNotEqualTo("internal");
    if (injection instanceof Injection.Injected(ObjectNode changed, var decisions, _)) {
      assertThat(decisions).isNotEmpty();
      assertThat(Injector.inject(pod, POLICY)).isEqualTo(injection);
      assertThat(Injector.inject(changed, POLICY).reasonLabel()).isEqualTo("already_injected");
      everythingElseIsKept(pod, changed);
      portsDoNotCollide(changed);
    }
    return injection;
  }

  /** Each container is there in its place, and apart from where it listens as it was. */
  private static void everythingElseIsKept(ObjectNode pod, ObjectNode changed) {
    Set<String> mayChange =
        Set.of(
            "command",
            "args",
            "env",
            "startupProbe",
            "readinessProbe",
            "livenessProbe",
            "lifecycle");
    for (String list : List.of("containers", "initContainers")) {
      JsonNode old = pod.at("/spec/" + list);
      for (int i = 0; i < old.size(); i++) {
        for (Map.Entry<String, JsonNode> field : old.get(i).properties()) {
          if (!mayChange.contains(field.getKey())) {
            assertThat(changed.at("/spec/" + list).get(i).get(field.getKey()))
                .isEqualTo(field.getValue());
          }
        }
      }
    }
  }

  private static void portsDoNotCollide(ObjectNode changed) {
    ObjectNode sidecar = null;
    Set<Integer> declared = new HashSet<>();
    JsonNode status = status(changed);
    String model = status.path("container").asText();
    for (String list : List.of("containers", "initContainers")) {
      for (JsonNode container : changed.at("/spec/" + list)) {
        if (container.path("name").asText().equals(Sidecar.NAME)) {
          sidecar = (ObjectNode) container;
        } else if (!container.path("name").asText().equals(model)) {
          container.path("ports").forEach(port -> declared.add(port.path("containerPort").asInt()));
        }
      }
    }
    assertThat(sidecar).isNotNull();
    List<Integer> ours =
        List.of(
            status.path("listenPort").asInt(),
            status.path("serverPort").asInt(),
            status.path("adminPort").asInt());
    assertThat(new HashSet<>(ours)).hasSize(3);
    assertThat(ours).allSatisfy(port -> assertThat(port).isBetween(1, 65_535));
    assertThat(declared).doesNotContain(status.path("adminPort").asInt());
    if (status.path("mode").asText().equals("take-over")) {
      assertThat(declared).doesNotContain(status.path("serverPort").asInt());
    }
  }

  private static JsonNode status(ObjectNode pod) {
    try {
      String status = pod.at("/metadata/annotations").path(Wishes.STATUS).asText();
      return new ObjectMapper().readTree(status);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  /** One node of the tree becomes something else. */
  private static void damage(ObjectNode pod, Random random) {
    List<Runnable> places = new ArrayList<>();
    collect(pod, places, random);
    if (!places.isEmpty()) {
      places.get(random.nextInt(places.size())).run();
    }
  }

  private static void collect(JsonNode node, List<Runnable> places, Random random) {
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        String name = entry.getKey();
        places.add(() -> object.set(name, other(object.get(name), random)));
        places.add(() -> object.remove(name));
        collect(entry.getValue(), places, random);
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        int at = i;
        places.add(() -> array.set(at, other(array.get(at), random)));
        places.add(() -> array.add(array.get(at).deepCopy()));
        collect(array.get(i), places, random);
      }
    }
  }

  private static JsonNode other(JsonNode node, Random random) {
    JsonNodeFactory make = JsonNodeFactory.instance;
    return switch (random.nextInt(14)) {
      case 0 -> make.nullNode();
      case 1 -> make.numberNode(random.nextInt());
      case 2 -> make.numberNode(1e300);
      case 3 -> make.textNode("");
      case 4 -> make.textNode("x".repeat(300_000));
      case 5 -> make.arrayNode().add(node.deepCopy());
      case 6 -> make.objectNode().set("a", node.deepCopy());
      case 7 -> make.booleanNode(true);
      case 8 -> make.textNode("$(A)$(B)${C:-$(D)}\"'`(");
      case 9 -> make.textNode(node.asText() + "0");
      case 10 -> make.textNode("--port=" + random.nextInt(70_000));
      case 11 -> make.textNode("vllm serve \"$@\" --port ${P:-8000} && vllm serve x; cat <<E\n");
      case 12 -> make.numberNode(random.nextInt(66_000));
      default -> make.textNode("\0\uFFFC\uD800 ");
    };
  }

  /** Those of the golden tests that can be read alone. */
  private static List<ObjectNode> realPods() throws IOException {
    List<ObjectNode> pods = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src/test/resources/inject"))) {
      for (Path file : files.filter(each -> each.endsWith("pod.yaml")).sorted().toList()) {
        JsonNode document = document(file);
        for (String path : List.of("", "/spec/template", "/spec/jobTemplate/spec/template")) {
          if (document.at(path) instanceof ObjectNode pod && pod.at("/spec/containers").isArray()) {
            pods.add(pod);
          }
        }
      }
    }
    assertThat(pods).hasSizeGreaterThan(50);
    return pods;
  }

  private static JsonNode document(Path file) throws IOException {
    try {
      return Yaml.read(Files.readString(file));
    } catch (BadManifest e) {
      throw new AssertionError(file + ": " + e.getMessage(), e);
    }
  }

  @Test
  void variablesThatNameOneAnotherDoNotGrowWithoutEnd() throws Exception {
    StringBuilder env = new StringBuilder("[{name: V0, value: \"8000\"}");
    for (int i = 1; i < 200; i++) {
      String before = "$(V" + (i - 1) + ")";
      env.append(", {name: V")
          .append(i)
          .append(", value: \"")
          .append(before.repeat(10))
          .append("\"}");
    }
    ObjectNode pod =
        (ObjectNode)
            Yaml.read(
                "spec: {containers: [{name: m, image: vllm/vllm-openai, args: [--port, $(V199)], env: "
                    + env
                    + "]}]}");
    assertThat(check(pod).reasonLabel()).isEqualTo("unknown_port");
  }

  @Test
  void portsThatGoInACircleAreRefused() throws Exception {
    Map<String, String> circle = new HashMap<>();
    circle.put("streamgauge.dev/server-port", "8000");
    circle.put("streamgauge.dev/admin-port", "8000");
    ObjectNode pod =
        (ObjectNode)
            Yaml.read("spec: {containers: [{name: m, image: vllm/vllm-openai, args: [m]}]}");
    assertThat(Injector.inject(pod, POLICY.with(circle)).reasonLabel()).isEqualTo("port_taken");
    circle.put("streamgauge.dev/server-port", "8001");
    Injection injection = Injector.inject(pod, POLICY.with(circle));
    assertThat(injection).isInstanceOf(Injection.Injected.class);
    portsDoNotCollide(((Injection.Injected) injection).pod());
  }

  @Test
  void aPodOfManyContainersIsRefusedInWords() throws Exception {
    StringBuilder containers = new StringBuilder();
    for (int i = 0; i <= PodShape.CONTAINERS_MAX; i++) {
      containers.append("{name: c").append(i).append("},");
    }
    ObjectNode pod = (ObjectNode) Yaml.read("spec: {containers: [" + containers + "]}");
    assertThat(check(pod).reasonLabel()).isEqualTo("too_large");
  }
}
