package dev.streamgauge.bench;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.streamgauge.bench.target.ProcessCost;
import dev.streamgauge.bench.target.TargetKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The same figures as a table to read and as JSON to keep. */
record StreamReport(String load, List<StreamResult> results) {
  private static final double[] QUANTILES = {0.5, 0.99, 0.999};

  String markdown() {
    StringBuilder table = new StringBuilder();
    table
        .append("Medians (middle half) of the rounds, ratios taken within each round; ")
        .append(load)
        .append(".\n\n");
    table.append(
        "| target | CPU µs/event | ÷ nginx | ÷ Envoy | ÷ streamgauge | cold round |"
            + " added delay p50 µs | p99 | p99.9 | RSS MiB | PSS MiB | events | errors |\n");
    table.append("|-|-|-|-|-|-|-|-|-|-|-|-|-|\n");
    for (StreamResult result : results) {
      table.append(row(result)).append('\n');
    }
    table.append(
        "\nAdded delay: from the upstream's write to the client's read, less the same quantile of"
            + " direct (its own row: the whole). An error is a status other than 200, a wrong"
            + " count of events or a broken connection.");
    return table.toString();
  }

  private String row(StreamResult result) {
    ProcessCost.Memory memory = result.memory();
    return "| "
        + String.join(
            " | ",
            result.label(),
            Numbers.middle(cpu(result), 1),
            Numbers.middle(timesCpuOf(TargetKind.NGINX, result), 2),
            Numbers.middle(timesCpuOf(TargetKind.ENVOY, result), 2),
            Numbers.middle(timesCpuOf(TargetKind.STREAMGAUGE, result), 2),
            Numbers.text(memory == null ? Double.NaN : result.cold().cpuMicrosPerEvent(), 2),
            Numbers.text(addedMicros(result, 0.5), 0),
            Numbers.text(addedMicros(result, 0.99), 0),
            Numbers.text(addedMicros(result, 0.999), 0),
            Numbers.text(memory == null ? Double.NaN : memory.rssKib() / 1024.0, 0),
            Numbers.text(memory == null ? Double.NaN : memory.pssKib() / 1024.0, 0),
            Long.toString(result.events()),
            Long.toString(result.errors()))
        + " |";
  }

  /** Microseconds for each event, by round; nothing where there is no process. */
  private static double[] cpu(StreamResult result) {
    return result.kind() == TargetKind.DIRECT
        ? new double[0]
        : result.windows().stream().mapToDouble(StreamResult.Window::cpuMicrosPerEvent).toArray();
  }

  /** By round: what else the machine did then met both. */
  private double[] timesCpuOf(TargetKind peer, StreamResult result) {
    double[] ours = cpu(result);
    double[] theirs =
        results.stream()
            .filter(other -> other.kind() == peer)
            .findFirst()
            .map(StreamReport::cpu)
            .orElseGet(() -> new double[0]);
    return IntStream.range(0, Math.min(ours.length, theirs.length))
        .mapToDouble(round -> ours[round] / theirs[round])
        .toArray();
  }

  private double addedMicros(StreamResult result, double quantile) {
    double whole = result.delayMicros(quantile);
    if (result.kind() == TargetKind.DIRECT) {
      return whole;
    }
    return results.stream()
        .filter(other -> other.kind() == TargetKind.DIRECT)
        .mapToDouble(direct -> whole - direct.delayMicros(quantile))
        .findFirst()
        .orElse(Double.NaN);
  }

  void writeJson(Path file) throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeStringField("load", load);
      json.writeArrayFieldStart("targets");
      for (StreamResult result : results) {
        writeTarget(json, result);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void writeTarget(JsonGenerator json, StreamResult result) throws IOException {
    json.writeStartObject();
    json.writeStringField("target", result.label());
    ProcessCost.Memory memory = result.memory();
    if (memory != null) {
      json.writeNumberField("rss_kib", memory.rssKib());
      json.writeNumberField("pss_kib", memory.pssKib());
    }
    json.writeFieldName("cold");
    writeWindow(json, result.cold());
    json.writeArrayFieldStart("rounds");
    for (StreamResult.Window window : result.windows()) {
      writeWindow(json, window);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeWindow(JsonGenerator json, StreamResult.Window window)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("events", window.events());
    json.writeNumberField("answers", window.round().answers());
    json.writeNumberField("errors", window.round().errors());
    json.writeNumberField("seconds", window.round().seconds());
    json.writeNumberField("cpu_nanos", window.cpuNanos());
    json.writeArrayFieldStart("delay_us_p50_p99_p999");
    for (double quantile : QUANTILES) {
      json.writeNumber(window.round().delaysNanos().micros(quantile));
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
