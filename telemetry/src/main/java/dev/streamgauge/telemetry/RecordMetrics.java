package dev.streamgauge.telemetry;

/** A group of families that finished requests are added to. Any thread. */
interface RecordMetrics {
  /** Their series of that row, each found once for all requests. */
  RecordSeries of(Row row);
}
