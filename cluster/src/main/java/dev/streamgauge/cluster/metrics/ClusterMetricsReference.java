package dev.streamgauge.cluster.metrics;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The part of the reference page of metrics that is about {@code streamgauge cluster}. */
public final class ClusterMetricsReference {
  private ClusterMetricsReference() {}

  /** In Markdown, from its heading on. */
  public static String section() {
    StringBuilder text = new StringBuilder(INTRODUCTION);
    Arrays.stream(ClusterFamily.values())
        .sorted(Comparator.comparing(ClusterFamily::fullName))
        .forEach(family -> text.append(row(family)));
    return text.append("\nBuckets of all histograms here, in seconds: ")
        .append(bounds())
        .append("; of `streamgauge_webhook_review_seconds` 0.5 ms to 5 s.\n")
        .toString();
  }

  private static String row(ClusterFamily family) {
    String labels =
        family.labels().stream()
            .map(each -> "`" + each + "`")
            .sorted()
            .collect(Collectors.joining(", "));
    String by = family.whose() == ClusterFamily.Whose.LEADERS ? "the leader" : "each replica";
    return "| `%s` | %s | %s | %s | %s |\n"
        .formatted(
            family.fullName(),
            family.type().name().toLowerCase(Locale.ROOT),
            labels,
            by,
            family.help());
  }

  private static String bounds() {
    return Stream.of(Arrays.stream(ClusterMetrics.bounds()).boxed().toArray(Double[]::new))
        .map(each -> BigDecimal.valueOf(each).stripTrailingZeros().toPlainString())
        .collect(Collectors.joining(", "));
  }

  private static final String INTRODUCTION =
      """

      ## From `streamgauge cluster`

      Served at `/metrics` of its own admin address, in the same formats. Of several replicas the leader
      alone has what the cluster knows, so that a sum over replicas is right; see
      [cluster.md](../cluster.md) for what happens to counters when the leader changes. A family appears
      with its first series. `workload` is the name of the Deployment, StatefulSet, LeaderWorkerSet or
      whatever else owns the pods, the pod's own name where nobody does.

      | metric | type | labels | by | meaning |
      |---|---|---|---|---|
      """;
}
