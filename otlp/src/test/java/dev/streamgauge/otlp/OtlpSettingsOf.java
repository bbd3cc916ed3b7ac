package dev.streamgauge.otlp;

import dev.streamgauge.config.OtlpSettings;
import dev.streamgauge.config.OtlpSettings.Protocol;
import dev.streamgauge.config.OtlpSettings.Sampler;
import dev.streamgauge.config.OtlpSettings.Sampling;
import dev.streamgauge.config.OtlpSettings.Signal;
import dev.streamgauge.config.OtlpSettings.Target;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings to test with; nothing is sent before the end. */
final class OtlpSettingsOf {
  private static final Duration AT_THE_END = Duration.ofHours(1);

  private OtlpSettingsOf() {}

  static OtlpSettings all(Map<Signal, Target> targets) {
    return resource(targets, null, Map.of());
  }

  static OtlpSettings resource(
      Map<Signal, Target> targets, @Nullable String service, Map<String, String> attributes) {
    return new OtlpSettings(
        targets,
        new Sampling(Sampler.ALWAYS_ON, 1),
        service,
        attributes,
        AT_THE_END,
        AT_THE_END,
        AT_THE_END,
        false,
        List.of());
  }

  @SuppressWarnings("NullAway") // the last one may be null: not seen in a class file
  static Target target(String endpoint, Protocol protocol, @Nullable Path trusted) {
    return new Target(
        URI.create(endpoint),
        protocol,
        Map.of("x-tenant", "a"),
        Duration.ofSeconds(10),
        true,
        trusted,
        null);
  }
}
