package dev.streamgauge.telemetry;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** A page in the text format, to be asked. */
record MetricsText(List<String> lines) {
  private static final Pattern SAMPLE = Pattern.compile("[a-z_]+(\\{.*})? .*");

  static MetricsText of(Telemetry telemetry) {
    String page = new String(Rendered.by(telemetry, null, null).body(), StandardCharsets.UTF_8);
    return new MetricsText(page.lines().toList());
  }

  boolean hasFamily(String name) {
    return lines.stream().anyMatch(line -> line.startsWith("# TYPE " + name + " "));
  }

  /** The sum of a family's samples that have all these parts in their labels. */
  double sum(String sample, String... labels) {
    return lines.stream()
        .filter(line -> SAMPLE.matcher(line).matches())
        .filter(line -> line.startsWith(sample + "{") || line.startsWith(sample + " "))
        .filter(line -> List.of(labels).stream().allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  long count(String sample, String... labels) {
    return lines.stream()
        .filter(line -> line.startsWith(sample + "{") || line.startsWith(sample + " "))
        .filter(line -> List.of(labels).stream().allMatch(line::contains))
        .count();
  }
}
