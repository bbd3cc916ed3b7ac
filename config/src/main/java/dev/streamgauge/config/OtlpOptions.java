package dev.streamgauge.config;

import dev.streamgauge.config.Option.Default;
import dev.streamgauge.config.OtlpSettings.Protocol;
import dev.streamgauge.config.OtlpSettings.Sampler;
import dev.streamgauge.config.OtlpSettings.Sampling;
import dev.streamgauge.config.OtlpSettings.Signal;
import dev.streamgauge.config.OtlpSettings.Target;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The options of {@code streamgauge proxy} about OTLP. Their defaults are OpenTelemetry's standard
 * variables, of which a value that cannot be followed is as if it were not set: so the
 * specification wants it, and who sets them for all pods does not stop this one.
 */
final class OtlpOptions {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
  private static final String PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL";
  private static final String SAMPLER = "OTEL_TRACES_SAMPLER";
  private static final String SAMPLER_ARG = "OTEL_TRACES_SAMPLER_ARG";

  static final Option<OrOff.Switched<URI>> OTLP_ENDPOINT =
      follows(
          "otlp-endpoint",
          new OrOff<>(new OtlpEndpointValue()),
          ENDPOINT,
          "off",
          "Where traces, metrics and access log are sent by OTLP");
  static final Option<Protocol> OTLP_PROTOCOL =
      follows(
          "otlp-protocol",
          Choice.of(Protocol.class),
          PROTOCOL,
          "http/protobuf",
          "What the collector at --otlp-endpoint speaks");
  static final Option<List<Signal>> OTLP_SIGNALS =
      Option.computed(
          "otlp-signals",
          new CommaList<>(Choice.of(Signal.class)),
          new Default(
              "all three, but for those whose OTEL_TRACES_EXPORTER or the like is another than"
                  + " otlp",
              environment -> OtlpVariables.signals(environment.variables())),
          "What is sent there");
  static final Option<Sampler> TRACE_SAMPLER =
      follows(
          "trace-sampler",
          Choice.of(Sampler.class),
          SAMPLER,
          "parentbased_always_on",
          "Which requests become spans; parentbased ones leave it to the client's traceparent where"
              + " there is one");
  static final Option<Double> TRACE_SAMPLE_RATIO =
      follows(
          "trace-sample-ratio",
          new Ratio(),
          SAMPLER_ARG,
          "1",
          "Of a traceidratio sampler: which share of requests, by their trace's id");

  static final List<Option<?>> ALL =
      List.of(OTLP_ENDPOINT, OTLP_PROTOCOL, OTLP_SIGNALS, TRACE_SAMPLER, TRACE_SAMPLE_RATIO);

  private OtlpOptions() {}

  /**
   * Null where nothing is sent. Where that is so because an endpoint in a standard variable could
   * not be followed there are no targets, and the reason is among what is ignored.
   */
  static @Nullable OtlpSettings otlp(Reading reading) {
    OtlpVariables variables = new OtlpVariables(reading::variable);
    if (variables.disabled()) {
      return null;
    }
    URI base = reading.get(OTLP_ENDPOINT).orNull();
    boolean switchedOff = base == null && reading.isSet(OTLP_ENDPOINT);
    Map<Signal, Target> targets = new EnumMap<>(Signal.class);
    List<Signal> signals = reading.find(OTLP_SIGNALS);
    for (Signal signal : signals == null ? List.<Signal>of() : signals) {
      Target target =
          switchedOff ? null : variables.target(signal, base, reading.get(OTLP_PROTOCOL));
      if (target != null) {
        targets.put(signal, target);
      }
    }
    if (targets.isEmpty() && (switchedOff || !endpointIgnored(reading, variables))) {
      return null;
    }
    return new OtlpSettings(
        targets,
        new Sampling(reading.get(TRACE_SAMPLER), reading.get(TRACE_SAMPLE_RATIO)),
        variables.serviceName(),
        variables.resource(),
        variables.spansEvery(),
        variables.logsEvery(),
        variables.metricsEvery(),
        variables.exponential(),
        ignored(reading, variables));
  }

  private static boolean endpointIgnored(Reading reading, OtlpVariables variables) {
    List<String> ignored = new ArrayList<>(variables.ignored());
    notFollowed(reading, OTLP_ENDPOINT, ENDPOINT, ignored);
    return !ignored.isEmpty();
  }

  private static List<String> ignored(Reading reading, OtlpVariables variables) {
    List<String> all = new ArrayList<>();
    notFollowed(reading, OTLP_ENDPOINT, ENDPOINT, all);
    notFollowed(reading, OTLP_PROTOCOL, PROTOCOL, all);
    notFollowed(reading, TRACE_SAMPLER, SAMPLER, all);
    notFollowed(reading, TRACE_SAMPLE_RATIO, SAMPLER_ARG, all);
    all.addAll(variables.ignored());
    return all;
  }

  private static void notFollowed(
      Reading reading, Option<?> option, String variable, List<String> all) {
    String text = reading.variable(variable);
    if (text != null && !text.isEmpty() && !option.allows(text)) {
      all.add(OtlpVariables.notFollowed(variable, text, option.type().allowed()));
    }
  }

  /** An option whose default a standard variable has. */
  private static <T> Option<T> follows(
      String name, ValueType<T> type, String variable, String otherwise, String doc) {
    return Option.computed(
        name,
        type,
        new Default(
            variable + " or else " + otherwise,
            environment -> {
              String text = environment.variables().get(variable);
              return List.of(text == null || type.parse(text) == null ? otherwise : text);
            },
            environment -> {
              String text = environment.variables().get(variable);
              return text == null || type.parse(text) == null
                  ? new Source.ByDefault()
                  : new Source.Derived(variable);
            }),
        doc);
  }
}
