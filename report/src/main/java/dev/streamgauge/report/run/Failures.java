package dev.streamgauge.report.run;

import dev.streamgauge.timeline.Outcome;

/** Whose fault an end was. */
public final class Failures {
  private Failures() {}

  /** Neither well nor the caller's doing: what a target counts as {@code error}. */
  public static boolean isFailure(Outcome outcome) {
    return switch (outcome) {
      case OK, CALLER_ERROR, CALLER_INVALID, CALLER_DISCONNECT -> false;
      case POLICY_QUEUE_FULL,
          POLICY_QUEUE_TIMEOUT,
          POLICY_DRAINING,
          UPSTREAM_ERROR,
          UPSTREAM_STREAM_ERROR,
          UPSTREAM_TRUNCATED,
          UPSTREAM_RESET,
          UPSTREAM_UNREACHABLE,
          UPSTREAM_TIMEOUT,
          PROXY_ERROR ->
          true;
    };
  }
}
