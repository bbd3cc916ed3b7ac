package dev.streamgauge.telemetry;

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
    @Nullable String model) {}
