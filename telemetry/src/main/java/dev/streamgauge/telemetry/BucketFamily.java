package dev.streamgauge.telemetry;

import dev.streamgauge.config.ProxySettings.Buckets;
import java.time.Duration;
import java.util.List;

/** Histograms that share their bounds: three as the settings say, the others fixed. */
public enum BucketFamily {
  /** Time to first token, first answer token, first byte and headers, and its parts. */
  TTFT("ttft"),
  /** Inter-chunk gaps, inter-token latency, time per output token, longest gap. */
  GAP("gap"),
  /** Waiting: our queue, the engine's. */
  QUEUE("queue"),
  DURATION(
      "duration",
      0.005,
      0.01,
      0.025,
      0.05,
      0.1,
      0.25,
      0.5,
      1,
      2.5,
      5,
      10,
      20,
      40,
      80,
      160,
      320,
      640,
      1280,
      2560,
      7200),
  /** What the proxy itself costs: overhead, event-loop lag, connecting. */
  OVERHEAD(
      "overhead",
      0.00001,
      0.000025,
      0.00005,
      0.0001,
      0.00025,
      0.0005,
      0.001,
      0.0025,
      0.005,
      0.01,
      0.025,
      0.05,
      0.1,
      0.25,
      0.5,
      1,
      5),
  TOKENS(
      "tokens", 1, 4, 16, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072,
      262144, 1048576),
  SPEED("speed", 1, 2, 5, 10, 20, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000, 2000, 5000),
  /** Joules for each token: from small models in large batches to one request on many GPUs. */
  ENERGY(
      "energy", 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100,
      250, 500, 1000);

  private static final double NANOS_PER_SECOND = 1e9;

  private final String key;

  @SuppressWarnings("ImmutableEnumChecker") // never handed out, only its copies
  private final double[] fixedBounds;

  BucketFamily(String key, double... fixedBounds) {
    this.key = key;
    this.fixedBounds = fixedBounds;
  }

  /** The name by which the reference calls it. */
  public String key() {
    return key;
  }

  /** Upper bounds, in the family's unit. */
  double[] bounds(Buckets buckets) {
    return switch (this) {
      case TTFT -> seconds(buckets.ttft());
      case GAP -> seconds(buckets.gap());
      case QUEUE -> seconds(buckets.queue());
      case DURATION, OVERHEAD, TOKENS, SPEED, ENERGY -> fixedBounds.clone();
    };
  }

  private static double[] seconds(List<Duration> bounds) {
    return bounds.stream().mapToDouble(bound -> bound.toNanos() / NANOS_PER_SECOND).toArray();
  }
}
