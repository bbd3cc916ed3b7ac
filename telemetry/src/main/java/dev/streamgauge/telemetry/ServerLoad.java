package dev.streamgauge.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * How busy the server is, as its page says or as this proxy can tell.
 *
 * @param waiting requests that wait
 * @param running requests in work
 * @param kvCacheUsageRatio null where the server's page does not say
 * @param saturationRatio null without a limit on what is in flight
 */
public record ServerLoad(
    double waiting,
    double running,
    @Nullable Double kvCacheUsageRatio,
    @Nullable Double saturationRatio) {}
