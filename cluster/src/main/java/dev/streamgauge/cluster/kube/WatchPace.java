package dev.streamgauge.cluster.kube;

import java.time.Duration;

/**
 * How long a {@link Reflector} waits.
 *
 * @param firstPause behind a first failure; doubled with each further one
 * @param longestPause the longest of these
 * @param watch how long a watch lasts at most, on average; then it is opened anew
 * @param absent how long until a kind that is not there is looked for again
 */
public record WatchPace(
    Duration firstPause, Duration longestPause, Duration watch, Duration absent) {
  public static WatchPace standard() {
    return new WatchPace(
        Duration.ofMillis(500),
        Duration.ofSeconds(10),
        Duration.ofMinutes(6),
        Duration.ofMinutes(1));
  }
}
