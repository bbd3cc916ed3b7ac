package dev.streamgauge.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogBytesTest {
  private final LogBytes bytes = new LogBytes(0);

  @Test
  void numbersOfAnyLengthAreWrittenAsJavaWritesThem() {
    Random random = new Random(20260304);
    for (int i = 0; i < 20_000; i++) {
      long value = random.nextLong() >> random.nextInt(64);
      assertThat(decimal(value == Long.MIN_VALUE ? 0 : value, 1)).isEqualTo(Long.toString(value));
    }
    for (long power = 1; power <= 100_000_000_000_000_000L; power *= 10) {
      for (long near : new long[] {power - 1, power, power + 1, -power}) {
        assertThat(decimal(near, 1)).isEqualTo(Long.toString(near));
      }
    }
    assertThat(decimal(Long.MAX_VALUE, 1)).isEqualTo(Long.toString(Long.MAX_VALUE));
  }

  @ParameterizedTest
  @CsvSource({"7,1,7", "7,3,007", "42,2,42", "42,3,042", "100,2,100", "0,4,0000", "0,1,0"})
  void aNumberHasZerosAheadUpToItsWidth(long value, int width, String text) {
    assertThat(decimal(value, width)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0.000",
    "1,0.001",
    "10,0.010",
    "999,0.999",
    "1000,1.000",
    "-1,-0.001",
    "-1500,-1.500",
    "2147483647999,2147483647.999",
    "9223372036854775807,9223372036854775.807"
  })
  void thousandthsHaveThreeDecimals(long value, String text) {
    bytes.cut(0);
    bytes.putThousandths(value);
    assertThat(text()).isEqualTo(text);
  }

  @Test
  void aSecondThatWasWrittenBeforeIsNotTakenForAnother() {
    for (String moment :
        List.of(
            "2026-03-04T05:06:07.089Z",
            "2026-03-04T05:06:07.990Z",
            "2026-03-04T05:06:08.000Z",
            "2026-03-04T05:06:07.001Z",
            "1969-12-31T23:59:59.999Z",
            "1970-01-01T00:00:00.000Z")) {
      bytes.cut(0);
      bytes.rfc3339(Instant.parse(moment));
      assertThat(text()).isEqualTo(moment);
    }
  }

  @Test
  void aLineIsTheSameWhateverWasWrittenAhead() {
    TelemetrySettings.AccessLogging settings = TelemetrySettings.AccessLogging.defaults();
    AccessLogLines lines = new AccessLogLines(settings);
    AccessLogJson alone = new AccessLogJson(settings);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    Random random = new Random(20260304);
    for (int i = 0; i < 500; i++) {
      RequestRecord record = anyRecord(random);
      lines.add(record);
      expected.writeBytes(alone.line(record, AccessLogJson.Extras.none()));
    }
    assertThat(Arrays.copyOf(lines.bytes(), lines.length())).isEqualTo(expected.toByteArray());
  }

  private static RequestRecord anyRecord(Random random) {
    Records records = random.nextInt(4) == 0 ? Records.refused() : Records.streamed();
    Outcome[] outcomes = Outcome.values();
    Operation[] operations = Operation.values();
    return records
        .operation(operations[random.nextInt(operations.length)])
        .outcome(outcomes[random.nextInt(outcomes.length)])
        .path("/v1/\"quoted\"\u00e9\ud83d\ude00\u2028")
        .record();
  }

  private String decimal(long value, int width) {
    bytes.cut(0);
    bytes.decimal(value, width);
    return text();
  }

  private String text() {
    return new String(bytes.bytes(), 0, bytes.length(), StandardCharsets.UTF_8);
  }
}
