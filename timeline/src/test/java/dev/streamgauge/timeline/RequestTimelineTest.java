package dev.streamgauge.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RequestTimelineTest {
  /** From 0.5 ms, each twice the one before; as many as the default ones. */
  private static final long[] BOUNDS_NANOS =
      LongStream.iterate(500_000, bound -> 2 * bound).limit(26).toArray();

  /** A stall is a gap above 1 s. */
  static final TimelineSettings SETTINGS =
      new TimelineSettings(1_000_000_000, BOUNDS_NANOS, BOUNDS_NANOS);

  private final RequestTimeline marks = new RequestTimeline(1000, Instant.EPOCH);

  @Test
  void pointsCountFromReceivedAndThoseNotReachedAreAbsent() {
    marks.bodyReceived(1100);
    marks.admitted(1000);

    RequestRecord.Points points = finish().points();
    assertThat(points.bodyReceived()).isEqualTo(100);
    assertThat(points.admitted()).isZero();
    assertThat(points.connected()).isNull();
    assertThat(points.firstByte()).isNull();
    assertThat(points.firstToken()).isNull();
    assertThat(points.ended()).isEqualTo(4000);
  }

  @Test
  void aRetryKeepsFirstMarksButConnectsAndSendsAnew() {
    for (long at : new long[] {1100, 1200}) {
      marks.connectStarted(at);
      marks.connected(at);
      marks.firstSent(at);
      marks.sent(at);
      marks.headers(at);
      marks.firstByte(at);
    }

    RequestRecord.Points points = finish().points();
    assertThat(points.connectStarted()).isEqualTo(200);
    assertThat(points.connected()).isEqualTo(200);
    assertThat(points.sent()).isEqualTo(200);
    assertThat(points.firstSent()).isEqualTo(100);
    assertThat(points.headers()).isEqualTo(100);
    assertThat(points.firstByte()).isEqualTo(100);
  }

  @Test
  void pausesAddUpAndTheLongestOverheadIsKept() {
    assertThat(finish().transfer().responseOverheadNanos()).isNull();
    marks.clientPaused(5);
    marks.clientPaused(6);
    marks.responseOverhead(9);
    marks.responseOverhead(7);

    assertThat(finish().transfer().clientPausedNanos()).isEqualTo(11);
    assertThat(finish().transfer().responseOverheadNanos()).isEqualTo(9);
  }

  @Test
  void aRefusedRequestHasNoTokenEventsEvenIfItAskedForAStream() {
    TokenTimeline tokens = new TokenTimeline(SETTINGS);

    assertThat(marks.finish(TokenTimelineTest.end(true, 400), tokens, 5000).generation()).isNull();
    assertThat(marks.finish(TokenTimelineTest.end(true, null), null, 5000).generation()).isNull();
  }

  private RequestRecord finish() {
    return marks.finish(TokenTimelineTest.end(false, 200), null, 5000);
  }
}
