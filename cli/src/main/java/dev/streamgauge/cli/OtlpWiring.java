package dev.streamgauge.cli;

import dev.streamgauge.config.OtlpSettings;
import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.otlp.OtlpPush;
import dev.streamgauge.telemetry.RecordPush;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.telemetry.TelemetrySettings.AccessLogging;
import java.io.IOException;
import java.time.InstantSource;

/**
 * Starts what sends by OTLP. Nobody else names its classes, and this one is loaded only where
 * something is sent: so none of OpenTelemetry's classes is loaded otherwise.
 */
final class OtlpWiring {
  private OtlpWiring() {}

  static RecordPush start(
      OtlpSettings otlp, ProxySettings settings, AccessLogging logging, Telemetry telemetry)
      throws IOException {
    return OtlpPush.start(
        otlp,
        new OtlpPush.Told(
            settings.pod(),
            Main.version(),
            MetricsWiring.semconv(settings.metrics().semconv()),
            logging,
            settings.tls().listen() != null,
            InstantSource.system()),
        telemetry);
  }
}
