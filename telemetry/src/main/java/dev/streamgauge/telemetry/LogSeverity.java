package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.Outcome;

/** How bad an outcome is, in the words and numbers of OpenTelemetry's data model for logs. */
public enum LogSeverity {
  INFO(9),
  WARN(13),
  ERROR(17);

  private final int number;

  LogSeverity(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** What a caller or a limit of ours ended is a warning, what a server ended an error. */
  public static LogSeverity of(Outcome outcome) {
    return switch (outcome) {
      case OK -> INFO;
      case CALLER_ERROR,
          CALLER_INVALID,
          CALLER_DISCONNECT,
          POLICY_QUEUE_FULL,
          POLICY_QUEUE_TIMEOUT,
          POLICY_DRAINING ->
          WARN;
      case UPSTREAM_ERROR,
          UPSTREAM_STREAM_ERROR,
          UPSTREAM_TRUNCATED,
          UPSTREAM_RESET,
          UPSTREAM_UNREACHABLE,
          UPSTREAM_TIMEOUT,
          PROXY_ERROR ->
          ERROR;
    };
  }
}
