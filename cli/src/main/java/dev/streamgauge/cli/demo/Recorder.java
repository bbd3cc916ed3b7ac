package dev.streamgauge.cli.demo;

import dev.streamgauge.timeline.RecordSink;
import dev.streamgauge.timeline.RequestRecord;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Hands finished requests from the proxy's event loops to the thread that prints. */
final class Recorder implements RecordSink {
  private final ConcurrentLinkedQueue<RequestRecord> finished = new ConcurrentLinkedQueue<>();

  @Override
  public void accept(RequestRecord record) {
    finished.add(record);
  }

  /** What ended since the last call. */
  Figures take() {
    Figures figures = new Figures();
    for (RequestRecord next = finished.poll(); next != null; next = finished.poll()) {
      figures.add(next);
    }
    return figures;
  }
}
