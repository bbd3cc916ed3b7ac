package dev.streamgauge.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.cli.simulate.RawExchange.End;
import dev.streamgauge.cli.simulate.RawExchange.Reply;
import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.FinishReason;
import dev.streamgauge.parser.TokenKind;
import dev.streamgauge.parser.TokenSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the simulator says and what the product reads agree. */
@Timeout(60)
final class SimulatorTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String TEXT = "/v1/completions";
  private static final String OWN = "/completion";
  private static final String STREAM = "{\"stream\":true}";
  private static final String STREAM_WITH_USAGE =
      "{\"stream\":true,\"stream_options\":{\"include_usage\":true}}";
  private static final String QUICK = "ttft=1ms;itl=1ms;tokens=7";

  @ParameterizedTest
  @EnumSource(EngineStyle.class)
  void aStreamedChatHasItsTokensAndItsEnd(EngineStyle style) throws IOException {
    Reply reply = ask(style, CHAT, QUICK, STREAM_WITH_USAGE);
    ReadAnswer answer = ReadAnswer.of(CHAT, reply);

    assertThat(reply.end()).isEqualTo(End.CLEAN);
    assertThat(answer.dialect).isEqualTo(Dialect.OPENAI_CHAT);
    assertThat(answer.events).hasSize(7).containsOnly(TokenKind.TEXT);
    assertThat(answer.output).containsEntry(TokenSource.USAGE, 7L);
    assertThat(answer.finish).isEqualTo(FinishReason.STOP);
    assertThat(answer.ended).isTrue();
    assertThat(answer.malformed).isZero();
    assertThat(answer.model).isEqualTo("simulated");
  }

  @ParameterizedTest
  @EnumSource(EngineStyle.class)
  void aStreamedCompletionHasItsTokensAndItsEnd(EngineStyle style) throws IOException {
    ReadAnswer answer = ReadAnswer.of(TEXT, ask(style, TEXT, QUICK, STREAM_WITH_USAGE));

    assertThat(answer.dialect).isEqualTo(Dialect.OPENAI_COMPLETIONS);
    assertThat(answer.events).hasSize(7);
    assertThat(answer.output).containsEntry(TokenSource.USAGE, 7L);
    assertThat(answer.finish).isEqualTo(FinishReason.STOP);
    assertThat(answer.ended).isTrue();
  }

  @Test
  void usageComesOnlyWhereItWasAskedFor() throws IOException {
    ReadAnswer answer = ReadAnswer.of(CHAT, ask(EngineStyle.VLLM, CHAT, QUICK, STREAM));
    assertThat(answer.output).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = EngineStyle.class,
      names = {"VLLM", "SGLANG"})
  void continuousUsageCountsEachPiece(EngineStyle style) throws IOException {
    String body = "{\"stream\":true,\"stream_options\":{\"continuous_usage_stats\":true}}";
    Reply reply = ask(style, CHAT, QUICK + ";tokens_per_chunk=3", body);
    ReadAnswer answer = ReadAnswer.of(CHAT, reply);

    assertThat(answer.eventTokens).containsExactly(3, 3, 1);
    assertThat(answer.output).containsEntry(TokenSource.CONTINUOUS_USAGE, 7L);
  }

  @ParameterizedTest
  @EnumSource(EngineStyle.class)
  void severalTokensAreOneEvent(EngineStyle style) throws IOException {
    Reply reply = ask(style, CHAT, QUICK + ";tokens_per_chunk=4", STREAM_WITH_USAGE);
    ReadAnswer answer = ReadAnswer.of(CHAT, reply);

    assertThat(answer.events).hasSize(2);
    assertThat(answer.output).containsEntry(TokenSource.USAGE, 7L);
  }

  @ParameterizedTest
  @EnumSource(EngineStyle.class)
  void reasoningComesBeforeTheAnswer(EngineStyle style) throws IOException {
    Reply reply = ask(style, CHAT, QUICK + ";reasoning=3", STREAM_WITH_USAGE);
    ReadAnswer answer = ReadAnswer.of(CHAT, reply);

    assertThat(answer.events).hasSize(10);
    assertThat(answer.events.subList(0, 3)).containsOnly(TokenKind.REASONING);
    assertThat(answer.events.subList(3, 10)).containsOnly(TokenKind.TEXT);
    assertThat(answer.output).containsEntry(TokenSource.USAGE, 10L);
  }

  @ParameterizedTest
  @EnumSource(EngineStyle.class)
  void aToolCallIsTokensToo(EngineStyle style) throws IOException {
    ReadAnswer answer = ReadAnswer.of(CHAT, ask(style, CHAT, QUICK + ";tools", STREAM_WITH_USAGE));

    assertThat(answer.events).hasSize(7).containsOnly(TokenKind.TOOL_CALL);
    assertThat(answer.finish).isEqualTo(FinishReason.TOOL_CALLS);
  }

  @ParameterizedTest
  @EnumSource(EngineStyle.class)
  void theRequestsOwnLimitEndsTheAnswer(EngineStyle style) throws IOException {
    String body = "{\"max_tokens\":5,\"stream\":true,\"messages\":[{\"max_tokens\":2}]}";
    ReadAnswer answer = ReadAnswer.of(CHAT, ask(style, CHAT, "ttft=0;itl=0", body));

    assertThat(answer.events).hasSize(5);
    assertThat(answer.finish).isEqualTo(FinishReason.LENGTH);
  }

  @ParameterizedTest
  @EnumSource(EngineStyle.class)
  void aWholeAnswerSaysTheSame(EngineStyle style) throws IOException {
    for (String path : List.of(CHAT, TEXT)) {
      Reply reply = ask(style, path, QUICK, "{\"model\":\"mine\"}");
      ReadAnswer answer = ReadAnswer.of(path, reply);

      assertThat(reply.header("content-type")).startsWith("application/json");
      assertThat(answer.output).containsEntry(TokenSource.USAGE, 7L);
      assertThat(answer.finish).isEqualTo(FinishReason.STOP);
      assertThat(answer.model).isEqualTo("mine");
    }
  }

  @Test
  void aWholeAnswerMayBeReasoningOrAToolCall() throws IOException {
    Reply reasoned = ask(EngineStyle.VLLM, CHAT, QUICK + ";reasoning=2", "{}");
    assertThat(ReadAnswer.of(CHAT, reasoned).reasoning).isEqualTo(2);
    Reply called = ask(EngineStyle.VLLM, CHAT, QUICK + ";tools", "{}");
    assertThat(ReadAnswer.of(CHAT, called).finish).isEqualTo(FinishReason.TOOL_CALLS);
  }

  @Test
  void llamasOwnCompletionCountsItsTokensAndTimes() throws IOException {
    Reply reply = ask(EngineStyle.LLAMACPP, OWN, QUICK + ";tokens_per_chunk=2", STREAM);
    ReadAnswer answer = ReadAnswer.of(OWN, reply);

    assertThat(answer.dialect).isEqualTo(Dialect.LLAMACPP_COMPLETION);
    assertThat(answer.events).hasSize(4);
    assertThat(answer.output).containsEntry(TokenSource.ENGINE, 7L);
    assertThat(answer.prefillNanos).isEqualTo(Duration.ofMillis(1).toNanos());
    assertThat(answer.ended).isTrue();

    ReadAnswer whole = ReadAnswer.of(OWN, ask(EngineStyle.VLLM, OWN, QUICK, "{}"));
    assertThat(whole.output).containsEntry(TokenSource.ENGINE, 7L);
  }

  @Test
  void commentsComeUntilTheFirstTokenAndAreNone() throws IOException {
    for (EngineStyle style : EngineStyle.values()) {
      Reply reply = ask(style, CHAT, "ttft=200ms;itl=0;tokens=3;comments=40ms", STREAM);
      long comments = reply.chunks().stream().filter(chunk -> chunk.startsWith(":")).count();
      assertThat(comments).isBetween(1L, 4L);
      assertThat(ReadAnswer.of(CHAT, reply).events).hasSize(3);
    }
  }

  @Test
  void aPieceNeverComesBeforeItsTime() throws IOException {
    long before = System.nanoTime();
    Reply reply = ask(EngineStyle.VLLM, CHAT, "ttft=100ms;itl=20ms;tokens=6", STREAM);
    long took = System.nanoTime() - before;
    assertThat(reply.end()).isEqualTo(End.CLEAN);
    assertThat(took).isGreaterThanOrEqualTo(Duration.ofMillis(200).toNanos());
  }

  @Test
  void theSameSeedGivesTheSameBytes() throws IOException {
    String wishes = "ttft=0;itl=0;tokens=uniform(5,50);tokens_per_chunk=uniform(1,4)";
    Reply first = ask(EngineStyle.VLLM, CHAT, wishes, STREAM);
    assertThat(ask(EngineStyle.VLLM, CHAT, wishes, STREAM)).isEqualTo(first);
  }

  @Test
  void theQueryWishesTooAndTheHeaderBeatsIt() throws IOException {
    Reply reply =
        ask(EngineStyle.VLLM, CHAT + "?simulate=tokens=9;ttft=0;itl=0", "tokens=4", STREAM);
    assertThat(ReadAnswer.of(CHAT, reply).events).hasSize(4);
  }

  @Test
  void aWishThatCannotBeReadIsRefused() throws IOException {
    for (String wish :
        List.of("fault=nothing", "ttft=soon", "after=-1", "status=200", "tokens=", "colour=red")) {
      Reply reply = ask(EngineStyle.VLLM, CHAT, wish, STREAM);
      assertThat(reply.status()).as(wish).isEqualTo(400);
    }
  }

  @Test
  void aConnectionServesRequestsInTheirOrder() throws IOException {
    try (Simulator simulator = new Simulator(SimulatorSettings.defaults());
        RawExchange exchange = new RawExchange(simulator.start())) {
      exchange.send(
          RawExchange.request(CHAT, "ttft=50ms;itl=0;tokens=3", STREAM)
              + RawExchange.request(TEXT, "ttft=0;itl=0;tokens=2", STREAM)
              + "GET /health HTTP/1.1\r\nHost: sim\r\n\r\n"
              + "GET /simulate/stats HTTP/1.1\r\nHost: sim\r\n\r\n");
      assertThat(ReadAnswer.of(CHAT, exchange.reply()).events).hasSize(3);
      assertThat(ReadAnswer.of(TEXT, exchange.reply()).events).hasSize(2);
      assertThat(exchange.reply().body()).isEqualTo("{\"status\":\"ok\"}");
      assertThat(exchange.reply().body())
          .contains("\"requests\":4,\"streams_open\":0,\"tokens_sent\":5,\"cancelled\":0");
    }
  }

  @Test
  void aBodyMayEndWithTheConnection() throws IOException {
    Reply reply = ask(EngineStyle.VLLM, CHAT, QUICK + ";framing=close", STREAM);
    assertThat(reply.header("transfer-encoding")).isNull();
    assertThat(ReadAnswer.of(CHAT, reply).events).hasSize(7);
  }

  @Test
  void anOldClientGetsNoChunks() throws IOException {
    try (Simulator simulator = new Simulator(SimulatorSettings.defaults());
        RawExchange exchange = new RawExchange(simulator.start())) {
      exchange.send(RawExchange.request(CHAT, QUICK, STREAM).replace("HTTP/1.1", "HTTP/1.0"));
      Reply reply = exchange.reply();
      assertThat(reply.header("transfer-encoding")).isNull();
      assertThat(ReadAnswer.of(CHAT, reply).ended).isTrue();
    }
  }

  @Test
  void aBodyThatWaitsForPermissionIsAskedFor() throws IOException {
    try (Simulator simulator = new Simulator(SimulatorSettings.defaults());
        RawExchange exchange = new RawExchange(simulator.start())) {
      String request = RawExchange.request(TEXT, "ttft=0;tokens=1", "{}");
      String head = request.substring(0, request.length() - "{}".length());
      exchange.send(head.replace("Content-", "Expect: 100-continue\r\nContent-"));
      byte[] permission = exchange.socket.getInputStream().readNBytes(25);
      assertThat(permission).asString().isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      exchange.send("{}");
      assertThat(exchange.reply().status()).isEqualTo(200);
    }
  }

  @Test
  void aClientThatLeavesEndsItsStream() throws Exception {
    try (Simulator simulator = new Simulator(SimulatorSettings.defaults())) {
      InetSocketAddress address = simulator.start();
      try (RawExchange exchange = new RawExchange(address)) {
        exchange.send(RawExchange.request(CHAT, "ttft=0;itl=5ms;tokens=1000000", STREAM));
        assertThat(exchange.socket.getInputStream().read()).isEqualTo('H');
        assertThat(simulator.stats().streamsOpen()).isEqualTo(1);
      }
      Await.until(() -> simulator.stats().cancelled() == 1);
      assertThat(simulator.stats().streamsOpen()).isZero();
    }
  }

  /** Ten million tokens would be gigabytes: they must not gather in the simulator. */
  @Test
  void aClientThatDoesNotReadStopsTheWriting() throws Exception {
    try (Simulator simulator = new Simulator(SimulatorSettings.defaults());
        RawExchange exchange = new RawExchange(simulator.start())) {
      exchange.send(RawExchange.request(CHAT, "ttft=0;itl=0;tokens=10000000", STREAM));
      Await.until(() -> simulator.stats().tokensSent() > 100);
      Await.untilStable(() -> simulator.stats().tokensSent());
      assertThat(simulator.stats().tokensSent()).isLessThan(1_000_000);
      long stopped = simulator.stats().tokensSent();
      assertThat(exchange.socket.getInputStream().readNBytes(20_000_000)).hasSize(20_000_000);
      assertThat(simulator.stats().tokensSent()).isGreaterThan(stopped);
    }
  }

  @Test
  void anUnusedConnectionIsClosed() throws IOException {
    Consumer<SimulatorSettings.Draft> soon = draft -> draft.idleTimeout = Duration.ofMillis(50);
    try (Simulator simulator = new Simulator(SimulatorSettings.of(soon));
        RawExchange exchange = new RawExchange(simulator.start())) {
      exchange.send(RawExchange.request(TEXT, "ttft=200ms;tokens=1", "{}"));
      assertThat(exchange.reply().status()).isEqualTo(200);
      assertThat(exchange.socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void pathsAndMethodsAreChecked() throws IOException {
    assertThat(ask(EngineStyle.VLLM, "/v2", "", "{}").status()).isEqualTo(404);
    assertThat(ask(EngineStyle.VLLM, "/health", "", "{}").status()).isEqualTo(405);
  }

  private static Reply ask(EngineStyle style, String path, String wishes, String body)
      throws IOException {
    SimulatorSettings settings = SimulatorSettings.of(draft -> draft.style = style);
    try (Simulator simulator = new Simulator(settings)) {
      return RawExchange.post(simulator.start(), path, wishes, body);
    }
  }
}
