package dev.streamgauge.parser;

/** Why a choice ended, in one vocabulary for all dialects. */
public enum FinishReason {
  STOP("stop"),
  LENGTH("length"),
  TOOL_CALLS("tool_calls"),
  CONTENT_FILTER("content_filter"),
  CANCELLED("cancelled"),
  ERROR("error"),
  OTHER("other");

  private final String label;

  FinishReason(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
