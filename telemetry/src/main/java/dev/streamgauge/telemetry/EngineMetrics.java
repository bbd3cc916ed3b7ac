package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.RequestRecord;
import org.jspecify.annotations.Nullable;

/** Where the time to the first token went, and what the engine says of its own. */
final class EngineMetrics implements RecordMetrics {
  private static final String[] PHASES = {
    "queue", "connect", "headers", "engine_queue", "prefill", "rest"
  };

  private final BulkHistogram queue;
  private final BulkHistogram prefill;
  private final BulkHistogram decode;
  private final BulkHistogram load;
  private final BulkHistogram frontendTax;
  private final BulkHistogram phase;

  EngineMetrics(Families families) {
    queue =
        families.histogram(
            "engine_queue_seconds",
            "Time in the engine's queue, as its answers say.",
            BucketFamily.QUEUE);
    prefill =
        families.histogram(
            "engine_prefill_seconds",
            "Time to process the prompt, as the engine's answers say.",
            BucketFamily.TTFT);
    decode =
        families.histogram(
            "engine_decode_seconds",
            "Time to generate, as the engine's answers say.",
            BucketFamily.DURATION);
    load =
        families.histogram(
            "engine_load_seconds",
            "Time to load the model, as the engine's answers say.",
            BucketFamily.DURATION);
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
    for (BulkHistogram each : new BulkHistogram[] {queue, prefill, decode, load}) {
      each.with();
    }
    Row.FIRST.in(frontendTax);
    for (String each : PHASES) {
      Row.FIRST.in(phase, each);
    }
  }

  @Override
  public void add(RequestRecord record, Row row) {
    RequestRecord.EngineTimes engine = record.engine();
    if (engine != null) {
      observe(queue, engine.queueNanos(), row);
      observe(prefill, engine.prefillNanos(), row);
      observe(decode, engine.decodeNanos(), row);
      observe(load, engine.loadNanos(), row);
      row.observe(frontendTax, tax(record.points().firstToken(), engine));
    }
    TtftPhases parts = TtftPhases.of(record);
    if (parts != null && record.stream()) {
      addPhases(parts, row);
    }
  }

  private void addPhases(TtftPhases parts, Row row) {
    row.observe(phase, PHASES[0], parts.queueNanos());
    row.observe(phase, PHASES[1], parts.connectNanos());
    row.observe(phase, PHASES[2], parts.headersNanos());
    row.observe(phase, PHASES[3], parts.engineQueueNanos());
    row.observe(phase, PHASES[4], parts.prefillNanos());
    row.observe(phase, PHASES[5], parts.restNanos());
  }

  private static void observe(BulkHistogram histogram, @Nullable Long nanos, Row row) {
    if (nanos != null) {
      histogram.with().observeNanos(nanos, row.origin());
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
