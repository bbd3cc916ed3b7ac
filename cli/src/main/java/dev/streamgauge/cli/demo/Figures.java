package dev.streamgauge.cli.demo;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.util.EnumMap;
import java.util.Map;

/** What finished requests of some span of time add up to. One thread at a time. */
final class Figures {
  private final Buckets ttft = new Buckets();
  private final Buckets itl = new Buckets();
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private long requests;
  private long outputTokens;
  private long nanos;

  void add(RequestRecord record) {
    requests++;
    outcomes.merge(record.outcome(), 1L, Long::sum);
    Long firstToken = record.points().firstToken();
    if (record.stream() && firstToken != null) {
      ttft.add(firstToken);
    }
    RequestRecord.Generation generation = record.generation();
    if (generation == null) {
      return;
    }
    if (generation.outputTokens() != null) {
      outputTokens += generation.outputTokens();
    }
    if (generation.interTokens() != null) {
      itl.add(generation.interTokens());
    }
  }

  void add(Figures other) {
    requests += other.requests;
    outputTokens += other.outputTokens;
    nanos += other.nanos;
    other.outcomes.forEach((outcome, count) -> outcomes.merge(outcome, count, Long::sum));
    ttft.add(other.ttft);
    itl.add(other.itl);
  }

  void lasted(long spanNanos) {
    nanos += spanNanos;
  }

  Buckets ttft() {
    return ttft;
  }

  Buckets itl() {
    return itl;
  }

  long requests() {
    return requests;
  }

  /** How long the span was, rounded. */
  long seconds() {
    return Math.round(nanos / 1e9);
  }

  /** Of the requests that ended; a stream's tokens count when it does. */
  double tokensPerSecond() {
    return nanos == 0 ? 0 : outputTokens * 1e9 / nanos;
  }

  /** All but successes, as {@code label N, label N}; empty where there are none. */
  String errors() {
    StringBuilder text = new StringBuilder();
    outcomes.forEach(
        (outcome, count) -> {
          if (outcome != Outcome.OK) {
            text.append(text.isEmpty() ? "" : ", ")
                .append(outcome.label())
                .append(' ')
                .append(count);
          }
        });
    return text.toString();
  }
}
