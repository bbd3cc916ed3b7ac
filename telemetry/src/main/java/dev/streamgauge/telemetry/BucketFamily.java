package dev.streamgauge.telemetry;

/** Histograms that share their bounds. Each can be given its own. */
public enum BucketFamily {
  /** Time to first token, first answer token, first byte and headers, and its parts. */
  TTFT(
      "ttft", 0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5,
      7.5, 10, 20, 40, 80, 160, 640, 2560),
  /** Inter-chunk gaps, inter-token latency, time per output token, longest gap. */
  GAP(
      "gap", 0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075,
      0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2.5, 5, 10, 20, 40, 80),
  /** Waiting: our queue, the engine's. */
  QUEUE(
      "queue", 0.0001, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120,
      300, 600),
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
  SPEED("speed", 1, 2, 5, 10, 20, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000, 2000, 5000);

  private final String key;

  @SuppressWarnings("ImmutableEnumChecker") // never handed out, only its copies
  private final double[] defaultBounds;

  BucketFamily(String key, double... defaultBounds) {
    this.key = key;
    this.defaultBounds = defaultBounds;
  }

  /** The name by which the configuration calls it. */
  public String key() {
    return key;
  }

  double[] defaultBounds() {
    return defaultBounds.clone();
  }
}
