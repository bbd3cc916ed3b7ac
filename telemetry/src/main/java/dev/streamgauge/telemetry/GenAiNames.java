package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.TelemetrySettings.Semconv;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A name in two releases. */
final class GenAiNames {
  private GenAiNames() {}

  static List<String> of(@Nullable String v141, @Nullable String next, Semconv profile) {
    List<String> names = new ArrayList<>(2);
    if (profile.hasV141() && v141 != null) {
      names.add(v141);
    }
    if (profile.hasNext() && next != null && !names.contains(next)) {
      names.add(next);
    }
    return List.copyOf(names);
  }

  static String only(@Nullable String v141, @Nullable String next) {
    return v141 != null ? v141 : String.valueOf(next);
  }

  static String underscored(String dotted) {
    return dotted.replace('.', '_');
  }
}
