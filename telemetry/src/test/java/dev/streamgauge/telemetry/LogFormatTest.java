package dev.streamgauge.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.streamgauge.telemetry.TelemetrySettings.AccessLogging;
import dev.streamgauge.telemetry.TelemetrySettings.LogFormat;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogFormatTest {
  /** What somebody might send to end a line, a value, or a terminal's patience. */
  private static final String HOSTILE =
      "a\nb\r\u0000\u001b[31m\u0085\u2028\" outcome=ok \\ x=y {z} \ud800 \u00e9";

  @Test
  void logfmtHasNamesWithDotsAndQuotesWhereTheyAreNeeded() {
    String line = line(new LogFormat.Logfmt(), Records.streamed().error("late \"x\"").record());
    assertThat(line)
        .startsWith("time=2026-03-04T05:06:07.089Z request_id=req-1 trace_id=0af7")
        .contains(" method=POST path=", " stream=true status=200 ", " phases.queue_ms=")
        .contains(" error=\"late \\\"x\\\"\"")
        .endsWith("\n");
  }

  @Test
  void logfmtOfAnEmptyValueIsInQuotes() {
    assertThat(line(new LogFormat.Logfmt(), Records.streamed().error("").record()))
        .contains(" error=\"\"");
  }

  @Test
  void otelIsOneMessageOfOtlpInJson() throws IOException {
    String line = line(new LogFormat.Otel(), Records.streamed().engine(1_000_000L, null).record());
    assertThat(line)
        .startsWith("{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\"")
        .contains("\"timeUnixNano\":\"1772600767089999999\"", "\"severityNumber\":9")
        .contains("\"traceId\":\"0af7651916cd43dd8448eb211c80319c\"")
        .contains("{\"key\":\"status\",\"value\":{\"intValue\":\"200\"}}")
        .contains("{\"key\":\"stream\",\"value\":{\"boolValue\":true}}")
        .contains("{\"key\":\"engine.queue_ms\",\"value\":{\"doubleValue\":1.000}}")
        .doesNotContain("\"key\":\"time\"", "\"key\":\"trace_id\"")
        .endsWith("]}]}]}]}\n");
    assertThat(tokens(line)).isGreaterThan(50);
  }

  @Test
  void aTemplateIsFilledAndWhatIsAbsentHasItsWord() {
    String text = "{{{method}}} \"{path}\" {grpc_status|none} {error} {phases.queue_ms}";
    RequestRecord record = Records.streamed().path("/v1/x y?secret").record();
    assertThat(line(template(text), record)).isEqualTo("{POST} \"/v1/x y\" none - 2.000\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no field",
        "{",
        "{time",
        "}",
        "{time} }",
        "{nothing}",
        "{phases}",
        "{phases.nothing}",
        "{time}\n",
        "{}",
        "{a.b.c}",
      })
  void aTemplateThatCannotBeFilledIsRefused(String text) {
    assertThat(LogTemplate.parse(text)).isInstanceOf(LogTemplate.Parsed.Bad.class);
  }

  @Test
  void aTemplateHasAtMostSixtyFourFields() {
    assertThat(LogTemplate.parse("{time}".repeat(64))).isInstanceOf(LogTemplate.Parsed.Good.class);
    assertThat(LogTemplate.parse("{time}".repeat(65))).isInstanceOf(LogTemplate.Parsed.Bad.class);
  }

  @Test
  void inNoFormatAValueEndsTheLineOrItself() throws IOException {
    RequestRecord record =
        Records.streamed().path("/" + HOSTILE).model(HOSTILE).error(HOSTILE).record();
    for (LogFormat format : formats()) {
      String line = line(format, record);
      assertThat(line.chars().filter(c -> c < ' ' || (c >= 0x7F && c < 0xA0) || c == 0x2028))
          .as(format.toString())
          .containsExactly((int) '\n');
      assertThat(line).doesNotContainPattern("[^\\\\]\" outcome=ok");
    }
    assertThat(tokens(line(new LogFormat.Json(), record))).isGreaterThan(10);
    assertThat(tokens(line(new LogFormat.Otel(), record))).isGreaterThan(10);
  }

  @Test
  void linesStandBehindEachOther() {
    RequestRecord record = Records.streamed().record();
    for (LogFormat format : formats()) {
      AccessLogging settings = AccessLogging.defaults().withFormat(format);
      LogLine lines = LogLine.of(settings, 16);
      AccessLogFields fields = new AccessLogFields(settings);
      for (int i = 0; i < 2; i++) {
        lines.begin(record);
        fields.tell(record, null, lines);
        lines.end();
      }
      assertThat(new String(lines.copy(), UTF_8)).isEqualTo(line(format, record).repeat(2));
    }
  }

  private static LogFormat[] formats() {
    return new LogFormat[] {
      new LogFormat.Json(),
      new LogFormat.Logfmt(),
      new LogFormat.Otel(),
      template("{time} \"{path}\" \"{model}\" \"{error}\"")
    };
  }

  private static LogFormat template(String text) {
    return new LogFormat.Template(((LogTemplate.Parsed.Good) LogTemplate.parse(text)).template());
  }

  private static String line(LogFormat format, RequestRecord record) {
    AccessLogging settings = AccessLogging.defaults().withFormat(format);
    LogLine line = LogLine.of(settings, 16);
    line.begin(record);
    new AccessLogFields(settings).tell(record, null, line);
    line.end();
    return new String(line.copy(), UTF_8);
  }

  private static int tokens(String json) throws IOException {
    int count = 0;
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (parser.nextToken() != null) {
        count++;
      }
    }
    return count;
  }
}
