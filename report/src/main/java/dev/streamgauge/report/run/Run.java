package dev.streamgauge.report.run;

import dev.streamgauge.report.log.LineCounts;
import dev.streamgauge.report.log.LoggedRequest;
import dev.streamgauge.report.measure.Figure;
import dev.streamgauge.report.measure.Sketches;
import dev.streamgauge.report.measure.Stats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Takes the requests of one run, in any order, in constant memory. For one thread. */
public final class Run {
  /** That are told apart, each with its figures in each part of the time. */
  public static final int MODELS_MAX = 32;

  private final Targets targets;
  private final Span span;
  private final Models models = new Models();
  private final List<Totals> byModel = new ArrayList<>();
  private final FirstTimes firstTimes = new FirstTimes();
  private final TimeAxis axis;
  private final Occupancy running = new Occupancy();
  private final Occupancy queued = new Occupancy();
  private final LoadSample sample = new LoadSample();
  private final Slowest slowestToFirstToken;
  private final Slowest slowestToEnd;
  private long requests;
  private long outOfSpan;
  private long withoutTime;
  private boolean settled;
  private @Nullable Long firstMillis;
  private @Nullable Long lastMillis;

  /**
   * The part of the time that is looked at.
   *
   * @param fromMillis inclusive; null: from the first on
   * @param untilMillis exclusive; null: to the last
   */
  public record Span(@Nullable Long fromMillis, @Nullable Long untilMillis) {
    public static final Span ALL = new Span(null, null);

    boolean isWhole() {
      return fromMillis == null && untilMillis == null;
    }

    /** What has no time is in no part of it. */
    boolean holds(@Nullable Long atMillis) {
      return isWhole()
          || (atMillis != null
              && (fromMillis == null || atMillis >= fromMillis)
              && (untilMillis == null || atMillis < untilMillis));
    }
  }

  public Run(Targets targets, int slowestMax, Span span) {
    this.targets = targets;
    this.span = span;
    axis = new TimeAxis(targets);
    slowestToFirstToken = new Slowest(slowestMax);
    slowestToEnd = new Slowest(slowestMax);
  }

  public void add(LoggedRequest request) {
    if (!span.holds(request.atMillis())) {
      outOfSpan++;
      return;
    }
    requests++;
    int model = models.number(request.model());
    if (model == byModel.size()) {
      byModel.add(new Totals(targets));
    }
    List<Targets.@Nullable Verdict> verdicts = targets.judge(request);
    byModel.get(model).add(request, verdicts);
    slowestToFirstToken.add(Figure.TTFT.of(request), request);
    slowestToEnd.add(request.other() ? null : (Long) request.times().duration(), request);
    Long at = request.atMillis();
    if (at == null) {
      withoutTime++;
      return;
    }
    FirstTimes.Held timed = new FirstTimes.Held(at, request, model, verdicts);
    if (settled) {
      place(timed);
      return;
    }
    firstTimes.add(timed);
    if (firstTimes.isFull()) {
      settle();
    }
  }

  /** From here on it is known where the run is. */
  private void settle() {
    settled = true;
    firstTimes.fromTheMiddle().forEach(this::place);
  }

  private void place(FirstTimes.Held timed) {
    long at = timed.atMillis();
    LoggedRequest request = timed.request();
    if (!axis.add(at, request, timed.model(), timed.verdicts())) {
      return;
    }
    firstMillis = firstMillis == null ? at : (Long) Math.min(firstMillis, at);
    lastMillis = lastMillis == null ? at : (Long) Math.max(lastMillis, at);
    if (!request.other()) {
      sample.add(at, request);
      occupy(at * 1000, request.times());
    }
  }

  private void occupy(long atMicros, LoggedRequest.Times times) {
    Long queue = times.queue();
    long end = atMicros + times.duration();
    long admitted = Math.min(end, atMicros + (queue == null ? 0 : queue));
    queued.add(atMicros, admitted);
    running.add(admitted, end);
  }

  public long requests() {
    return requests;
  }

