package dev.streamgauge.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.cli.ProxyWiring;
import dev.streamgauge.cli.RunningProxy;
import dev.streamgauge.config.Environment;
import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.config.Settings;
import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.FinishReason;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.TokenBasis;
import dev.streamgauge.parser.TokenSource;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the proxy records of a server whose timing and faults are known. */
@Timeout(60)
final class SimulatorBehindProxyTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String STREAM =
      "{\"stream\":true,\"stream_options\":{\"include_usage\":true,\"continuous_usage_stats\":true}}";

  private static final String ASKING =
      "{\"stream\":true,\"n\":2,\"ASKED\":true,\"stream_options\":{\"include_usage\":true}}";

  private final LinkedBlockingQueue<RequestRecord> records = new LinkedBlockingQueue<>();
  private final Simulator simulator = new Simulator(SimulatorSettings.defaults());
  private RunningProxy proxy = new NoProxy();
  private InetSocketAddress address = new InetSocketAddress(0);

  @BeforeEach
  void start() throws IOException {
    int port = simulator.start().getPort();
    List<String> args =
        List.of(
            "--listen=127.0.0.1:0",
            "--admin=127.0.0.1:0",
            "--access-log=off",
            "--drain-timeout=1s",
            "--event-loops=1",
            "--upstream=http://127.0.0.1:" + port);
    Settings loaded = Settings.load(args, new Environment(Map.of(), 1));
    ProxySettings settings = ((Settings.Loaded) loaded).proxy();
    proxy = ProxyWiring.start(settings, records::add);
    URI listening = URI.create("http://" + proxy.listenAddresses().getFirst());
    address = new InetSocketAddress(listening.getHost(), listening.getPort());
  }

  @AfterEach
  void stop() {
    proxy.drainAndStop("the end of the test");
    simulator.close();
  }

  @Test
  void tokensAndTimesAreTheSimulators() throws Exception {
    RawExchange.post(address, CHAT, "ttft=80ms;itl=10ms;tokens=20;tokens_per_chunk=4", STREAM);
    RequestRecord record = next();
    RequestRecord.Generation generation = Objects.requireNonNull(record.generation());

    assertThat(record.outcome()).isEqualTo(Outcome.OK);
    assertThat(generation.tokenEvents()).isEqualTo(5);
    assertThat(generation.outputTokens()).isEqualTo(20);
    assertThat(generation.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(generation.basis()).isEqualTo(TokenBasis.CONTINUOUS_USAGE);
    assertThat(Objects.requireNonNull(generation.interTokens()).count()).isEqualTo(16);
    // Never early: the proxy's clock starts before the simulator's.
    assertThat(record.points().firstToken()).isGreaterThan(Duration.ofMillis(80).toNanos());
    assertThat(record.points().lastToken()).isGreaterThan(Duration.ofMillis(240).toNanos());
  }

  /** Two choices of twelve tokens each, four in each piece, of chat and of completions. */
  @ParameterizedTest
  @CsvSource({
    "VLLM, true, logprobs, LOGPROBS",
    "VLLM, false, logprobs, LOGPROBS",
    "VLLM, true, return_token_ids, TOKEN_IDS",
    "VLLM, false, return_token_ids, TOKEN_IDS",
    "SGLANG, true, logprobs, LOGPROBS",
    "SGLANG, false, logprobs, LOGPROBS",
    "LLAMACPP, true, logprobs, LOGPROBS",
    "LLAMACPP, false, logprobs, LOGPROBS",
  })
  void choicesAndTheirTokensAreCounted(
      EngineStyle style, boolean chat, String asked, TokenBasis basis) throws Exception {
    String path = chat ? CHAT : "/v1/completions";
    String body = ASKING.replace("ASKED", asked);
    String wishes = "ttft=5ms;itl=5ms;tokens=12;tokens_per_chunk=4";
    SimulatorSettings settings = SimulatorSettings.of(draft -> draft.style = style);
    try (Simulator other = new Simulator(settings)) {
      RawExchange.Reply reply = RawExchange.post(other.start(), path, wishes, body);
      ReadAnswer answer = ReadAnswer.of(path, reply);
      assertThat(answer.malformed).isZero();
      assertThat(answer.choices).containsExactly(0, 1, 0, 1, 0, 1);
      assertThat(answer.eventTokens).containsOnly(4);
      assertThat(answer.bases).containsOnly(basis);
      assertThat(answer.finishedChoices).containsExactly(0, 1);
      assertThat(answer.output).containsEntry(TokenSource.USAGE, 24L);
    }
  }

  @Test
  void anAnswerOfSeveralChoicesThatIsNoStreamHasThemAll() throws Exception {
    String body = "{\"n\":3,\"logprobs\":true,\"return_token_ids\":true}";
    RawExchange.Reply reply = RawExchange.post(address, CHAT, "ttft=0;itl=0;tokens=2", body);
    ReadAnswer answer = ReadAnswer.of(CHAT, reply);
    assertThat(answer.malformed).isZero();
    assertThat(answer.finishedChoices).containsExactly(0, 1, 2);
    assertThat(answer.output).containsEntry(TokenSource.USAGE, 6L);
    assertThat(reply.body())
        .contains(
            "\"token_ids\":[100,101]", "{\"token\":\" the\",\"logprob\":-", "[32,116,104,101]");
  }

  @ParameterizedTest
  @CsvSource({
    "fault=none, OK",
    "fault=error_in_stream, UPSTREAM_STREAM_ERROR",
    "fault=truncate, UPSTREAM_TRUNCATED",
    "fault=cut, UPSTREAM_RESET",
    "fault=reset, UPSTREAM_RESET",
    "fault=bad_framing, UPSTREAM_RESET",
    "fault=stall, OK",
    "fault=slow_headers, OK",
    "fault=http_500, UPSTREAM_ERROR",
    "fault=http_429, CALLER_ERROR",
    "status=503, UPSTREAM_ERROR",
    "framing=close, OK",
  })
  void eachFaultHasItsOutcome(String wish, Outcome outcome) throws Exception {
    RawExchange.post(address, CHAT, "ttft=1ms;itl=1ms;tokens=5;stall=50ms;" + wish, STREAM);
    assertThat(next().outcome()).isEqualTo(outcome);
    Await.until(() -> proxy.inFlight() == 0);
  }

  @Test
  void embeddingsHaveInputTokensAndNoFirstToken() throws Exception {
    RawExchange.post(address, "/v1/embeddings", "ttft=1ms", "{\"input\":[\"a\",\"b\"]}");
    RequestRecord record = next();
    RequestRecord.Generation generation = Objects.requireNonNull(record.generation());

    assertThat(record.outcome()).isEqualTo(Outcome.OK);
    assertThat(record.operation()).isEqualTo(Operation.EMBEDDINGS);
    assertThat(record.dialect()).isEqualTo(Dialect.OPENAI_EMBEDDINGS);
    assertThat(record.generating()).isFalse();
    assertThat(record.points().firstToken()).isNull();
    assertThat(generation.inputTokens()).isPositive();
    assertThat(generation.tokensSource()).isEqualTo(TokenSource.USAGE);
  }

  @Test
  void aConnectionThatClosedMeanwhileCostsNoRequest() throws Exception {
    RawExchange.post(address, CHAT, "ttft=0;itl=0;tokens=2;fault=close_on_reuse", STREAM);
    assertThat(next().outcome()).isEqualTo(Outcome.OK);
    RawExchange.post(address, CHAT, "ttft=0;itl=0;tokens=2", STREAM);
    RequestRecord record = next();
    assertThat(record.outcome()).isEqualTo(Outcome.OK);
    assertThat(record.transfer().retries()).isEqualTo(1);
  }

  @Test
  void aClientThatLeavesIsSeenByTheSimulator() throws Exception {
    try (RawExchange exchange = new RawExchange(address)) {
      exchange.send(RawExchange.request(CHAT, "fault=no_answer", STREAM));
      Await.until(() -> simulator.stats().requests() == 1);
    }
    Await.until(() -> simulator.stats().cancelled() == 1);
    assertThat(next().outcome()).isEqualTo(Outcome.CALLER_DISCONNECT);
  }

  private RequestRecord next() throws InterruptedException {
    return Objects.requireNonNull(records.poll(20, TimeUnit.SECONDS), "no record");
  }

  private static final class NoProxy implements RunningProxy {
    @Override
    public List<String> listenAddresses() {
      return List.of();
    }

    @Override
    public String adminAddress() {
      return "";
    }

    @Override
    public int inFlight() {
      return 0;
    }

    @Override
    public void drainAndStop(String why) {}
  }
}
