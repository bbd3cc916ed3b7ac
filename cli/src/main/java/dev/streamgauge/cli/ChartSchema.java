package dev.streamgauge.cli;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.inject.PolicySchema;
import dev.streamgauge.config.ClusterOptions;
import dev.streamgauge.config.OptionSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The schema of the chart's values: what is written by hand in {@code chart/schema}, with the
 * options of the commands, as their descriptions say, in it. {@code ./build docs} writes it.
 */
public final class ChartSchema {
  private ChartSchema() {}

  /** Writes {@code values.schema.json} of the chart's folder that is named. */
  public static void main(String[] args) throws IOException {
    Path chart = Path.of(args[0]);
    Files.writeString(chart.resolve("values.schema.json"), text(chart));
  }

  /** As it should be. */
  static String text(Path chart) throws IOException {
    ObjectMapper mapper = JsonMapper.builder().build();
    Path written = chart.resolve("schema").resolve("values.base.json");
    ObjectNode schema = (ObjectNode) mapper.readTree(Files.readString(written));
    ObjectNode properties = schema.withObject("/properties");
    properties.set(
        "options",
        mapper.valueToTree(OptionSchema.of(ClusterOptions.ALL, ClusterOptions.setByChart())));
    Map<String, Object> selector = Map.of("$ref", "#/definitions/labelSelector");
    properties.set("injection", mapper.valueToTree(PolicySchema.schema(selector)));
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines);
    return mapper.writer(printer).writeValueAsString(schema) + "\n";
  }
}
