package dev.streamgauge.timeline;

/** Takes finished requests. Called on an event loop: may not block, may not throw. */
@FunctionalInterface
public interface RecordSink {
  void accept(RequestRecord record);

  /**
   * Takes an inference among several on one call, when it has ended, and before the call's own
   * record.
   */
  default void inference(InferenceRecord record) {}
}
