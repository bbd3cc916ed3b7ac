package dev.streamgauge.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.cli.simulate.RawExchange.End;
import dev.streamgauge.cli.simulate.RawExchange.Reply;
import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.FinishReason;
import dev.streamgauge.parser.TokenBasis;
import dev.streamgauge.parser.TokenKind;
import dev.streamgauge.parser.TokenSource;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In each dialect the product's own reader finds what was simulated. */
@Timeout(60)
final class SimulatedDialectTest {
  private static final String QUICK = "ttft=1ms;itl=1ms;tokens=7;";

  /** Where and how each is asked. */
  enum Asked {
    RESPONSES(
        "/v1/responses", "\"max_output_tokens\":4", Dialect.OPENAI_RESPONSES, TokenSource.USAGE),
    MESSAGES("/v1/messages", "\"max_tokens\":4", Dialect.ANTHROPIC_MESSAGES, TokenSource.USAGE),
    COHERE("/cohere/v2/chat", "\"max_tokens\":4", Dialect.COHERE_CHAT, TokenSource.USAGE),
    OLLAMA_CHAT("/api/chat", "\"options\":{\"num_predict\":4}", Dialect.OLLAMA, TokenSource.ENGINE),
    OLLAMA_GENERATE(
        "/api/generate", "\"options\":{\"num_predict\":4}", Dialect.OLLAMA, TokenSource.ENGINE);

    final String path;
    final String limit;
    final Dialect dialect;
    final TokenSource source;

    Asked(String path, String limit, Dialect dialect, TokenSource source) {
      this.path = path;
      this.limit = limit;
      this.dialect = dialect;
      this.source = source;
    }

    Reply stream(String wishes) throws IOException {
      return ask(wishes, "{\"stream\":true}");
    }

    Reply whole(String wishes) throws IOException {
      return ask(wishes, "{\"stream\":false}");
    }

    Reply ask(String wishes, String body) throws IOException {
      try (Simulator simulator = new Simulator(SimulatorSettings.defaults())) {
        return RawExchange.post(simulator.start(), path, QUICK + wishes, body);
      }
    }

    ReadAnswer read(Reply reply) {
      ReadAnswer answer = ReadAnswer.of(path, reply);
      assertThat(answer.malformed).isZero();
      return answer;
    }
  }

  @ParameterizedTest
  @EnumSource(Asked.class)
  void aStreamHasItsTokensAndItsEnd(Asked asked) throws IOException {
    Reply reply = asked.stream("");
    ReadAnswer answer = asked.read(reply);

    assertThat(reply.end()).isEqualTo(End.CLEAN);
    assertThat(answer.dialect).isEqualTo(asked.dialect);
    assertThat(answer.events).hasSize(7).containsOnly(TokenKind.TEXT);
    assertThat(answer.output).containsEntry(asked.source, 7L);
    assertThat(answer.finish).isEqualTo(FinishReason.STOP);
    assertThat(answer.ended).isTrue();
    assertThat(answer.model).isEqualTo(asked == Asked.COHERE ? null : "simulated");
    assertThat(answer.error).isNull();
  }

  @ParameterizedTest
  @EnumSource(Asked.class)
  void severalTokensAreOneEvent(Asked asked) throws IOException {
    ReadAnswer answer = asked.read(asked.stream("tokens_per_chunk=4"));

    assertThat(answer.events).hasSize(2);
    assertThat(answer.output).containsEntry(asked.source, 7L);
  }

  @ParameterizedTest
  @EnumSource(Asked.class)
  void reasoningComesBeforeTheAnswer(Asked asked) throws IOException {
    ReadAnswer answer = asked.read(asked.stream("reasoning=3"));

    assertThat(answer.events.subList(0, 3)).containsOnly(TokenKind.REASONING);
    assertThat(answer.events.subList(3, 10)).containsOnly(TokenKind.TEXT);
    assertThat(answer.output).containsEntry(asked.source, 10L);
  }

  /** The name is a token that stands in the call's opening, which is structure. */
  @ParameterizedTest
  @EnumSource(
      value = Asked.class,
      names = {"RESPONSES", "MESSAGES", "COHERE"})
  void aToolCallsNameIsNoEvent(Asked asked) throws IOException {
    ReadAnswer answer = asked.read(asked.stream("tools"));

    assertThat(answer.events).isEqualTo(Collections.nCopies(6, TokenKind.TOOL_CALL));
    assertThat(answer.output).containsEntry(asked.source, 7L);
  }

