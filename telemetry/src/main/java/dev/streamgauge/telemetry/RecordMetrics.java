package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.RequestRecord;

/** A group of families that finished requests are added to. Any thread; never blocks for long. */
interface RecordMetrics {
  void add(RequestRecord record, Row row);
}
