package dev.streamgauge.timeline;

/** How a request ended. Exactly one per request, decided at its end; the {@code outcome} label. */
public enum Outcome {
  OK("ok"),
  CALLER_ERROR("caller_error"),
  CALLER_INVALID("caller_invalid"),
  CALLER_DISCONNECT("caller_disconnect"),
  POLICY_QUEUE_FULL("policy_queue_full"),
  POLICY_QUEUE_TIMEOUT("policy_queue_timeout"),
  POLICY_DRAINING("policy_draining"),
  UPSTREAM_ERROR("upstream_error"),
  UPSTREAM_STREAM_ERROR("upstream_stream_error"),
  UPSTREAM_TRUNCATED("upstream_truncated"),
  UPSTREAM_RESET("upstream_reset"),
  UPSTREAM_UNREACHABLE("upstream_unreachable"),
  UPSTREAM_TIMEOUT("upstream_timeout"),
  PROXY_ERROR("proxy_error");

  private final String label;

  Outcome(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  /** Whether a server is to blame, ours or the model's: neither well nor the caller's doing. */
  public boolean isFailure() {
    return switch (this) {
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
