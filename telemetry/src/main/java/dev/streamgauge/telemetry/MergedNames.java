package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.engine.EnginePage;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whose name it is, where both pages have it: ours, but for names that we only mirror. */
final class MergedNames {
  private MergedNames() {}

  /** What our families and their samples are called, in whatever format. */
  static Set<String> of(MetricSnapshots ours) {
    Set<String> names = new HashSet<>();
    for (MetricSnapshot family : ours) {
      String name = family.getMetadata().getPrometheusName();
      names.add(name);
      for (String suffix : suffixes(family)) {
        names.add(name + suffix);
      }
    }
    return names;
  }

  /** Ours less the mirror of vLLM's names, if the engine has one of these itself. */
  static MetricSnapshots withoutMirrorOf(EnginePage engine, MetricSnapshots ours) {
    if (!engine.hasFamilyOf(VllmMirror.PREFIX)) {
      return ours;
    }
    List<MetricSnapshot> rest = new ArrayList<>();
    for (MetricSnapshot family : ours) {
      if (!family.getMetadata().getPrometheusName().startsWith(VllmMirror.PREFIX)) {
        rest.add(family);
      }
    }
    return new MetricSnapshots(rest);
  }

  private static String[] suffixes(MetricSnapshot family) {
    return switch (family) {
      case CounterSnapshot _ -> new String[] {"_total", "_created"};
      case HistogramSnapshot _ -> new String[] {"_bucket", "_count", "_sum", "_created"};
      case InfoSnapshot _ -> new String[] {"_info"};
      default -> new String[0];
    };
  }
}
