package dev.streamgauge.config;

import dev.streamgauge.config.EngineSettings.EngineChoice;
import dev.streamgauge.config.EngineSettings.Mirror;
import dev.streamgauge.config.EngineSettings.OrcaHeaders;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The options of {@code streamgauge proxy} about the server's own metrics. */
final class EngineOptions {
  private static final int MIB = 1024 * 1024;
  private static final String PAGE = "/metrics";
  private static final String TRTLLM_PAGE = "/prometheus/metrics";

  /** Triton's own port for metrics, beside 8000 and 8001. */
  private static final int TRITON_PORT = 8002;

  static final Option<EngineChoice> ENGINE =
      Option.one(
          "engine",
          Choice.of(EngineChoice.class),
          "auto",
          "What the model server is: where its metrics are and what they are called; auto asks for no"
              + " page but the one of --engine-metrics, and looks at that itself");
  static final Option<OrOff.Switched<EnginePageAddress>> ENGINE_METRICS =
      Option.one(
          "engine-metrics",
          new OrOff<>(new EnginePageAddressValue()),
          null,
          "The model server's page of metrics; without it where --engine has it, seen from"
              + " --upstream");
  static final Option<Duration> ENGINE_METRICS_INTERVAL =
      Option.one(
          "engine-metrics-interval",
          new DurationValue(Duration.ofMillis(100), Duration.ofHours(1)),
          "5s",
          "How often that page is read");
  static final Option<Duration> ENGINE_METRICS_TIMEOUT =
      Option.one(
          "engine-metrics-timeout",
          new DurationValue(Duration.ofMillis(10), Duration.ofMinutes(1)),
          "2s",
          "Longest wait for that page, all together");
  static final Option<Integer> ENGINE_METRICS_MAX_BYTES =
      Option.one(
          "engine-metrics-max-bytes",
          new Size(16 * 1024, 8 * MIB),
          "1MiB",
          "Largest page of it that is read");
  static final Option<Mirror> MIRROR =
      Option.one(
          "mirror",
          Choice.of(Mirror.class),
          "off",
          "Whose names our figures are published under, too");
  static final Option<OrcaHeaders> ORCA_HEADERS =
      Option.one(
          "orca-headers",
          Choice.of(OrcaHeaders.class),
          "off",
          "Whether answers to inference bear a load report (endpoint-load-metrics) for load"
              + " balancers, and in which format; asked: as the request's"
              + " endpoint-load-metrics-format says. Calls of gRPC have it in their trailer, in"
              + " gRPC's own format");
  static final Option<Boolean> READY_WHEN_SATURATED =
      Option.one(
          "ready-when-saturated",
          new TrueFalse(),
          "true",
          "Whether /readyz stays 200 while as many requests are in flight and queued as"
              + " --max-concurrency allows");

  static final List<Option<?>> ALL =
      List.of(
          ENGINE,
          ENGINE_METRICS,
          ENGINE_METRICS_INTERVAL,
          ENGINE_METRICS_TIMEOUT,
          ENGINE_METRICS_MAX_BYTES,
          MIRROR,
          ORCA_HEADERS,
          READY_WHEN_SATURATED);

  private EngineOptions() {}

  static EngineSettings engine(Reading reading) {
    return new EngineSettings(
        reading.get(ENGINE),
        pages(reading),
        reading.get(ENGINE_METRICS_INTERVAL),
        reading.get(ENGINE_METRICS_TIMEOUT),
        reading.get(ENGINE_METRICS_MAX_BYTES),
        reading.get(MIRROR),
        reading.get(ORCA_HEADERS),
        reading.get(READY_WHEN_SATURATED));
  }

  /** Two families of one name on the merged page would be two truths. */
  static void report(Reading reading) {
    boolean vllm = reading.get(ENGINE) == EngineChoice.VLLM;
    if (vllm && reading.get(MIRROR) == Mirror.VLLM && !pages(reading).isEmpty()) {
      reading.report(
          Problem.unusable(
              MIRROR,
              Mirror.VLLM.label(),
              reading.source(MIRROR),
              "off, since the engine is vllm and /metrics/engine has its own figures; or "
                  + ENGINE_METRICS.commandLineName()
                  + " off"));
    }
  }

  /** Whether the page is got over TLS, which is trusted as the upstream is. */
  static boolean securePage(Reading reading) {
    return pages(reading).stream().anyMatch(page -> page.server().secure());
  }

  private static List<EnginePageAddress> pages(Reading reading) {
    OrOff.Switched<EnginePageAddress> said = reading.find(ENGINE_METRICS);
    if (said != null) {
      EnginePageAddress page = said.orNull();
      return page == null ? List.of() : List.of(page);
    }
    UpstreamAddress upstream = reading.get(ProxyOptions.UPSTREAM);
    return switch (reading.get(ENGINE)) {
      case VLLM, SGLANG, TGI, LLAMACPP -> beside(upstream, PAGE);
      case GENERIC -> beside(upstream, PAGE, TRTLLM_PAGE);
      case TRTLLM -> beside(upstream, TRTLLM_PAGE);
      case TRITON -> triton(upstream);
      // Who has not said what it is gets no requests that its clients did not make.
      case OLLAMA, AUTO -> List.of();
    };
  }

  /** A server of gRPC shows no page on the same port: it would have to speak HTTP/1.1, too. */
  private static List<EnginePageAddress> beside(UpstreamAddress upstream, String... paths) {
    return upstream.priorKnowledge()
        ? List.of()
        : Stream.of(paths).map(path -> new EnginePageAddress(upstream, path)).toList();
  }

  private static List<EnginePageAddress> triton(UpstreamAddress upstream) {
    return switch (upstream) {
      case UpstreamAddress.Tcp(_, String host, _) ->
          List.of(
              new EnginePageAddress(
                  new UpstreamAddress.Tcp(UpstreamAddress.Scheme.HTTP, host, TRITON_PORT), PAGE));
      case UpstreamAddress.Unix _ -> List.of();
    };
  }
}
