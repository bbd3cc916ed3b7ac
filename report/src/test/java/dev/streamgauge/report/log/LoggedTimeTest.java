package dev.streamgauge.report.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LoggedTimeTest {
  @Test
  void theProxysFormIsReadAsTheLibraryReadsIt() {
    Random random = new Random(5);
    for (int i = 0; i < 10_000; i++) {
      long millis = random.nextLong(0, 4_000_000_000_000L) / 1000 * 1000 + 1 + random.nextInt(999);
      assertThat(LoggedTime.millis(Instant.ofEpochMilli(millis).toString())).isEqualTo(millis);
    }
  }

  @Test
  void otherFormsOfRfc3339AreRead() {
    assertThat(LoggedTime.millis("2026-11-24T10:00:00+01:00"))
        .isEqualTo(LoggedTime.millis("2026-11-24T09:00:00.000Z"));
    assertThat(LoggedTime.millis("2026-11-24T09:00:00.123456789Z"))
        .isEqualTo(LoggedTime.millis("2026-11-24T09:00:00.123Z"));
    assertThat(LoggedTime.millis("2028-02-29T00:00:00.000Z")).isNotNull();
  }

  @Test
  void whatIsNoMomentIsNone() {
    for (String text :
        new String[] {
          "",
          "now",
          "2026-02-30T09:00:00.000Z",
          "2026-02-20T25:00:00.000Z",
          "2026-02-20 09:00:00.000Z",
          "2026-02-20T09:00:00.000",
          "x".repeat(500)
        }) {
      assertThat(LoggedTime.millis(text)).as(text).isNull();
    }
  }
}
