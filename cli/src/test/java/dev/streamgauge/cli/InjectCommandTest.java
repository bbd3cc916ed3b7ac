package dev.streamgauge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InjectCommandTest {
  private static final String LLAMA =
      """
      # ours
      kind: Pod
      metadata: {name: llama}
      spec:
        containers:
        - name: llama # é
          image: ghcr.io/ggml-org/llama.cpp:server
          args: [-m, m.gguf]
      """;

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void manifestsComeOutInjectedWithTheirComments() {
    assertThat(run(LLAMA, "-")).isZero();
    assertThat(text(out)).startsWith("# ours\nkind: Pod\n").contains("- name: llama # é", "--port");
    assertThat(text(err)).isEmpty();
  }

  @Test
  void theDifferenceAndTheReasonsCanBeHadAlone() {
    assertThat(run(LLAMA, "-", "--diff")).isZero();
    assertThat(text(out)).startsWith("--- -\n+++ - (injected)\n@@ ").contains("\n+    args:\n");
    out.reset();
    assertThat(run(LLAMA, "-", "--explain")).isZero();
    assertThat(text(out))
        .startsWith("Pod llama: injected\n")
        .contains("because: Services and clients go on as they are")
        .doesNotContain("kind: Pod");
  }

  @Test
  void theWebhooksViewLeavesAloneWhoDoesNotAsk() {
    assertThat(run(LLAMA, "-", "--respect-selectors")).isZero();
    assertThat(text(out)).isEqualTo(LLAMA);
    assertThat(text(err)).contains("Pod llama: left alone: neither a label nor an annotation");
  }

  @Test
  void whatCannotBeInjectedPassesUnchangedWithTheReasonAndExitCodeOne() {
    String own = LLAMA.replace("ghcr.io/ggml-org/llama.cpp:server", "own:1");
    assertThat(run(own, "-")).isEqualTo(1);
    assertThat(text(out)).isEqualTo(own);
    assertThat(text(err)).contains("not injected: container llama starts no model server");
  }

  @Test
  void thePolicyIsReadAndItsFaultsAreToldALineEach() throws IOException {
    Path policy = Files.writeString(folder.resolve("policy.yaml"), "image: own/streamgauge:2\n");
    assertThat(run(LLAMA, "-", "--policy", policy.toString())).isZero();
    assertThat(text(out)).contains("image: own/streamgauge:2");
    Files.writeString(policy, "imge: a\nmode: b\n");
    assertThat(run(LLAMA, "-", "--policy", policy.toString())).isEqualTo(2);
    assertThat(text(err)).hasLineCount(2).contains("expected: image");
  }

  @Test
  void whatCannotBeReadIsOneLineAndWrongUse() {
    for (List<String> args :
        List.of(
            List.<String>of(),
            List.of(folder.resolve("none.yaml").toString()),
            List.of(folder.toString()),
            List.of("-", "--polcy", "x"),
            List.of("-", "--policy", "none"))) {
      err.reset();
      assertThat(run("a: {{ b }}", args.toArray(String[]::new))).as("%s", args).isEqualTo(2);
      assertThat(text(err)).as("%s", args).hasLineCount(1);
    }
    err.reset();
    assertThat(run("a: {{ b }}", "-")).isEqualTo(2);
    assertThat(run("[".repeat(100_000), "-")).isEqualTo(2);
    assertThat(run("a: &a [*a]\n", "-")).isEqualTo(2);
    assertThat(text(err)).hasLineCount(3);
    assertThat(text(out)).isEmpty();
  }

  @Test
  void linesEndAsThoseOfTheFile() {
    assertThat(run(LLAMA.replace("\n", "\r\n"), "-")).isZero();
    assertThat(text(out)).contains("- name: streamgauge\r\n").doesNotContainPattern("[^\r]\n");
  }

  @Test
  void whatIsNotInUtf8IsNotReadAsSomethingElse() throws IOException {
    Path file = Files.write(folder.resolve("latin.yaml"), new byte[] {'a', ':', ' ', (byte) 0xe9});
    assertThat(run("", file.toString())).isEqualTo(2);
    assertThat(text(err)).isEqualTo("streamgauge: " + file + ": not in UTF-8\n");
    assertThat(text(out)).isEmpty();
  }

  @Test
  void severalFilesComeOutAsDocumentsOfTheirOwn() throws IOException {
    String first = Files.writeString(folder.resolve("a.yaml"), "a: 1").toString();
    String second = Files.writeString(folder.resolve("b.yaml"), "---\na: 2\n").toString();
    String empty = Files.writeString(folder.resolve("c.yaml"), "").toString();
    String third = Files.writeString(folder.resolve("d.yaml"), "a: 3\n").toString();
    assertThat(run("", first, second, empty, third)).isZero();
    assertThat(text(out)).isEqualTo("a: 1\n---\na: 2\n---\na: 3\n");
    out.reset();
    String json = Files.writeString(folder.resolve("e.json"), "{\"a\": 1}\n").toString();
    assertThat(run("", json, json)).isZero();
    assertThat(text(out)).isEqualTo("{\"a\": 1}\n{\"a\": 1}\n");
  }

  private int run(String input, String... args) {
    ByteArrayInputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    return new InjectCommand(in).run(List.of(args), stream(out), stream(err));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
