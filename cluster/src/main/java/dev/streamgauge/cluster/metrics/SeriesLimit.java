package dev.streamgauge.cluster.metrics;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Lets a family have so many series and no more: further ones are counted under {@code other} in
 * all labels. Names of namespaces, workloads and reasons come from the cluster, where nobody bounds
 * them.
 */
final class SeriesLimit {
  static final String OTHER = "other";

  private final int seriesMax;
  private final String[] other;
  private final Set<List<String>> known = new HashSet<>();
  private long leftOut;

  SeriesLimit(int seriesMax, int labels) {
    this.seriesMax = seriesMax;
    this.other = new String[labels];
    Arrays.fill(other, OTHER);
  }

  /** The same labels, or all {@code other}. */
  synchronized String[] within(String... labels) {
    if (known.contains(Arrays.asList(labels))) {
      return labels;
    }
    if (known.size() >= seriesMax) {
      leftOut++;
      return other.clone();
    }
    known.add(List.of(labels));
    return labels;
  }

  /** How often something was counted under other, so far. */
  synchronized long leftOut() {
    return leftOut;
  }
}
