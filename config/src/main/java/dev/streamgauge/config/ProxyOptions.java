package dev.streamgauge.config;

import dev.streamgauge.config.Option.Default;
import dev.streamgauge.config.ProxySettings.AccessLogSettings.ClientAddress;
import dev.streamgauge.config.ProxySettings.AccessLogSettings.Destination;
import dev.streamgauge.config.ProxySettings.DialectChoice;
import dev.streamgauge.config.ProxySettings.Histograms;
import dev.streamgauge.config.ProxySettings.PathDialect;
import dev.streamgauge.config.ProxySettings.Semconv;
import dev.streamgauge.config.ProxySettings.Slo;
import dev.streamgauge.config.ProxySettings.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every option of {@code streamgauge proxy}, in the order of help and documentation. */
public final class ProxyOptions {
  private static final int MIB = 1024 * 1024;
  private static final int EVENT_LOOPS_BY_DEFAULT_MAX = 4;

  /** What remains of a pod's grace after the drain, to close and to write out. */
  private static final Duration GRACE_KEPT = Duration.ofSeconds(5);

  private static final DurationValue DURATION = DurationValue.positive();
  private static final OrOff<Duration> DURATION_OR_OFF = new OrOff<>(DURATION);
  private static final DurationValue DRAIN = new DurationValue(Duration.ZERO, Duration.ofDays(1));
  private static final Text NAME = new Text("NAME", 253);

  public static final Option<List<HostPort>> LISTEN =
      Option.many(
          "listen",
          new HostPortValue(),
          "0.0.0.0:8080",
          "Where clients connect with HTTP/1.1 and HTTP/2");
  static final Option<UpstreamAddress> UPSTREAM =
      Option.one("upstream", new UpstreamValue(), "http://127.0.0.1:8000", "The model server");
  public static final Option<HostPort> ADMIN =
      Option.one(
          "admin", new HostPortValue(), "0.0.0.0:9464", "Where metrics and health are served");

  /** The same for each command that reads a file. */
  public static final Option<String> CONFIG =
      Option.one("config", new Text("FILE", 4096), null, "A YAML file with settings");

