package dev.streamgauge.report.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.report.Requests;
import dev.streamgauge.timeline.Outcome;
import org.junit.jupiter.api.Test;

class FigureTest {
  @Test
  void aGapIsALatencyBetweenTokensOnlyWhereEachPieceWasOne() {
    assertThat(Figure.ITL.of(Requests.at(0L).tokens(5, 9, 40L).pace(10, 11).made())).isEqualTo(11);
    assertThat(Figure.ITL.of(Requests.at(0L).tokens(5, 9, 40L).pieces(39).pace(10, 11).made()))
        .isEqualTo(11);
    assertThat(Figure.ITL.of(Requests.at(0L).tokens(5, 9, 40L).pieces(20).pace(10, 11).made()))
        .isNull();
    assertThat(Figure.ITL.of(Requests.at(0L).tokens(5, 9, null).pieces(20).pace(10, 11).made()))
        .isNull();
  }

  @Test
  void aDurationIsThatOfARequestThatEndedWell() {
    assertThat(Figure.DURATION.of(Requests.at(0L).ended(Outcome.OK, 7).made())).isEqualTo(7);
    assertThat(Figure.DURATION.of(Requests.at(0L).ended(Outcome.POLICY_QUEUE_FULL, 7).made()))
        .isNull();
  }

  @Test
  void prefillIsWhatTheFirstTokenTookWithoutTheQueue() {
    assertThat(Figure.PREFILL.of(Requests.at(0L).queued(30).tokens(100, 200, 3L).made()))
        .isEqualTo(70);
    assertThat(Figure.PREFILL.of(Requests.at(0L).queued(30).made())).isNull();
    assertThat(Figure.GENERATION.of(Requests.at(0L).tokens(100, 220, 3L).made())).isEqualTo(120);
  }

  @Test
  void aHealthCheckHasNoFigure() {
    for (Figure figure : Figure.values()) {
      assertThat(figure.of(Requests.at(0L).other().queued(1).tokens(1, 2, 2L).pace(1, 1).made()))
          .isNull();
    }
  }
}