  @Test
  void ollamasCallIsOneEvent() throws IOException {
    ReadAnswer answer = Asked.OLLAMA_CHAT.read(Asked.OLLAMA_CHAT.stream("tools"));

    assertThat(answer.events).containsExactly(TokenKind.TOOL_CALL);
    assertThat(answer.output).containsEntry(TokenSource.ENGINE, 7L);
  }

  @ParameterizedTest
  @EnumSource(Asked.class)
  void theRequestsOwnLimitEndsTheAnswer(Asked asked) throws IOException {
    try (Simulator simulator = new Simulator(SimulatorSettings.defaults())) {
      String body = "{\"stream\":true," + asked.limit + "}";
      Reply reply = RawExchange.post(simulator.start(), asked.path, "ttft=0;itl=0", body);
      ReadAnswer answer = asked.read(reply);
      assertThat(answer.events).hasSize(4);
      assertThat(answer.finish).isEqualTo(FinishReason.LENGTH);
    }
  }

  @ParameterizedTest
  @EnumSource(Asked.class)
  void aWholeAnswerSaysTheSame(Asked asked) throws IOException {
    List<String> wishes =
        asked == Asked.OLLAMA_GENERATE
            ? List.of("", "reasoning=2")
            : List.of("", "reasoning=2", "tools");
    for (String wish : wishes) {
      Reply reply = asked.whole(wish);
      ReadAnswer answer = asked.read(reply);

      assertThat(reply.header("content-type")).startsWith("application/json");
      assertThat(answer.output).containsEntry(asked.source, wish.startsWith("r") ? 9L : 7L);
      assertThat(answer.finish).isNotNull();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Asked.class,
      names = {"RESPONSES", "MESSAGES", "COHERE"})
  void whatKeepsTheConnectionBusyIsNoToken(Asked asked) throws IOException {
    Reply reply = asked.stream("ttft=150ms;comments=30ms");
    long busy =
        reply.chunks().stream()
            .filter(chunk -> chunk.startsWith(":") || chunk.contains("ping"))
            .count();
    assertThat(busy).isBetween(1L, 5L);
    assertThat(asked.read(reply).events).hasSize(7);
  }

  @ParameterizedTest
  @EnumSource(Asked.class)
  void anErrorInAStreamIsReadAndATruncatedOneIsNot(Asked asked) throws IOException {
    for (String fault : List.of("error_in_stream", "truncate", "cut", "reset")) {
      Reply reply = asked.stream("after=2;fault=" + fault);
      ReadAnswer answer = asked.read(reply);

      assertThat(answer.events).hasSize(2);
      assertThat(answer.ended && answer.error == null).isFalse();
      assertThat(answer.error != null).isEqualTo(fault.equals("error_in_stream"));
    }
    assertThat(asked.read(asked.whole("fault=error_in_stream")).error).contains("died");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "incremental"})
  void sglangsOwnStreamIsReadEitherWay(String wish) throws IOException {
    ReadAnswer answer = own("/generate", wish, "{\"stream\":true,\"text\":\"a\"}");

    assertThat(answer.dialect).isEqualTo(Dialect.SGLANG_GENERATE);
    assertThat(answer.events).hasSize(7).containsOnly(TokenKind.TEXT);
    assertThat(answer.output).containsEntry(TokenSource.ENGINE, 7L);
    assertThat(answer.finish).isEqualTo(FinishReason.STOP);
    assertThat(answer.ended).isTrue();
    ReadAnswer whole = own("/generate", wish, "{\"text\":\"a\"}");
    assertThat(whole.output).containsEntry(TokenSource.ENGINE, 7L);
    String failure = "tokens=9;after=2;fault=error_in_stream;" + wish;
    assertThat(own("/generate", failure, "{\"stream\":true,\"text\":\"a\"}").error)
        .contains("died");
  }

  @Test
  void tritonsStreamIsTokensWithoutACount() throws IOException {
    ReadAnswer answer = own("/v2/models/lm/generate_stream", "", "{\"text_input\":\"a\"}");

    assertThat(answer.dialect).isEqualTo(Dialect.TRITON_GENERATE);
    assertThat(answer.events).hasSize(7).containsOnly(TokenKind.TEXT);
    assertThat(answer.output).isEmpty();
    assertThat(answer.model).isEqualTo("lm");
    assertThat(answer.ended).isTrue();
    ReadAnswer failed = own("/v2/models/lm/generate_stream", "after=2;fault=error_in_stream", "{}");
    assertThat(failed.error).contains("died");
    assertThat(own("/v2/models/lm/generate_stream", "after=2;fault=cut", "{}").ended).isFalse();
  }

