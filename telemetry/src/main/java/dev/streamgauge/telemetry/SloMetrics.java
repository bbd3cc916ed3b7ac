package dev.streamgauge.telemetry;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.RequestRecord;
import io.prometheus.metrics.core.metrics.Counter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goodput. A target judges the requests for which one of its figures is known, and those that
 * failed on this side of the caller. What the caller did wrong says nothing about the service and
 * is not counted; a caller that left is counted if a limit had passed by then. Of a model that is
 * no label yet, as none of its answers came through, the name that the request asked for is
 * compared; it becomes no label by that.
 */
final class SloMetrics implements RecordMetrics {
  private final List<Slo> slos;
  private final Counter requests;

  SloMetrics(Families families, List<Slo> slos) {
    this.slos = slos;
    requests =
        families.requestCounter(
            "slo_requests_total",
            "Requests by goodput target (--slo), and which figure broke it first.",
            "slo",
            "met",
            "violated");
    if (slos.isEmpty()) {
      requests.initLabelValues(Row.FIRST.model(), Row.FIRST.operation(), "", "true", "none");
    }
    for (Slo slo : slos) {
      for (SloVerdict verdict : SloVerdict.values()) {
        Families.add(requests, 0, labels(Row.FIRST, slo, verdict));
      }
    }
  }

  @Override
  public RecordSeries of(Row row) {
    return new Series(row);
  }

  private final class Series extends RecordSeries {
    private final Row row;

    private Series(Row row) {
      this.row = row;
    }

    @Override
    void add(RequestRecord record, @Nullable Origin origin) {
      if (slos.isEmpty() || row.kind() == Operation.OTHER) {
        return;
      }
      String model = row.model().equals(ModelLabels.OTHER) ? Slo.nameOf(record) : row.model();
      for (Slo slo : slos) {
        SloVerdict verdict = SloVerdict.of(record, slo, model);
        if (verdict != null) {
          requests.labelValues(labels(row, slo, verdict)).inc();
        }
      }
    }
  }

  private static String[] labels(Row row, Slo slo, SloVerdict verdict) {
    String met = String.valueOf(verdict == SloVerdict.MET);
    return new String[] {row.model(), row.operation(), slo.name(), met, verdict.label()};
  }
}
