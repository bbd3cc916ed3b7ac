package dev.streamgauge.proxy;

import dev.streamgauge.parser.UnparsedReason;
import dev.streamgauge.proxy.http1.HttpLimit;
import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.telemetry.LiveMetrics;
import org.jspecify.annotations.Nullable;

/** Which limit of the metrics a message of HTTP/1 went past. Pure functions. */
final class HitLimits {
  private HitLimits() {}

  /**
   * Counts what a request's head or body went past.
   *
   * @param passed null: it was something else that was wrong
   */
  static void ofRequest(LiveMetrics live, @Nullable HttpLimit passed) {
    if (passed != null) {
      live.limitHit(
          switch (passed) {
            case START_LINE -> Limit.REQUEST_LINE;
            case HEAD -> Limit.HEADER_LIST;
            case FIELDS -> Limit.HEADERS;
            case CHUNK_LINE -> Limit.CHUNK_LINE;
            case TRAILERS -> Limit.TRAILERS;
          });
    }
  }

  /** Counts what an answer's head or body went past; null: it was something else. */
  static void ofResponse(LiveMetrics live, @Nullable HttpLimit passed) {
    if (passed != null) {
      live.limitHit(
          switch (passed) {
            case START_LINE, HEAD, FIELDS -> Limit.RESPONSE_HEAD;
            case CHUNK_LINE -> Limit.CHUNK_LINE;
            case TRAILERS -> Limit.TRAILERS;
          });
    }
  }

  /** Counts what was relayed and too large to be looked at, at the end of a request. */
  static void ofReading(
      LiveMetrics live, RequestInspection inspection, @Nullable UnparsedReason unparsed) {
    if (inspection.cut()) {
      live.limitHit(Limit.BODY_INSPECTION);
    }
    if (unparsed == UnparsedReason.TOO_LARGE) {
      live.limitHit(Limit.EVENT_BYTES);
    }
  }
}
