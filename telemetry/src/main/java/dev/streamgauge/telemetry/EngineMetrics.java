package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.RequestRecord;
import org.jspecify.annotations.Nullable;

/** Where the time to the first token went, and what the engine says of its own. */
final class EngineMetrics implements RecordMetrics {
  private static final String[] PHASES = {
    "queue", "connect", "headers", "engine_queue", "prefill", "rest"
  };

  private final HistogramSeries queue;
  private final HistogramSeries prefill;
  private final HistogramSeries decode;
  private final HistogramSeries load;
  private final BulkHistogram frontendTax;
  private final BulkHistogram phase;

  EngineMetrics(Families families) {
    queue =
        families
            .histogram(
                "engine_queue_seconds",
                "Time in the engine's queue, as its answers say.",
                BucketFamily.QUEUE)
            .with();
    prefill =
        families
            .histogram(
                "engine_prefill_seconds",
                "Time to process the prompt, as the engine's answers say.",
                BucketFamily.TTFT)
            .with();
    decode =
        families
            .histogram(
                "engine_decode_seconds",
                "Time to generate, as the engine's answers say.",
                BucketFamily.DURATION)
            .with();
    load =
        families
            .histogram(
                "engine_load_seconds",
                "Time to load the model, as the engine's answers say.",
                BucketFamily.DURATION)
            .with();
    frontendTax =
        families.requestHistogram(
            "frontend_tax_seconds",
            "Time to first token less what the engine says of it (load, queue, prefill): network,"
                + " the server's own frontend, this proxy.",
            BucketFamily.TTFT);
    phase =
        families.requestHistogram(
            "ttft_phase_seconds",
            "The parts of each time to first token; they add up to it.",
            BucketFamily.TTFT,
            "phase");
    Row.FIRST.in(frontendTax);
    for (String each : PHASES) {
      Row.FIRST.in(phase, each);
    }
  }

  @Override
  public RecordSeries of(Row row) {
    return new Series(row);
  }

  /** The engine's own times are of no row. */
  private final class Series extends RecordSeries {
    private final LateHistogram tax;
    private final LateHistogram[] phases = new LateHistogram[PHASES.length];

    private Series(Row row) {
      tax = row.late(frontendTax);
      for (int i = 0; i < phases.length; i++) {
        phases[i] = row.late(phase, PHASES[i]);
      }
    }

    @Override
    void add(RequestRecord record, @Nullable Origin origin) {
      RequestRecord.EngineTimes engine = record.engine();
      if (engine != null) {
        observe(queue, engine.queueNanos(), origin);
        observe(prefill, engine.prefillNanos(), origin);
        observe(decode, engine.decodeNanos(), origin);
        observe(load, engine.loadNanos(), origin);
        tax.observeNanos(tax(record.points().firstToken(), engine), origin);
      }
      TtftPhases parts = record.stream() ? TtftPhases.of(record) : null;
      if (parts != null) {
        addPhases(parts, origin);
      }
    }

    private void addPhases(TtftPhases parts, @Nullable Origin origin) {
      phases[0].observeNanos(parts.queueNanos(), origin);
      phases[1].observeNanos(parts.connectNanos(), origin);
      phases[2].observeNanos(parts.headersNanos(), origin);
      phases[3].observeNanos(parts.engineQueueNanos(), origin);
      phases[4].observeNanos(parts.prefillNanos(), origin);
      phases[5].observeNanos(parts.restNanos(), origin);
    }
  }

  private static void observe(
      HistogramSeries series, @Nullable Long nanos, @Nullable Origin origin) {
    if (nanos != null) {
      series.observeNanos(nanos, origin);
    }
  }

  /** Known where the engine says how long the prompt took. */
  private static @Nullable Long tax(@Nullable Long ttftNanos, RequestRecord.EngineTimes engine) {
    Long prefillNanos = engine.prefillNanos();
    if (ttftNanos == null || prefillNanos == null) {
      return null;
    }
    return ttftNanos - prefillNanos - orZero(engine.queueNanos()) - orZero(engine.loadNanos());
  }

  private static long orZero(@Nullable Long nanos) {
    return nanos == null ? 0 : nanos;
  }
}
