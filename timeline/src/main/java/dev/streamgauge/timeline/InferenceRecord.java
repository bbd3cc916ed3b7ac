package dev.streamgauge.timeline;

import org.jspecify.annotations.Nullable;

/**
 * One inference among those that share a gRPC call, finished. It is part of the histograms alone:
 * the call has the record of a request. All durations are nanoseconds since the read that completed
 * its request. Null means unknown.
 *
 * @param model as its responses name it
 * @param firstTokenNanos null if no token event came
 * @param gaps between its token events; null if there was none
 */
public record InferenceRecord(
    @Nullable String model,
    InferenceEnd end,
    int tokenEvents,
    @Nullable Long firstTokenNanos,
    @Nullable Long lastTokenNanos,
    long endedNanos,
    @Nullable Long gapMaxNanos,
    int stalls,
    long stalledNanos,
    @Nullable GapCounts gaps) {}
