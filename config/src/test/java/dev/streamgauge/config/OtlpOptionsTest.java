package dev.streamgauge.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.OtlpSettings.Protocol;
import dev.streamgauge.config.OtlpSettings.Sampler;
import dev.streamgauge.config.OtlpSettings.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OtlpOptionsTest {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
  private static final String COLLECTOR = "http://collector:4318";

  @Test
  void nothingIsSentWhereNobodySaysWhereTo() {
    assertThat(find(Map.of())).isNull();
    assertThat(find(Map.of(ENDPOINT, COLLECTOR), "--otlp-endpoint", "off")).isNull();
    assertThat(find(Map.of(ENDPOINT, COLLECTOR, "OTEL_SDK_DISABLED", "true"))).isNull();
    assertThat(find(Map.of(ENDPOINT, ""))).isNull();
  }

  @Test
  void overHttpEachSignalHasItsPath() {
    OtlpSettings otlp = otlp(Map.of(), "--otlp-endpoint", COLLECTOR + "/base/");
    assertThat(endpoint(otlp, Signal.TRACES)).isEqualTo(COLLECTOR + "/base/v1/traces");
    assertThat(endpoint(otlp, Signal.METRICS)).isEqualTo(COLLECTOR + "/base/v1/metrics");
    assertThat(endpoint(otlp, Signal.LOGS)).isEqualTo(COLLECTOR + "/base/v1/logs");
  }

  @Test
  void overGrpcTheEndpointIsTakenAsItIs() {
    OtlpSettings otlp =
        otlp(Map.of("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", ENDPOINT, "http://collector:4317"));
    assertThat(endpoint(otlp, Signal.TRACES)).isEqualTo("http://collector:4317");
    assertThat(target(otlp, Signal.TRACES).protocol()).isEqualTo(Protocol.GRPC);
  }

  @Test
  void whatIsSaidOfOneSignalGoesBeforeWhatIsSaidOfAll() {
    OtlpSettings otlp =
        otlp(
            Map.of(
                ENDPOINT,
                COLLECTOR,
                "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
                "http://logs:1/in",
                "OTEL_EXPORTER_OTLP_TIMEOUT",
                "7000",
                "OTEL_EXPORTER_OTLP_LOGS_TIMEOUT",
                "3000",
                "OTEL_EXPORTER_OTLP_HEADERS",
                "Authorization=Bearer%20x, a=b+c",
                "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
                "gzip",
                "OTEL_EXPORTER_OTLP_CERTIFICATE",
                "/ca.pem"));
    assertThat(endpoint(otlp, Signal.LOGS)).isEqualTo("http://logs:1/in");
    assertThat(target(otlp, Signal.LOGS).timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(target(otlp, Signal.TRACES).timeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(target(otlp, Signal.TRACES).headers())
        .isEqualTo(Map.of("authorization", "Bearer x", "a", "b+c"));
    assertThat(target(otlp, Signal.TRACES).gzip()).isTrue();
    assertThat(target(otlp, Signal.LOGS).gzip()).isFalse();
    assertThat(target(otlp, Signal.LOGS).certificate()).isEqualTo(Path.of("/ca.pem"));
  }

  @Test
  void headersAreNeverPrinted() {
    OtlpSettings otlp =
        otlp(Map.of(ENDPOINT, COLLECTOR, "OTEL_EXPORTER_OTLP_HEADERS", "authorization=secret"));
    assertThat(otlp.toString()).doesNotContain("secret");
  }

  @Test
  void aSignalWhoseExporterIsAnotherIsNotSent() {
    Map<String, String> variables =
        Map.of(ENDPOINT, COLLECTOR, "OTEL_METRICS_EXPORTER", "none", "OTEL_LOGS_EXPORTER", "otlp");
    assertThat(otlp(variables).targets()).containsOnlyKeys(Signal.TRACES, Signal.LOGS);
    assertThat(otlp(variables, "--otlp-signals", "metrics").targets())
        .containsOnlyKeys(Signal.METRICS);
    assertThat(
            find(
                Map.of(
                    ENDPOINT,
                    COLLECTOR,
                    "OTEL_TRACES_EXPORTER",
                    "none",
                    "OTEL_METRICS_EXPORTER",
                    "none",
                    "OTEL_LOGS_EXPORTER",
                    "none")))
        .isNull();
  }

  @Test
  void theSamplerIsOpenTelemetrysUnlessAnOptionSaysAnother() {
    Map<String, String> variables =
        Map.of(
            ENDPOINT,
            COLLECTOR,
            "OTEL_TRACES_SAMPLER",
            "parentbased_traceidratio",
            "OTEL_TRACES_SAMPLER_ARG",
            "0.25");
    assertThat(otlp(variables).sampling())
        .isEqualTo(new OtlpSettings.Sampling(Sampler.PARENT_BASED_TRACE_ID_RATIO, 0.25));
    assertThat(otlp(variables, "--trace-sampler", "always_off").sampling().rootRatio()).isZero();
    assertThat(otlp(Map.of(ENDPOINT, COLLECTOR)).sampling())
        .isEqualTo(new OtlpSettings.Sampling(Sampler.PARENT_BASED_ALWAYS_ON, 1));
  }

  /** As the specification wants it; an option of our own ends the start. */
  @Test
  void aStandardVariableThatCannotBeFollowedIsSaidAndIgnored() {
    OtlpSettings otlp =
        otlp(
            Map.of(
                ENDPOINT,
                COLLECTOR,
                "OTEL_TRACES_SAMPLER",
                "jaeger_remote",
                "OTEL_EXPORTER_OTLP_TIMEOUT",
                "ten",
                "OTEL_RESOURCE_ATTRIBUTES",
                "team=a,=b,deployment.environment.name=x%2Cy"));
    assertThat(otlp.sampling().sampler()).isEqualTo(Sampler.PARENT_BASED_ALWAYS_ON);
    assertThat(target(otlp, Signal.TRACES).timeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(otlp.resource())
        .isEqualTo(Map.of("team", "a", "deployment.environment.name", "x,y"));
    assertThat(otlp.ignored()).anyMatch(line -> line.startsWith("OTEL_TRACES_SAMPLER: "));
    assertThat(otlp.ignored()).anyMatch(line -> line.startsWith("OTEL_EXPORTER_OTLP_TIMEOUT: "));
    assertThat(otlp.ignored()).anyMatch(line -> line.startsWith("OTEL_RESOURCE_ATTRIBUTES: "));
    assertThat(load(Map.of(), "--otlp-endpoint", "ftp://x")).isInstanceOf(Settings.Refused.class);
    assertThat(load(Map.of(), "--otlp-endpoint", "http://user:pass@x"))
        .isInstanceOf(Settings.Refused.class);
  }

  /** Who sets it and sees nothing arrive has to be told why. */
  @Test
  void anEndpointThatCannotBeFollowedIsSaidThoughNothingIsSent() {
    for (String name : List.of(ENDPOINT, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")) {
      OtlpSettings otlp = otlp(Map.of(name, "collector:4318"));
      assertThat(otlp.targets()).isEmpty();
      assertThat(otlp.ignored()).singleElement().asString().startsWith(name + ": ");
    }
    assertThat(find(Map.of(ENDPOINT, "collector:4318"), "--otlp-endpoint", "off")).isNull();
  }

  @Test
  void anEndpointHasAPortThatCanBe() {
    for (String port : List.of("0", "65536", "99999")) {
      assertThat(load(Map.of(), "--otlp-endpoint", "http://collector:" + port))
          .isInstanceOf(Settings.Refused.class);
    }
    assertThat(otlp(Map.of(), "--otlp-endpoint", "http://collector").targets()).hasSize(3);
  }

  private static String endpoint(OtlpSettings otlp, Signal signal) {
    return target(otlp, signal).endpoint().toString();
  }

  private static OtlpSettings.Target target(OtlpSettings otlp, Signal signal) {
    return requireNonNull(otlp.targets().get(signal));
  }

  private static OtlpSettings otlp(Map<String, String> variables, String... args) {
    return requireNonNull(find(variables, args));
  }

  private static @Nullable OtlpSettings find(Map<String, String> variables, String... args) {
    return ((Settings.Loaded) load(variables, args)).proxy().otlp();
  }

  private static Settings load(Map<String, String> variables, String... args) {
    return Settings.load(List.of(args), new Environment(variables, 1));
  }
}
