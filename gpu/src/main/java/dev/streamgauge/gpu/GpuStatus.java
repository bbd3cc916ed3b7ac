package dev.streamgauge.gpu;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the GPUs at one moment. Immutable.
 *
 * @param snapshot null where there is none, or only one that is too old to be shown
 * @param sampleAgeNanos since the driver last answered; null where it never has
 * @param why what was said last of GPUs in the log; null before that
 */
public record GpuStatus(
    @Nullable GpuSnapshot snapshot,
    @Nullable Long sampleAgeNanos,
    Map<String, Long> errors,
    List<XidCounts.Count> xids,
    @Nullable String why) {

  public GpuStatus(
      @Nullable GpuSnapshot snapshot,
      @Nullable Long sampleAgeNanos,
      Map<String, Long> errors,
      List<XidCounts.Count> xids) {
    this(snapshot, sampleAgeNanos, errors, xids, null);
  }

  /** Where nobody looks. */
  public static GpuStatus none() {
    return new GpuStatus(null, null, Map.of(), List.of());
  }

  /** Whether each GPU that is ours answers, and there is one. */
  public boolean up() {
    return snapshot != null && snapshot.whole();
  }
}
