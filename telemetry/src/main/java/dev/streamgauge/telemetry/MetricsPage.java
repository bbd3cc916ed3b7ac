package dev.streamgauge.telemetry;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/** Writes the page in a form. */
final class MetricsPage {
  private final ExpositionFormats formats = ExpositionFormats.init();

  String contentType(PageForm form) {
    return writer(form).getContentType();
  }

  void render(MetricSnapshots snapshots, PageForm form, OutputStream page) throws IOException {
    if (form.gzip()) {
      try (GZIPOutputStream out = new GZIPOutputStream(page)) {
        write(snapshots, form, out);
      }
    } else {
      write(snapshots, form, page);
    }
  }

  private void write(MetricSnapshots snapshots, PageForm form, OutputStream out)
      throws IOException {
    writer(form).write(out, snapshots, EscapingScheme.UNDERSCORE_ESCAPING);
  }

  private ExpositionFormatWriter writer(PageForm form) {
    return switch (form.format()) {
      case TEXT -> formats.getPrometheusTextFormatWriter();
      case OPEN_METRICS -> formats.getOpenMetricsTextFormatWriter();
      case PROTOBUF -> formats.getPrometheusProtobufWriter();
    };
  }
}