  static final Option<DialectChoice> DIALECT =
      Option.one(
          "dialect",
          Choice.of(DialectChoice.class),
          "auto",
          "How answers are read; auto decides by path, content type and the first object");
  static final Option<List<PathDialect>> PATH_DIALECT =
      Option.many(
          "path-dialect",
          new PathDialectValue(),
          null,
          "How answers at one path are read, and as what they count; before --dialect and what the"
              + " path itself says");
  static final Option<Usage> USAGE =
      Option.one(
          "usage",
          Choice.of(Usage.class),
          "observe",
          "Read usage, or ask for it where a client did not and take the piece out again");
  static final Option<Observe> OBSERVE =
      Option.one(
          "observe",
          new ObserveValue(),
          "on",
          "Which requests are read and timed by token; all others are relayed and counted, no more;"
              + " changed at run time by /observe on the admin port");
  static final Option<Profile> PROFILE =
      Option.one(
          "profile",
          Choice.of(Profile.class),
          "lean",
          "How the launcher sets up the JVM; throughput is dearer until it is warm, cheaper then,"
              + " and larger. Only from the command line or the environment");
  static final Option<List<String>> MODELS =
      Option.one(
          "models",
          new CommaList<>(new Text("NAME", 256)),
          null,
          "Allowed values of the label model; without it they are learned from the upstream");
  static final Option<Integer> MAX_MODELS =
      Option.one(
          "max-models",
          new WholeNumber(1, 10_000),
          "100",
          "How many values the label model may have; all further ones become other");
  static final Option<List<Slo>> SLO =
      Option.many(
          "slo",
          new SloValue(),
          null,
          "A goodput target; may be for one model=NAME only, and then share its name with those of"
              + " other models");
  static final Option<Duration> STALL_THRESHOLD =
      Option.one("stall-threshold", DURATION, "1s", "A gap longer than this is a stall");
  public static final Option<Destination> ACCESS_LOG =
      Option.one("access-log", new DestinationValue(), "stdout", "Where the access log goes");
  static final Option<Double> ACCESS_LOG_SAMPLE =
      Option.one(
          "access-log-sample",
          new Ratio(),
          "1",
          "Which share of successful requests is logged; all others always are");
  static final Option<ClientAddress> ACCESS_LOG_CLIENT =
      Option.one(
          "access-log-client",
          Choice.of(ClientAddress.class),
          "off",
          "How much of a client's address is logged; prefix keeps 24 bits of IPv4, 48 of IPv6");
  static final Option<Semconv> SEMCONV =
      Option.one(
          "semconv",
          Choice.of(Semconv.class),
          "v1.41",
          "Which version of OpenTelemetry's gen_ai metrics is published beside ours");
  static final Option<Histograms> HISTOGRAMS =
      Option.one(
          "histograms", Choice.of(Histograms.class), "both", "Which kind of buckets is published");
  static final Option<List<Duration>> TTFT_BUCKETS =
      Option.one(
          "ttft-buckets",
          new BucketBounds(),
          "1ms,2.5ms,5ms,10ms,20ms,40ms,60ms,80ms,100ms,250ms,500ms,750ms,1s,2.5s,5s,"
              + "7.5s,10s,20s,40s,80s,160s,640s,2560s",
          "Upper bounds of the buckets of times to headers, a first byte or token, and its parts");
  static final Option<List<Duration>> GAP_BUCKETS =
      Option.one(
          "gap-buckets",
          new BucketBounds(),
          "0.5ms,1ms,2.5ms,5ms,7.5ms,10ms,15ms,20ms,25ms,30ms,40ms,50ms,75ms,100ms,"
              + "150ms,200ms,300ms,500ms,750ms,1s,2.5s,5s,10s,20s,40s,80s",
          "Upper bounds of the buckets of gaps, inter-token latencies and times per output token");
  static final Option<List<Duration>> QUEUE_BUCKETS =
      Option.one(
          "queue-buckets",
          new BucketBounds(),
          "0.1ms,1ms,5ms,10ms,25ms,50ms,100ms,250ms,500ms,1s,2.5s,5s,10s,30s,60s,"
              + "120s,300s,600s",
          "Upper bounds of the buckets of queue waits");
  static final Option<Duration> DRAIN_TIMEOUT =
      Option.computed(
          "drain-timeout",
          DRAIN,
          new Default(
              "STREAMGAUGE_POD_GRACE less 5s, else 300s",
              ProxyOptions::drainTimeout,
              ProxyOptions::drainTimeoutSource),
          "Longest drain after SIGTERM");
  static final Option<Integer> EVENT_LOOPS =
      Option.computed(
          "event-loops",
          new WholeNumber(1, 64),
          new Default("the CPU quota, at most 4", ProxyOptions::eventLoops),
          "Threads that move bytes");

  static final Option<Integer> MAX_REQUEST_LINE_BYTES =
      size("max-request-line-bytes", 256, MIB, "16KiB", "Longest request line");
  static final Option<Integer> MAX_HEADER_BYTES =
      size(
          "max-header-bytes", 1024, MIB, "64KiB", "Largest head of a message, all fields together");
  static final Option<Integer> MAX_HEADERS =
      count("max-headers", 8, 10_000, "200", "Most header fields of a message");
  static final Option<Integer> MAX_CHUNK_LINE_BYTES =
      size("max-chunk-line-bytes", 64, 64 * 1024, "4KiB", "Longest line of a chunk's size");
  static final Option<Integer> MAX_TRAILER_BYTES =
      size("max-trailer-bytes", 256, MIB, "16KiB", "Largest trailer of a message");
  static final Option<Integer> MAX_PIPELINED_BYTES =
      size(
          "max-pipelined-bytes",
          1024,
          16 * MIB,
          "64KiB",
          "Most bytes held of requests that a client sent ahead");
  static final Option<Integer> MAX_CONNECTIONS =
      count(
          "max-connections",
          1,
          1_000_000,
          "10000",
          "Most client connections at once; at it newcomers wait in the kernel");
  static final Option<OrOff.Switched<Double>> MEMORY_GUARD =
      Option.one(
          "memory-guard",
          new OrOff<>(new Share(0.2, 1)),
          "0.9",
          "The share of heap, or of buffers outside it, from which on new requests are refused");
  static final Option<Integer> RETRY_BODY_BYTES =
      size(
          "retry-body-bytes",
          0,
          16 * MIB,
          "64KiB",
          "Largest request body that is held for one re-send on a fresh connection");
  static final Option<Integer> MAX_INSPECTED_BODY_BYTES =
      size(
          "max-inspected-body-bytes",
          1024,
          MIB,
          "64KiB",
          "How much of a request's body is looked at for its model and stream, and held to ask for"
              + " usage");
  static final Option<OrOff.Switched<Integer>> MIN_BODY_RATE =
      Option.one(
          "min-body-rate",
          new OrOff<>(new Size(1, 1024 * MIB)),
          "10",
          "Bytes a second that a body with a Content-Length has to make on average, once it has"
              + " taken as long as --request-head-timeout");
  static final Option<Integer> MAX_INTERIM_RESPONSES =
      count("max-interim-responses", 0, 1_000, "20", "Most interim answers (1xx) to one request");
  static final Option<Integer> MAX_EVENT_BYTES =
      size(
          "max-event-bytes",
          1024,
          64 * MIB,
          "1MiB",
          "Largest event or line of an answer that is read; larger ones are relayed unread");

