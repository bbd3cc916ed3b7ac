package dev.streamgauge.proxy;

import dev.streamgauge.telemetry.ServerLoad;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One load report of ORCA, a {@code xds.data.orca.v3.OrcaLoadReport}, in the formats in which load
 * balancers read it. What is not known is left out. Names of own figures are vLLM's. Pure
 * functions.
 *
 * @param requestsPerSecond null while it is not known
 */
record OrcaReport(ServerLoad load, @Nullable Double requestsPerSecond) {
  private static final String UTILIZATION = "application_utilization";
  private static final String RATE = "rps_fractional";

  // Numbers of the message's fields.
  private static final int RATE_FIELD = 6;
  private static final int NAMED_FIELD = 8;
  private static final int UTILIZATION_FIELD = 9;

  private static final int FIXED64 = 1;
  private static final int BYTES = 2;

  /** Finer would only lengthen the field. */
  private static final double STEPS = 1e4;

  /** As a list in a header field, as Envoy and vLLM have it. */
  String text() {
    StringBuilder text = new StringBuilder("TEXT ");
    own().forEach((name, value) -> text.append(name).append('=').append(value).append(", "));
    named()
        .forEach(
            (name, value) ->
                text.append("named_metrics.").append(name).append('=').append(value).append(", "));
    return text.substring(0, text.length() - 2);
  }

  /** As an object in a header field; the message's own JSON. */
  String json() {
    StringBuilder text = new StringBuilder("JSON {");
    own().forEach((name, value) -> member(text, name, value).append(", "));
    text.append("\"named_metrics\": {");
    named().forEach((name, value) -> member(text, name, value).append(", "));
    return text.substring(0, text.length() - 2) + "}}";
  }

  private static StringBuilder member(StringBuilder text, String name, double value) {
    return text.append('"').append(name).append("\": ").append(value);
  }

  /**
   * The message in Base64, as metadata of gRPC whose name ends in -bin has it. With padding: gRPC
   * takes both, Envoy's decoder this alone.
   */
  String binary() {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    own()
        .forEach(
            (name, value) ->
                fraction(message, name.equals(RATE) ? RATE_FIELD : UTILIZATION_FIELD, value));
    named().forEach((name, value) -> entry(message, name, value));
    return Base64.getEncoder().encodeToString(message.toByteArray());
  }

  /** The fields that ORCA defines. */
  private Map<String, Double> own() {
    Map<String, Double> values = new LinkedHashMap<>();
    put(values, UTILIZATION, load.saturationRatio());
    put(values, RATE, requestsPerSecond);
    return values;
  }

  private Map<String, Double> named() {
    Map<String, Double> values = new LinkedHashMap<>();
    put(values, "kv_cache_usage_perc", load.kvCacheUsageRatio());
    put(values, "num_requests_waiting", load.waiting());
    put(values, "num_requests_running", load.running());
    return values;
  }

  /** No number that is none: Envoy passes over a whole report that has one. */
  private static void put(Map<String, Double> values, String name, @Nullable Double value) {
    if (value != null && Double.isFinite(value)) {
      values.put(name, Math.round(value * STEPS) / STEPS);
    }
  }

  /** An entry of a map: a message of its key and its value. */
  private static void entry(ByteArrayOutputStream message, String name, double value) {
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    byte[] key = name.getBytes(StandardCharsets.US_ASCII);
    entry.write(1 << 3 | BYTES);
    entry.write(key.length);
    entry.writeBytes(key);
    fraction(entry, 2, value);
    message.write(NAMED_FIELD << 3 | BYTES);
    message.write(entry.size());
    message.writeBytes(entry.toByteArray());
  }

  private static void fraction(ByteArrayOutputStream message, int field, double value) {
    message.write(field << 3 | FIXED64);
    long bits = Double.doubleToLongBits(value);
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      message.write((int) (bits >>> shift));
    }
  }
}
