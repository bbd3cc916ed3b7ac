package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import org.jspecify.annotations.Nullable;

/** What a request says about a goodput target; the {@code violated} label. */
public enum SloVerdict {
  MET("none"),
  TTFT("ttft"),
  TPOT("tpot"),
  DURATION("duration"),
  ERROR("error");

  private final String label;

  SloVerdict(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  /**
   * Null if the request says nothing about the target.
   *
   * @param model what it counts for
   */
  public static @Nullable SloVerdict of(RequestRecord record, Slo slo, @Nullable String model) {
    return slo.concerns(model) ? judge(record, slo) : null;
  }

  private static @Nullable SloVerdict judge(RequestRecord record, Slo slo) {
    return switch (record.outcome()) {
      case CALLER_ERROR, CALLER_INVALID -> null;
      case CALLER_DISCONNECT -> broken(record, slo);
      case OK -> {
        SloVerdict broken = broken(record, slo);
        yield broken != null ? broken : known(record, slo) ? MET : null;
      }
      default -> ERROR;
    };
  }

  private static @Nullable SloVerdict broken(RequestRecord record, Slo slo) {
    RequestRecord.Points points = record.points();
    if (reaches(ttft(record), slo.ttftNanosMax())) {
      return TTFT;
    }
    if (reaches(timePerOutputToken(record), slo.tpotNanosMax())) {
      return TPOT;
    }
    return reaches(points.ended(), slo.durationNanosMax()) ? DURATION : null;
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
}
