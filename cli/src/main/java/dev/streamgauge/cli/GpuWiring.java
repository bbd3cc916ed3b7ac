package dev.streamgauge.cli;

import dev.streamgauge.config.GpuChoice;
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
  /** As AMD SMI, or AMD's runtime ({@code GPU-} and 16 digits), calls a GPU. */
  private static final String OF_AMD = "\\p{XDigit}{8}-.*|GPU-\\p{XDigit}{16}";

  private GpuWiring() {}

  /** Returns at once, before the driver is opened; null where GPUs are not looked at. */
  static @Nullable GpuSampler start(ProxySettings.Gpu settings, Telemetry telemetry) {
    if (settings.choice() instanceof GpuChoice.Off) {
      return null;
    }
    Ticker ticker = Ticker.system();
    GpuReader reader = new AllGpus(readers(settings, ticker));
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

  private static List<GpuReader> readers(ProxySettings.Gpu settings, Ticker ticker) {
    List<GpuReader> readers = new ArrayList<>();
    GpuChoice ofNvidia = choice(settings.choice(), false);
    if (!(ofNvidia instanceof GpuChoice.Off)) {
      readers.add(
          new NvmlReader(
              settings(settings, ofNvidia, settings.runtimeDevices(), settings.cudaDevices()),
              ticker::nanos));
    }
    GpuChoice ofAmd = choice(settings.choice(), true);
    if (!(ofAmd instanceof GpuChoice.Off)) {
      readers.add(
          new AmdReader(
              settings(settings, ofAmd, settings.amdDevices(), settings.rocrDevices()),
              ticker::nanos));
    }
    return readers;
  }

  /** Each reader finds its own maker's variables in the same places. */
  private static ProxySettings.Gpu settings(
      ProxySettings.Gpu all,
      GpuChoice choice,
      @Nullable String runtime,
      @Nullable String narrower) {
    return new ProxySettings.Gpu(choice, all.interval(), runtime, narrower, null, null);
  }

  /** What was chosen of one maker's; a name tells by its form whose it is. */
  private static GpuChoice choice(GpuChoice all, boolean amd) {
    if (!(all instanceof GpuChoice.Named(List<String> uuids))) {
      return all;
    }
    List<String> own = uuids.stream().filter(uuid -> uuid.matches(OF_AMD) == amd).toList();
    return own.isEmpty() ? new GpuChoice.Off() : new GpuChoice.Named(own);
  }
}
