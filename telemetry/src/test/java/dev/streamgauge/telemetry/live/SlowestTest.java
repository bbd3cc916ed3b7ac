package dev.streamgauge.telemetry.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.telemetry.Records;
import dev.streamgauge.telemetry.Slowness;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlowestTest {
  private final Slowest slowest = new Slowest(new Slowness(List.of()));

  private void waited(long nanos, long minute) {
    slowest.add(
        Records.refused()
            .operation(Operation.CHAT)
            .points(Records.neverAdmitted(null, nanos))
            .record(),
        minute);
  }

  @Test
  void theLongestWaitsAreKeptInTheirOrder() {
    for (int i = 1; i <= 30; i++) {
      waited(i % 2 == 0 ? i : 100 - i, 0);
    }
    assertThat(slowest.of(0)).hasSize(Slowest.KEPT);
    assertThat(slowest.of(0).getFirst().waitedNanos()).isEqualTo(99);
    assertThat(slowest.of(0))
        .isSortedAccordingTo((a, b) -> Long.compare(b.waitedNanos(), a.waitedNanos()));
  }

  @Test
  void aMinuteIsForgottenAfterFifteen() {
    waited(1000, 0);
    waited(10, 14);
    assertThat(slowest.of(14)).hasSize(2);
    assertThat(slowest.of(15)).hasSize(1);
    waited(5, 15);
    assertThat(slowest.of(15)).extracting(Slowest.Entry::waitedNanos).containsExactly(10L, 5L);
  }

  @Test
  void aStreamWaitedUntilItsFirstTokenAndHasItsParts() {
    slowest.add(Records.streamed().record(), 0);
    Slowest.Entry entry = slowest.of(0).getFirst();
    assertThat(entry.waitedNanos()).isEqualTo(100_000_000);
    assertThat(entry.phases()).isNotNull();
    assertThat(entry.requestId()).isEqualTo("req-1");
  }

  @Test
  void healthChecksAreNoRequestsToWaitFor() {
    slowest.add(Records.refused().record(), 0);
    assertThat(slowest.of(0)).isEmpty();
  }
}
