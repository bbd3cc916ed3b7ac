package dev.streamgauge.timeline;

/**
 * How a server's count of output tokens contradicts what it sent. The count is kept: it may be
 * right, and whoever looks into it finds the request by this word.
 */
public enum CountConflict {
  /**
   * Below the tokens that its pieces carried, by token ids, log probabilities or running counts.
   */
  BELOW_CARRIED("below_carried"),
  /**
   * Below half of the token events. A token may end one part of an answer and begin the next, so it
   * may come in two pieces; it doesn't come in three.
   */
  BELOW_EVENTS("below_events"),
  /** The engine's own count, told at the end, too, is another one. */
  SOURCES_DIFFER("sources_differ");

  private final String label;

  CountConflict(String label) {
    this.label = label;
  }

  /** The value of the access log's {@code count_conflict}. */
  public String label() {
    return label;
  }
}
