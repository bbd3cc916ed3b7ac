package dev.streamgauge.bench.target;

import java.util.Arrays;
import java.util.Locale;

/** What the load can go through. */
public enum TargetKind {
  DIRECT,
  NGINX,
  ENVOY,
  STREAMGAUGE;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static TargetKind of(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    label + " (expected: direct, nginx, envoy or streamgauge)"));
  }
}
