package dev.streamgauge.report.run;

import org.jspecify.annotations.Nullable;

/**
 * The estimated shares of the GPUs' energy.
 *
 * @param requests those that have a share
 * @param outputTokens of those whose count is known, too
 * @param joulesPerOutputToken over these; null where there are none
 */
public record Energy(
    double joules, long requests, long outputTokens, @Nullable Double joulesPerOutputToken) {}
