package dev.streamgauge.telemetry.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.sun.management.ThreadMXBean;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Phase;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopLinesTest {
  private final LoopLines loop = new LiveBoard().addLoop();

  private LiveLine open() {
    return loop.open(1000, Operation.CHAT, Phase.PREFILL);
  }

  @Test
  void aLineTellsWhatItsLoopWrote() {
    LiveLine line = open();
    assertThat(line.admittedNanos()).isNull();
    assertThat(line.firstTokenNanos()).isNull();
    line.admitted(1500);
    line.model("llama");
    line.phase(Phase.GENERATING);
    line.tokens(2, 0, 2000);
    line.tokens(1, 1, 3000);
    assertThat(line.phase()).isEqualTo(Phase.GENERATING);
    assertThat(line.model()).isEqualTo("llama");
    assertThat(line.admittedNanos()).isEqualTo(1500);
    assertThat(line.firstTokenNanos()).isEqualTo(2000);
    assertThat(line.lastTokenNanos()).isEqualTo(3000);
    assertThat(line.tokens()).isEqualTo(3);
    assertThat(line.stalls()).isEqualTo(1);
    assertThat(line.outcome()).isNull();
    line.ended(Outcome.UPSTREAM_RESET, 4000);
    assertThat(line.endedNanos()).isEqualTo(4000);
    assertThat(line.outcome()).isEqualTo(Outcome.UPSTREAM_RESET);
    assertThat(loop.tokens()).isEqualTo(3);
  }

  @Test
  void aPlaceIsTakenAgainWhenItsRequestHasEnded() {
    for (int i = 0; i < 10 * LoopLines.LINES_MAX; i++) {
      open().ended(Outcome.OK, 2000);
    }
    assertThat(loop.used()).isEqualTo(1);
    assertThat(loop.inFlight()).isZero();
    assertThat(loop.at(0)).isNull();
  }

  @Test
  void pastTheLimitRequestsAreCountedAndHaveNoPlace() {
    List<LiveLine> lines = new ArrayList<>();
    for (int i = 0; i < LoopLines.LINES_MAX + 5; i++) {
      lines.add(open());
    }
    assertThat(loop.used()).isEqualTo(LoopLines.LINES_MAX);
    assertThat(loop.inFlight()).isEqualTo(LoopLines.LINES_MAX + 5);
    lines.forEach(line -> line.ended(Outcome.OK, 2000));
    assertThat(loop.inFlight()).isZero();
    assertThat(open().slot).isNotNegative();
  }

  @Test
  void noTwoLinesOfAProcessHaveOneNumber() {
    LiveBoard board = new LiveBoard();
    LoopLines one = board.addLoop();
    LoopLines other = board.addLoop();
    assertThat(one.open(0, Operation.CHAT, Phase.PREFILL).id())
        .isNotEqualTo(other.open(0, Operation.CHAT, Phase.PREFILL).id());
    assertThat(open().id()).isLessThan(1L << 53);
  }

  /** It happens for each piece of each stream, on an event loop. */
  @Test
  void aTokenAllocatesNothing() {
    LiveLine line = open();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    tokens(line); // whatever the first time allocates
    long before = threads.getCurrentThreadAllocatedBytes();
    tokens(line);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1000);
  }

  private static void tokens(LiveLine line) {
    for (int i = 0; i < 10_000; i++) {
      line.tokens(1, 0, 2000 + i);
    }
  }

  @Test
  void whoWaitsIsToldByItsPhase() {
    LiveLine line = loop.open(1000, Operation.CHAT, Phase.QUEUED);
    assertThat(line.waitedNanos(1700)).isEqualTo(700);
    line.admitted(2000);
    line.phase(Phase.PREFILL);
    assertThat(line.waitedNanos(2100)).isEqualTo(100);
    line.phase(Phase.GENERATING);
    line.tokens(1, 0, 3000);
    assertThat(line.waitedNanos(3400)).isEqualTo(400);
    line.clientPaused();
    assertThat(line.waitedNanos(9000)).isZero();
    line.clientResumed(9500);
    assertThat(line.waitedNanos(9600)).isEqualTo(100);
    line.ended(Outcome.OK, 9700);
    assertThat(line.waitedNanos(9900)).isZero();
  }

  @Test
  void aCallOnWhichOthersMayBeAskedForDoesNotWait() {
    LiveLine line = open();
    line.asksLater();
    line.admitted(2000);
    line.clientPaused();
    line.clientResumed(2500);
    assertThat(line.waitedNanos(9000)).isZero();
  }

  @Test
  void ofMostLinesTheLongestWaitCounts() {
    LiveBoard board = new LiveBoard();
    LoopLines[] two = {board.addLoop(), board.addLoop()};
    for (int i = 0; i < 10; i++) {
      two[i % 2].open(1000 + i, Operation.CHAT, Phase.PREFILL).admitted(1000 + i);
    }
    assertThat(board.longestWaitsNanos(2000)).containsExactly(entry(Phase.PREFILL, 1000L));
  }
}
