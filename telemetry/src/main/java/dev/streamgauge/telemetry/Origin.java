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
 * @param spanId null where no span is sent of it
 * @param timestampMillis when the request ended, wall clock
 */
record Origin(
    @Nullable String traceId,
    @Nullable String spanId,
    @Nullable String requestId,
    long timestampMillis) {
  /** OpenMetrics allows 128 characters for all names and values of an exemplar. */
  static final int ID_LENGTH_MAX = 64;

  private static final int LABELS_LENGTH_MAX = 128;
  private static final String TRACE_ID = "trace_id";
  private static final String SPAN_ID = "span_id";
  private static final String REQUEST_ID = "request_id";

  /** Null if none of its ids may be published, or nobody knows when it was. */
  static @Nullable Origin of(RequestRecord record) {
    String traceId = published(record.traceId());
    String requestId = published(record.requestId());
    Instant receivedAt = record.receivedAt();
    if (receivedAt == null || (traceId == null && requestId == null)) {
      return null;
    }
    String spanId = record.span() == null || traceId == null ? null : record.spanId();
    long endedMillis = receivedAt.toEpochMilli() + record.points().ended() / 1_000_000;
    return new Origin(traceId, spanId, requestId, endedMillis);
  }

  Exemplar exemplar(double value) {
    return new Exemplar(value, labels(), timestampMillis);
  }

  private Labels labels() {
    if (traceId == null) {
      return Labels.of(REQUEST_ID, String.valueOf(requestId));
    }
    Labels trace = Labels.of(TRACE_ID, traceId);
    int length = TRACE_ID.length() + traceId.length();
    if (spanId != null) {
      trace = trace.merge(Labels.of(SPAN_ID, spanId));
      length += SPAN_ID.length() + spanId.length();
    }
    return requestId == null
            || length + REQUEST_ID.length() + requestId.length() > LABELS_LENGTH_MAX
        ? trace
        : trace.merge(Labels.of(REQUEST_ID, requestId));
  }

  private static @Nullable String published(@Nullable String id) {
    return id == null || id.isEmpty() || id.length() > ID_LENGTH_MAX ? null : id;
  }
}
