package dev.streamgauge.telemetry;

import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.UnparsedReason;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestRecord;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import org.jspecify.annotations.Nullable;

/** Requests as HTTP exchanges: how many, how they ended, how long they took, what we cost. */
final class TransferMetrics implements RecordMetrics {
  private static final int OUTCOMES = Outcome.values().length;
  private static final int PROTOCOLS = Protocol.values().length;
  private static final String FALSE = String.valueOf(false);
  private static final String TRUE = String.valueOf(true);

  private final Counter requests;
  private final BulkHistogram duration;
  private final BulkHistogram headers;
  private final BulkHistogram firstByte;
  private final BulkHistogram overhead;
  private final HistogramSeries admittedWait;
  private final HistogramSeries fullWait;
  private final HistogramSeries timeoutWait;
  private final HistogramSeries cancelledWait;
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
    BulkHistogram queueWait =
        families.histogram(
            "queue_wait_seconds",
            "Time in this proxy's own queue until admitted, refused or gone.",
            BucketFamily.QUEUE,
            "result");
    admittedWait = queueWait.with("admitted");
    fullWait = queueWait.with("full");
    timeoutWait = queueWait.with("timeout");
    cancelledWait = queueWait.with("cancelled");
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
  public RecordSeries of(Row row) {
    return new Series(row);
  }

  private final class Series extends RecordSeries {
    private final Row row;
    private final LateHistogram[] headersByStream;
    private final LateHistogram[] firstByteByStream;
    private final LateHistogram requestOverhead;
    private final LateHistogram responseOverhead;
    private final LateCounter paused;
    private final @Nullable HistogramSeries[] durations =
        new @Nullable HistogramSeries[2 * OUTCOMES];
    private final @Nullable Counted[] counted = new @Nullable Counted[2 * OUTCOMES * PROTOCOLS];

    private Series(Row row) {
      this.row = row;
      headersByStream = new LateHistogram[] {row.late(headers, FALSE), row.late(headers, TRUE)};
      firstByteByStream =
          new LateHistogram[] {row.late(firstByte, FALSE), row.late(firstByte, TRUE)};
      requestOverhead = row.late(overhead, "request");
      responseOverhead = row.late(overhead, "response");
      paused = new LateCounter(clientPaused, row.model(), row.operation());
    }

    @Override
    void add(RequestRecord record, @Nullable Origin origin) {
      RequestRecord.Points points = record.points();
      int stream = record.stream() ? 1 : 0;
      int ending = 2 * place(record.outcome()) + stream;
      count(record, ending);
      duration(record, ending).observeNanos(points.ended(), origin);
      headersByStream[stream].observeNanos(points.headers(), origin);
      firstByteByStream[stream].observeNanos(points.firstByte(), origin);
      requestOverhead.observeNanos(requestOverhead(points), origin);
      responseOverhead.observeNanos(record.transfer().responseOverheadNanos(), origin);
      paused.addNanos(record.transfer().clientPausedNanos());
      addQueueWait(record, origin);
      addReading(record, row);
    }

    private HistogramSeries duration(RequestRecord record, int ending) {
      HistogramSeries series = durations[ending];
      if (series == null) {
        String stream = String.valueOf(record.stream());
        series = duration.with(row.model(), row.operation(), stream, record.outcome().label());
        durations[ending] = series;
      }
      return series;
    }

    private void count(RequestRecord record, int ending) {
      int at = place(record.protocol()) * 2 * OUTCOMES + ending;
      Counted last = counted[at];
      if (last == null || !last.isOf(record.status())) {
        CounterDataPoint series = requests.labelValues(labels(record, row));
        last = new Counted(record.status(), series);
        counted[at] = last;
      }
      last.series.inc();
    }
  }

  /** Requests of one status; most that ended alike have the same. */
  private static final class Counted {
    private static final int NONE = -1;

    private final int status;
    private final CounterDataPoint series;

    private Counted(@Nullable Integer status, CounterDataPoint series) {
      this.status = status == null ? NONE : status;
      this.series = series;
    }

    private boolean isOf(@Nullable Integer other) {
      return status == (other == null ? NONE : other);
    }
  }

  private void addQueueWait(RequestRecord record, @Nullable Origin origin) {
    HistogramSeries series =
        record.points().admitted() != null ? admittedWait : sentAwayWait(record.outcome());
    Long nanos = record.queuedNanos();
    if (series != null && nanos != null) {
      series.observeNanos(nanos, origin);
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

  private static String[] labels(RequestRecord record, Row row) {
    Integer status = record.status();
    return new String[] {
      row.model(),
      row.operation(),
      record.protocol().label(),
      String.valueOf(record.stream()),
      status == null ? "none" : status.toString(),
      record.outcome().label()
    };
  }

  private @Nullable HistogramSeries sentAwayWait(Outcome outcome) {
    return switch (outcome) {
      case POLICY_QUEUE_FULL -> fullWait;
      case POLICY_QUEUE_TIMEOUT -> timeoutWait;
      case CALLER_DISCONNECT, POLICY_DRAINING -> cancelledWait;
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
    for (String stream : new String[] {FALSE, TRUE}) {
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
