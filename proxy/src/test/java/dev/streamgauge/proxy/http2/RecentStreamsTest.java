package dev.streamgauge.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.proxy.http2.RecentStreams.Past;
import org.junit.jupiter.api.Test;

final class RecentStreamsTest {
  private final RecentStreams recent = new RecentStreams();

  @Test
  void whatWasOpenedAndNotResetHasEnded() {
    recent.opened(1);
    recent.opened(5);
    recent.resetByUs(1);

    assertThat(recent.of(1)).isEqualTo(Past.RESET_BY_US);
    assertThat(recent.of(3)).isEqualTo(Past.NEVER_OPENED);
    assertThat(recent.of(5)).isEqualTo(Past.ENDED);
  }

  /** The codec refuses a head of a wrong length before it tells of the stream. */
  @Test
  void whatWasResetBeforeItWasSeenIsReset() {
    recent.resetByUs(1);

    assertThat(recent.of(1)).isEqualTo(Past.RESET_BY_US);
  }

  @Test
  void whatIsForgottenIsTakenForReset() {
    for (int streamId = 1; streamId < 2_000; streamId += 2) {
      recent.opened(streamId);
    }

    assertThat(recent.of(1)).isEqualTo(Past.RESET_BY_US);
    assertThat(recent.of(1_999)).isEqualTo(Past.ENDED);
  }
}
