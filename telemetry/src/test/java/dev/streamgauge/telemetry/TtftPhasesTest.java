package dev.streamgauge.telemetry;

import static dev.streamgauge.telemetry.Records.ms;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.RequestRecord;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TtftPhasesTest {
  @Test
  void whatIsNeitherQueueNorConnectNorWaitingForTheHeadIsTheRest() {
    assertThat(phases(Records.streamed()))
        .isEqualTo(new TtftPhases(ms(2), ms(3), ms(14), null, null, ms(81)));
  }

  @Test
  void withoutFirstTokenThereAreNone() {
    assertThat(TtftPhases.of(Records.refused().record())).isNull();
  }

  @Test
  void aReusedConnectionHasNoConnectPart() {
    RequestRecord.Points reused = points(ms(2), null, ms(2), ms(6), ms(20), ms(100));

    assertThat(phases(Records.streamed().points(reused)))
        .isEqualTo(new TtftPhases(ms(2), null, ms(14), null, null, ms(84)));
  }

  @Test
  void theEnginesTimeIsFirstTakenFromWhatPassedAfterTheHead() {
    assertThat(phases(Records.streamed().engine(ms(10), ms(50))))
        .isEqualTo(new TtftPhases(ms(2), ms(3), ms(14), ms(10), ms(50), ms(21)));
  }

  @Test
  void whatDoesNotFitAfterTheHeadIsTakenFromTheWaitForIt() {
    RequestRecord.Points late = points(ms(2), ms(2), ms(5), ms(6), ms(98), ms(100));

    assertThat(phases(Records.streamed().points(late).engine(ms(10), ms(50))))
        .isEqualTo(new TtftPhases(ms(2), ms(3), ms(34), ms(10), ms(50), ms(1)));
  }

  @Test
  void anEngineThatClaimsTooMuchIsCutToTheTimeSinceTheRequestWasSent() {
    assertThat(phases(Records.streamed().engine(ms(10), ms(90))))
        .isEqualTo(new TtftPhases(ms(2), ms(3), 0L, ms(4), ms(90), ms(1)));
    assertThat(phases(Records.streamed().engine(ms(10), ms(900))))
        .isEqualTo(new TtftPhases(ms(2), ms(3), 0L, 0L, ms(94), ms(1)));
  }

  @Test
  void aPartOfTheEnginesTimeThatItDoesNotTellIsAbsent() {
    assertThat(phases(Records.streamed().engine(null, ms(50))))
        .isEqualTo(new TtftPhases(ms(2), ms(3), ms(14), null, ms(50), ms(31)));
  }

  @Test
  void aHeadBeforeTheLastRequestByteCountsFromTheFirst() {
    RequestRecord.Points early = points(ms(2), ms(2), ms(5), ms(200), ms(20), ms(100));

    assertThat(phases(Records.streamed().points(early)))
        .isEqualTo(new TtftPhases(ms(2), ms(3), ms(15), null, null, ms(80)));
  }

  @Test
  void forAnyPointsThePartsAddUpAndNoneIsNegative() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      long ttft = random.nextLong(100);
      RequestRecord.Points points =
          points(any(random), any(random), any(random), any(random), any(random), ttft);
      TtftPhases phases =
          phases(Records.streamed().points(points).engine(any(random), any(random)));

      assertThat(phases.totalNanos()).as("%s", points).isEqualTo(ttft);
      for (Long part : parts(phases)) {
        assertThat(part == null ? 0 : part).as("%s of %s", phases, points).isNotNegative();
      }
    }
  }

  private static @Nullable Long any(Random random) {
    return random.nextInt(4) == 0 ? null : (Long) random.nextLong(100);
  }

  private static @Nullable Long[] parts(TtftPhases phases) {
    return new @Nullable Long[] {
      phases.queueNanos(),
      phases.connectNanos(),
      phases.headersNanos(),
      phases.engineQueueNanos(),
      phases.prefillNanos(),
      phases.restNanos()
    };
  }

  private static TtftPhases phases(Records records) {
    return requireNonNull(TtftPhases.of(records.record()));
  }

  private static RequestRecord.Points points(
      @Nullable Long admitted,
      @Nullable Long connectStarted,
      @Nullable Long connected,
      @Nullable Long sent,
      @Nullable Long headers,
      long firstToken) {
    return new RequestRecord.Points(
        0L,
        admitted,
        null,
        connectStarted,
        connected,
        connected,
        sent,
        headers,
        headers,
        firstToken,
        firstToken,
        firstToken,
        firstToken);
  }
}
