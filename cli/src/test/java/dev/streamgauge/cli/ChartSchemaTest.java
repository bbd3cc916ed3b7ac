package dev.streamgauge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ChartSchemaTest {
  private static final Path CHART = Path.of("../chart");

  /** {@code ./build docs} writes it. */
  @Test
  void theSchemaOfTheChartsValuesIsCurrent() throws Exception {
    assertThat(Files.readString(CHART.resolve("values.schema.json")))
        .isEqualTo(ChartSchema.text(CHART));
  }
}
