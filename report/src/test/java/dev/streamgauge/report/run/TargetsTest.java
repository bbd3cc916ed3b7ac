package dev.streamgauge.report.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.ProxySettings.Slo;
import dev.streamgauge.report.Requests;
import dev.streamgauge.report.run.Targets.Verdict;
import dev.streamgauge.timeline.Outcome;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TargetsTest {
  private static final Slo CHAT =
      new Slo("chat", null, Duration.ofMillis(500), Duration.ofMillis(50), null);

  @Test
  void whatReachesALimitHasBrokenIt() {
    assertThat(judge(Requests.at(0L).tokens(499_999, 600_000, 9L).pace(49_999, 1)))
        .isEqualTo(Verdict.MET);
    assertThat(judge(Requests.at(0L).tokens(500_000, 600_000, 9L).pace(50_000, 1)))
        .isEqualTo(Verdict.TTFT);
    assertThat(judge(Requests.at(0L).tokens(1, 600_000, 9L).pace(50_000, 1)))
        .isEqualTo(Verdict.TPOT);
  }

  @Test
  void aRequestOfWhichNoFigureIsKnownSaysNothing() {
    assertThat(judge(Requests.at(0L))).isNull();
    assertThat(judge(Requests.at(0L).other().tokens(1, 1, 1L))).isNull();
  }

  @Test
  void aFailureOfOursIsAnErrorAndTheCallersFaultIsNot() {
    assertThat(judge(Requests.at(0L).ended(Outcome.UPSTREAM_RESET, 1))).isEqualTo(Verdict.ERROR);
    assertThat(judge(Requests.at(0L).ended(Outcome.POLICY_QUEUE_FULL, 1))).isEqualTo(Verdict.ERROR);
    assertThat(judge(Requests.at(0L).ended(Outcome.CALLER_ERROR, 1).tokens(1, 1, 1L))).isNull();
  }

  @Test
  void aCallerThatLeftCountsIfALimitHadPassed() {
    assertThat(judge(Requests.at(0L).ended(Outcome.CALLER_DISCONNECT, 400_000))).isNull();
    assertThat(judge(Requests.at(0L).ended(Outcome.CALLER_DISCONNECT, 500_000)))
        .isEqualTo(Verdict.TTFT);
    assertThat(judge(Requests.at(0L).whole().ended(Outcome.CALLER_DISCONNECT, 500_000))).isNull();
  }

  @Test
  void aTargetForAModelLeavesOthersAlone() {
    Targets targets = new Targets(List.of(new Slo("d", "m", null, null, Duration.ofSeconds(2))));
    assertThat(targets.judge(Requests.at(0L).model("m").made())).containsExactly(Verdict.MET);
    assertThat(targets.judge(Requests.at(0L).model("n").made())).containsExactly((Verdict) null);
  }

  @Test
  void verdictsAddUpToWhatWasJudged() {
    Targets targets = new Targets(List.of(CHAT));
    Targets.Counts counts = targets.counts();
    Targets.Counts more = targets.counts();
    counts.add(targets.judge(Requests.at(0L).tokens(1, 2, 2L).made()));
    more.add(targets.judge(Requests.at(0L).tokens(1_000_000, 2, 2L).made()));
    more.add(targets.judge(Requests.at(0L).ended(Outcome.UPSTREAM_ERROR, 1).made()));
    counts.add(more);

    assertThat(counts.summaries())
        .containsExactly(new TargetSummary("chat", "ttft<500ms,tpot<50ms", 3, 1, 1, 0, 0, 1));
  }

  private static @Nullable Verdict judge(Requests request) {
    List<@Nullable Verdict> verdicts = new Targets(List.of(CHAT)).judge(request.made());
    return verdicts.isEmpty() ? null : verdicts.getFirst();
  }
}
