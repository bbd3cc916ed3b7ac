package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.engine.EnginePage;
import dev.streamgauge.telemetry.engine.PageFormat;
import dev.streamgauge.telemetry.engine.PageWriter;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Writes the page in a form. */
final class MetricsPage {
  private final ExpositionFormats formats = ExpositionFormats.init();

  String contentType(PageForm form) {
    return writer(form).getContentType();
  }

  /**
   * Writes ours alone, or behind the engine's.
   *
   * @param engine null: alone
   */
  void render(
      MetricSnapshots snapshots, @Nullable EnginePage engine, PageForm form, OutputStream page)
      throws IOException {
    if (form.gzip()) {
      try (GZIPOutputStream out = new GZIPOutputStream(page)) {
        write(snapshots, engine, form, out);
      }
    } else {
      write(snapshots, engine, form, page);
    }
  }

  private void write(
      MetricSnapshots snapshots, @Nullable EnginePage engine, PageForm form, OutputStream out)
      throws IOException {
    MetricSnapshots ours = snapshots;
    if (engine != null) {
      ours = MergedNames.withoutMirrorOf(engine, snapshots);
      PageWriter.write(engine, pageFormat(form), MergedNames.of(ours), out);
    }
    writer(form).write(out, ours, EscapingScheme.UNDERSCORE_ESCAPING);
  }

  private static PageFormat pageFormat(PageForm form) {
    return switch (form.format()) {
      case TEXT -> PageFormat.TEXT;
      case OPEN_METRICS -> PageFormat.OPEN_METRICS;
      case PROTOBUF -> PageFormat.PROTOBUF;
    };
  }

  private ExpositionFormatWriter writer(PageForm form) {
    return switch (form.format()) {
      case TEXT -> formats.getPrometheusTextFormatWriter();
      case OPEN_METRICS -> formats.getOpenMetricsTextFormatWriter();
      case PROTOBUF -> formats.getPrometheusProtobufWriter();
    };
  }
}
