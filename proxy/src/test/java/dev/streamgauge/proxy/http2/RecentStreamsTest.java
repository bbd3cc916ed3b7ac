package dev.streamgauge.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.proxy.http2.RecentStreams.Past;
import org.junit.jupiter.api.Test;

/** What is known of streams that are gone. */
final class RecentStreamsTest {
  private final RecentStreams streams = new RecentStreams();

  @Test
  void oneThatEndedIsNotOneThatWasReset() {
    streams.opened(1);
    streams.opened(3);
    streams.resetByUs(3);
    assertThat(streams.of(1)).isEqualTo(Past.ENDED);
    assertThat(streams.of(3)).isEqualTo(Past.RESET_BY_US);
  }

  @Test
  void oneThatWasPassedOverWasNeverOpened() {
    streams.opened(1);
    streams.opened(5);
    assertThat(streams.of(3)).isEqualTo(Past.NEVER_OPENED);
    assertThat(streams.of(7)).isEqualTo(Past.NEVER_OPENED);
  }

  @Test
  void oneThatWasResetAsItsHeadCameIsKnown() {
    streams.resetByUs(1);
    assertThat(streams.of(1)).isEqualTo(Past.RESET_BY_US);
  }

  @Test
  void oneThatIsForgottenIsTakenForReset() {
    for (int id = 1; id < 1_000; id += 2) {
      streams.opened(id);
    }
    assertThat(streams.of(1)).isEqualTo(Past.RESET_BY_US);
    assertThat(streams.of(999)).isEqualTo(Past.ENDED);
    assertThat(streams.of(1_001)).isEqualTo(Past.NEVER_OPENED);
    streams.resetByUs(1);
    assertThat(streams.of(487)).isEqualTo(Past.RESET_BY_US);
    assertThat(streams.of(489)).isEqualTo(Past.ENDED);
  }
}
