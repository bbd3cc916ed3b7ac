package dev.streamgauge.cli;

import dev.streamgauge.config.EngineSettings;
import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.telemetry.Slo;
import dev.streamgauge.telemetry.TelemetrySettings;
import dev.streamgauge.telemetry.engine.Engine;
import dev.streamgauge.telemetry.engine.EngineBoard;
import dev.streamgauge.telemetry.engine.PageLimits;
import dev.streamgauge.timeline.Ticker;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the settings say of metrics, in the words of the module that publishes them. */
final class MetricsWiring {
  private MetricsWiring() {}

  static TelemetrySettings settings(ProxySettings settings) {
    return new TelemetrySettings(
        metrics(settings.metrics(), settings.engine().mirror()),
        TelemetrySettings.AccessLogging.defaults(),
        Main.version());
  }

  /** What the server says of itself is none of it after so many looks that brought nothing. */
  private static final int STALE_AFTER_INTERVALS = 3;

  /** Where what the server says of itself will stand; null for its engine: its page says it. */
  static EngineBoard board(EngineSettings settings) {
    Engine known =
        settings.choice() == EngineSettings.EngineChoice.AUTO
            ? null
            : Engine.of(settings.choice().label());
    long staleAfterNanos =
        STALE_AFTER_INTERVALS * settings.interval().toNanos() + settings.timeout().toNanos();
    return new EngineBoard(known, PageLimits.defaults(), Ticker.system(), staleAfterNanos);
  }

  private static TelemetrySettings.Metrics metrics(
      ProxySettings.MetricsSettings metrics, EngineSettings.Mirror mirror) {
    return new TelemetrySettings.Metrics(
        histograms(metrics.histograms()),
        semconv(metrics.semconv()),
        metrics.modelsMax(),
        metrics.models(),
        slos(metrics),
        metrics.buckets(),
        mirror == EngineSettings.Mirror.VLLM);
  }

  static List<Slo> slos(ProxySettings.MetricsSettings metrics) {
    return metrics.slos().stream().map(MetricsWiring::slo).toList();
  }

  private static TelemetrySettings.Histograms histograms(ProxySettings.Histograms histograms) {
    return switch (histograms) {
      case CLASSIC -> TelemetrySettings.Histograms.CLASSIC;
      case NATIVE -> TelemetrySettings.Histograms.NATIVE;
      case BOTH -> TelemetrySettings.Histograms.BOTH;
    };
  }

  static TelemetrySettings.Semconv semconv(ProxySettings.Semconv semconv) {
    return switch (semconv) {
      case V1_41 -> TelemetrySettings.Semconv.V1_41;
      case NEXT -> TelemetrySettings.Semconv.NEXT;
      case BOTH -> TelemetrySettings.Semconv.BOTH;
      case OFF -> TelemetrySettings.Semconv.OFF;
    };
  }

  private static Slo slo(ProxySettings.Slo slo) {
    return new Slo(
        slo.name(), nanos(slo.ttft()), nanos(slo.tpot()), nanos(slo.duration()), slo.model());
  }

  private static @Nullable Long nanos(@Nullable Duration duration) {
    return duration == null ? null : (Long) duration.toNanos();
  }
}
