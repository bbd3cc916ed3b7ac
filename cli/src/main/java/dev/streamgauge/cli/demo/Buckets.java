package dev.streamgauge.cli.demo;

import dev.streamgauge.timeline.GapCounts;
import dev.streamgauge.timeline.NativeScale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Durations by the native histogram's buckets: percentiles within 2.2 %, in bounded memory. */
final class Buckets {
  private static final double NANOS = 1e9;

  /** By index; what was exactly 0 lies below all. */
  private final TreeMap<Integer, Long> counts = new TreeMap<>();

  private long total;

  void add(long nanos) {
    add(nanos <= 0 ? Integer.MIN_VALUE : NativeScale.index(nanos / NANOS), 1);
  }

  void add(GapCounts gaps) {
    add(Integer.MIN_VALUE, gaps.zeros());
    for (int offset = 0; offset < gaps.nativeLength(); offset++) {
      add(gaps.nativeFirstIndex() + offset, gaps.nativeCount(offset));
    }
  }

  void add(Buckets other) {
    other.counts.forEach(this::add);
  }

  private void add(int index, long count) {
    if (count > 0) {
      counts.merge(index, count, Long::sum);
      total += count;
    }
  }

  /** In seconds, the middle of the bucket; null where nothing was counted. */
  @Nullable Double quantileSeconds(double quantile) {
    long rank = Math.max(1, (long) Math.ceil(quantile * total));
    long seen = 0;
    for (Map.Entry<Integer, Long> bucket : counts.entrySet()) {
      seen += bucket.getValue();
      if (seen >= rank) {
        return middle(bucket.getKey());
      }
    }
    return null;
  }

  private static double middle(int index) {
    return index == Integer.MIN_VALUE
        ? 0
        : Math.pow(2, (index - 0.5) / NativeScale.BUCKETS_PER_DOUBLING);
  }
}
