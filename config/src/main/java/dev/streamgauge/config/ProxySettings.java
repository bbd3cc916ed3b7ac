package dev.streamgauge.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that {@code streamgauge proxy} can be told, checked and typed. Immutable; made once, at the
 * start. What can be switched off is null when it is off.
 *
 * @param listen where clients connect; at least one
 * @param admin where metrics and health are served
 * @param pathDialects the first whose path fits counts
 * @param observe which requests are read; what the start begins with
 * @param eventLoops threads that move bytes
 * @param drainTimeout longest drain after SIGTERM
 * @param gpu which GPUs are looked at
 * @param tls who proves to be who, and who may use the admin port
 * @param engine what the server says of itself
 * @param otlp what is sent by OTLP; null: nothing
 */
public record ProxySettings(
    List<HostPort> listen,
    Upstream upstream,
    HostPort admin,
    DialectChoice dialect,
    List<PathDialect> pathDialects,
    Usage usage,
    Observe observe,
    int eventLoops,
    Duration drainTimeout,
    Limits limits,
    Http2 http2,
    Gate gate,
    Timeouts timeouts,
    Headers headers,
    AccessLogSettings accessLog,
    MetricsSettings metrics,
    Gpu gpu,
    PodFacts pod,
    Tls tls,
    EngineSettings engine,
    @Nullable OtlpSettings otlp) {

  /** Whether usage is asked for where the client did not. */
  public enum Usage implements Labelled {
    /** What is there is read. */
    OBSERVE("observe"),
    /** It is asked for, and what comes of that is taken out again. */
    INJECT("inject");

    private final String label;

    Usage(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  /**
   * The queue in front of the server.
   *
   * @param concurrency how many requests may be with the server at once; null: any number
   * @param queueMax how many may wait; null: ten for each that may be with the server
   * @param queueTimeout longest wait
   * @param priorityHeader which request header tells the urgency, in lower case; null: none
   * @param priorityAgeLimit who has waited longer goes before the more urgent
   */
  public record Gate(
      @Nullable Concurrency concurrency,
      @Nullable Integer queueMax,
      Duration queueTimeout,
      @Nullable String priorityHeader,
      Duration priorityAgeLimit) {}

  /** How many requests may be with the server at once. */
  public sealed interface Concurrency {
    /** Found by the proxy. */
    record Auto() implements Concurrency {}

    record AtMost(int most) implements Concurrency {}
  }

  /** How the answers are read. */
  public enum DialectChoice implements Labelled {
    /** Decided from path, content type and the first object. */
    AUTO("auto"),
    OPENAI_CHAT("openai_chat"),
    OPENAI_COMPLETIONS("openai_completions"),
    OPENAI_RESPONSES("openai_responses"),
    ANTHROPIC_MESSAGES("anthropic_messages"),
    LLAMACPP_COMPLETION("llamacpp_completion"),
    OLLAMA("ollama"),
    SGLANG_GENERATE("sglang_generate"),
    TGI_GENERATE("tgi_generate"),
    VLLM_GENERATE("vllm_generate"),
    COHERE_CHAT("cohere_chat"),
    VLLM_GRPC("vllm_grpc"),
    SGLANG_GRPC("sglang_grpc"),
    TRTLLM_GRPC("trtllm_grpc"),
    KSERVE_GRPC("kserve_grpc"),
    TRITON_GENERATE("triton_generate"),
    KSERVE_INFER("kserve_infer"),
    OPENAI_EMBEDDINGS("openai_embeddings"),
    OLLAMA_EMBED("ollama_embed"),
    RERANK("rerank"),
    POOLING("pooling"),
    OPENAI_TRANSCRIPTION("openai_transcription");

    private final String label;

    DialectChoice(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  /**
   * How answers at one path are read.
   *
   * @param path without a query; one that ends in an asterisk stands for all that begin so
   */
  public record PathDialect(String path, DialectChoice dialect) {
    /** Whether it speaks of this path. */
    public boolean fits(String asked) {
      int last = path.length() - 1;
      return path.charAt(last) == '*' ? asked.regionMatches(0, path, 0, last) : asked.equals(path);
    }
  }

  /**
   * The model server and the connections to it.
   *
   * @param keepAlive how long an idle connection is kept; shorter than the server's own time-out
   * @param idleMax idle connections kept at once; 0 keeps none
   */
  public record Upstream(UpstreamAddress address, Duration keepAlive, int idleMax) {}

  /**
   * What one client may make us hold. Past each limit the request or connection is refused.
   *
   * @param connectionsMax of all clients; past it newcomers wait in the kernel
   * @param memoryGuardRatio from which share of memory on new requests are refused; null: never
   */
  public record Limits(
      int requestLineBytesMax,
      int headerBytesMax,
      int headersMax,
      int chunkLineBytesMax,
      int trailerBytesMax,
      int pipelinedBytesMax,
      int connectionsMax,
      @Nullable Double memoryGuardRatio,
      int retryBodyBytesMax,
      int inspectedBodyBytesMax,
      @Nullable Integer bodyBytesPerSecondMin,
      int interimResponsesMax,
      int eventBytesMax) {}

  /**
   * HTTP/2, with clients and with the server. What is counted in a window is counted for each
   * connection; past it the connection ends with ENHANCE_YOUR_CALM.
   *
   * @param streamsMax requests of one client connection at once
   * @param streamWindowBytes flow-control window of a stream: what may wait for us to hand it on
   * @param window in which the following are counted
   * @param resetsReceivedMax RST_STREAM frames of a client that cancel a request
   * @param resetsSentMax streams that we have to reset because of what a client sent
   * @param pingsMax PING frames
   * @param settingsMax SETTINGS frames
   * @param emptyFramesMax DATA frames without content that end nothing
   * @param ignoredFramesMax PRIORITY and unknown frames
   * @param windowUpdatesMax WINDOW_UPDATE frames, beside those that answer a frame of ours
   * @param queuedFramesMax acknowledgements and resets that wait to be written, on either side
   * @param continuationsMax small CONTINUATION frames of one head
   * @param upstreamStreamsMax requests on one connection to the server at once
   * @param upstreamFramesMax control frames of the server, of each kind
   * @param upstreamConnectionsMax connections to the server, of each event loop
   */
  public record Http2(
      int streamsMax,
      int streamWindowBytes,
      Duration window,
      int resetsReceivedMax,
      int resetsSentMax,
      int pingsMax,
      int settingsMax,
      int emptyFramesMax,
      int ignoredFramesMax,
      int windowUpdatesMax,
      int queuedFramesMax,
      int continuationsMax,
      int upstreamStreamsMax,
      int upstreamFramesMax,
      int upstreamConnectionsMax) {}

  /**
   * One time-out a phase; null is off.
   *
   * @param requestHead from a request's first byte (or the accept) to the end of its head
   * @param requestBodyIdle no byte of a request body that is still owed
   * @param clientIdle a kept connection without a request
   * @param clientStall the client takes no byte of what is waiting for it
   * @param responseHead from the last request byte sent to the end of the answer's head
   * @param responseIdle no byte of an answer that has begun
   */
  public record Timeouts(
      Duration requestHead,
      @Nullable Duration requestBodyIdle,
      @Nullable Duration clientIdle,
      @Nullable Duration clientStall,
      Duration upstreamConnect,
      @Nullable Duration responseHead,
      @Nullable Duration responseIdle) {}

  /**
   * Which headers are added.
   *
   * @param via the pseudonym in {@code Via}, or null for no such header
   * @param forwarded {@code X-Forwarded-For}, {@code -Proto}, {@code -Host} towards the server
   * @param requestId {@code x-request-id} both ways, where there is none
   * @param traceparent {@code traceparent} towards the server
   */
  public record Headers(
      @Nullable String via, boolean forwarded, boolean requestId, boolean traceparent) {}

  /**
   * The access log.
   *
   * @param sampleRatio which share of successes is written; all else is always written
   * @param template of the format of that name
   */
  public record AccessLogSettings(
      Destination destination,
      double sampleRatio,
      ClientAddress client,
      Format format,
      String template) {

    /** Where the lines go. */
    public sealed interface Destination {
      record Stdout() implements Destination {}

      record File(Path path) implements Destination {}

      record Off() implements Destination {}
    }

    /** How a line is written. */
    public enum Format implements Labelled {
      JSON("json"),
      LOGFMT("logfmt"),
      OTEL("otel"),
      TEMPLATE("template");

      private final String label;

      Format(String label) {
        this.label = label;
      }

      @Override
      public String label() {
        return label;
      }
    }

    /** How much of a client's address is written. */
    public enum ClientAddress implements Labelled {
      OFF("off"),
      FULL("full"),
      /** The first 24 bits of an IPv4 address, the first 48 of an IPv6 address. */
      PREFIX("prefix");

      private final String label;

      ClientAddress(String label) {
        this.label = label;
      }

      @Override
      public String label() {
        return label;
      }
    }
  }

  /**
   * What is published.
   *
   * @param models allowed values of the model label; empty: learned from the upstream
   * @param modelsMax how many values the model label may have before {@code other}
   */
  public record MetricsSettings(
      List<String> models,
      int modelsMax,
      List<Slo> slos,
      Duration stallThreshold,
      Semconv semconv,
      Histograms histograms,
      Buckets buckets) {}

  /**
   * A goodput target: met when every figure that is set stays below its bound.
   *
   * @param model only requests of this model; null: of all
   */
  public record Slo(
      String name,
      @Nullable String model,
      @Nullable Duration ttft,
      @Nullable Duration tpot,
      @Nullable Duration duration) {

    /** Under one name both would count some request. */
    boolean clashesWith(Slo other) {
      return name.equals(other.name)
          && (model == null || other.model == null || model.equals(other.model));
    }
  }

  /** Which {@code gen_ai_*} mirror is published. */
  public enum Semconv implements Labelled {
    V1_41("v1.41"),
    NEXT("next"),
    BOTH("both"),
    OFF("off");

    private final String label;

    Semconv(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  /** Which kind of buckets histograms have. */
  public enum Histograms implements Labelled {
    CLASSIC("classic"),
    NATIVE("native"),
    BOTH("both");

    private final String label;

    Histograms(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  /**
   * Upper bounds of the classic buckets, rising, without the infinite one.
   *
   * @param ttft of times to a first byte or token
   * @param gap of gaps, inter-token latencies and times per output token
   * @param queue of queue waits
   */
  public record Buckets(List<Duration> ttft, List<Duration> gap, List<Duration> queue) {}

  /** Which GPUs are looked at, and how often. */
  public record Gpu(Duration interval, GpuAssignment nvidia, GpuAssignment amd) {}

  /** Where this process runs; for the access log. */
  public record PodFacts(@Nullable String pod, @Nullable String namespace, @Nullable String node) {}

  /** A certificate with its chain, and its private key; both in PEM. */
  public record KeyFiles(Path certificate, Path key) {}

  /**
   * TLS on each side; null is off.
   *
   * @param listen of the listeners
   * @param clientCa who signs the certificate that every client then needs
   * @param upstream towards an {@code https} upstream
   * @param admin of the admin port
   * @param adminToken the file with the token that the admin port asks for
   * @param drainToken with it a drain may be asked for from elsewhere than this machine
   * @param reloadInterval how often it is looked whether a file changed
   * @param handshakesMax of clients at once, of each event loop
   */
  public record Tls(
      @Nullable KeyFiles listen,
      @Nullable Path clientCa,
      UpstreamTls upstream,
      @Nullable KeyFiles admin,
      @Nullable Path adminToken,
      @Nullable String drainToken,
      Duration reloadInterval,
      int handshakesMax) {}

  /**
   * How the upstream proves to be who it is, and we to it.
   *
   * @param ca who signs its certificate; null: whoever the system trusts
   * @param name the name in its certificate; null: the host of its address
   * @param own our certificate; null: none
   */
  public record UpstreamTls(@Nullable Path ca, @Nullable String name, @Nullable KeyFiles own) {}
}
