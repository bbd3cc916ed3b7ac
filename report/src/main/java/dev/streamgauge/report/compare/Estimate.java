package dev.streamgauge.report.compare;

import org.jspecify.annotations.Nullable;

/**
 * A figure of one run and how sure it is.
 *
 * @param count requests that it comes from
 * @param designEffect how many of them say as much as one independent one; null where the run is
 *     too short to tell, and they are taken as independent
 * @param interval null where there are too few
 */
public record Estimate(
    long count, double value, @Nullable Double designEffect, @Nullable Interval interval) {}
