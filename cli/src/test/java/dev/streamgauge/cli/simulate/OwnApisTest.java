package dev.streamgauge.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.cli.simulate.RawExchange.End;
import dev.streamgauge.cli.simulate.RawExchange.Reply;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The servers' own APIs on the wire, as they were recorded, and what comes before a first token.
 */
@Timeout(60)
final class OwnApisTest {
  private static final String QUICK = "ttft=1ms;itl=1ms;tokens=3;";

  @Test
  void ollamaStreamsLinesUnlessItIsToldNotTo() throws IOException {
    Reply reply = ask("/api/chat", "", "{}");
    assertThat(reply.header("content-type")).isEqualTo("application/x-ndjson");
    assertThat(reply.chunks()).hasSize(4);
    assertThat(reply.chunks().getFirst())
        .contains("\"message\":{\"role\":\"assistant\",\"content\":\" the\"},\"done\":false}\n");
    assertThat(reply.chunks().getLast())
        .contains("\"done\":true,\"done_reason\":\"stop\",\"total_duration\":")
        .contains("\"eval_count\":3,\"eval_duration\":2000000}\n");

    Reply whole = ask("/api/generate", "", "{\"stream\":false}");
    assertThat(whole.header("content-type")).isEqualTo("application/json; charset=utf-8");
    assertThat(whole.body()).contains("\"response\":\" the river ran\",\"done\":true");
  }

  @Test
  void ollamaCallsAToolInOneLine() throws IOException {
    List<String> chunks = ask("/api/chat", "tools", "{}").chunks();
    assertThat(chunks).hasSize(2);
    assertThat(chunks.getFirst())
        .contains("\"tool_calls\":[{\"function\":{\"index\":0,\"name\":\"get_level\",")
        .contains("\"arguments\":{\"place\": \"\"}}}]");
    assertThat(chunks.getLast()).contains("\"eval_count\":3");
  }

  @Test
  void ollamaThinksBesideItsContent() throws IOException {
    assertThat(ask("/api/generate", "reasoning=1", "{}").chunks().getFirst())
        .contains("\"response\":\"\",\"thinking\":\" the\",\"done\":false");
    assertThat(ask("/api/chat", "reasoning=1", "{}").chunks().getFirst())
        .contains("\"content\":\"\",\"thinking\":\" the\"},\"done\":false");
  }

  @Test
  void sglangsTextIsAllSoFarOrEachPiecesOwn() throws IOException {
    String body = "{\"stream\":true,\"text\":\"a\"}";
    assertThat(ask("/generate", "", body).chunks().get(1))
        .startsWith("data: {\"text\":\" the river\",\"output_ids\":[100,101],\"meta_info\":{")
        .contains("\"finish_reason\":null", "\"completion_tokens\":2,");
    List<String> pieces = ask("/generate", "incremental", body).chunks();
    assertThat(pieces.get(2))
        .startsWith("data: {\"text\":\" ran\",\"output_ids\":[102],")
        .contains(
            "\"finish_reason\":{\"type\":\"stop\",\"matched\":2}", "\"completion_tokens\":3,");
    assertThat(pieces.get(3)).isEqualTo("data: [DONE]\n\n");
  }

  @Test
  void sglangAnswersABatchByIndex() throws IOException {
    String batch = "\"text\":[\"a\",\"b\"],\"sampling_params\":{\"max_new_tokens\":2}";
    assertThat(ask("/generate", "", "{\"stream\":true," + batch + "}").body())
        .contains("\"index\":0}", "\"index\":1}");
    assertThat(ask("/generate", "", "{" + batch + "}").body()).startsWith("[{").endsWith("}]");
  }

  @Test
  void tgiHasAnEventForEachTokenAndTheTextInTheLast() throws IOException {
    String body = "{\"inputs\":\"a\",\"parameters\":{\"details\":true}}";
    List<String> chunks = ask("/generate_stream", "tokens_per_chunk=2", body).chunks();
    assertThat(chunks).hasSize(2);
    assertThat(chunks.getFirst().lines().filter(line -> line.startsWith("data:"))).hasSize(2);
    assertThat(chunks.getLast())
        .contains("\"text\":\"</s>\"", "\"special\":true", "\"generated_text\":\" the river\"")
        .contains("\"details\":{\"finish_reason\":\"eos_token\",\"generated_tokens\":3,");
    assertThat(ask("/generate_stream", "", "{\"inputs\":\"a\"}").body())
        .endsWith("\"details\":null}\n\n");
  }

  @Test
  void tgiAnswersAsAWholeWithItsTimesInTheHead() throws IOException {
    Reply reply = ask("/generate", "", "{\"inputs\":\"a\"}");
    assertThat(reply.body()).isEqualTo("{\"generated_text\":\" the river\"}");
    assertThat(reply.header("x-generated-tokens")).isEqualTo("3");
    assertThat(ask("/", "", "{\"inputs\":\"a\"}").body()).startsWith("[{").endsWith("}]");
    assertThat(ask("/", "", "{\"inputs\":\"a\",\"stream\":true}").chunks()).hasSize(3);
  }

