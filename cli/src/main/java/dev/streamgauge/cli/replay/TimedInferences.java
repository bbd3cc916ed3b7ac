package dev.streamgauge.cli.replay;

import dev.streamgauge.timeline.InferenceRecord;
import dev.streamgauge.timeline.RecordSink;
import dev.streamgauge.timeline.RequestRecord;
import java.util.ArrayList;
import java.util.List;

/** The inferences of one call, as they ended. */
final class TimedInferences implements RecordSink {
  private final List<InferenceRecord> ended = new ArrayList<>();

  @Override
  public void accept(RequestRecord record) {}

  @Override
  public void inference(InferenceRecord record) {
    ended.add(record);
  }

  /** Whole microseconds from each request to its first token event, of those that had one. */
  long[] ttftMicros() {
    List<Long> micros = new ArrayList<>();
    for (InferenceRecord each : ended) {
      Long firstTokenNanos = each.firstTokenNanos();
      if (firstTokenNanos != null) {
        micros.add(firstTokenNanos / 1000);
      }
    }
    return micros.stream().mapToLong(Long::longValue).toArray();
  }
}
