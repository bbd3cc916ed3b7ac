package dev.streamgauge.cli;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.telemetry.Slo;
import dev.streamgauge.telemetry.TelemetrySettings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the settings say of metrics, in the words of the module that publishes them. */
final class MetricsWiring {
  private MetricsWiring() {}

  static TelemetrySettings settings(ProxySettings settings) {
    return new TelemetrySettings(
        metrics(settings.metrics()), TelemetrySettings.AccessLogging.defaults(), Main.version());
  }

  private static TelemetrySettings.Metrics metrics(ProxySettings.MetricsSettings metrics) {
    return new TelemetrySettings.Metrics(
        histograms(metrics.histograms()),
        semconv(metrics.semconv()),
        metrics.modelsMax(),
        metrics.models(),
        slos(metrics),
        metrics.buckets());
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

  private static TelemetrySettings.Semconv semconv(ProxySettings.Semconv semconv) {
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
