package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.RequestRecord;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which request a value came from; becomes an exemplar when the page is rendered. One object for
 * all values of a request.
 *
 * @param timestampMillis when the request ended, wall clock
 */
record Origin(@Nullable String traceId, @Nullable String requestId, long timestampMillis) {
  /** OpenMetrics allows 128 characters for all names and values of an exemplar. */
  static final int ID_LENGTH_MAX = 64;

  private static final int LABELS_LENGTH_MAX = 128;
  private static final String TRACE_ID = "trace_id";
  private static final String REQUEST_ID = "request_id";

  /** Null if none of its ids may be published, or nobody knows when it was. */
  static @Nullable Origin of(RequestRecord record) {
    String traceId = published(record.traceId());
    String requestId = published(record.requestId());
    Instant receivedAt = record.receivedAt();
    if (receivedAt == null || (traceId == null && requestId == null)) {
      return null;
    }
    long endedMillis = receivedAt.toEpochMilli() + record.points().ended() / 1_000_000;
    return new Origin(traceId, requestId, endedMillis);
  }

  Exemplar exemplar(double value) {
    return new Exemplar(value, labels(), timestampMillis);
  }

  private Labels labels() {
    if (traceId == null) {
      return Labels.of(REQUEST_ID, String.valueOf(requestId));
    }
    if (requestId == null || bothLength(traceId, requestId) > LABELS_LENGTH_MAX) {
      return Labels.of(TRACE_ID, traceId);
    }
    return Labels.of(REQUEST_ID, requestId, TRACE_ID, traceId);
  }

  private static int bothLength(String traceId, String requestId) {
    return TRACE_ID.length() + traceId.length() + REQUEST_ID.length() + requestId.length();
  }

  private static @Nullable String published(@Nullable String id) {
    return id == null || id.isEmpty() || id.length() > ID_LENGTH_MAX ? null : id;
  }
}
