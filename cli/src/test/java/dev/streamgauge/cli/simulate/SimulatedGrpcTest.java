package dev.streamgauge.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.cli.simulate.GrpcExchange.Call;
import dev.streamgauge.cli.simulate.GrpcExchange.End;
import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.FinishReason;
import dev.streamgauge.parser.TokenBasis;
import dev.streamgauge.parser.TokenKind;
import dev.streamgauge.parser.TokenSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is simulated over gRPC and what the product's own reader makes of it agree. */
@Timeout(60)
final class SimulatedGrpcTest {
  private static final String VLLM = "/vllm.grpc.engine.VllmEngine/Generate";
  private static final String SGLANG = "/sglang.grpc.scheduler.SglangScheduler/Generate";
  private static final String TRTLLM = "/trtllm.TrtllmService/Generate";
  private static final String KSERVE = "/inference.GRPCInferenceService/";
  private static final String QUICK = "ttft=1ms;itl=1ms;";
  private static final String FAILING = QUICK + "tokens=7;after=2;stall=150ms;fault=";

  private final Simulator simulator =
      new Simulator(SimulatorSettings.of(draft -> draft.grpcListen = draft.listen));
  private InetSocketAddress address = new InetSocketAddress(0);

  @BeforeEach
  void start() throws IOException {
    simulator.start();
    InetSocketAddress bound = simulator.grpcAddress();
    address = bound == null ? address : bound;
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @ParameterizedTest
  @CsvSource({
    VLLM + ", VLLM_GRPC, 5, 4",
    SGLANG + ", SGLANG_GRPC, 17, 4",
    TRTLLM + ", TRTLLM_GRPC, 6, 3",
  })
  void aStreamHasItsTokensByTheirIds(String path, Dialect dialect, int stream, int sampling) {
    Call call = call(path, QUICK + "tokens=7;tokens_per_chunk=3", generate(stream, sampling, 0));
    ReadAnswer answer = call.read();

    assertThat(call.end).isEqualTo(End.STATUS);
    assertThat(call.field("grpc-status")).isEqualTo("0");
    assertThat(call.heads).isEqualTo(2);
    assertThat(call.messages()).isEqualTo(4);
    assertThat(answer.dialect).isEqualTo(dialect);
    assertThat(answer.eventTokens).containsExactly(3, 3, 1);
    assertThat(answer.bases).containsOnly(TokenBasis.TOKEN_IDS);
    assertThat(answer.output).containsEntry(TokenSource.ENGINE, 7L);
    assertThat(answer.input).containsEntry(TokenSource.ENGINE, 2L);
    assertThat(answer.finish).isEqualTo(FinishReason.STOP);
    assertThat(answer.malformed).isZero();
    assertThat(simulator.stats().tokensSent()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({VLLM + ", 4, 15", SGLANG + ", 4, 17", TRTLLM + ", 3, 2"})
  void anAnswerAtOnceHasEachChoiceWhole(String path, int sampling, int n) {
    Call call = call(path, QUICK + "tokens=5", generate(0, sampling, n));
    ReadAnswer answer = call.read();

    assertThat(call.messages()).isEqualTo(2);
    assertThat(answer.eventTokens).containsExactly(5, 5);
    assertThat(answer.output).containsEntry(TokenSource.ENGINE, 10L);
    assertThat(answer.finishedChoices).containsExactly(0, 1);
  }

  @ParameterizedTest
  @CsvSource({VLLM + ", 5, 4, 15", SGLANG + ", 17, 4, 17", TRTLLM + ", 6, 3, 2"})
  void choicesStreamSideBySide(String path, int stream, int sampling, int n) {
    ReadAnswer answer = call(path, QUICK + "tokens=3", generate(stream, sampling, n)).read();

    assertThat(answer.choices).containsExactly(0, 1, 0, 1, 0, 1);
    assertThat(answer.output).containsEntry(TokenSource.ENGINE, 6L);
    assertThat(answer.finishedChoices).containsExactly(0, 1);
  }

  @Test
  void aLimitEndsTheAnswer() {
    byte[] vllm =
        new ProtoWriter().message(4, new ProtoWriter().number(8, 4)).number(5, 1).written();
    byte[] trtllm = new ProtoWriter().number(5, 4).number(6, 1).written();
    ReadAnswer ofVllm = call(VLLM, QUICK, vllm).read();
    ReadAnswer ofTrtllm = call(TRTLLM, QUICK, trtllm).read();

    assertThat(ofVllm.events).hasSize(4);
    assertThat(ofVllm.finish).isEqualTo(FinishReason.LENGTH);
    assertThat(ofTrtllm.events).hasSize(4);
    assertThat(ofTrtllm.finish).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void sglangCountsWhatItThought() {
    ReadAnswer answer = call(SGLANG, QUICK + "reasoning=2;tokens=3", generate(17, 4, 0)).read();

    assertThat(answer.events.subList(0, 2)).containsOnly(TokenKind.REASONING);
    assertThat(answer.events.subList(2, 5)).containsOnly(TokenKind.TEXT);
    assertThat(answer.reasoning).isEqualTo(2);
  }

  @Test
  void trtllmTellsItsTimesWhereTheyAreAsked() {
    byte[] message =
        new ProtoWriter().message(4, new ProtoWriter().number(7, 1)).number(6, 1).written();
    assertThat(call(TRTLLM, QUICK + "tokens=2", message).read().prefillNanos).isPositive();
  }

  @Test
  void anInferenceIsOneWholeAnswer() {
    Call call = call(KSERVE + "ModelInfer", QUICK + "tokens=3", infer("a", false, ""));
    ReadAnswer answer = call.read();

    assertThat(call.field("grpc-status")).isEqualTo("0");
    assertThat(call.messages()).isEqualTo(1);
    assertThat(answer.dialect).isEqualTo(Dialect.KSERVE_GRPC);
    assertThat(answer.model).isEqualTo("tiny");
    assertThat(answer.malformed).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void inferencesOfOneCallAreAnsweredSideBySide(boolean emptyFinal) {
    try (GrpcExchange exchange = new GrpcExchange(address)) {
      Call call =
          exchange
              .begin(KSERVE + "ModelStreamInfer", "ttft=20ms;itl=5ms")
              .send(infer("a", emptyFinal, "tokens=6"))
              .send(infer("b", emptyFinal, "tokens=4"))
              .end()
              .await();
      ReadAnswer answer = call.read();

      assertThat(call.field("grpc-status")).isEqualTo("0");
      assertThat(call.messages()).isEqualTo(emptyFinal ? 12 : 10);
      assertThat(answer.events).hasSize(10);
      assertThat(Collections.frequency(answer.choices, 0)).isEqualTo(6);
      assertThat(answer.choices.lastIndexOf(0)).isGreaterThan(answer.choices.indexOf(1));
      assertThat(answer.ended).isTrue();
    }
  }

  @Test
  void aCallOfInferencesLastsUntilTheClientEndsIt() {
    try (GrpcExchange exchange = new GrpcExchange(address)) {
      Call call = exchange.begin(KSERVE + "ModelStreamInfer", QUICK + "tokens=2");
      for (int i = 1; i <= 3; i++) {
        int messages = i * 3;
        call.send(infer("same", true, ""));
        Await.until(() -> call.messages() == messages);
      }
      assertThat(call.end().await().field("grpc-status")).isEqualTo("0");
      assertThat(call.read().events).hasSize(6);
      assertThat(simulator.stats().requests()).isEqualTo(1);
    }
  }

  @Test
  void anInferenceFailsInAMessageAndTheOthersGoOn() {
    try (GrpcExchange exchange = new GrpcExchange(address)) {
      Call call =
          exchange
              .begin(KSERVE + "ModelStreamInfer", QUICK)
              .send(infer("a", true, "tokens=5;after=2;fault=error_in_stream"))
              .send(infer("b", true, "tokens=5;fault=none"))
              .end()
              .await();
      ReadAnswer answer = call.read();

      assertThat(call.field("grpc-status")).isEqualTo("0");
      assertThat(answer.events).hasSize(7);
      assertThat(answer.error).isEqualTo(ErrorBody.DIED);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "error_in_stream, STATUS, 13, 2",
    "truncate, RESET, , 2",
    "cut, CONNECTION, , 2",
    "bad_framing, BARE, , 2",
    "stall, STATUS, 0, 7",
    "slow_headers, STATUS, 0, 7",
    "close_idle, STATUS, 0, 7",
    "none, STATUS, 0, 7",
    "http_500, STATUS, 13, 0",
    "http_429, STATUS, 8, 0",
    "early_413, STATUS, 8, 0",
  })
  void aCallFails(String fault, End end, String status, int events) {
    Call call = call(VLLM, FAILING + fault, generate(5, 4, 0));
    ReadAnswer answer = call.read();
    Fault kind = Fault.named(fault);

    assertThat(call.end).isEqualTo(end);
    assertThat(call.field("grpc-status")).isEqualTo(status);
    assertThat(answer.events).hasSize(events);
    assertThat(answer.finish == null).isEqualTo(events < 7);
    assertThat(kind == null ? 1 : simulator.stats().failures(kind)).isEqualTo(1);
    Await.until(() -> simulator.stats().streamsOpen() == 0);
  }

  /** Which may overtake what the client has not read. */
  @Test
  void aResetEndsTheConnection() {
    Call call = call(VLLM, FAILING + "reset", generate(5, 4, 0));

    assertThat(call.end).isEqualTo(End.CONNECTION);
    assertThat(call.read().events).hasSizeLessThanOrEqualTo(2);
    assertThat(call.field("grpc-status")).isNull();
  }

  @Test
  void aReusedConnectionMeetsItsEnd() {
    try (GrpcExchange exchange = new GrpcExchange(address)) {
      byte[] message = generate(5, 4, 0);
      Call first = exchange.begin(VLLM, FAILING + "close_on_reuse").send(message).end().await();
      Call second = exchange.begin(VLLM, QUICK);

      assertThat(first.field("grpc-status")).isEqualTo("0");
      assertThat(second.await().end).isEqualTo(End.CONNECTION);
      Await.until(() -> !exchange.isOpen());
    }
  }

  @Test
  void aBadHeadAndARefusalByHttpHaveNoStatusOfACall() {
    Call refused = call(VLLM, "status=503", generate(5, 4, 0));
    assertThat(refused.field(":status")).isEqualTo("503");
    assertThat(refused.field("grpc-status")).isNull();
    Call bad = call(VLLM, "fault=bad_head", generate(5, 4, 0));
    assertThat(bad.field("grpc-status")).isNull();
    assertThat(bad.data).isEmpty();
  }

  @Test
  void whoLeavesIsCounted() {
    try (GrpcExchange exchange = new GrpcExchange(address)) {
      exchange.begin(VLLM, "fault=no_answer").send(generate(5, 4, 0)).leave();
      exchange.begin(VLLM, "ttft=1m").send(generate(5, 4, 0)).leave();
      Await.until(() -> simulator.stats().cancelled() == 2);
      Await.until(() -> simulator.stats().streamsOpen() == 0);
    }
  }

  @Test
  void whatCannotBeAnsweredIsRefused() {
    byte[] empty = new byte[0];
    assertThat(call("/a.B/C", "", empty).field("grpc-status")).isEqualTo("12");
    assertThat(call(VLLM, "tokens=many", empty).field("grpc-status")).isEqualTo("3");
    assertThat(call(VLLM, "", new byte[] {7}).field("grpc-status")).isEqualTo("3");
    assertThat(call(VLLM, "", generate(5, 4, 15, 200)).field("grpc-message")).contains("n: 200");
  }

  @Test
  void theServerIsLiveAndReady() {
    for (String method : new String[] {"ServerLive", "ServerReady"}) {
      Call call = call(KSERVE + method, "", new byte[0]);
      assertThat(call.field("grpc-status")).isEqualTo("0");
      assertThat(call.data).containsExactly(new byte[] {0, 0, 0, 0, 2, 8, 1});
    }
  }

  @Test
  void noGrpcIsServedUnlessItIsAskedFor() throws IOException {
    try (Simulator plain = new Simulator(SimulatorSettings.defaults())) {
      plain.start();
      assertThat(plain.grpcAddress()).isNull();
    }
  }

  private Call call(String path, String wishes, byte[] message) {
    return GrpcExchange.call(address, path, wishes, message);
  }

  /** Of two tokens; fields 0 are left out. Two choices where n has a field. */
  private static byte[] generate(int stream, int sampling, int n) {
    return generate(stream, sampling, n, 2);
  }

  private static byte[] generate(int stream, int sampling, int n, int choices) {
    return new ProtoWriter()
        .text(1, "r-1")
        .message(2, new ProtoWriter().tokenIds(2, 0, 2))
        .message(sampling, new ProtoWriter().count(n, choices))
        .count(stream, 1)
        .written();
  }

  private static byte[] infer(String id, boolean emptyFinal, String wishes) {
    ProtoWriter request = new ProtoWriter().text(1, "tiny").text(3, id);
    if (emptyFinal) {
      ProtoWriter yes = new ProtoWriter().number(1, 1);
      String key = "triton_enable_empty_final_response";
      request.message(4, new ProtoWriter().text(1, key).message(2, yes));
    }
    if (!wishes.isEmpty()) {
      ProtoWriter text = new ProtoWriter().text(3, wishes);
      request.message(4, new ProtoWriter().text(1, "simulate").message(2, text));
    }
    return request.written();
  }
}
