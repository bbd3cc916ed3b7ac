package dev.streamgauge.telemetry;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.Outcome;
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
      for (Verdict verdict : Verdict.values()) {
        Families.add(requests, 0, labels(Row.FIRST, slo, verdict));
      }
    }
  }

  @Override
  public void add(RequestRecord record, Row row) {
    if (record.operation() == Operation.OTHER) {
      return;
    }
    String model = row.model().equals(ModelLabels.OTHER) ? Slo.nameOf(record) : row.model();
    for (Slo slo : slos) {
      Verdict verdict = slo.concerns(model) ? judge(record, slo) : null;
      if (verdict != null) {
        requests.labelValues(labels(row, slo, verdict)).inc();
      }
    }
  }

  private static String[] labels(Row row, Slo slo, Verdict verdict) {
    String met = String.valueOf(verdict == Verdict.MET);
    return new String[] {row.model(), row.operation(), slo.name(), met, verdict.label};
  }

  /** Null if the request says nothing about the target. */
  private static @Nullable Verdict judge(RequestRecord record, Slo slo) {
    return switch (record.outcome()) {
      case CALLER_ERROR, CALLER_INVALID -> null;
      case CALLER_DISCONNECT -> broken(record, slo);
      case OK -> {
        Verdict broken = broken(record, slo);
        yield broken != null ? broken : known(record, slo) ? Verdict.MET : null;
      }
      default -> Verdict.ERROR;
    };
  }

  private static @Nullable Verdict broken(RequestRecord record, Slo slo) {
    RequestRecord.Points points = record.points();
    if (reaches(ttft(record), slo.ttftNanosMax())) {
      return Verdict.TTFT;
    }
    if (reaches(timePerOutputToken(record), slo.tpotNanosMax())) {
      return Verdict.TPOT;
    }
    return reaches(points.ended(), slo.durationNanosMax()) ? Verdict.DURATION : null;
  }

  private static boolean known(RequestRecord record, Slo slo) {
    return slo.durationNanosMax() != null
        || (slo.ttftNanosMax() != null && ttft(record) != null)
        || (slo.tpotNanosMax() != null && timePerOutputToken(record) != null);
  }

  /** Of a stream that had no token yet when its caller left: how long the caller had waited. */
  private static @Nullable Long ttft(RequestRecord record) {
    Long firstToken = record.points().firstToken();
    if (!record.stream() || firstToken != null) {
      return firstToken;
    }
    return record.outcome() == Outcome.CALLER_DISCONNECT ? (Long) record.points().ended() : null;
  }

  private static @Nullable Long timePerOutputToken(RequestRecord record) {
    RequestRecord.Generation generation = record.generation();
    return generation == null ? null : generation.timePerOutputTokenNanos();
  }

  /** The contract writes targets as {@code ttft<500ms}: what reaches the limit has broken it. */
  private static boolean reaches(@Nullable Long nanos, @Nullable Long limitNanos) {
    return nanos != null && limitNanos != null && nanos >= limitNanos;
  }

  private enum Verdict {
    MET("none"),
    TTFT("ttft"),
    TPOT("tpot"),
    DURATION("duration"),
    ERROR("error");

    private final String label;

    Verdict(String label) {
      this.label = label;
    }
  }
}
