package dev.streamgauge.telemetry;

import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.GpuSnapshot;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * By how much the energy counters of our GPUs rose from look to look, in whole microjoules so that
 * sums are exact. A counter that fell began anew at 0, as Prometheus takes it. One thread.
 */
final class EnergyMeter {
  /** A GPU that comes under ever new names is none: more than the driver shows at once. */
  private static final int GPUS_MAX = 256;

  private static final long MICRO_PER_MILLI = 1000;

  private final Map<String, Last> lasts = new HashMap<>();
  private long looks;
  private int counted;

  /** A counter as it was when it was read last. */
  private record Last(long millijoules, long look) {}

  /**
   * What one look brought.
   *
   * @param microjoules since the look before
   * @param unseenMicrojoules by GPUs that were not seen at the look before: since they were
   * @param whole each GPU of ours has told of all the time since the look before
   */
  record Rise(long microjoules, long unseenMicrojoules, boolean whole) {}

  Rise look(@Nullable GpuSnapshot snapshot) {
    looks++;
    int before = counted;
    counted = 0;
    if (snapshot == null || cut(snapshot)) {
      return new Rise(0, 0, false);
    }
    long seen = 0;
    long unseen = 0;
    int steady = 0;
    for (GpuSample sample : snapshot.gpus()) {
      Double joules = sample.figure(GpuField.ENERGY);
      if (joules != null) {
        counted++;
        long now = Math.round(joules * 1000);
        Last last = put(sample.gpu().uuid(), now);
        long rise = last == null ? 0 : risen(last.millijoules, now) * MICRO_PER_MILLI;
        boolean steadily = last != null && last.look == looks - 1;
        steady += steadily ? 1 : 0;
        seen += steadily ? rise : 0;
        unseen += steadily ? 0 : rise;
      }
    }
    boolean all = steady == snapshot.gpus().size() && steady == before && steady > 0;
    return new Rise(seen, unseen, all && snapshot.missing().isEmpty());
  }

  /** Of a part of a GPU nobody knows what it took. */
  private static boolean cut(GpuSnapshot snapshot) {
    return snapshot.gpus().stream().anyMatch(each -> !each.gpu().migProfile().isEmpty());
  }

  private @Nullable Last put(String uuid, long millijoules) {
    if (lasts.size() >= GPUS_MAX && !lasts.containsKey(uuid)) {
      lasts.clear();
    }
    return lasts.put(uuid, new Last(millijoules, looks));
  }

  private static long risen(long before, long now) {
    return now >= before ? now - before : now;
  }
}
