package dev.streamgauge.telemetry;

import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.UnparsedReason;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestRecord;
import io.prometheus.metrics.core.metrics.Counter;
import org.jspecify.annotations.Nullable;

/** Requests as HTTP exchanges: how many, how they ended, how long they took, what we cost. */
final class TransferMetrics implements RecordMetrics {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Counter requests;
  private final BulkHistogram duration;
  private final BulkHistogram headers;
  private final BulkHistogram firstByte;
  private final BulkHistogram overhead;
  private final BulkHistogram queueWait;
  private final Counter clientPaused;
  private final Counter parseFailures;
  private final Counter unparsed;

  TransferMetrics(Families families) {
    requests =
        families.requestCounter(
            "requests_total",
            "Finished requests, each with one outcome.",
            "protocol",
            "stream",
            "status",
            "outcome");
    duration =
        families.requestHistogram(
            "request_duration_seconds",
            "Request head read until the last byte was handed to the client's socket, or the abort.",
            BucketFamily.DURATION,
            "stream",
            "outcome");
    headers =
        families.requestHistogram(
            "time_to_response_headers_seconds",
            "Request head read until the head of the server's answer.",
            BucketFamily.TTFT,
            "stream");
    firstByte =
        families.requestHistogram(
            "time_to_first_byte_seconds",
            "Request head read until the first body byte of the server's answer.",
            BucketFamily.TTFT,
            "stream");
    overhead =
        families.requestHistogram(
            "overhead_seconds",
            "What the proxy added: request = head read until its first byte went upstream, less"
                + " queue and connect; response = read until handed to the client's socket, the"
                + " longest of an answer.",
            BucketFamily.OVERHEAD,
            "direction");
    queueWait =
        families.histogram(
            "queue_wait_seconds",
            "Time in this proxy's own queue until admitted, refused or gone.",
            BucketFamily.QUEUE,
            "result");
    clientPaused =
        families.requestCounter(
            "client_paused_seconds_total", "How long slow clients kept the proxy from reading.");
    parseFailures =
        families.requestCounter(
            "parse_failures_total", "Pieces of a known dialect that could not be read.", "dialect");
    unparsed =
        families.requestCounter(
            "unparsed_total",
            "Answers of generating operations and pooling models, and any streams, relayed but not, or"
                + " not wholly, read.",
            "reason");
    showFromTheStart();
  }

  @Override
  public void add(RequestRecord record, Row row) {
    String stream = String.valueOf(record.stream());
    RequestRecord.Points points = record.points();
    requests.labelValues(labels(record, row, stream)).inc();
    duration
        .with(row.model(), row.operation(), stream, record.outcome().label())
        .observeNanos(points.ended(), row.origin());
    row.observe(headers, stream, points.headers());
    row.observe(firstByte, stream, points.firstByte());
    row.observe(overhead, "request", requestOverhead(points));
    row.observe(overhead, "response", record.transfer().responseOverheadNanos());
    Families.add(
        clientPaused,
        record.transfer().clientPausedNanos() / NANOS_PER_SECOND,
        row.model(),
        row.operation());
    addQueueWait(record, row);
    addReading(record, row);
  }

  private void addQueueWait(RequestRecord record, Row row) {
    String result = record.points().admitted() != null ? "admitted" : refused(record.outcome());
    Long nanos = record.queuedNanos();
    if (result != null && nanos != null) {
      queueWait.with(result).observeNanos(nanos, row.origin());
    }
  }

  private void addReading(RequestRecord record, Row row) {
    if (record.malformedFrames() > 0) {
      String dialect = record.dialect().label();
      Families.add(parseFailures, record.malformedFrames(), row.model(), row.operation(), dialect);
    }
    UnparsedReason reason = record.unparsed();
    if (reason != null) {
      Families.add(unparsed, 1, row.model(), row.operation(), reason.label());
    }
  }

  private static String[] labels(RequestRecord record, Row row, String stream) {
    Integer status = record.status();
    return new String[] {
      row.model(),
      row.operation(),
      record.protocol().label(),
      stream,
      status == null ? "none" : status.toString(),
      record.outcome().label()
    };
  }

  private static @Nullable String refused(Outcome outcome) {
    return switch (outcome) {
      case POLICY_QUEUE_FULL -> "full";
      case POLICY_QUEUE_TIMEOUT -> "timeout";
      case CALLER_DISCONNECT, POLICY_DRAINING -> "cancelled";
      default -> null;
    };
  }

  private static @Nullable Long requestOverhead(RequestRecord.Points points) {
    Long firstSent = points.firstSent();
    if (firstSent == null) {
      return null;
    }
    Long admitted = points.admitted();
    Long connectStarted = points.connectStarted();
    Long connected = points.connected();
    long queued = admitted == null ? 0 : admitted;
    long connecting = connectStarted == null || connected == null ? 0 : connected - connectStarted;
    return firstSent - queued - connecting;
  }

  private void showFromTheStart() {
    Row row = Row.FIRST;
    for (String stream : new String[] {"false", "true"}) {
      for (Outcome outcome : Outcome.values()) {
        requests.labelValues(
            row.model(),
            row.operation(),
            Protocol.HTTP_1_1.label(),
            stream,
            usualStatus(outcome),
            outcome.label());
      }
      duration.with(row.model(), row.operation(), stream, Outcome.OK.label());
      row.in(headers, stream);
      row.in(firstByte, stream);
    }
    row.in(overhead, "request");
    row.in(overhead, "response");
    for (String result : new String[] {"admitted", "full", "timeout", "cancelled"}) {
      queueWait.with(result);
    }
    Families.add(clientPaused, 0, row.model(), row.operation());
    for (Dialect dialect : Dialect.values()) {
      Families.add(parseFailures, 0, row.model(), row.operation(), dialect.label());
    }
    for (UnparsedReason reason : UnparsedReason.values()) {
      Families.add(unparsed, 0, row.model(), row.operation(), reason.label());
    }
  }

  /** The status under which an outcome is shown before it ever happened. */
  private static String usualStatus(Outcome outcome) {
    return switch (outcome) {
      case OK, UPSTREAM_STREAM_ERROR, UPSTREAM_TRUNCATED -> "200";
      case CALLER_ERROR -> "404";
      case CALLER_INVALID -> "400";
      case CALLER_DISCONNECT -> "none";
      case POLICY_QUEUE_FULL, POLICY_QUEUE_TIMEOUT, POLICY_DRAINING -> "503";
      case UPSTREAM_ERROR, PROXY_ERROR -> "500";
      case UPSTREAM_RESET, UPSTREAM_UNREACHABLE -> "502";
      case UPSTREAM_TIMEOUT -> "504";
    };
  }
}