  static final Option<Duration> REQUEST_HEAD_TIMEOUT =
      Option.one("request-head-timeout", DURATION, "30s", "Longest wait for a whole request head");
  static final Option<OrOff.Switched<Duration>> REQUEST_BODY_IDLE_TIMEOUT =
      timeout("request-body-idle-timeout", "5m", "Longest silence within a request body");
  static final Option<OrOff.Switched<Duration>> CLIENT_IDLE_TIMEOUT =
      timeout(
          "client-idle-timeout", "3m", "How long a client connection is kept without a request");
  static final Option<OrOff.Switched<Duration>> CLIENT_STALL_TIMEOUT =
      timeout("client-stall-timeout", "off", "Longest time in which a client takes no byte");
  static final Option<Duration> UPSTREAM_CONNECT_TIMEOUT =
      Option.one("upstream-connect-timeout", DURATION, "5s", "Longest connect to the upstream");
  static final Option<OrOff.Switched<Duration>> RESPONSE_HEAD_TIMEOUT =
      timeout("response-head-timeout", "off", "Longest wait for the head of an answer");
  static final Option<OrOff.Switched<Duration>> RESPONSE_IDLE_TIMEOUT =
      timeout(
          "response-idle-timeout",
          "off",
          "Longest silence within an answer; of both sides, on an upgraded connection");
  static final Option<Duration> UPSTREAM_KEEP_ALIVE =
      Option.one(
          "upstream-keep-alive",
          DURATION,
          "4s",
          "How long an idle upstream connection is kept; below the server's own limit (uvicorn"
              + " 5s)");
  static final Option<Integer> UPSTREAM_MAX_IDLE =
      count("upstream-max-idle", 0, 100_000, "256", "Most idle upstream connections kept");

  static final Option<OrOff.Switched<String>> VIA =
      Option.one("via", new OrOff<>(new Pseudonym()), "off", "The name in Via");
  static final Option<Boolean> FORWARDED =
      Option.one(
          "forwarded",
          new OnOff(),
          "off",
          "Whether X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host are sent upstream");
  static final Option<Boolean> ADD_REQUEST_ID =
      Option.one(
          "add-request-id", new OnOff(), "on", "Whether x-request-id is added where there is none");
  static final Option<Boolean> ADD_TRACEPARENT =
      Option.one(
          "add-traceparent", new OnOff(), "on", "Whether traceparent is added where there is none");

  static final Option<String> POD = Option.one("pod", NAME, null, "This pod, for the access log");
  static final Option<String> NAMESPACE =
      Option.one("namespace", NAME, null, "This pod's namespace, for the access log");
  static final Option<String> NODE =
      Option.one("node", NAME, null, "This pod's node, for the access log");

