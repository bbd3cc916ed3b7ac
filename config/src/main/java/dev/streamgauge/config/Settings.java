package dev.streamgauge.config;

import dev.streamgauge.config.ProxySettings.AccessLogSettings;
import dev.streamgauge.config.ProxySettings.Buckets;
import dev.streamgauge.config.ProxySettings.Headers;
import dev.streamgauge.config.ProxySettings.Limits;
import dev.streamgauge.config.ProxySettings.MetricsSettings;
import dev.streamgauge.config.ProxySettings.PodFacts;
import dev.streamgauge.config.ProxySettings.Timeouts;
import dev.streamgauge.config.ProxySettings.Upstream;
import java.util.List;
import java.util.Map;

/** The settings of {@code streamgauge proxy}: command line, then environment, file, defaults. */
public sealed interface Settings {

  /** They are fine. */
  record Loaded(ProxySettings proxy, EffectiveSettings effective) implements Settings {}

  /** They are not; everything that is wrong, in the order of its sources. */
  record Refused(List<Problem> problems) implements Settings {}

  /** {@code --help} was among the arguments. */
  record HelpAsked() implements Settings {}

  /** What holds where nothing is set, with one processor: the one list of defaults. */
  static ProxySettings defaults() {
    return proxy(new Reading(ProxyOptions.ALL, new Environment(Map.of(), 1)));
  }

  static Settings load(List<String> args, Environment environment) {
    Reading reading = ProxyOptions.ALL.read(args, environment);
    if (reading.helpAsked()) {
      return new HelpAsked();
    }
    Problem grace = ProxyOptions.podGraceProblem(environment);
    if (grace != null) {
      reading.report(grace);
    }
    if (reading.problems().isEmpty()) {
      reportModelsWithoutPlace(reading);
      reportProfileInFile(reading);
      SloClash.report(reading);
      ListenClash.report(reading);
      TlsOptions.report(reading);
      EngineOptions.report(reading);
      LogOptions.report(reading);
    }
    List<Problem> problems = reading.problems();
    return problems.isEmpty()
        ? new Loaded(proxy(reading), EffectiveSettings.of(reading))
        : new Refused(problems);
  }

  /** The launcher reads no YAML, and the JVM runs by the time that the program does. */
  private static void reportProfileInFile(Reading reading) {
    Source source = reading.source(ProxyOptions.PROFILE);
    if (source instanceof Source.File && reading.get(ProxyOptions.PROFILE) != Profile.LEAN) {
      String allowed = "on the command line, or " + ProxyOptions.PROFILE.environmentName();
      reading.report(
          new Problem(
              source.keyOf(ProxyOptions.PROFILE), "comes too late", source.place(), allowed));
    }
  }

  private static void reportModelsWithoutPlace(Reading reading) {
    List<String> models = reading.find(ProxyOptions.MODELS);
    int names = models == null ? 0 : models.size();
    int namesMax = reading.get(ProxyOptions.MAX_MODELS);
    if (names > namesMax) {
      Source source = reading.source(ProxyOptions.MODELS);
      String allowed = "at most " + namesMax + ", as " + ProxyOptions.MAX_MODELS.name() + " says";
      reading.report(
          new Problem(
              source.keyOf(ProxyOptions.MODELS), names + " names", source.place(), allowed));
    }
  }

