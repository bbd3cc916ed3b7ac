package dev.streamgauge.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class SdkLinesTest {
  private final List<String> lines = new ArrayList<>();

  @Test
  void whatTheSdkSaysIsOneLineWithItsCause() {
    SdkLines.instead(lines::add);
    Logger.getLogger("io.opentelemetry.exporter")
        .log(Level.SEVERE, "Failed to export 3 spans.", new IOException("connection refused"));
    assertThat(lines)
        .containsExactly(
            "streamgauge: otlp: Failed to export 3 spans. java.io.IOException: connection refused");
  }

  @Test
  void whatACollectorAnswersNeitherEndsTheLineNorMakesItLong() {
    LogRecord said = new LogRecord(Level.WARNING, "{0}");
    said.setParameters(new Object[] {"400\nstreamgauge: stopped\u001b[2J" + "x".repeat(5_000)});
    new SdkLines(lines::add).publish(said);
    assertThat(lines).singleElement().asString().hasSize(SdkLines.LINE_CHARACTERS_MAX);
    assertThat(lines.getFirst().chars()).noneMatch(Character::isISOControl);
  }

  @Test
  void whatIsOfNoConcernToOthersIsNotSaid() {
    new SdkLines(lines::add).publish(new LogRecord(Level.FINE, "detail"));
    assertThat(lines).isEmpty();
  }
}
