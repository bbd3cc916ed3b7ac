package dev.streamgauge.cluster.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.streamgauge.cluster.inject.Injection;
import dev.streamgauge.cluster.inject.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Each folder below {@code inject/} is a case: {@code pod.yaml} goes in, by {@code policy.yaml} or,
 * without one, as what somebody chose to give, and {@code expected.txt} tells what comes of it: the
 * result, each decision, each warning, and what changed. {@code -Dgolden.write=true} writes it
 * anew, to be read before it is committed.
 */
class GoldenInjectionTest {
  private static final Path CASES = Path.of("src/test/resources/inject");

  @TestFactory
  Stream<DynamicTest> eachCaseComesOutAsExpected() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      List<Path> cases = folders.filter(Files::isDirectory).sorted().toList();
      assertThat(cases).hasSizeGreaterThan(20);
      return cases.stream().map(each -> DynamicTest.dynamicTest(name(each), () -> check(each)));
    }
  }

  private static String name(Path folder) {
    return String.valueOf(folder.getFileName());
  }

  private static void check(Path folder) throws Exception {
    Path expected = folder.resolve("expected.txt");
    String text = Files.readString(folder.resolve("pod.yaml"));
    Policy policy = policy(folder);
    ManifestInjection.Result result = ManifestInjection.inject(text, policy);
    String told = told(text, result);
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(expected, told);
    }
    assertThat(told).isEqualTo(Files.readString(expected));
    theTextSaysWhatTheTreeSays(text, result, policy);
  }

  private static Policy policy(Path folder) throws Exception {
    Path file = folder.resolve("policy.yaml");
    return Files.exists(file)
        ? Policy.read(Yaml.read(Files.readString(file)))
        : Policy.defaults().injectingWhatIsGiven();
  }

  private static String told(String text, ManifestInjection.Result result) {
    StringBuilder told = new StringBuilder();
    for (ManifestInjection.Outcome outcome : result.outcomes()) {
      told.append(outcome.object()).append(": ").append(Explanation.of(outcome)).append('\n');
    }
    return told.append(LineDiff.of("pod.yaml", text, result.text())).toString();
  }

  /**
   * Injecting the result again changes nothing, and what was not injected is byte for byte equal.
   */
  private static void theTextSaysWhatTheTreeSays(
      String text, ManifestInjection.Result result, Policy policy) throws Exception {
    boolean changed =
        result.outcomes().stream().anyMatch(o -> o.injection() instanceof Injection.Injected);
    if (!changed) {
      assertThat(result.text()).isEqualTo(text);
    }
    assertThat(podsIn(result.text())).containsAll(podsOf(result));
    ManifestInjection.Result again = ManifestInjection.inject(result.text(), policy);
    assertThat(again.text()).isEqualTo(result.text());
    for (ManifestInjection.Outcome outcome : again.outcomes()) {
      assertThat(outcome.injection()).isNotInstanceOf(Injection.Injected.class);
    }
  }

  private static List<JsonNode> podsOf(ManifestInjection.Result result) {
    List<JsonNode> pods = new ArrayList<>();
    for (ManifestInjection.Outcome outcome : result.outcomes()) {
      if (outcome.injection() instanceof Injection.Injected injected) {
        pods.add(injected.pod());
      }
    }
    return pods;
  }

  private static List<JsonNode> podsIn(String text) throws BadManifest {
    List<JsonNode> pods = new ArrayList<>();
    for (Node document : Yaml.compose(text)) {
      PodTemplates.of(Yaml.tree(document)).forEach(template -> pods.add(template.pod()));
    }
    return pods;
  }
}
