package dev.streamgauge.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.StreamSink;
import dev.streamgauge.parser.TokenBasis;
import dev.streamgauge.parser.TokenKind;
import dev.streamgauge.parser.TokenSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CountConflictTest {
  private final TokenTimeline tokens = new TokenTimeline(RequestTimelineTest.SETTINGS);

  @Test
  void aCountThatAgreesIsNoConflict() {
    pieces(3, 2, TokenBasis.TOKEN_IDS);
    said(TokenSource.USAGE, 6);
    said(TokenSource.ENGINE, 6);
    assertThat(conflict()).isNull();
  }

  @Test
  void moreThanCameIsNoConflictForTokensMayBeWithheld() {
    pieces(3, 1, TokenBasis.LOGPROBS);
    said(TokenSource.USAGE, 80);
    assertThat(conflict()).isNull();
  }

  @Test
  void lessThanThePiecesCarriedIsOneAndTheCountIsKept() {
    pieces(3, 2, TokenBasis.TOKEN_IDS);
    said(TokenSource.USAGE, 5);
    assertThat(conflict()).isEqualTo(CountConflict.BELOW_CARRIED);
    RequestRecord.Generation generation = tokens.generation(true, false);
    assertThat(generation == null ? null : generation.outputTokens()).isEqualTo(5);
  }

  @Test
  void twoPiecesOfATokenAreNoConflictThreeAre() {
    pieces(6, 0, null);
    said(TokenSource.USAGE, 3);
    assertThat(conflict()).isNull();
    pieces(1, 0, null);
    said(TokenSource.USAGE, 3);
    assertThat(conflict()).isEqualTo(CountConflict.BELOW_EVENTS);
  }

  @Test
  void theEnginesOwnCountMayNotBeAnother() {
    pieces(2, 0, null);
    said(TokenSource.ENGINE, 4);
    said(TokenSource.USAGE, 5);
    assertThat(conflict()).isEqualTo(CountConflict.SOURCES_DIFFER);
  }

  @Test
  void withoutACountThereIsNoConflict() {
    pieces(9, 1, TokenBasis.EVENTS);
    assertThat(conflict()).isNull();
  }

  private void pieces(int count, int tokensEach, @Nullable TokenBasis basis) {
    for (int i = 0; i < count; i++) {
      tokens.readAt(i, false);
      tokens.tokenEvent(0, TokenKind.TEXT, tokensEach, basis);
    }
  }

  private void said(TokenSource source, long output) {
    long unknown = StreamSink.UNKNOWN;
    tokens.usage(source, unknown, output, unknown, unknown, unknown);
  }

  private @Nullable CountConflict conflict() {
    RequestRecord.Generation generation = tokens.generation(true, false);
    return generation == null ? null : generation.countConflict();
  }
}
