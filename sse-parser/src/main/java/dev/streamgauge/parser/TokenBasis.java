package dev.streamgauge.parser;

/** How it is known how many tokens one piece carries; the {@code basis} label. */
public enum TokenBasis {
  CONTINUOUS_USAGE("continuous_usage"),
  TOKEN_IDS("token_ids"),
  LOGPROBS("logprobs"),
  TIMINGS("timings"),
  EVENTS("events");

  private final String label;

  TokenBasis(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