  @Test
  void tritonNamesTheModelOfThePathAndNoEnd() throws IOException {
    assertThat(ask("/v2/models/lm/generate_stream", "", "{}").chunks().getLast())
        .isEqualTo(
            "data: {\"model_name\":\"lm\",\"model_version\":\"1\",\"text_output\":\" ran\"}\n\n");
    assertThat(ask("/v2/models/lm/versions/2/generate", "", "{}").body())
        .isEqualTo(
            "{\"model_name\":\"lm\",\"model_version\":\"2\",\"text_output\":\" the river ran\"}");
  }

  @Test
  void eachInputHasItsVector() throws IOException {
    assertThat(ask("/v1/embeddings", "", "{\"input\":[\"a\",\"b\"]}").body())
        .contains("{\"index\":1,\"object\":\"embedding\",\"embedding\":[")
        .contains("\"completion_tokens\":0")
        .doesNotContain("\"index\":2");
    assertThat(ask("/api/embed", "", "{\"input\":\"a\"}").body())
        .contains("\"embeddings\":[[")
        .contains("\"prompt_eval_count\":");
  }

  @ParameterizedTest
  @CsvSource({
    "/api/chat, {\"error\":\"the engine died (simulated)\"}",
    "/generate, data: [DONE]",
    "/generate_stream, 'data:{\"error\":\"the engine died (simulated)\",\"error_type\":\"generation\"}'",
    "/v2/models/lm/generate_stream, data: {\"error\":\"the engine died (simulated)\"}",
  })
  void eachFailsInItsOwnWay(String path, String last) throws IOException {
    Reply reply = ask(path, "tokens=9;after=2;fault=error_in_stream", "{\"stream\":true}");
    assertThat(reply.end()).isEqualTo(End.CLEAN);
    assertThat(reply.body()).contains("the engine died").endsWith(last + end(path));
    assertThat(ask(path, "tokens=9;after=2;fault=cut", "{\"stream\":true}").end())
        .isEqualTo(End.CUT);
  }

  /** A body that is none, and fields of a wrong type. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/chat/completions | {\"error\":{\"message\":",
        "/v1/completions | {\"error\":{\"message\":",
        "/v1/messages | {\"type\":\"error\",\"error\":{",
        "/generate | {\"object\":\"error\",",
        "/completion | {\"error\":{\"code\":400",
        "/api/chat | {\"error\":\"",
        "/generate_stream | {\"error\":\"",
        "/v2/models/lm/generate | {\"error\":\"",
        "/v1/embeddings | {\"error\":{\"message\":",
      })
  void aBodyThatCannotBeReadIsRefusedInTheDialectsWords(String path, String words)
      throws IOException {
    for (String body :
        List.of(
            "{\"stream\":true",
            "[]",
            "{\"stream\":true,}",
            "{\"stream\":\"yes\"}",
            "{\"stream\":[]}",
            "{\"max_tokens\":\"4\"}",
            "{\"max_tokens\":1.5}",
            "{\"prompt\":{}}",
            "{\"prompt\":3}")) {
      Reply reply = ask(path, "", body);
      assertThat(reply.status()).as(body).isEqualTo(400);
      assertThat(reply.body()).as(body).startsWith(words);
    }
    String nothing = "{\"stream\":null,\"max_tokens\":null,\"prompt\":null}";
    assertThat(ask(path, "", nothing).status()).isEqualTo(200);
  }

  @Test
  void vllmNamesTheFieldOfAWrongType() throws IOException {
    assertThat(ask("/v1/completions", "", "{\"prompt\":3}").body())
        .contains("prompt: 3 (expected: a text or a list)", "\"param\":\"body.prompt\"");
  }

  private static String end(String path) {
    return path.startsWith("/api/") ? "\n" : "\n\n";
  }

  /** Long before the first token, as of an engine whose parser holds its tokens back. */
  @Test
  void anOpeningMayComeEarly() throws IOException {
    List<String> chunks =
        ask("/v1/chat/completions", "ttft=60ms;comments=40ms;opening=20ms", "{\"stream\":true}")
            .chunks();
    assertThat(chunks.get(0)).contains("\"role\":\"assistant\"");
    assertThat(chunks.get(1)).startsWith(":");
    assertThat(chunks.stream().filter(chunk -> chunk.contains("\"role\""))).hasSize(1);
  }

  @Test
  void llamasProgressIsToldWhereItIsAskedFor() throws IOException {
    SimulatorSettings settings = SimulatorSettings.of(draft -> draft.style = EngineStyle.LLAMACPP);
    try (Simulator simulator = new Simulator(settings)) {
      var address = simulator.start();
      for (String path : List.of("/v1/chat/completions", "/completion")) {
        String body = "{\"stream\":true,\"return_progress\":true}";
        Reply reply = RawExchange.post(address, path, QUICK + "ttft=20ms", body);
        assertThat(reply.chunks().subList(0, 4))
            .allSatisfy(chunk -> assertThat(chunk).contains("\"prompt_progress\":{\"total\":"));
        assertThat(ReadAnswer.of(path, reply).events).hasSize(3);
      }
    }
  }

  private static Reply ask(String path, String wishes, String body) throws IOException {
    try (Simulator simulator = new Simulator(SimulatorSettings.defaults())) {
      return RawExchange.post(simulator.start(), path, QUICK + wishes, body);
    }
  }
}
