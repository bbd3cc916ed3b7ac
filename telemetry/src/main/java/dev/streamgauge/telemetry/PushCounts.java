package dev.streamgauge.telemetry;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What became of the things that were to be sent by OTLP. Any thread. */
public final class PushCounts {
  /** What is sent: spans of a request count as one, and metrics as one page. */
  public enum Signal {
    TRACES,
    METRICS,
    LOGS;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What became of it. */
  public enum Result {
    SENT,
    /** The collector did not take it, or not in time. */
    FAILED,
    /** Too many waited. */
    DROPPED;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Map<Signal, Map<Result, LongAdder>> counts = new EnumMap<>(Signal.class);

  public PushCounts() {
    for (Signal signal : Signal.values()) {
      Map<Result, LongAdder> results = new EnumMap<>(Result.class);
      for (Result result : Result.values()) {
        results.put(result, new LongAdder());
      }
      counts.put(signal, results);
    }
  }

  public void add(Signal signal, Result result, long count) {
    of(signal, result).add(count);
  }

  public long get(Signal signal, Result result) {
    return of(signal, result).sum();
  }

  List<Families.Labelled> readings() {
    List<Families.Labelled> all = new ArrayList<>();
    counts.forEach(
        (signal, results) ->
            results.forEach(
                (result, count) ->
                    all.add(
                        new Families.Labelled(
                            (double) count.sum(), signal.label(), result.label()))));
    return all;
  }

  private LongAdder of(Signal signal, Result result) {
    return requireNonNull(requireNonNull(counts.get(signal)).get(result));
  }
}
