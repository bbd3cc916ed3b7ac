package dev.streamgauge.telemetry.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table in {@code docs/engines.md} is the one in the code. */
class AliasTableTest {
  private static final Path DOCUMENT = Path.of("../docs/engines.md");

  @Test
  void theDocumentSaysWhatTheCodeLooksFor() throws IOException {
    assertThat(Files.readString(DOCUMENT)).contains("-->\n" + table() + "<!-- end -->\n");
  }

  @Test
  void noNameStandsForTwoFiguresOfOneEngine() {
    Set<String> names = new HashSet<>();
    for (Alias each : Alias.ALL) {
      assertThat(names.add(each.engine() + name(each))).as(each.toString()).isTrue();
    }
  }

  static String table() {
    StringBuilder table =
        new StringBuilder(
            """
            | engine | ours | on its page | of several series | seen in |
            |---|---|---|---|---|
            """);
    for (Alias each : Alias.ALL) {
      table.append(
          "| %s | `%s` | `%s` | %s | %s |\n"
              .formatted(
                  each.engine().label(),
                  each.figure().family(),
                  name(each),
                  each.several().name().toLowerCase(Locale.ROOT),
                  each.seenIn()));
    }
    return table.toString();
  }

  private static String name(Alias alias) {
    String label = alias.inLabel() == null ? alias.only() : alias.inLabel();
    return label == null ? alias.sample() : alias.sample() + "{" + label + "}";
  }
}
