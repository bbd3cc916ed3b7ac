package dev.streamgauge.report.run;

import dev.streamgauge.report.log.LoggedRequest;
import dev.streamgauge.report.measure.Figure;
import dev.streamgauge.report.measure.Sketches;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Requests of which the load at their arrival is looked up at the end: only then is it known who
 * was there. All of a small run; of a larger one {@link #SIZE} by chance, each as likely as any
 * other (Vitter's algorithm R). The same log gives the same sample. For one thread.
 */
final class LoadSample {
  static final int SIZE = 50_000;

  private final SplittableRandom random = new SplittableRandom(1);
  private final List<Sampled> sample = new ArrayList<>();
  private long seen;

  private record Sampled(
      long atMicros, @Nullable Long ttft, @Nullable Long tpot, @Nullable Long queue) {
    static Sampled of(long atMillis, LoggedRequest request) {
      return new Sampled(
          atMillis * 1000,
          Figure.TTFT.of(request),
          Figure.TPOT.of(request),
          Figure.QUEUE.of(request));
    }
  }

  void add(long atMillis, LoggedRequest request) {
    seen++;
    if (sample.size() < SIZE) {
      sample.add(Sampled.of(atMillis, request));
    } else {
      long place = random.nextLong(seen);
      if (place < SIZE) {
        sample.set((int) place, Sampled.of(atMillis, request));
      }
    }
  }

  int size() {
    return sample.size();
  }

  /** By how many were there, in steps of about a half. */
  List<LoadRow> by(Occupancy.Means load) {
    List<Sketches> rows = new ArrayList<>();
    List<Long> requests = new ArrayList<>();
    for (Sampled sampled : sample) {
      int row = LoadSteps.of(load.at(sampled.atMicros));
      while (rows.size() <= row) {
        rows.add(new Sketches(Sketches.BITS_WHOLE));
        requests.add(0L);
      }
      requests.set(row, requests.get(row) + 1);
      rows.get(row).add(Figure.TTFT, sampled.ttft);
      rows.get(row).add(Figure.TPOT, sampled.tpot);
      rows.get(row).add(Figure.QUEUE, sampled.queue);
    }
    List<LoadRow> made = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      if (requests.get(row) > 0) {
        made.add(
            new LoadRow(
                LoadSteps.from(row), LoadSteps.to(row), requests.get(row), rows.get(row).stats()));
      }
    }
    return List.copyOf(made);
  }
}