  /** All of it; nothing is added behind that. */
  public RunSummary summary(LineCounts lines) {
    settle();
    List<Integer> order = busiestFirst();
    Occupancy.Means runningMeans = running.means();
    Occupancy.Means queuedMeans = queued.means();
    return new RunSummary(
        new RunSummary.Lines(
            lines.lines(),
            requests,
            outOfSpan,
            withoutTime,
            axis.outside(),
            models.overflowed(),
            lines.rejected()),
        together().summary(null),
        order.stream().map(model -> byModel.get(model).summary(models.name(model))).toList(),
        new RunSummary.Course(
            firstMillis, lastMillis, axis.widthMillis(), parts(order, runningMeans, queuedMeans)),
        new RunSummary.Load(
            sample.size(),
            runningMeans.cellSeconds(),
            runningMeans.max(),
            queuedMeans.max(),
            sample.by(runningMeans),
            sample.by(queuedMeans)),
        slowestToFirstToken.inOrder(),
        slowestToEnd.inOrder());
  }

  private List<Integer> busiestFirst() {
    return IntStream.range(0, models.count())
        .boxed()
        .sorted((a, b) -> Long.compare(byModel.get(b).requests(), byModel.get(a).requests()))
        .toList();
  }

  private Totals together() {
    Totals all = new Totals(targets);
    byModel.forEach(all::add);
    return all;
  }

  private List<RunSummary.Part> parts(
      List<Integer> order, Occupancy.Means runningMeans, Occupancy.Means queuedMeans) {
    List<RunSummary.Part> parts = new ArrayList<>();
    axis.parts()
        .forEach(
            (number, part) -> {
              long start = axis.startMillis(number);
              long fromMicros = start * 1000;
              long toMicros = fromMicros + axis.widthMillis() * 1000;
              parts.add(
                  new RunSummary.Part(
                      start,
                      part.inferences(),
                      part.failures(),
                      part.outcomes(),
                      part.outputTokens(),
                      part.joulesPerOutputToken(),
                      runningMeans.mean(fromMicros, toMicros),
                      queuedMeans.mean(fromMicros, toMicros),
                      part.ofAllModels().stats(),
                      order.stream().map(model -> stats(part.find(model))).toList(),
                      part.targets().summaries()));
            });
    return List.copyOf(parts);
  }

  private static Map<Figure, Stats> stats(@Nullable Sketches sketches) {
    return sketches == null ? Map.of() : sketches.stats();
  }

  /** All requests, then each model's, the busiest first, for a comparison. */
  public List<Observed> observed() {
    settle();
    List<Observed> all = new ArrayList<>();
    Totals together = together();
    all.add(
        new Observed(
            true,
            null,
            together.sketches(),
            axis.parts().values().stream().map(TimePart::ofAllModels).toList()));
    for (int model : busiestFirst()) {
      all.add(
          new Observed(
              false,
              models.name(model),
              byModel.get(model).sketches(),
              axis.parts().values().stream().map(part -> orEmpty(part.find(model))).toList()));
    }
    return List.copyOf(all);
  }

  private static Sketches orEmpty(@Nullable Sketches sketches) {
    return sketches == null ? new Sketches(Sketches.BITS_PART) : sketches;
  }

  /** Of the inferences. */
  public Shares shares() {
    settle();
    Totals all = together();
    return new Shares(
        all.failures(),
        all.inferences(),
        all.targets().summaries(),
        axis.parts().values().stream()
            .map(p -> new Shares(p.failures(), p.inferences(), p.targets().summaries(), List.of()))
            .toList());
  }

  /**
   * How often something came out one way or the other.
   *
   * @param parts the same by time
   */
  public record Shares(
      long failures, long inferences, List<TargetSummary> targets, List<Shares> parts) {}

  /**
   * The figures of a model or of all requests.
   *
   * @param model null for all, and for those that name none
   * @param parts by time, in its order
   */
  public record Observed(
      boolean all, @Nullable String model, Sketches whole, List<Sketches> parts) {}
}