  @Test
  void embeddingsHaveAnInputCountAndNoToken() throws IOException {
    ReadAnswer answer = own("/v1/embeddings", "", "{\"input\":[\"a\",\"b\"]}");

    assertThat(answer.dialect).isEqualTo(Dialect.OPENAI_EMBEDDINGS);
    assertThat(answer.events).isEmpty();
    assertThat(answer.input.get(TokenSource.USAGE)).isPositive();
    assertThat(answer.model).isEqualTo("simulated");
    assertThat(answer.ended).isTrue();
    assertThat(own("/v1/embeddings", "fault=cut", "{}").ended).isFalse();
    ReadAnswer ollamas = own("/api/embed", "", "{\"input\":\"a\"}");
    assertThat(ollamas.dialect).isEqualTo(Dialect.OLLAMA_EMBED);
    assertThat(ollamas.input.get(TokenSource.ENGINE)).isPositive();
  }

  private static ReadAnswer own(String path, String wishes, String body) throws IOException {
    try (Simulator simulator = new Simulator(SimulatorSettings.defaults())) {
      Reply reply = RawExchange.post(simulator.start(), path, QUICK + wishes, body);
      ReadAnswer answer = ReadAnswer.of(path, reply);
      assertThat(answer.malformed).isZero();
      return answer;
    }
  }

  @ParameterizedTest
  @EnumSource(Asked.class)
  void aRefusalIsInTheDialectsWords(Asked asked) throws IOException {
    Reply reply = asked.stream("fault=http_429");
    assertThat(reply.status()).isEqualTo(429);
    assertThat(reply.body())
        .contains(asked == Asked.COHERE ? "{\"message\":" : "\"error\":")
        .contains("too many");
  }

  @Test
  void vllmsTokenIdsAreItsEvents() throws IOException {
    String path = "/inference/v1/generate";
    String two = "\"sampling_params\":{\"n\":2,\"max_tokens\":5}";
    try (Simulator simulator = new Simulator(SimulatorSettings.defaults())) {
      var address = simulator.start();
      String wishes = "ttft=1ms;itl=1ms;tokens_per_chunk=2";
      ReadAnswer ids =
          ReadAnswer.of(
              path, RawExchange.post(address, path, wishes, "{\"stream\":true," + two + "}"));
      assertThat(ids.dialect).isEqualTo(Dialect.VLLM_GENERATE);
      assertThat(ids.choices).containsExactly(0, 1, 0, 1, 0, 1);
      assertThat(ids.bases).containsOnly(TokenBasis.TOKEN_IDS);
      assertThat(ids.eventTokens).containsExactly(2, 2, 2, 2, 1, 1);
      assertThat(ids.output).isEqualTo(Map.of(TokenSource.ENGINE, 10L));
      assertThat(ids.finishedChoices).containsExactly(0, 1);
      assertThat(ids.finish).isEqualTo(FinishReason.LENGTH);

      String asking = "\"output_mode\":\"text\",\"stream_options\":{\"include_usage\":true},";
      ReadAnswer text =
          ReadAnswer.of(
              path,
              RawExchange.post(address, path, wishes, "{\"stream\":true," + asking + two + "}"));
      assertThat(text.eventTokens).containsExactly(2, 2, 2, 2, 1, 1);
      assertThat(text.output).containsEntry(TokenSource.USAGE, 10L);

      ReadAnswer whole =
          ReadAnswer.of(path, RawExchange.post(address, path, wishes, "{" + two + "}"));
      assertThat(whole.output).containsEntry(TokenSource.USAGE, 10L);
      assertThat(whole.model).isEqualTo("simulated");
    }
  }

  @Test
  void vllmsGenerateFailsAsItsOtherRoutesDo() throws IOException {
    String path = "/inference/v1/generate";
    try (Simulator simulator = new Simulator(SimulatorSettings.defaults())) {
      String wishes = QUICK + "after=2;fault=error_in_stream";
      Reply reply = RawExchange.post(simulator.start(), path, wishes, "{\"stream\":true}");
      ReadAnswer answer = ReadAnswer.of(path, reply);
      assertThat(answer.events).hasSize(2);
      assertThat(answer.error).contains("died");
      assertThat(reply.body()).endsWith("data: [DONE]\n\n");
    }
  }
}
