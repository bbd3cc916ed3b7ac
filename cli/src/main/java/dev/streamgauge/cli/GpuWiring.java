package dev.streamgauge.cli;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.gpu.AllGpus;
import dev.streamgauge.gpu.GpuReader;
import dev.streamgauge.gpu.GpuSampler;
import dev.streamgauge.gpu.SamplerClock;
import dev.streamgauge.gpu.amd.AmdReader;
import dev.streamgauge.gpu.nvml.NvmlReader;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.timeline.Ticker;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the looking at GPUs beside the metrics. */
final class GpuWiring {
  private GpuWiring() {}

  /** Returns at once, before the driver is opened; null where GPUs are not looked at. */
  static @Nullable GpuSampler start(ProxySettings.Gpu settings, Telemetry telemetry) {
    Ticker ticker = Ticker.system();
    List<GpuReader> readers = readers(settings, ticker);
    if (readers.isEmpty()) {
      return null;
    }
    GpuSampler sampler =
        new GpuSampler(
            new AllGpus(readers),
            settings.interval(),
            SamplerClock.of(ticker::nanos),
            System.err::println,
            telemetry.gpuWatcher());
    telemetry.showGpus(sampler::now);
    sampler.start();
    return sampler;
  }

  /** One for each maker whose GPUs are looked at. */
  private static List<GpuReader> readers(ProxySettings.Gpu settings, Ticker ticker) {
    List<GpuReader> readers = new ArrayList<>();
    if (!settings.nvidia().off()) {
      readers.add(new NvmlReader(settings.nvidia(), ticker::nanos));
    }
    if (!settings.amd().off()) {
      readers.add(new AmdReader(settings.amd(), ticker::nanos));
    }
    return readers;
  }
}
