package dev.streamgauge.timeline;

/** Takes finished requests. Called on an event loop: may not block, may not throw. */
@FunctionalInterface
public interface RecordSink {
  void accept(RequestRecord record);
}
