package dev.streamgauge.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.FinishReason;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.StreamSink;
import dev.streamgauge.parser.TokenBasis;
import dev.streamgauge.parser.TokenKind;
import dev.streamgauge.parser.TokenSource;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenTimelineTest {
  private static final long MS = 1_000_000L;
  private static final long UNKNOWN = StreamSink.UNKNOWN;

  /** A clock reading far below zero, as System.nanoTime may give. */
  private static final long RECEIVED = Long.MIN_VALUE + 5;

  private final TokenTimeline tokens = new TokenTimeline(RequestTimelineTest.SETTINGS);
  private final RequestTimeline marks = new RequestTimeline(RECEIVED, Instant.EPOCH);

  @Test
  void timeToFirstTokenIsOfWhicheverChoiceCameFirst() {
    piece(30, 1);
    piece(40, 0);

    assertThat(finish(true).points().firstToken()).isEqualTo(30 * MS);
    assertThat(finish(true).points().lastToken()).isEqualTo(40 * MS);
  }

  @Test
  void aChoiceThatEndsByAnErrorIsAnErrorInTheAnswer() {
    tokens.finished(0, FinishReason.ERROR, "error");
    tokens.endMarker();
    assertThat(tokens.outcomeOfCleanEnd(200, true)).isEqualTo(Outcome.UPSTREAM_STREAM_ERROR);
  }

  @Test
  void readsWithoutTokenEventsDoNotStopTheClock() {
    read(5);
    read(10);
    piece(60, 0);

    assertThat(finish(true).points().firstToken()).isEqualTo(60 * MS);
  }

  @Test
  void reasoningStopsTheFirstTokenClockButNotTheAnswers() {
    read(10);
    tokens.tokenEvent(0, TokenKind.REASONING, 0, null);
    assertThat(finish(true).points().firstAnswerToken()).isNull();
    read(25);
    tokens.tokenEvent(0, TokenKind.TOOL_CALL, 0, null);

    assertThat(finish(true).points().firstToken()).isEqualTo(10 * MS);
    assertThat(finish(true).points().firstAnswerToken()).isEqualTo(25 * MS);
  }

  @Test
  void gapsLieWithinOneChoice() {
    piece(10, 0);
    piece(15, 1);
    piece(30, 0);
    piece(45, 1);

    RequestRecord.Generation seen = generation();
    assertThat(gaps().count()).isEqualTo(2);
    assertThat(gaps().sumNanos()).isEqualTo(50 * MS);
    assertThat(seen.gapMaxNanos()).isEqualTo(30 * MS);
  }

  @Test
  void twoPiecesOfOneChoiceInOneReadAreAGapOfZero() {
    piece(10, 0);
    tokens.tokenEvent(0, TokenKind.TEXT, 0, null);
    piece(20, 0);

    RequestRecord.Generation seen = generation();
    assertThat(gaps().count()).isEqualTo(2);
    assertThat(gaps().zeros()).isEqualTo(1);
    assertThat(gaps().classic(0)).isEqualTo(1);
    assertThat(seen.gapP50Nanos()).isZero();
  }

  @Test
  void interTokenLatencyDividesTheGapAndCountsItThatManyTimes() {
    piece(10, 0, 1, TokenBasis.TOKEN_IDS);
    piece(50, 0, 4, TokenBasis.TOKEN_IDS);
    piece(70, 0);

    RequestRecord.Generation seen = generation();
    assertThat(seen.basis()).isEqualTo(TokenBasis.TOKEN_IDS);
    assertThat(interTokens().count()).isEqualTo(4);
    assertThat(interTokens().sumNanos()).isEqualTo(40 * MS);
    assertThat(gaps().count()).isEqualTo(2);
  }

  @Test
  void interTokenLatencyIsAbsentWhereNoCountIsKnown() {
    piece(10, 0);
    piece(20, 0);

    assertThat(generation().interTokens()).isNull();
    assertThat(generation().basis()).isNull();
  }

  @Test
  void timePerOutputTokenDividesByTokensNotByChunks() {
    piece(10, 0, 4, TokenBasis.TOKEN_IDS);
    piece(50, 0, 4, TokenBasis.TOKEN_IDS);
    output(TokenSource.USAGE, 8);

    assertThat(generation().timePerOutputTokenNanos()).isEqualTo(10 * MS);
    assertThat(generation().outputTokensPerSecond()).isCloseTo(200, within(1e-9));
  }

  @Test
  void timePerOutputTokenTakesAnUnknownFirstPieceForOneToken() {
    piece(10, 0);
    piece(80, 0);
    output(TokenSource.USAGE, 8);

    assertThat(generation().timePerOutputTokenNanos()).isEqualTo(10 * MS);
  }

  @Test
  void timePerOutputTokenOfSeveralChoicesAddsSpansAndFirstPieces() {
    piece(10, 0);
    piece(20, 1, 3, TokenBasis.TOKEN_IDS);
    piece(60, 0);
    piece(80, 1);
    output(TokenSource.USAGE, 15);

    assertThat(generation().timePerOutputTokenNanos()).isEqualTo(110 * MS / 11);
  }

  @Test
  void timePerOutputTokenIsAbsentWhereItCannotBeKnown() {
    piece(10, 0);
    piece(20, 0);
    assertThat(generation().timePerOutputTokenNanos()).isNull();
    output(TokenSource.USAGE, 1);
    assertThat(generation().timePerOutputTokenNanos()).isNull();
  }

  @Test
  void nothingIsSaidOfSpeedWhereAllCameInOneRead() {
    piece(10, 0);
    tokens.tokenEvent(0, TokenKind.TEXT, 0, null);
    read(90);
    output(TokenSource.USAGE, 2);

    assertThat(generation().timePerOutputTokenNanos()).isNull();
    assertThat(generation().outputTokensPerSecond()).isNull();
  }

  @Test
  void aGapLongerThanTheThresholdIsAStall() {
    piece(0, 0);
    piece(1000, 0);
    piece(2500, 0);

    assertThat(generation().stalls()).isEqualTo(1);
    assertThat(generation().stalledNanos()).isEqualTo(1500 * MS);
    assertThat(generation().gapMaxNanos()).isEqualTo(1500 * MS);
  }

  @Test
  void aPieceReadAfterAClientPauseIsNoGapAndNoStall() {
    piece(10, 0, 1, TokenBasis.EVENTS);
    piece(12, 1, 1, TokenBasis.EVENTS);
    tokens.readAt(RECEIVED + 5000 * MS, true);
    tokens.tokenEvent(0, TokenKind.TEXT, 1, TokenBasis.EVENTS);
    piece(5010, 1, 1, TokenBasis.EVENTS);
    piece(5020, 0, 1, TokenBasis.EVENTS);

    RequestRecord.Generation seen = generation();
    assertThat(seen.stalls()).isZero();
    assertThat(gaps().count()).isEqualTo(1);
    assertThat(gaps().sumNanos()).isEqualTo(20 * MS);
    assertThat(interTokens().count()).isEqualTo(1);
  }

  @Test
  void aFirstPieceReadAfterAClientPauseStillStopsTheFirstTokenClock() {
    tokens.readAt(RECEIVED + 5000 * MS, true);
    tokens.tokenEvent(0, TokenKind.TEXT, 0, null);

    assertThat(finish(true).points().firstToken()).isEqualTo(5000 * MS);
  }

  @Test
  void theBestSourceOfCountsWinsWheneverItSpoke() {
    output(TokenSource.USAGE, 7);
    output(TokenSource.EVENTS, 9);
    tokens.usage(TokenSource.ENGINE, 20, 8, 5, UNKNOWN, UNKNOWN);

    RequestRecord.Generation seen = generation();
    assertThat(seen.tokensSource()).isEqualTo(TokenSource.USAGE);
    assertThat(seen.outputTokens()).isEqualTo(7);
    assertThat(seen.inputTokens()).isEqualTo(20);
    assertThat(seen.cachedInputTokens()).isEqualTo(5);
    assertThat(seen.reasoningTokens()).isNull();
  }

  @Test
  void theFirstChoiceThatEndedGivesTheFinishReason() {
    piece(10, 0);
    piece(10, 1);
    tokens.finished(1, FinishReason.LENGTH, "limit");
    assertThat(tokens.complete()).isFalse();
    tokens.finished(0, FinishReason.STOP, "stop");

    assertThat(tokens.complete()).isTrue();
    assertThat(generation().finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(generation().finishReasonRaw()).isEqualTo("limit");
  }

  @Test
  void theServersWordIsAbsentWhereItIsOurs() {
    tokens.finished(0, FinishReason.STOP, "stop");

    assertThat(generation().finishReasonRaw()).isNull();
  }

  @Test
  void anAnswerIsCompleteByItsEndMarkerAlone() {
    assertThat(tokens.complete()).isFalse();
    tokens.endMarker();
    assertThat(tokens.complete()).isTrue();
  }

  @Test
  void anAnswerThatIsNotStreamedHasCountsButNoTimes() {
    read(50);
    tokens.usage(TokenSource.USAGE, 3, 4, UNKNOWN, UNKNOWN, UNKNOWN);
    tokens.finished(0, FinishReason.STOP, "stop");
    tokens.endMarker();

    RequestRecord record = finish(false);
    assertThat(record.points().firstToken()).isNull();
    RequestRecord.Generation seen = Objects.requireNonNull(record.generation());
    assertThat(seen.tokenEvents()).isNull();
    assertThat(seen.stalls()).isNull();
    assertThat(seen.outputTokens()).isEqualTo(4);
  }

  @Test
  void tokensBeforeAnAbortKeepTheirCount() {
    piece(10, 0);
    piece(20, 0);
    piece(30, 0);

    assertThat(generation().tokenEvents()).isEqualTo(3);
    assertThat(generation().outputTokens()).isNull();
    assertThat(generation().tokensSource()).isNull();
  }

  @Test
  void moreChoicesThanTheCapAreTakenForTheLast() {
    for (int choice = 0; choice < 1000; choice++) {
      piece(choice, choice);
    }

    RequestRecord.Generation seen = generation();
    assertThat(seen.tokenEvents()).isEqualTo(1000);
    assertThat(gaps().count()).isEqualTo(1000 - ChoiceTimes.CHOICES_MAX);
  }

  @Test
  void engineTimesAreKnownOneByOne() {
    assertThat(finish(true).engine()).isNull();
    tokens.engineTimes(UNKNOWN, 12, 34, UNKNOWN);

    assertThat(finish(true).engine())
        .isEqualTo(new RequestRecord.EngineTimes(null, 12L, 34L, null));
  }

  @Test
  void aTokenEventAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    stream(10_000);
    long before = threads.getCurrentThreadAllocatedBytes();
    long idle = threads.getCurrentThreadAllocatedBytes() - before;
    before = threads.getCurrentThreadAllocatedBytes();
    stream(10_000);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before - idle;

    assertThat(allocated).isZero();
  }

  @Test
  void aCallerThatLeavesBehindTheEndMarkerHasHadItsAnswer() {
    TokenTimeline timeline = new TokenTimeline(RequestTimelineTest.SETTINGS);
    timeline.finished(0, FinishReason.STOP, "stop");
    assertThat(timeline.outcomeOfCallerLeft(200)).isEqualTo(Outcome.CALLER_DISCONNECT);
    timeline.endMarker();
    assertThat(timeline.outcomeOfCallerLeft(200)).isEqualTo(Outcome.OK);
    timeline.error("out of memory");
    assertThat(timeline.outcomeOfCallerLeft(200)).isEqualTo(Outcome.UPSTREAM_STREAM_ERROR);
  }

  @Test
  void aStreamOfOneChoiceIsSmall() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = 0;
    for (int i = 0; i < 3; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      TokenTimeline one = new TokenTimeline(RequestTimelineTest.SETTINGS);
      RequestTimeline other = new RequestTimeline(0, Instant.EPOCH);
      long nanos = 0;
      for (int gapMs = 8; gapMs < 14; gapMs++) {
        nanos += gapMs * MS;
        one.readAt(nanos, false);
        one.tokenEvent(0, TokenKind.TEXT, 2, TokenBasis.TOKEN_IDS);
        one.usage(TokenSource.CONTINUOUS_USAGE, 1, 1, UNKNOWN, UNKNOWN, UNKNOWN);
      }
      other.firstByte(nanos);
      bytes = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(bytes).isLessThan(1536);
  }

  private void stream(int pieces) {
    long nanos = RECEIVED;
    for (int i = 0; i < pieces; i++) {
      nanos += (1 + i % 50) * MS;
      tokens.readAt(nanos, false);
      tokens.tokenEvent(i % 3, TokenKind.TEXT, 1 + i % 4, TokenBasis.CONTINUOUS_USAGE);
      tokens.usage(TokenSource.CONTINUOUS_USAGE, 5, i, UNKNOWN, UNKNOWN, UNKNOWN);
      tokens.engineTimes(UNKNOWN, i, i, UNKNOWN);
    }
  }

  private void read(long ms) {
    tokens.readAt(RECEIVED + ms * MS, false);
  }

  private void piece(long ms, int choice) {
    piece(ms, choice, 0, null);
  }

  private void piece(long ms, int choice, int count, @Nullable TokenBasis basis) {
    read(ms);
    tokens.tokenEvent(choice, TokenKind.TEXT, count, basis);
  }

  private void output(TokenSource source, long count) {
    tokens.usage(source, UNKNOWN, count, UNKNOWN, UNKNOWN, UNKNOWN);
  }

  private RequestRecord.Generation generation() {
    return Objects.requireNonNull(finish(true).generation());
  }

  private GapCounts gaps() {
    return Objects.requireNonNull(generation().gaps());
  }

  private GapCounts interTokens() {
    return Objects.requireNonNull(generation().interTokens());
  }

  private RequestRecord finish(boolean stream) {
    return marks.finish(end(stream, 200), tokens, RECEIVED + 9999 * MS);
  }

  static RequestEnd end(boolean stream, @Nullable Integer status) {
    return new RequestEnd(
        "id",
        null,
        null,
        "POST",
        "/v1/chat/completions",
        Protocol.HTTP_1_1,
        Dialect.OPENAI_CHAT,
        Operation.CHAT,
        null,
        stream,
        status,
        null,
        Outcome.OK,
        null,
        0,
        0,
        null,
        null,
        0,
        null);
  }
}
