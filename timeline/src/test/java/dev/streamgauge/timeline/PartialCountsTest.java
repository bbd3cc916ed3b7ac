package dev.streamgauge.timeline;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.FinishReason;
import dev.streamgauge.parser.StreamSink;
import dev.streamgauge.parser.TokenBasis;
import dev.streamgauge.parser.TokenKind;
import dev.streamgauge.parser.TokenSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What was added up piece by piece is no count where a piece could not be read. */
class PartialCountsTest {
  private final TokenTimeline tokens = new TokenTimeline(RequestTimelineTest.SETTINGS);

  @Test
  void aFrameThatWasNotReadLeavesNoSumOfEventsOrIds() {
    said(TokenSource.EVENTS, 1, TokenBasis.EVENTS);
    tokens.malformedFrame();
    said(TokenSource.EVENTS, 2, TokenBasis.EVENTS);
    assertThat(output(false)).isNull();
  }

  @Test
  void idsThatCameAreNoCountEitherButTheEnginesRunningOneIs() {
    said(TokenSource.ENGINE, 1, TokenBasis.TIMINGS);
    tokens.malformedFrame();
    said(TokenSource.ENGINE, 5, TokenBasis.TIMINGS);
    assertThat(output(false)).isEqualTo(5);
    said(TokenSource.ENGINE, 6, TokenBasis.TOKEN_IDS);
    assertThat(output(false)).isNull();
  }

  @Test
  void aReadingThatStoppedKnowsNoRunningCount() {
    said(TokenSource.CONTINUOUS_USAGE, 4, TokenBasis.CONTINUOUS_USAGE);
    assertThat(output(true)).isNull();
  }

  @Test
  void whatWasSaidAtTheEndStays() {
    said(TokenSource.ENGINE, 4, TokenBasis.TOKEN_IDS);
    tokens.malformedFrame();
    usage(TokenSource.USAGE, 9);
    tokens.endMarker();
    assertThat(output(true)).isEqualTo(9);
  }

  @Test
  void aRunningCountFromBeforeAFrameThatWasNotReadIsNone() {
    said(TokenSource.CONTINUOUS_USAGE, 1, TokenBasis.CONTINUOUS_USAGE);
    tokens.frameLeftOut();
    tokens.endMarker();
    assertThat(output(false)).isNull();
    usage(TokenSource.CONTINUOUS_USAGE, 3);
    assertThat(output(false)).isEqualTo(3);
  }

  @Test
  void aSumIsNoCountThoughTheEndMarkerCameBehindWhatWasNotRead() {
    said(TokenSource.EVENTS, 1, TokenBasis.EVENTS);
    tokens.frameLeftOut();
    said(TokenSource.EVENTS, 2, TokenBasis.EVENTS);
    tokens.endMarker();
    assertThat(output(false)).isNull();
  }

  @Test
  void whatIsNotReadBehindTheEndIsNoPartOfTheAnswer() {
    said(TokenSource.EVENTS, 1, TokenBasis.EVENTS);
    tokens.endMarker();
    tokens.frameLeftOut();
    assertThat(output(false)).isEqualTo(1);
  }

  @Test
  void noGapReachesOverWhatWasNotRead() {
    said(TokenSource.EVENTS, 1, TokenBasis.EVENTS);
    tokens.frameLeftOut();
    said(TokenSource.EVENTS, 2, TokenBasis.EVENTS);
    said(TokenSource.EVENTS, 7, TokenBasis.EVENTS);
    assertThat(requireNonNull(tokens.generation(true, false)).gapMaxNanos()).isEqualTo(5);
  }

  @Test
  void whatMayHaveEndedInAFrameThatWasLeftOutIsNotTruncatedButWhatGoesOnIs() {
    said(TokenSource.EVENTS, 1, TokenBasis.EVENTS);
    assertThat(tokens.outcomeOfCleanEnd(200, true)).isEqualTo(Outcome.UPSTREAM_TRUNCATED);
    tokens.malformedFrame();
    assertThat(tokens.outcomeOfCleanEnd(200, true)).isEqualTo(Outcome.UPSTREAM_TRUNCATED);
    tokens.frameLeftOut();
    assertThat(tokens.outcomeOfCleanEnd(200, true)).isEqualTo(Outcome.OK);
    tokens.finished(1, FinishReason.STOP, "stop"); // another choice
    assertThat(tokens.outcomeOfCleanEnd(200, true)).isEqualTo(Outcome.OK);
    said(TokenSource.EVENTS, 2, TokenBasis.EVENTS);
    assertThat(tokens.outcomeOfCleanEnd(200, true)).isEqualTo(Outcome.UPSTREAM_TRUNCATED);
  }

  private void said(TokenSource source, long output, TokenBasis basis) {
    tokens.readAt(output, false);
    tokens.tokenEvent(0, TokenKind.TEXT, 1, basis);
    usage(source, output);
  }

  private void usage(TokenSource source, long output) {
    long unknown = StreamSink.UNKNOWN;
    tokens.usage(source, unknown, output, unknown, unknown, unknown);
  }

  private @Nullable Long output(boolean stopped) {
    return requireNonNull(tokens.generation(true, stopped)).outputTokens();
  }
}
