package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.RequestRecord;

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
  public void add(RequestRecord record, Row row) {
    Double joules = record.joulesPerOutputToken();
    if (joules != null) {
      row.in(perOutputToken).observe(joules, row.origin());
    }
  }
}
