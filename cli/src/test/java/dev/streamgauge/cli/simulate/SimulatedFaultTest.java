package dev.streamgauge.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streamgauge.cli.simulate.RawExchange.End;
import dev.streamgauge.cli.simulate.RawExchange.Reply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each fault on the wire, and what the product's own reader makes of it. */
@Timeout(60)
final class SimulatedFaultTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String STREAM = "{\"stream\":true}";
  private static final String QUICK = "ttft=1ms;itl=1ms;tokens=7;after=2;stall=150ms;fault=";
  private static final long STALL_NANOS = Duration.ofMillis(150).toNanos();

  private Simulator simulator = new Simulator(SimulatorSettings.defaults());
  private InetSocketAddress address = new InetSocketAddress(0);

  @BeforeEach
  void start() throws IOException {
    address = simulator.start();
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @ParameterizedTest
  @CsvSource({
    "error_in_stream, CLEAN, 2",
    "truncate, CLEAN, 2",
    "cut, CUT, 2",
    "reset, RESET, 2",
    "bad_framing, MALFORMED, 2",
    "stall, CLEAN, 7",
    "slow_headers, CLEAN, 7",
    "close_idle, CLEAN, 7",
    "none, CLEAN, 7",
  })
  void aStreamFailsAfterSomeEvents(String fault, End end, int events) throws IOException {
    Reply reply = RawExchange.post(address, CHAT, QUICK + fault, STREAM);
    ReadAnswer answer = ReadAnswer.of(CHAT, reply);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.end()).isEqualTo(end);
    assertThat(answer.events).hasSize(events);
    assertThat(answer.finish == null).isEqualTo(events < 7);
    assertThat(answer.error != null).isEqualTo(fault.equals("error_in_stream"));
    assertThat(count(fault)).isEqualTo(1);
  }

  private long count(String label) {
    Fault fault = Fault.named(label);
    return fault == null ? 1 : simulator.stats().failures(fault);
  }

  @ParameterizedTest
  @CsvSource({"VLLM", "SGLANG", "LLAMACPP"})
  void anErrorInAStreamIsReadInEachStyle(EngineStyle style) throws IOException {
    try (Simulator other = new Simulator(SimulatorSettings.of(draft -> draft.style = style))) {
      InetSocketAddress there = other.start();
      for (String path : new String[] {CHAT, "/v1/completions", "/completion"}) {
        Reply reply = RawExchange.post(there, path, QUICK + "error_in_stream", STREAM);
        assertThat(ReadAnswer.of(path, reply).error).contains("died");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "error_in_stream, CLEAN",
    "truncate, CLEAN",
    "cut, CUT",
    "reset, RESET",
    "bad_framing, MALFORMED",
    "stall, CLEAN",
    "slow_headers, CLEAN",
  })
  void aWholeAnswerFailsToo(String fault, End end) throws IOException {
    Reply reply = RawExchange.post(address, CHAT, QUICK + fault, "{}");
    ReadAnswer answer = ReadAnswer.of(CHAT, reply);
    boolean late = fault.equals("stall") || fault.equals("slow_headers");

    assertThat(reply.end()).isEqualTo(end);
    assertThat(answer.finish != null).isEqualTo(late);
    assertThat(answer.error != null).isEqualTo(fault.equals("error_in_stream"));
  }

  @ParameterizedTest
  @CsvSource({
    "fault=http_500, 500",
    "fault=http_429, 429",
    "fault=early_413, 413",
    "status=503, 503",
  })
  void aRefusalHasItsStatusAndAnErrorObject(String wish, int status) throws IOException {
    Reply reply = RawExchange.post(address, CHAT, wish, STREAM);
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.body()).startsWith("{\"error\":{");
    assertThat(reply.header("retry-after") != null).isEqualTo(status == 429);
  }

  @Test
  void aLargeBodyThatIsRefusedEarlyIsNeverWaitedFor() throws IOException {
    try (RawExchange exchange = new RawExchange(address)) {
      String request = RawExchange.request(CHAT, "fault=early_413", "x".repeat(100_000));
      exchange.send(request.substring(0, request.length() - 90_000));
      assertThat(exchange.reply().status()).isEqualTo(413);
    }
  }

  @Test
  void aBadHeadIsNone() throws IOException {
    Reply reply = RawExchange.post(address, CHAT, "fault=bad_head", STREAM);
    assertThat(reply.end()).isEqualTo(End.MALFORMED);
  }

  @Test
  void noAnswerNeverComes() throws IOException {
    try (RawExchange exchange = new RawExchange(address)) {
      exchange.send(RawExchange.request(CHAT, "fault=no_answer", STREAM));
      exchange.socket.setSoTimeout(200);
      assertThatThrownBy(() -> exchange.socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
    }
    Await.until(() -> simulator.stats().cancelled() == 1);
  }

  @Test
  void aStallLastsAsLongAsItWasWished() throws IOException {
    for (String fault : new String[] {"stall", "slow_headers"}) {
      for (String body : new String[] {STREAM, "{}"}) {
        long before = System.nanoTime();
        RawExchange.post(address, CHAT, QUICK + fault, body);
        assertThat(System.nanoTime() - before).as(fault + body).isGreaterThan(STALL_NANOS);
      }
    }
  }

  @Test
  void aPromiseOfKeepAliveIsBroken() throws IOException {
    try (RawExchange exchange = new RawExchange(address)) {
      exchange.send(RawExchange.request(CHAT, QUICK + "close_idle", STREAM));
      Reply reply = exchange.reply();
      assertThat(reply.header("connection")).isNull();
      assertThat(exchange.socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aReusedConnectionMeetsItsEnd() throws IOException {
    try (RawExchange exchange = new RawExchange(address)) {
      exchange.send(RawExchange.request(CHAT, QUICK + "close_on_reuse", STREAM));
      assertThat(exchange.reply().end()).isEqualTo(End.CLEAN);
      exchange.send(RawExchange.request(CHAT, QUICK + "none", STREAM));
      assertThat(exchange.reply().end()).isEqualTo(End.CUT);
    }
  }

  /** Else a short stream would pass a test for its failure. */
  @Test
  void aStreamOfOneTokenFailsBeforeIt() throws IOException {
    Reply reply = RawExchange.post(address, CHAT, "ttft=0;tokens=1;after=9;fault=truncate", STREAM);
    assertThat(reply.end()).isEqualTo(End.CLEAN);
    assertThat(reply.chunks()).isEmpty();
  }

  @Test
  void sharesOfFaultsAreMetOverManyRequests() throws IOException {
    SimulatorSettings settings =
        SimulatorSettings.of(
            draft -> {
              draft.faults.put(Fault.HTTP_500, 0.25);
              draft.faults.put(Fault.HTTP_429, 0.25);
            });
    try (Simulator often = new Simulator(settings);
        RawExchange exchange = new RawExchange(often.start())) {
      for (int i = 0; i < 400; i++) {
        exchange.send(RawExchange.request(CHAT, "ttft=0;itl=0;tokens=1", STREAM));
        assertThat(exchange.reply().status()).isIn(200, 429, 500);
      }
      assertThat(often.stats().failures(Fault.HTTP_500)).isBetween(60L, 140L);
      assertThat(often.stats().failures(Fault.HTTP_429)).isBetween(60L, 140L);
    }
  }
}
