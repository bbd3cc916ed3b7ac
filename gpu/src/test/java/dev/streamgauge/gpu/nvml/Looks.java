package dev.streamgauge.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.gpu.GpuReading;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.GpuSnapshot;

/** Looks through a reader. */
final class Looks {
  private Looks() {}

  static GpuSnapshot look(NvmlReader reader) {
    GpuReading reading = reader.read();
    assertThat(reading).isInstanceOf(GpuReading.Seen.class);
    return ((GpuReading.Seen) reading).snapshot();
  }

  /** The only GPU's figures at the second look, when those are known that need two. */
  static GpuSample second(NvmlReader reader) {
    look(reader);
    return look(reader).gpus().getFirst();
  }

  static String why(GpuReading reading) {
    return switch (reading) {
      case GpuReading.Seen(GpuSnapshot snapshot) -> "seen " + snapshot;
      case GpuReading.NoDriver(String why) -> "no driver: " + why;
      case GpuReading.Lost(String why) -> "lost: " + why;
    };
  }
}
