package dev.streamgauge.cli;

import dev.streamgauge.config.GpuChoice;
import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.gpu.GpuReader;
import dev.streamgauge.gpu.GpuSampler;
import dev.streamgauge.gpu.SamplerClock;
import dev.streamgauge.gpu.nvml.NvmlReader;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.timeline.Ticker;
import org.jspecify.annotations.Nullable;

/** Puts the looking at GPUs beside the metrics. */
final class GpuWiring {
  private GpuWiring() {}

  /** Returns at once, before the driver is opened; null where GPUs are not looked at. */
  static @Nullable GpuSampler start(ProxySettings.Gpu settings, Telemetry telemetry) {
    if (settings.choice() instanceof GpuChoice.Off) {
      return null;
    }
    Ticker ticker = Ticker.system();
    GpuReader reader = new NvmlReader(settings, ticker::nanos);
    GpuSampler sampler =
        new GpuSampler(
            reader,
            settings.interval(),
            SamplerClock.of(ticker::nanos),
            System.err::println,
            telemetry.gpuWatcher());
    telemetry.showGpus(sampler::now);
    sampler.start();
    return sampler;
  }
}
