package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.RecordSink;

/** Sends what it is told of finished requests somewhere else, until it is closed. */
public interface RecordPush extends RecordSink, AutoCloseable {
  /** Sends what waits, within a limit. */
  @Override
  void close();
}
