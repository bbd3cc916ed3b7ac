package dev.streamgauge.otlp;

import dev.streamgauge.timeline.RequestRecord;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/** Requests as spans. */
record SpanBatch(SpanMaker maker, SpanExporter exporter) implements RecordPusher.Batch {
  @Override
  public void add(RequestRecord record) {
    maker.add(record);
  }

  @Override
  public CompletableResultCode send() {
    return exporter.export(maker.take());
  }

  @Override
  public void shutdown() {
    var _ = exporter.shutdown();
  }
}
