package dev.streamgauge.report.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.streamgauge.report.Requests;
import dev.streamgauge.report.log.LineCounts;
import dev.streamgauge.report.log.LoggedRequest;
import dev.streamgauge.report.measure.Figure;
import dev.streamgauge.report.measure.Stats;
import dev.streamgauge.timeline.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RunTest {
  private static final long START_MILLIS = 1_795_510_800_000L;

  @Test
  void theOrderOfLinesIsNoMatter() {
    List<LoggedRequest> requests = requests(20_000);
    RunSummary inOrder = summary(requests, Run.Span.ALL);
    Collections.shuffle(requests, new Random(4));
    RunSummary shuffled = summary(requests, Run.Span.ALL);

    assertThat(withoutMean(shuffled.all().figures()))
        .isEqualTo(withoutMean(inOrder.all().figures()));
    assertThat(shuffled.course().parts()).hasSameSizeAs(inOrder.course().parts());
    assertThat(shuffled.load().runningMax()).isCloseTo(inOrder.load().runningMax(), within(1e-9));
    for (int i = 0; i < inOrder.course().parts().size(); i++) {
      RunSummary.Part part = inOrder.course().parts().get(i);
      RunSummary.Part other = shuffled.course().parts().get(i);
      assertThat(other.inferences()).isEqualTo(part.inferences());
      assertThat(other.running()).isCloseTo(part.running(), within(1e-9));
      assertThat(withoutMean(other.figures())).isEqualTo(withoutMean(part.figures()));
    }
  }

  /** A sum of doubles depends on its order, in its last digits. */
  private static Map<Figure, List<Double>> withoutMean(Map<Figure, Stats> figures) {
    Map<Figure, List<Double>> all = new EnumMap<>(Figure.class);
    figures.forEach(
        (figure, stats) ->
            all.put(
                figure, List.of((double) stats.count(), stats.p50(), stats.p90(), stats.p99())));
    return all;
  }

  @Test
  void modelsBeyondTheLimitAreOtherAndAllAddUp() {
    Run run = new Run(new Targets(List.of()), 5, Run.Span.ALL);
    for (int i = 0; i < 500; i++) {
      run.add(Requests.at(START_MILLIS + i).model("m" + i).made());
    }
    run.add(Requests.at(START_MILLIS).model(null).made());
    run.add(Requests.at(START_MILLIS).model(Models.OTHER).made());
    RunSummary summary = run.summary(new LineCounts());

    assertThat(summary.models()).hasSize(Models.NAMES_MAX + 2);
    assertThat(summary.lines().ofFurtherModels()).isEqualTo(500 - Models.NAMES_MAX);
    assertThat(summary.models().getFirst().model()).isEqualTo(Models.OTHER);
    assertThat(summary.models().stream().mapToLong(GroupSummary::requests).sum())
        .isEqualTo(summary.all().requests())
        .isEqualTo(502);
  }

  @Test
  void loadAtArrivalIsMadeOfWhoWasThere() {
    Run run = new Run(new Targets(List.of()), 5, Run.Span.ALL);
    // eight at a time for ten seconds each, one after the other: always eight
    for (int i = 0; i < 80; i++) {
      run.add(
          Requests.at(START_MILLIS + i / 8 * 10_000L)
              .ended(Outcome.OK, 10_000_000)
              .tokens(1000, 2000, 2L)
              .made());
    }
    RunSummary.Load load = run.summary(new LineCounts()).load();

    assertThat(load.runningMax()).isCloseTo(8, within(1e-9));
    assertThat(load.queuedMax()).isZero();
    assertThat(load.byRunning())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.from()).isEqualTo(8);
              assertThat(row.to()).isEqualTo(12);
              assertThat(row.requests()).isEqualTo(80);
            });
  }

  @Test
  void aWrongClockOfTheFirstLinesDoesNotDecideWhereTheRunIs() {
    for (int count : new int[] {30, 20_000}) {
      List<LoggedRequest> requests = requests(count);
      RunSummary alone = summary(requests, Run.Span.ALL);
      requests.addAll(0, wrongClocks());
      requests.addAll(wrongClocks());
      RunSummary summary = summary(requests, Run.Span.ALL);

      assertThat(summary.lines().farAway()).isEqualTo(6);
      assertThat(summary.all().requests()).isEqualTo(count + 6);
      assertThat(summary.course().firstMillis()).isEqualTo(START_MILLIS);
      assertThat(summary.course().seconds()).isEqualTo(alone.course().seconds());
      assertThat(summary.course().partMillis()).isEqualTo(alone.course().partMillis());
      assertThat(summary.course().parts()).hasSameSizeAs(alone.course().parts());
      assertThat(summary.load().cellSeconds()).isEqualTo(alone.load().cellSeconds());
      assertThat(summary.load().runningMax()).isEqualTo(alone.load().runningMax());
    }
  }

  /** 1970, the year 1, the year 9999. */
  private static List<LoggedRequest> wrongClocks() {
    return Stream.of(0L, -62_135_596_800_000L, 253_402_300_799_000L)
        .map(at -> Requests.at(at).ended(Outcome.OK, 500).made())
        .toList();
  }

  @Test
  void aSpanLeavesOutWhatCameBeforeAndBehindIt() {
    List<LoggedRequest> requests = requests(1000);
    requests.add(Requests.at(null).made());
    Run.Span span = new Run.Span(START_MILLIS + 100_000, START_MILLIS + 200_000);
    RunSummary summary = summary(requests, span);

    long inside =
        requests.stream()
            .map(LoggedRequest::atMillis)
            .filter(Objects::nonNull)
            .filter(at -> at >= START_MILLIS + 100_000 && at < START_MILLIS + 200_000)
            .count();
    assertThat(summary.all().requests()).isEqualTo(inside);
    assertThat(summary.lines().outOfSpan()).isEqualTo(1001 - inside);
  }

  @Test
  void theSlowestAreThoseOfTheSortedRequests() {
    List<LoggedRequest> requests = requests(5000);
    List<Long> slowest =
        summary(requests, Run.Span.ALL).slowestToEnd().stream()
            .map(request -> request.times().duration())
            .toList();
    assertThat(slowest)
        .isEqualTo(
            requests.stream()
                .map(request -> request.times().duration())
                .sorted(Collections.reverseOrder())
                .limit(7)
                .toList());
  }

  @Test
  void energyPerTokenIsThatOfRequestsWhoseTokensAreKnown() {
    Run run = new Run(new Targets(List.of()), 5, Run.Span.ALL);
    run.add(Requests.at(START_MILLIS).tokens(1, 2, 10L).joules(30).made());
    run.add(Requests.at(START_MILLIS).tokens(1, 2, 20L).joules(30).made());
    run.add(Requests.at(START_MILLIS).tokens(1, 2, null).joules(500).made());
    run.add(Requests.at(START_MILLIS).tokens(1, 2, 70L).made());

    assertThat(run.summary(new LineCounts()).all().energy()).isEqualTo(new Energy(560, 3, 30, 2.0));
  }

  private static RunSummary summary(List<LoggedRequest> requests, Run.Span span) {
    Run run = new Run(new Targets(List.of()), 7, span);
    requests.forEach(run::add);
    return run.summary(new LineCounts());
  }

  private static List<LoggedRequest> requests(int count) {
    Random random = new Random(count);
    List<LoggedRequest> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long duration = (long) Math.exp(15 + random.nextGaussian());
      requests.add(
          Requests.at(START_MILLIS + i * 300L)
              .model("m" + random.nextInt(3))
              .ended(Outcome.OK, duration)
              .tokens(duration / 3, duration, 9L)
              .made());
    }
    return requests;
  }
}
