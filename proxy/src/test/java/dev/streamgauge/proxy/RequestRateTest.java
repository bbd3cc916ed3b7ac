package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestRateTest {
  private final RequestRate rate = new RequestRate(seconds(100));

  @Test
  void itIsNotKnownBeforeTheFirstFiveSecondsAreOver() {
    rate.count();
    assertThat(rate.perSecond(seconds(104))).isNull();
    assertThat(rate.perSecond(seconds(105))).isEqualTo(0.2);
  }

  @Test
  void itIsThatOfTheLastFiveToTenSeconds() {
    count(50);
    rate.advance(seconds(105));
    count(10);
    assertThat(rate.perSecond(seconds(110))).as("since 100 s").isEqualTo(6.0);
    rate.advance(seconds(110));
    assertThat(rate.perSecond(seconds(110))).as("since 105 s").isEqualTo(2.0);
    rate.advance(seconds(112));
    assertThat(rate.perSecond(seconds(112))).as("no window is over").isEqualTo(10.0 / 7);
    rate.advance(seconds(115));
    rate.advance(seconds(120));
    assertThat(rate.perSecond(seconds(120))).as("nothing came").isZero();
  }

  private void count(int requests) {
    for (int i = 0; i < requests; i++) {
      rate.count();
    }
  }

  private static long seconds(int seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }
}
