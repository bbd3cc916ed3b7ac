package dev.streamgauge.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogOptionsTest {

  @Test
  void aTemplateNeedsItsFormat() {
    assertThat(problems("--access-log-template", "{path}"))
        .containsExactly(
            "--access-log-template: \"{path}\" on the command line (expected: only together with"
                + " --access-log-format template)");
    assertThat(problems("--access-log-template", "{path}", "--access-log-format", "logfmt"))
        .hasSize(1);
    assertThat(problems("--access-log-template", "{path}", "--access-log-format", "template"))
        .isEmpty();
    assertThat(problems("--access-log-format", "template")).isEmpty();
  }

  private static List<String> problems(String... args) {
    return switch (Settings.load(List.of(args), new Environment(Map.of(), 1))) {
      case Settings.Refused(List<Problem> problems) ->
          problems.stream().map(Problem::line).toList();
      case Settings.Loaded _, Settings.HelpAsked _ -> List.of();
    };
  }
}