  private static ProxySettings proxy(Reading reading) {
    return new ProxySettings(
        reading.get(ProxyOptions.LISTEN),
        new Upstream(
            reading.get(ProxyOptions.UPSTREAM),
            reading.get(ProxyOptions.UPSTREAM_KEEP_ALIVE),
            reading.get(ProxyOptions.UPSTREAM_MAX_IDLE)),
        reading.get(ProxyOptions.ADMIN),
        reading.get(ProxyOptions.DIALECT),
        reading.get(ProxyOptions.PATH_DIALECT),
        reading.get(ProxyOptions.USAGE),
        reading.get(ProxyOptions.OBSERVE),
        reading.get(ProxyOptions.EVENT_LOOPS),
        reading.get(ProxyOptions.DRAIN_TIMEOUT),
        limits(reading),
        Http2Options.http2(reading),
        GateOptions.gate(reading),
        timeouts(reading),
        headers(reading),
        new AccessLogSettings(
            reading.get(ProxyOptions.ACCESS_LOG),
            reading.get(ProxyOptions.ACCESS_LOG_SAMPLE),
            reading.get(ProxyOptions.ACCESS_LOG_CLIENT),
            reading.get(LogOptions.ACCESS_LOG_FORMAT),
            reading.get(LogOptions.ACCESS_LOG_TEMPLATE)),
        metrics(reading),
        GpuOptions.gpu(reading),
        new PodFacts(
            reading.find(ProxyOptions.POD),
            reading.find(ProxyOptions.NAMESPACE),
            reading.find(ProxyOptions.NODE)),
        TlsOptions.tls(reading),
        EngineOptions.engine(reading),
        OtlpOptions.otlp(reading));
  }

  private static Limits limits(Reading reading) {
    return new Limits(
        reading.get(ProxyOptions.MAX_REQUEST_LINE_BYTES),
        reading.get(ProxyOptions.MAX_HEADER_BYTES),
        reading.get(ProxyOptions.MAX_HEADERS),
        reading.get(ProxyOptions.MAX_CHUNK_LINE_BYTES),
        reading.get(ProxyOptions.MAX_TRAILER_BYTES),
        reading.get(ProxyOptions.MAX_PIPELINED_BYTES),
        reading.get(ProxyOptions.MAX_CONNECTIONS),
        reading.get(ProxyOptions.MEMORY_GUARD).orNull(),
        reading.get(ProxyOptions.RETRY_BODY_BYTES),
        reading.get(ProxyOptions.MAX_INSPECTED_BODY_BYTES),
        reading.get(ProxyOptions.MIN_BODY_RATE).orNull(),
        reading.get(ProxyOptions.MAX_INTERIM_RESPONSES),
        reading.get(ProxyOptions.MAX_EVENT_BYTES));
  }

  private static Timeouts timeouts(Reading reading) {
    return new Timeouts(
        reading.get(ProxyOptions.REQUEST_HEAD_TIMEOUT),
        reading.get(ProxyOptions.REQUEST_BODY_IDLE_TIMEOUT).orNull(),
        reading.get(ProxyOptions.CLIENT_IDLE_TIMEOUT).orNull(),
        reading.get(ProxyOptions.CLIENT_STALL_TIMEOUT).orNull(),
        reading.get(ProxyOptions.UPSTREAM_CONNECT_TIMEOUT),
        reading.get(ProxyOptions.RESPONSE_HEAD_TIMEOUT).orNull(),
        reading.get(ProxyOptions.RESPONSE_IDLE_TIMEOUT).orNull());
  }

  private static Headers headers(Reading reading) {
    return new Headers(
        reading.get(ProxyOptions.VIA).orNull(),
        reading.get(ProxyOptions.FORWARDED),
        reading.get(ProxyOptions.ADD_REQUEST_ID),
        reading.get(ProxyOptions.ADD_TRACEPARENT));
  }

  private static MetricsSettings metrics(Reading reading) {
    List<String> models = reading.find(ProxyOptions.MODELS);
    return new MetricsSettings(
        models == null ? List.of() : models,
        reading.get(ProxyOptions.MAX_MODELS),
        reading.get(ProxyOptions.SLO),
        reading.get(ProxyOptions.STALL_THRESHOLD),
        reading.get(ProxyOptions.SEMCONV),
        reading.get(ProxyOptions.HISTOGRAMS),
        new Buckets(
            reading.get(ProxyOptions.TTFT_BUCKETS),
            reading.get(ProxyOptions.GAP_BUCKETS),
            reading.get(ProxyOptions.QUEUE_BUCKETS)));
  }
}
