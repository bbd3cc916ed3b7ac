package dev.streamgauge.gpu;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is said of GPUs on standard error: each change once, as it is seen, and never one line a
 * sample.
 */
final class GpuLog {
  private final Consumer<String> lines;
  private volatile String told = "";
  private volatile @Nullable String hanging;

  GpuLog(Consumer<String> lines) {
    this.lines = lines;
  }

  /** Called by the sampler's thread alone. */
  void tell(GpuReading reading) {
    String line =
        switch (reading) {
          case GpuReading.NoDriver(String why) -> "no GPU here, figures of GPUs are absent: " + why;
          case GpuReading.Lost(String why) -> "lost, figures are absent until it is back: " + why;
          case GpuReading.Seen(GpuSnapshot snapshot) -> seen(snapshot);
        };
    if (!line.equals(told)) {
      told = line;
      lines.accept("streamgauge: gpu: " + line);
    }
  }

  /** What was said last; null before that. Any thread. */
  @Nullable String told() {
    String busy = hanging;
    return busy != null ? busy : told.isEmpty() ? null : told;
  }

  /** Called by the watching thread alone, as {@link #answersAgain}. */
  void hangs(String call, long nanos) {
    String line =
        "the driver has been busy with %s for %d s: figures are absent until it answers"
            .formatted(call, Duration.ofNanos(nanos).toSeconds());
    hanging = line;
    lines.accept("streamgauge: gpu: " + line);
  }

  void answersAgain() {
    hanging = null;
    lines.accept("streamgauge: gpu: the driver answers again");
  }

  private static String seen(GpuSnapshot snapshot) {
    if (!snapshot.missing().isEmpty()) {
      return "not found: " + String.join(", ", snapshot.missing()) + "; " + ours(snapshot);
    }
    if (!snapshot.others().isEmpty()) {
      return "%d are visible and none is assigned to this container, so none is looked at: name its own with --gpu UUID,..."
          .formatted(snapshot.others().size());
    }
    return ours(snapshot);
  }

  private static String ours(GpuSnapshot snapshot) {
    List<GpuSample> gpus = snapshot.gpus();
    if (gpus.isEmpty()) {
      return "none is this container's";
    }
    return gpus.stream()
        .collect(
            Collectors.groupingBy(
                each -> driver(snapshot, each), LinkedHashMap::new, Collectors.toList()))
        .entrySet()
        .stream()
        .map(each -> "driver %s, looking at %s".formatted(each.getKey(), names(each.getValue())))
        .collect(Collectors.joining("; "));
  }

  private static String driver(GpuSnapshot snapshot, GpuSample of) {
    String driver = snapshot.driver(of.gpu());
    return driver == null ? "unknown" : driver;
  }

  private static String names(List<GpuSample> gpus) {
    return gpus.stream()
        .map(each -> each.gpu().uuid() + " (" + each.gpu().name() + ")")
        .collect(Collectors.joining(", "));
  }
}
