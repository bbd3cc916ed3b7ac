package dev.streamgauge.timeline;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One inference that runs on a call. */
final class Inference {
  private final TimelineSettings settings;
  private final long receivedNanos;
  private final boolean asksForFinal;
  private byte[] id;
  private @Nullable String model;
  private boolean answered;
  private long lastResponseNanos;
  private int tokenEvents;
  private long firstTokenNanos;
  private long lastTokenNanos;
  private int stalls;
  private long stalledNanos;
  private @Nullable GapSketch gaps;

  Inference(TimelineSettings settings, byte[] id, long receivedNanos, boolean asksForFinal) {
    this.settings = settings;
    this.id = id;
    this.receivedNanos = receivedNanos;
    this.asksForFinal = asksForFinal;
  }

  boolean isOf(byte[] bytes, int idStart, int idEnd) {
    return Arrays.equals(id, 0, id.length, bytes, idStart, idEnd);
  }

  /** Whether it was asked for without an id, and nothing of it has come yet. */
  boolean awaitsItsId() {
    return id.length == 0 && !answered;
  }

  void named(byte[] given) {
    id = given;
  }

  /** Whether it may be over without anybody having said so. */
  boolean mayHaveEnded() {
    return answered && !asksForFinal;
  }

  long lastResponseNanos() {
    return lastResponseNanos;
  }

  boolean quieterThan(@Nullable Inference other) {
    return other == null || lastResponseNanos - other.lastResponseNanos < 0;
  }

  void responded(long nanos, @Nullable String by) {
    answered = true;
    lastResponseNanos = nanos;
    model = model == null ? by : model;
  }

  void tokenEvent(Reads reads) {
    long nanos = reads.nanos();
    if (tokenEvents == 0) {
      firstTokenNanos = nanos;
    } else if (reads.unbrokenSince(lastTokenNanos)) {
      addGap(nanos - lastTokenNanos);
    }
    lastTokenNanos = nanos;
    tokenEvents++;
  }

  private void addGap(long nanos) {
    GapSketch sketch = gaps;
    if (sketch == null) {
      sketch = settings.newGapSketch();
      gaps = sketch;
    }
    sketch.add(nanos);
    if (nanos > settings.stallThresholdNanos()) {
      stalls++;
      stalledNanos += nanos;
    }
  }

  /** The finished fact. */
  InferenceRecord record(InferenceEnd end, long endedNanos) {
    GapSketch sketch = gaps;
    boolean any = tokenEvents > 0;
    return new InferenceRecord(
        model,
        end,
        tokenEvents,
        any ? (Long) since(firstTokenNanos) : null,
        any ? (Long) since(lastTokenNanos) : null,
        since(endedNanos),
        sketch == null ? null : (Long) sketch.maxNanos(),
        stalls,
        stalledNanos,
        sketch == null ? null : sketch.counts());
  }

  private long since(long nanos) {
    return Math.max(0, nanos - receivedNanos);
  }
}
