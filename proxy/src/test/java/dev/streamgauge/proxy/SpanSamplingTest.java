package dev.streamgauge.proxy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.Environment;
import dev.streamgauge.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** As OpenTelemetry's specification has its samplers. */
final class SpanSamplingTest {
  private static final String LOW = "4bf92f3577b34da60000000000000001";
  private static final String HIGH = "4bf92f3577b34da67fffffffffffffff";

  /** The one number that has no absolute value: its half is above every bound but the whole. */
  private static final String LOWEST = "4bf92f3577b34da68000000000000000";

  @Test
  void aParentDecidesWhereItIsAsked() {
    SpanSampling sampling = sampling("parentbased_always_off");
    assertThat(sampling.root(LOW)).isFalse();
    assertThat(sampling.child(LOW, true)).isTrue();
    assertThat(sampling.child(LOW, false)).isFalse();
    assertThat(sampling("parentbased_always_on").child(LOW, false)).isFalse();
    assertThat(sampling("parentbased_always_on").root(HIGH)).isTrue();
  }

  @Test
  void aParentIsNotAskedOtherwise() {
    assertThat(sampling("always_on").child(LOW, false)).isTrue();
    assertThat(sampling("always_on").root(LOWEST)).isTrue();
    assertThat(sampling("always_off").child(LOW, true)).isFalse();
  }

  @Test
  void aRatioIsOfTheLowerHalfOfTheTraceId() {
    SpanSampling half = sampling("traceidratio", "--trace-sample-ratio", "0.5");
    assertThat(half.root(LOW)).isTrue();
    assertThat(half.root(HIGH)).isFalse();
    assertThat(half.child(HIGH, true)).isFalse();
    SpanSampling none = sampling("traceidratio", "--trace-sample-ratio", "0");
    assertThat(none.root(LOW)).isFalse();
  }

  @Test
  void whereNoSpansAreSentNothingIsSampled() {
    assertThat(SpanSampling.OFF.root(LOW)).isFalse();
    assertThat(SpanSampling.OFF.child(LOW, true)).isFalse();
    assertThat(sampling("always_on", "--otlp-signals", "metrics").root(LOW)).isFalse();
  }

  private static SpanSampling sampling(String sampler, String... options) {
    List<String> args = new ArrayList<>(List.of(options));
    args.addAll(List.of("--otlp-endpoint", "http://127.0.0.1:1", "--trace-sampler", sampler));
    Settings settings = Settings.load(args, new Environment(Map.of(), 1));
    return SpanSampling.of(requireNonNull(((Settings.Loaded) settings).proxy().otlp()));
  }
}
