package dev.streamgauge.telemetry.live;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.telemetry.Slo;
import dev.streamgauge.telemetry.SloVerdict;
import dev.streamgauge.telemetry.TtftPhases;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the requests that ended in one span of time add up to. Its size is fixed. One thread. */
final class Span {
  static final List<String> PHASES =
      List.of("queue", "connect", "headers", "engine_queue", "prefill", "rest");

  private final List<Slo> slos;
  final Sketch ttft = new Sketch();
  final Sketch interToken = new Sketch();
  final Sketch gap = new Sketch();
  final Sketch queueWait = new Sketch();
  final Tally<Outcome> outcomes = new Tally<>(Outcome.class);

  /** In the order of the targets. */
  final List<Tally<SloVerdict>> verdicts;

  /** Nanoseconds of each phase, and of how many requests it is known. */
  final double[] phaseNanos = new double[PHASES.size()];

  final long[] phaseKnown = new long[PHASES.size()];

  Span(List<Slo> slos) {
    this.slos = slos;
    this.verdicts = slos.stream().map(_ -> new Tally<>(SloVerdict.class)).toList();
  }

  void add(RequestRecord record) {
    outcomes.add(record.outcome());
    Long firstToken = record.points().firstToken();
    if (firstToken != null) {
      ttft.addNanos(firstToken);
    }
    Long queued = record.queuedNanos();
    if (queued != null && record.operation() != Operation.OTHER) {
      queueWait.addNanos(queued);
    }
    RequestRecord.Generation generation = record.generation();
    if (generation != null) {
      gap.add(generation.gaps());
      interToken.add(generation.interTokens());
    }
    addPhases(TtftPhases.of(record));
    if (record.operation() != Operation.OTHER) {
      judge(record);
    }
  }

  private void addPhases(@Nullable TtftPhases phases) {
    if (phases != null) {
      Long[] parts = parts(phases);
      for (int i = 0; i < parts.length; i++) {
        Long nanos = parts[i];
        if (nanos != null) {
          phaseNanos[i] += nanos;
          phaseKnown[i]++;
        }
      }
    }
  }

  /** In the order of {@link #PHASES}; null where a part is not known. */
  @SuppressWarnings("NullAway") // an array's elements cannot be told apart
  static Long[] parts(TtftPhases phases) {
    return new Long[] {
      phases.queueNanos(),
      phases.connectNanos(),
      phases.headersNanos(),
      phases.engineQueueNanos(),
      phases.prefillNanos(),
      phases.restNanos()
    };
  }

  private void judge(RequestRecord record) {
    for (int i = 0; i < verdicts.size(); i++) {
      SloVerdict verdict = SloVerdict.of(record, slos.get(i), Slo.nameOf(record));
      if (verdict != null) {
        verdicts.get(i).add(verdict);
      }
    }
  }

  void add(Span other) {
    ttft.add(other.ttft);
    interToken.add(other.interToken);
    gap.add(other.gap);
    queueWait.add(other.queueWait);
    outcomes.add(other.outcomes);
    add(other.phaseKnown, phaseKnown);
    for (int i = 0; i < verdicts.size(); i++) {
      verdicts.get(i).add(other.verdicts.get(i));
    }
    for (int i = 0; i < phaseNanos.length; i++) {
      phaseNanos[i] += other.phaseNanos[i];
    }
  }

  private static void add(long[] from, long[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] += from[i];
    }
  }

  void clear() {
    for (Sketch each : new Sketch[] {ttft, interToken, gap, queueWait}) {
      each.clear();
    }
    outcomes.clear();
    verdicts.forEach(Tally::clear);
    Arrays.fill(phaseNanos, 0);
    Arrays.fill(phaseKnown, 0);
  }

  long requests() {
    return outcomes.sum();
  }

  /** Those of one party: the part of an outcome before its first underscore. */
  long outcomesOf(String party) {
    long sum = 0;
    for (Outcome outcome : Outcome.values()) {
      if (outcome.label().startsWith(party)) {
        sum += outcomes.of(outcome);
      }
    }
    return sum;
  }

  long judged() {
    return verdicts.stream().mapToLong(Tally::sum).sum();
  }

  long met() {
    return verdicts.stream().mapToLong(each -> each.of(SloVerdict.MET)).sum();
  }
}
