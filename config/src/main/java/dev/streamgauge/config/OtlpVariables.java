package dev.streamgauge.config;

import dev.streamgauge.config.OtlpSettings.Protocol;
import dev.streamgauge.config.OtlpSettings.Signal;
import dev.streamgauge.config.OtlpSettings.Target;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * OpenTelemetry's standard variables that are no options of ours (specification 1.56, "Environment
 * Variable Specification" and "OpenTelemetry Protocol Exporter"). An empty one counts as not set,
 * and one that cannot be followed too, with a word about it.
 */
final class OtlpVariables {
  private static final String OTLP = "OTEL_EXPORTER_OTLP_";
  private static final String EXPLICIT = "explicit_bucket_histogram";
  private static final String EXPONENTIAL = "base2_exponential_bucket_histogram";
  private static final int PAIRS_MAX = 64;
  private static final int TEXT_LENGTH_MAX = 4096;
  private static final long MILLIS_MAX = 3_600_000;

  private final Variables variables;
  private final List<String> ignored = new ArrayList<>();

  /** Where a variable is asked for by its name. */
  @FunctionalInterface
  interface Variables {
    /** Null where it is not set. */
    @Nullable String get(String name);
  }

  OtlpVariables(Variables variables) {
    this.variables = variables;
  }

  /** What could not be followed, of all that was asked for so far. */
  List<String> ignored() {
    return List.copyOf(ignored);
  }

  boolean disabled() {
    return "true".equalsIgnoreCase(text("OTEL_SDK_DISABLED"));
  }

  @Nullable String serviceName() {
    return text("OTEL_SERVICE_NAME");
  }

  Map<String, String> resource() {
    return pairs("OTEL_RESOURCE_ATTRIBUTES", UnaryOperator.identity());
  }

  Duration spansEvery() {
    return millis("OTEL_BSP_SCHEDULE_DELAY", 5_000);
  }

  Duration logsEvery() {
    return millis("OTEL_BLRP_SCHEDULE_DELAY", 1_000);
  }

  Duration metricsEvery() {
    return millis("OTEL_METRIC_EXPORT_INTERVAL", 60_000);
  }

  boolean exponential() {
    String name = OTLP + "METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
    String text = text(name);
    boolean exponential = EXPONENTIAL.equalsIgnoreCase(text);
    if (text != null && !exponential && !EXPLICIT.equalsIgnoreCase(text)) {
      ignored.add(notFollowed(name, text, EXPLICIT + ", " + EXPONENTIAL));
    }
    return exponential;
  }

  /**
   * Where a signal goes; null where nobody said so.
   *
   * @param base of all signals; null: none
   */
  @Nullable Target target(Signal signal, @Nullable URI base, Protocol byDefault) {
    String own = signal.label().toUpperCase(Locale.ROOT) + "_";
    Protocol protocol = protocol(own, byDefault);
    URI endpoint = endpoint(signal, own, base, protocol);
    if (endpoint == null) {
      return null;
    }
    String clientCertificate = either(own, "CLIENT_CERTIFICATE");
    String clientKey = either(own, "CLIENT_KEY");
    String certificate = either(own, "CERTIFICATE");
    return new Target(
        endpoint,
        protocol,
        pairs(setName(own, "HEADERS"), name -> name.toLowerCase(Locale.ROOT)),
        millis(setName(own, "TIMEOUT"), 10_000),
        "gzip".equals(either(own, "COMPRESSION")),
        certificate == null ? null : Path.of(certificate),
        clientCertificate == null || clientKey == null
            ? null
            : new ProxySettings.KeyFiles(Path.of(clientCertificate), Path.of(clientKey)));
  }

  /** Those that are not given to somebody else, or switched off. */
  static List<String> signals(Map<String, String> variables) {
    List<String> sent = new ArrayList<>();
    for (Signal signal : Signal.values()) {
      String name = "OTEL_" + signal.label().toUpperCase(Locale.ROOT) + "_EXPORTER";
      String text = variables.getOrDefault(name, "");
      if (text.isEmpty() || List.of(text.split("\\s*,\\s*", -1)).contains("otlp")) {
        sent.add(signal.label());
      }
    }
    return sent.isEmpty() ? List.of() : List.of(String.join(",", sent));
  }

  static String notFollowed(String variable, String text, String allowed) {
    return variable + ": " + Problem.quoted(text) + " is not followed (expected: " + allowed + ")";
  }

  /** One for a signal alone is taken as it is, the common one gets the signal's path. */
  private @Nullable URI endpoint(Signal signal, String own, @Nullable URI base, Protocol protocol) {
    String name = OTLP + own + "ENDPOINT";
    String text = text(name);
    OtlpEndpointValue type = new OtlpEndpointValue();
    URI ofSignal = text == null ? null : type.parse(text);
    if (text != null && ofSignal == null) {
      ignored.add(notFollowed(name, text, type.allowed()));
    }
    if (ofSignal != null || base == null || protocol == Protocol.GRPC) {
      return ofSignal == null ? base : ofSignal;
    }
    String start = base.toString();
    return URI.create(start + (start.endsWith("/") ? "" : "/") + "v1/" + signal.label());
  }

  private Protocol protocol(String own, Protocol byDefault) {
    String name = OTLP + own + "PROTOCOL";
    String text = text(name);
    Choice<Protocol> type = Choice.of(Protocol.class);
    Protocol said = text == null ? null : type.parse(text);
    if (text != null && said == null) {
      ignored.add(notFollowed(name, text, type.allowed()));
    }
    return said == null ? byDefault : said;
  }

  /** {@code a=b,c=d}, values percent-encoded as in W3C Baggage. */
  private Map<String, String> pairs(String name, UnaryOperator<String> key) {
    Map<String, String> pairs = new LinkedHashMap<>();
    String text = text(name);
    if (text == null) {
      return pairs;
    }
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0 && pairs.size() < PAIRS_MAX) {
        pairs.put(
            key.apply(part.substring(0, equals).strip()),
            decoded(part.substring(equals + 1).strip()));
      } else if (!part.isBlank()) {
        // its value may be a secret
        ignored.add(name + ": a part is not followed (expected: at most 64 of key=value)");
      }
    }
    return pairs;
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return value;
    }
  }

  private Duration millis(String name, long byDefault) {
    String text = text(name);
    if (text == null) {
      return Duration.ofMillis(byDefault);
    }
    long millis = WholeNumber.digits(text);
    if (millis < 1 || millis > MILLIS_MAX) {
      ignored.add(notFollowed(name, text, "1 to " + MILLIS_MAX + " milliseconds"));
      return Duration.ofMillis(byDefault);
    }
    return Duration.ofMillis(millis);
  }

  private @Nullable String either(String own, String name) {
    return text(setName(own, name));
  }

  /** A signal's own variable goes before the common one. */
  private String setName(String own, String name) {
    String ofSignal = OTLP + own + name;
    return text(ofSignal) == null ? OTLP + name : ofSignal;
  }

  private @Nullable String text(String name) {
    String text = variables.get(name);
    return text == null || text.isBlank() || text.length() > TEXT_LENGTH_MAX ? null : text.strip();
  }
}
