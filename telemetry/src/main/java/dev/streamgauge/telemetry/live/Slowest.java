package dev.streamgauge.telemetry.live;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.telemetry.Slowness;
import dev.streamgauge.telemetry.TtftPhases;
import dev.streamgauge.timeline.RequestRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests whose clients waited longest for the first output: to the first token, or where none
 * came, or the answer came whole, to the end. The first {@link #KEPT} of each minute. On the admin
 * thread.
 */
final class Slowest {
  static final int KEPT = 10;

  private static final Comparator<Entry> LONGEST_FIRST =
      Comparator.comparingLong(Entry::waitedNanos).reversed();

  private final Slowness slowness;
  private final List<Minute> minutes = new ArrayList<>();

  Slowest(Slowness slowness) {
    this.slowness = slowness;
    for (int i = 0; i < History.minutes(); i++) {
      minutes.add(new Minute());
    }
  }

  /**
   * One request, without what is large in a record.
   *
   * @param because what a late first token waited for; null where it was not late
   */
  record Entry(
      @Nullable Instant receivedAt,
      @Nullable String requestId,
      @Nullable String model,
      Operation operation,
      String outcome,
      @Nullable String client,
      long waitedNanos,
      long durationNanos,
      @Nullable Long lastTokenNanos,
      @Nullable TtftPhases phases,
      @Nullable Integer chunks,
      @Nullable Long outputTokens,
      @Nullable Integer stalls,
      @Nullable Long longestGapNanos,
      @Nullable String because) {}

  void add(RequestRecord record, long minute) {
    if (record.operation() == Operation.OTHER) {
      return;
    }
    slowness.learn(record);
    Minute into = minutes.get((int) (minute % minutes.size()));
    into.begin(minute);
    long waited = waitedNanos(record);
    if (into.entries.size() == KEPT && waited <= into.entries.getLast().waitedNanos()) {
      return;
    }
    into.entries.add(entry(record, waited));
    into.entries.sort(LONGEST_FIRST);
    if (into.entries.size() > KEPT) {
      into.entries.removeLast();
    }
  }

  /** Of the last minutes, the longest first. */
  List<Entry> of(long minute) {
    List<Entry> all = new ArrayList<>();
    for (Minute each : minutes) {
      if (each.number > minute - minutes.size()) {
        all.addAll(each.entries);
      }
    }
    all.sort(LONGEST_FIRST);
    return all.subList(0, Math.min(all.size(), KEPT));
  }

  private static long waitedNanos(RequestRecord record) {
    Long firstToken = record.points().firstToken();
    return firstToken == null ? record.points().ended() : firstToken;
  }

  private Entry entry(RequestRecord record, long waitedNanos) {
    RequestRecord.Generation generation = record.generation();
    return new Entry(
        record.receivedAt(),
        record.requestId(),
        record.model() == null ? record.requestedModel() : record.model(),
        record.operation(),
        record.outcome().label(),
        record.transfer().client(),
        waitedNanos,
        record.points().ended(),
        record.points().lastToken(),
        TtftPhases.of(record),
        generation == null ? null : generation.tokenEvents(),
        generation == null ? null : generation.outputTokens(),
        generation == null ? null : generation.stalls(),
        generation == null ? null : generation.gapMaxNanos(),
        slowness.because(record));
  }

  private static final class Minute {
    private final List<Entry> entries = new ArrayList<>(KEPT + 1);
    private long number = Long.MIN_VALUE;

    void begin(long minute) {
      if (number != minute) {
        number = minute;
        entries.clear();
      }
    }
  }
}
