package dev.streamgauge.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;

/** Looks through a reader. */
public final class Looks {
  private Looks() {}

  public static GpuSnapshot look(GpuReader reader) {
    GpuReading reading = reader.read();
    assertThat(reading).isInstanceOf(GpuReading.Seen.class);
    return ((GpuReading.Seen) reading).snapshot();
  }

  /** The only GPU's figures at the second look, when those are known that need two. */
  public static GpuSample second(GpuReader reader) {
    look(reader);
    return look(reader).gpus().getFirst();
  }

  public static String why(GpuReading reading) {
    return switch (reading) {
      case GpuReading.Seen(GpuSnapshot snapshot) -> "seen " + snapshot;
      case GpuReading.NoDriver(String why) -> "no driver: " + why;
      case GpuReading.Lost(String why) -> "lost: " + why;
    };
  }

  /** Which figures the first look has and the second lacks. */
  public static Set<GpuField> lost(GpuSample before, GpuSample after) {
    Set<GpuField> lost = told(before);
    lost.removeAll(told(after));
    return lost;
  }

  private static Set<GpuField> told(GpuSample sample) {
    Set<GpuField> told = EnumSet.noneOf(GpuField.class);
    told.addAll(sample.figures().keySet());
    if (sample.throttled() != null) {
      told.add(GpuField.THROTTLED);
    }
    return told;
  }
}
