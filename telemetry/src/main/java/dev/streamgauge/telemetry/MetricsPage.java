package dev.streamgauge.telemetry;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Writes the page in the format and coding that the client likes best. */
final class MetricsPage {
  private static final int FIRST_BYTES = 64 * 1024;

  private final ExpositionFormats formats = ExpositionFormats.init();

  Rendered render(
      MetricSnapshots snapshots, @Nullable String accept, @Nullable String acceptEncoding) {
    ExpositionFormatWriter writer =
        switch (Preference.format(accept)) {
          case TEXT -> formats.getPrometheusTextFormatWriter();
          case OPEN_METRICS -> formats.getOpenMetricsTextFormatWriter();
          case PROTOBUF -> formats.getPrometheusProtobufWriter();
        };
    boolean gzip = Preference.gzip(acceptEncoding);
    ByteArrayOutputStream page = new ByteArrayOutputStream(FIRST_BYTES);
    try (OutputStream out = gzip ? new GZIPOutputStream(page) : page) {
      writer.write(out, snapshots, EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException e) {
      throw new UncheckedIOException("an array in memory refused bytes", e);
    }
    return new Rendered(writer.getContentType(), gzip ? "gzip" : null, page.toByteArray());
  }
}
