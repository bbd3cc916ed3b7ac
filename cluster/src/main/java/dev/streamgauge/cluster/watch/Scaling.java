package dev.streamgauge.cluster.watch;

import org.jspecify.annotations.Nullable;

/**
 * A change of the number of replicas that is wanted.
 *
 * @param manager who wrote it, in its own words; empty where the object does not say
 * @param why in the words of the autoscaler, where it was one
 */
record Scaling(
    Subject subject,
    String kind,
    int from,
    int to,
    String manager,
    ScaleActor actor,
    @Nullable String why) {
  Scaling because(String words) {
    return new Scaling(subject, kind, from, to, manager, actor, words);
  }
}
