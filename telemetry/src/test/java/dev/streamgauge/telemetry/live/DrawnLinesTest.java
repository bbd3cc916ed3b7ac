package dev.streamgauge.telemetry.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Phase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrawnLinesTest {
  private static final long SECOND = 1_000_000_000L;

  private final LiveBoard board = new LiveBoard();
  private final LoopLines loop = board.addLoop();
  private final DrawnLines drawn = new DrawnLines(board, SECOND);

  private List<LiveLine> many(int count, long receivedNanos) {
    List<LiveLine> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(loop.open(receivedNanos + i, Operation.CHAT, Phase.PREFILL));
    }
    return lines;
  }

  @Test
  void whatIsDrawnStaysSoUntilAMomentAfterItsEnd() {
    List<LiveLine> first = many(DrawnLines.MAX, 0);
    assertThat(drawn.look(SECOND)).containsExactlyElementsOf(first);
    many(50, SECOND);
    assertThat(drawn.look(SECOND)).containsExactlyElementsOf(first);
    assertThat(drawn.leftOut()).isEqualTo(50);

    first.getFirst().ended(Outcome.OK, 2 * SECOND);
    assertThat(drawn.look(2 * SECOND)).hasSize(DrawnLines.MAX + 1).contains(first.getFirst());
    assertThat(drawn.leftOut()).isEqualTo(49);
    assertThat(drawn.look(4 * SECOND)).hasSize(DrawnLines.MAX).doesNotContain(first.getFirst());
  }

  @Test
  void freePlacesGoToTheSilentAndThenToTheNewest() {
    List<LiveLine> old = many(DrawnLines.MAX, 0);
    LiveLine silent = old.getFirst();
    silent.tokens(1, 0, SECOND);
    List<LiveLine> young = many(DrawnLines.MAX, 5 * SECOND);
    assertThat(drawn.look(6 * SECOND))
        .hasSize(DrawnLines.MAX)
        .contains(silent)
        .containsAll(young.subList(1, young.size()))
        .doesNotContain(young.getFirst());
  }

  @Test
  void whatBeganAndEndedBetweenTwoLooksIsSeen() {
    drawn.look(0);
    LiveLine brief = loop.open(10, Operation.EMBEDDINGS, Phase.BODY);
    brief.ended(Outcome.OK, 20);
    assertThat(drawn.sawAllEnds()).isFalse();
    assertThat(drawn.look(30)).containsExactly(brief);
    assertThat(drawn.sawAllEnds()).isTrue();
    assertThat(drawn.look(5 * SECOND)).isEmpty();
  }

  @Test
  void ofManyThatEndedAtOnceSomeAreSeen() {
    drawn.look(0);
    many(1000, 0).forEach(line -> line.ended(Outcome.OK, 20));
    assertThat(drawn.look(30)).hasSize(LoopLines.ENDED_KEPT);
  }

  @Test
  void whoLooksAgainSeesWhatIsThere() {
    List<LiveLine> lines = many(3, 0);
    drawn.look(0);
    drawn.clear();
    lines.getFirst().ended(Outcome.OK, SECOND);
    assertThat(drawn.look(10 * SECOND)).containsExactlyElementsOf(lines.subList(1, 3));
  }
}
