package dev.streamgauge.bench.target;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the load can go through. */
public enum TargetKind {
  /** Nothing: clients are connected to the model server. */
  DIRECT,
  /** Bytes from socket to socket, in C: what any proxy costs at least. */
  SPLICE,
  NGINX,
  HAPROXY,
  ENVOY,
  /** Knative's. */
  QUEUE_PROXY,
  STREAMGAUGE;

  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static TargetKind of(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label().equals(label))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(label + " (expected: one of " + labels() + ")"));
  }

  private static String labels() {
    return Arrays.stream(values()).map(TargetKind::label).collect(Collectors.joining(", "));
  }
}
