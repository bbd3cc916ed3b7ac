package dev.streamgauge.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.proxy.http2.FrameCounts.Kind;
import org.junit.jupiter.api.Test;

/** Each kind is counted by itself, within a window of time. */
final class FrameCountsTest {
  private static final long WINDOW_NANOS = 1_000;

  private final FrameCounts counts = new FrameCounts(WINDOW_NANOS, 0);

  @Test
  void asManyAsAreAllowedPass() {
    assertThat(counts.passes(Kind.PING, 2, 1)).isFalse();
    assertThat(counts.passes(Kind.PING, 2, 2)).isFalse();
    assertThat(counts.passes(Kind.SETTINGS, 2, 3)).isFalse();
    assertThat(counts.passes(Kind.PING, 2, 4)).isTrue();
  }

  @Test
  void aNewWindowBeginsAtNothing() {
    assertThat(counts.passes(Kind.PING, 1, 0)).isFalse();
    assertThat(counts.passes(Kind.PING, 1, WINDOW_NANOS - 1)).isTrue();
    assertThat(counts.passes(Kind.PING, 1, WINDOW_NANOS)).isFalse();
    assertThat(counts.passes(Kind.PING, 1, 2 * WINDOW_NANOS - 1)).isTrue();
  }

  @Test
  void whatWeSentAllowsForMore() {
    counts.allow(Kind.WINDOW_UPDATE, 2);
    for (int i = 0; i < 3; i++) {
      assertThat(counts.passes(Kind.WINDOW_UPDATE, 1, i)).isFalse();
    }
    assertThat(counts.passes(Kind.WINDOW_UPDATE, 1, 4)).isTrue();
  }
}
