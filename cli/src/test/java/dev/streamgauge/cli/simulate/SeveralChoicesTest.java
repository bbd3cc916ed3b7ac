package dev.streamgauge.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.TokenSource;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** More than one answer to a request. */
@Timeout(60)
final class SeveralChoicesTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String TEXT = "/v1/completions";
  private static final String QUICK = "ttft=1ms;itl=1ms;tokens=3";

  @ParameterizedTest
  @EnumSource(EngineStyle.class)
  void eachChoiceHasAChunkOfItsOwn(EngineStyle style) throws IOException {
    String body = "{\"stream\":true,\"n\":2,\"stream_options\":{\"include_usage\":true}}";
    for (String path : List.of(CHAT, TEXT)) {
      RawExchange.Reply reply = ask(style, path, body);
      assertThat(reply.chunks()).allSatisfy(chunk -> assertThat(indices(chunk)).isLessThan(2));
      assertThat(ReadAnswer.of(path, reply).choices).containsExactly(0, 1, 0, 1, 0, 1);
    }
  }

  /** vLLM and SGLang send the role as an event and chunk of its own; llama.cpp with the token. */
  @Test
  void llamasRoleSharesTheChunkOfItsChoicesFirstToken() throws IOException {
    List<String> chunks = ask(EngineStyle.LLAMACPP, CHAT, "{\"stream\":true,\"n\":2}").chunks();
    assertThat(chunks.get(0)).contains("\"role\"", "\"content\":\"").doesNotContain("\"index\":1");
    assertThat(chunks.get(1)).contains("\"role\"", "\"content\":\"").doesNotContain("\"index\":0");
    assertThat(ask(EngineStyle.VLLM, CHAT, "{\"stream\":true,\"n\":2}").chunks().get(1))
        .contains("\"role\"", "\"index\":1")
        .containsOnlyOnce("data: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"a\" | 1",
        "[\"a\"] | 1",
        "[\"a, \\\"b\",\"[c]\"] | 2",
        "[1, 2, 3] | 1",
        "[[1, 2], [3], [4]] | 3",
      })
  void eachPromptHasItsOwnChoices(String prompt, int prompts) throws IOException {
    String body =
        "{\"prompt\":%s,\"n\":2,\"stream\":true,\"stream_options\":{\"include_usage\":true}}"
            .formatted(prompt);
    ReadAnswer answer = ReadAnswer.of(TEXT, ask(EngineStyle.VLLM, TEXT, body));
    assertThat(answer.finishedChoices).isEqualTo(List.of(0, 1, 2, 3, 4, 5).subList(0, 2 * prompts));
    assertThat(answer.output).containsEntry(TokenSource.USAGE, 2L * prompts * 3);
  }

  @Test
  void anAnswerThatIsNoStreamHasThemAll() throws IOException {
    String body = "{\"prompt\":[\"a\",\"b\"],\"n\":2}";
    RawExchange.Reply reply = ask(EngineStyle.VLLM, TEXT, body);
    assertThat(ReadAnswer.of(TEXT, reply).finishedChoices).containsExactly(0, 1, 2, 3);
    assertThat(ask(EngineStyle.LLAMACPP, "/completion", "{\"prompt\":[\"a\",\"b\"]}").body())
        .startsWith("[{\"index\":0,")
        .contains("},{\"index\":1,");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "129", "99999999999999999999"})
  void nIsFromOneTo128(String n) throws IOException {
    String bound = n.startsWith("9") || n.startsWith("1") ? "most 128" : "least 1";
    RawExchange.Reply reply = ask(EngineStyle.VLLM, CHAT, "{\"n\":" + n + ",\"stream\":true}");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body())
        .isEqualTo(
            "{\"error\":{\"message\":\"n must be at %s, got %s.\",\"type\":\"BadRequestError\","
                    .formatted(bound, n)
                + "\"param\":null,\"code\":400}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "\"2\"", "true", "[2]", "{\"a\":2}", "2e0"})
  void nIsAWholeNumber(String n) throws IOException {
    RawExchange.Reply reply = ask(EngineStyle.VLLM, TEXT, "{\"n\": " + n + " }");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body())
        .startsWith("{\"error\":{\"message\":\"1 validation error: n: ")
        .endsWith(",\"type\":\"Bad Request\",\"param\":\"body.n\",\"code\":400}}");
  }

  @Test
  void theOthersRefuseInTheirOwnWay() throws IOException {
    assertThat(ask(EngineStyle.SGLANG, CHAT, "{\"n\":0}").body())
        .startsWith("{\"object\":\"error\",\"message\":\"n must be at least 1, got 0.\"");
    assertThat(ask(EngineStyle.LLAMACPP, CHAT, "{\"n\":1.5}").body())
        .startsWith("{\"error\":{\"code\":400,\"message\":\"1 validation error: n: 1.5 ");
  }

  @Test
  void nullLeavesNToTheServerAnd128AreServed() throws IOException {
    assertThat(ask(EngineStyle.VLLM, CHAT, "{\"n\":null}").status()).isEqualTo(200);
    RawExchange.Reply most = ask(EngineStyle.VLLM, CHAT, "{\"n\":128}");
    assertThat(ReadAnswer.of(CHAT, most).finishedChoices).hasSize(128);
  }

  @Test
  void promptsHaveALimitToo() throws IOException {
    String prompts = String.join(",", Collections.nCopies(129, "\"a\""));
    assertThat(ask(EngineStyle.VLLM, TEXT, "{\"prompt\":[" + prompts + "]}").status())
        .isEqualTo(400);
  }

  private static long indices(String chunk) {
    return chunk
        .lines()
        .filter(line -> line.contains("\"index\":"))
        .map(SeveralChoicesTest::index)
        .distinct()
        .count();
  }

  private static String index(String event) {
    return event.replaceFirst("^.*?\"index\":([0-9]+).*$", "$1");
  }

  private static RawExchange.Reply ask(EngineStyle style, String path, String body)
      throws IOException {
    SimulatorSettings settings = SimulatorSettings.of(draft -> draft.style = style);
    try (Simulator simulator = new Simulator(settings)) {
      return RawExchange.post(simulator.start(), path, QUICK, body);
    }
  }
}
