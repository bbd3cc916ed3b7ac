package dev.streamgauge.proxy;

import dev.streamgauge.config.ProxySettings.MetricsSettings;
import dev.streamgauge.timeline.TimelineSettings;
import java.time.Duration;

/** What the settings say of timing, in the words of the module that times. */
public final class Timing {
  private Timing() {}

  /** Gaps and inter-token latencies share their bounds, as the histograms made of them do. */
  public static TimelineSettings of(MetricsSettings metrics) {
    long[] gaps = metrics.buckets().gap().stream().mapToLong(Duration::toNanos).toArray();
    return new TimelineSettings(metrics.stallThreshold().toNanos(), gaps, gaps);
  }
}
