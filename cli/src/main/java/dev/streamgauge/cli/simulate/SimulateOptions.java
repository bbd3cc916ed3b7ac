package dev.streamgauge.cli.simulate;

import dev.streamgauge.config.Choice;
import dev.streamgauge.config.DurationValue;
import dev.streamgauge.config.HostPort;
import dev.streamgauge.config.HostPortValue;
import dev.streamgauge.config.Option;
import dev.streamgauge.config.OptionSet;
import dev.streamgauge.config.OrOff;
import dev.streamgauge.config.ProxyOptions;
import dev.streamgauge.config.Reading;
import dev.streamgauge.config.Text;
import dev.streamgauge.config.WholeNumber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The options of {@code streamgauge simulate}, in the order of its help. */
final class SimulateOptions {
  private static final DistributionValue DURATIONS = new DistributionValue(true);
  private static final DistributionValue COUNTS = new DistributionValue(false);
  private static final OrOff<Duration> DURATION_OR_OFF = new OrOff<>(DurationValue.positive());

  static final Option<HostPort> LISTEN =
      Option.one("listen", new HostPortValue(), "127.0.0.1:8000", "Where it serves HTTP/1.1");
  static final Option<OrOff.Switched<HostPort>> GRPC_LISTEN =
      Option.one(
          "grpc-listen",
          new OrOff<>(new HostPortValue()),
          "off",
          "Where it serves gRPC, over HTTP/2 without TLS by prior knowledge");
  static final Option<EngineStyle> STYLE =
      Option.one("style", Choice.of(EngineStyle.class), "vllm", "Whose habits the answers have");
  static final Option<String> MODEL =
      Option.one(
          "model",
          new Text("NAME", 256),
          "simulated",
          "The model that is listed, and that answers requests which name none");
  static final Option<Distribution> TTFT =
      Option.one("ttft", DURATIONS, "50ms", "Time from the request's end to the first token");
  static final Option<Distribution> ITL =
      Option.one("itl", DURATIONS, "10ms", "Time between two tokens");
  static final Option<Distribution> TOKENS =
      Option.one(
          "tokens",
          COUNTS,
          "32",
          "Output tokens of an answer; a request's max_tokens may end it earlier");
  static final Option<Distribution> TOKENS_PER_CHUNK =
      Option.one("tokens-per-chunk", COUNTS, "1", "How many tokens an event carries");
  static final Option<Integer> REASONING =
      Option.one(
          "reasoning",
          new WholeNumber(0, 1_000_000),
          "0",
          "Reasoning tokens that answers to a conversation begin with, beside --tokens");
  static final Option<Boolean> TOOLS =
      Option.flag("tools", "Answers to a conversation are tool calls");
  static final Option<Boolean> INCREMENTAL =
      Option.flag(
          "incremental-streaming-output",
          "SGLang's /generate sends each piece's text, instead of all so far");
  static final Option<OrOff.Switched<Duration>> KEEP_ALIVE_COMMENTS =
      Option.one(
          "keep-alive-comments",
          DURATION_OR_OFF,
          "off",
          "How often a stream sends a comment or ping until its first token");
  static final Option<List<FaultShare>> FAULT =
      Option.many(
          "fault", new FaultShare.Type(), null, "Which share of the requests meets which fault");
  static final Option<OrOff.Switched<Duration>> IDLE_TIMEOUT =
      Option.one("idle-timeout", DURATION_OR_OFF, "5s", "When an unused connection is closed");
  static final Option<OrOff.Switched<Integer>> SLOTS =
      Option.one(
          "slots",
          new OrOff<>(new WholeNumber(1, 100_000)),
          "off",
          "Generating requests over HTTP that are worked on at once; the others wait in their order");
  static final Option<Integer> EVENT_LOOPS =
      Option.one("event-loops", new WholeNumber(1, 64), "1", "Threads that serve");
  static final Option<Integer> SEED =
      Option.one(
          "seed",
          new WholeNumber(0, Integer.MAX_VALUE),
          "1",
          "Of all that is drawn: the same seed, the same answers");

  static final OptionSet ALL =
      OptionSet.of(
          List.of(
              LISTEN,
              GRPC_LISTEN,
              STYLE,
              MODEL,
              TTFT,
              ITL,
              TOKENS,
              TOKENS_PER_CHUNK,
              REASONING,
              TOOLS,
              INCREMENTAL,
              KEEP_ALIVE_COMMENTS,
              FAULT,
              IDLE_TIMEOUT,
              SLOTS,
              EVENT_LOOPS,
              SEED,
              ProxyOptions.CONFIG));

  private SimulateOptions() {}

  /** Of a reading without problems. */
  static SimulatorSettings settings(Reading reading) {
    return SimulatorSettings.of(
        draft -> {
          draft.listen = reading.get(LISTEN);
          draft.grpcListen = reading.get(GRPC_LISTEN).orNull();
          draft.style = reading.get(STYLE);
          draft.model = reading.get(MODEL);
          draft.ttft = reading.get(TTFT);
          draft.itl = reading.get(ITL);
          draft.outputTokens = reading.get(TOKENS);
          draft.tokensPerChunk = reading.get(TOKENS_PER_CHUNK);
          draft.reasoningTokens = reading.get(REASONING);
          draft.tools = reading.get(TOOLS);
          draft.incremental = reading.get(INCREMENTAL);
          draft.keepAliveComments = reading.get(KEEP_ALIVE_COMMENTS).orNull();
          draft.idleTimeout = reading.get(IDLE_TIMEOUT).orNull();
          draft.slots = reading.get(SLOTS).orNull();
          draft.eventLoops = reading.get(EVENT_LOOPS);
          draft.seed = reading.get(SEED);
          shares(reading)
              .forEach(share -> draft.faults.merge(share.fault(), share.ratio(), Double::sum));
        });
  }

  /** Whether the shares of all faults together are a share. */
  static boolean sharesFit(Reading reading) {
    return shares(reading).stream().mapToDouble(FaultShare::ratio).sum() <= 1 + 1e-9;
  }

  private static List<FaultShare> shares(Reading reading) {
    List<FaultShare> shares = reading.find(FAULT);
    return shares == null ? new ArrayList<>() : shares;
  }
}
