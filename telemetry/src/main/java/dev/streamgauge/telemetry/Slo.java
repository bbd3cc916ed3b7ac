package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.RequestRecord;
import org.jspecify.annotations.Nullable;

/**
 * A goodput target. A limit that is null is not part of it.
 *
 * @param name the {@code slo} label
 * @param model counts only requests for this model; null for all
 */
public record Slo(
    String name,
    @Nullable Long ttftNanosMax,
    @Nullable Long tpotNanosMax,
    @Nullable Long durationNanosMax,
    @Nullable String model) {

  /** Whether it is about requests for the model of that name. */
  boolean concerns(@Nullable String name) {
    return model == null || model.equals(name);
  }

  /** As the answer called it, else as the request did. */
  public static @Nullable String nameOf(RequestRecord record) {
    return record.model() == null ? record.requestedModel() : record.model();
  }
}
