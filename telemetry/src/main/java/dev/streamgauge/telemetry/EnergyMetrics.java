package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.RequestRecord;
import org.jspecify.annotations.Nullable;

/** What a token costs of energy, by requests; an estimate, see docs/gpu.md. */
final class EnergyMetrics implements RecordMetrics {
  private final BulkHistogram perOutputToken;

  EnergyMetrics(Families families) {
    perOutputToken =
        families.requestHistogram(
            "energy_joules_per_output_token",
            "A request's share of the GPUs' energy by its output tokens, an estimate; of requests of"
                + " which both are known.",
            BucketFamily.ENERGY);
    Row.FIRST.in(perOutputToken);
  }

  @Override
  public RecordSeries of(Row row) {
    return new Series(row.late(perOutputToken));
  }

  private static final class Series extends RecordSeries {
    private final LateHistogram perOutputToken;

    private Series(LateHistogram perOutputToken) {
      this.perOutputToken = perOutputToken;
    }

    @Override
    void add(RequestRecord record, @Nullable Origin origin) {
      perOutputToken.observe(record.joulesPerOutputToken(), origin);
    }
  }
}
