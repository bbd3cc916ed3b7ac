package dev.streamgauge.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Upper bounds of a histogram's classic buckets, rising. */
record BucketBounds() implements ValueType<List<Duration>> {
  private static final int BOUNDS_MAX = 64;
  private static final CommaList<Duration> BOUNDS =
      new CommaList<>(new DurationValue(Duration.ofNanos(1_000), Duration.ofDays(1)));

  @Override
  public @Nullable List<Duration> parse(String text) {
    List<Duration> bounds = BOUNDS.parse(text);
    return bounds == null || bounds.size() > BOUNDS_MAX || !rising(bounds) ? null : bounds;
  }

  private static boolean rising(List<Duration> bounds) {
    for (int i = 1; i < bounds.size(); i++) {
      if (bounds.get(i).compareTo(bounds.get(i - 1)) <= 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String placeholder() {
    return BOUNDS.placeholder();
  }

  @Override
  public String allowed() {
    return "1 to " + BOUNDS_MAX + " rising durations separated by commas, from 1us to 24h";
  }

  @Override
  public boolean commaSeparated() {
    return true;
  }
}
