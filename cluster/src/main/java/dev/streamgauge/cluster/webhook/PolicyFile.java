package dev.streamgauge.cluster.webhook;

import dev.streamgauge.cluster.inject.BadPolicy;
import dev.streamgauge.cluster.inject.Policy;
import dev.streamgauge.cluster.manifest.BadManifest;
import dev.streamgauge.cluster.manifest.Yaml;
import java.nio.charset.StandardCharsets;

/** The file of {@code --policy}. */
final class PolicyFile {
  private PolicyFile() {}

  static Policy read(InputFile file, byte[] content) throws UnusableInput {
    try {
      return Policy.read(Yaml.read(new String(content, StandardCharsets.UTF_8)));
    } catch (BadPolicy e) {
      throw file.unusable(String.join("; ", e.problems()), e);
    } catch (BadManifest e) {
      throw file.unusable("it is no YAML: " + e.getMessage(), e);
    }
  }
}