  /** All of them. */
  public static final OptionSet ALL =
      OptionSet.of(
          Stream.concat(
                  Stream.of(
                      LISTEN,
                      UPSTREAM,
                      ADMIN,
                      CONFIG,
                      DIALECT,
                      PATH_DIALECT,
                      USAGE,
                      OBSERVE,
                      PROFILE,
                      MODELS,
                      MAX_MODELS,
                      SLO,
                      STALL_THRESHOLD,
                      ACCESS_LOG,
                      ACCESS_LOG_SAMPLE,
                      ACCESS_LOG_CLIENT,
                      SEMCONV,
                      HISTOGRAMS,
                      TTFT_BUCKETS,
                      GAP_BUCKETS,
                      QUEUE_BUCKETS,
                      DRAIN_TIMEOUT,
                      EVENT_LOOPS,
                      MAX_REQUEST_LINE_BYTES,
                      MAX_HEADER_BYTES,
                      MAX_HEADERS,
                      MAX_CHUNK_LINE_BYTES,
                      MAX_TRAILER_BYTES,
                      MAX_PIPELINED_BYTES,
                      MAX_CONNECTIONS,
                      MEMORY_GUARD,
                      RETRY_BODY_BYTES,
                      MAX_INSPECTED_BODY_BYTES,
                      MIN_BODY_RATE,
                      MAX_INTERIM_RESPONSES,
                      MAX_EVENT_BYTES,
                      REQUEST_HEAD_TIMEOUT,
                      REQUEST_BODY_IDLE_TIMEOUT,
                      CLIENT_IDLE_TIMEOUT,
                      CLIENT_STALL_TIMEOUT,
                      UPSTREAM_CONNECT_TIMEOUT,
                      RESPONSE_HEAD_TIMEOUT,
                      RESPONSE_IDLE_TIMEOUT,
                      UPSTREAM_KEEP_ALIVE,
                      UPSTREAM_MAX_IDLE,
                      VIA,
                      FORWARDED,
                      ADD_REQUEST_ID,
                      ADD_TRACEPARENT,
                      POD,
                      NAMESPACE,
                      NODE),
                  Stream.of(
                          GateOptions.ALL,
                          Http2Options.ALL,
                          GpuOptions.ALL,
                          TlsOptions.ALL,
                          EngineOptions.ALL,
                          LogOptions.ALL,
                          OtlpOptions.ALL)
                      .flatMap(List::stream))
              .toList());

  private ProxyOptions() {}

  private static Option<Integer> size(
      String name, int minBytes, int maxBytes, String byDefault, String doc) {
    return Option.one(name, new Size(minBytes, maxBytes), byDefault, doc);
  }

  private static Option<Integer> count(
      String name, int min, int max, String byDefault, String doc) {
    return Option.one(name, new WholeNumber(min, max), byDefault, doc);
  }

  private static Option<OrOff.Switched<Duration>> timeout(
      String name, String byDefault, String doc) {
    return Option.one(name, DURATION_OR_OFF, byDefault, doc);
  }

  private static List<String> eventLoops(Environment environment) {
    int loops = Math.min(EVENT_LOOPS_BY_DEFAULT_MAX, Math.max(1, environment.processors()));
    return List.of(Integer.toString(loops));
  }

  private static List<String> drainTimeout(Environment environment) {
    Duration grace = podGrace(environment);
    if (grace == null) {
      return List.of("300s");
    }
    Duration left = grace.minus(GRACE_KEPT);
    return List.of(DurationValue.text(left.isNegative() ? Duration.ZERO : left));
  }

  private static Source drainTimeoutSource(Environment environment) {
    return podGrace(environment) == null
        ? new Source.ByDefault()
        : new Source.Derived(VariablesReader.POD_GRACE);
  }

  /** A pod's {@code terminationGracePeriodSeconds}, as plain seconds or with a unit. */
  static @Nullable Duration podGrace(Environment environment) {
    String text = environment.variables().get(VariablesReader.POD_GRACE);
    if (text == null || text.isEmpty()) {
      return null;
    }
    return DRAIN.parse(WholeNumber.digits(text) >= 0 ? text + "s" : text);
  }

  /** Null where it is fine or not set. */
  static @Nullable Problem podGraceProblem(Environment environment) {
    String text = environment.variables().get(VariablesReader.POD_GRACE);
    if (text == null || text.isEmpty() || podGrace(environment) != null) {
      return null;
    }
    return new Problem(
        VariablesReader.POD_GRACE,
        Problem.quoted(text),
        new Source.Variable().place(),
        "whole seconds, or " + DRAIN.allowed());
  }

  static Path configPath(String text) {
    return Path.of(text);
  }
}
