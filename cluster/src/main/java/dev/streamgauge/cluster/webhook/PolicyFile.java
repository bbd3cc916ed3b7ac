package dev.streamgauge.cluster.webhook;

import dev.streamgauge.cluster.inject.BadPolicy;
import dev.streamgauge.cluster.inject.Policy;
import java.nio.charset.StandardCharsets;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The file of {@code --policy}. */
final class PolicyFile {
  private PolicyFile() {}

  static Policy read(InputFile file, byte[] content) throws UnusableInput {
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(file.path().toString()).build();
      String text = new String(content, StandardCharsets.UTF_8);
      return Policy.read(Review.JSON.valueToTree(new Load(settings).loadFromString(text)));
    } catch (BadPolicy e) {
      throw file.unusable(String.join("; ", e.problems()), e);
    } catch (YamlEngineException e) {
      String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
      throw file.unusable("it is no YAML: " + message, e);
    } catch (IllegalArgumentException e) {
      throw file.unusable("it is not of the form key: value", e);
    }
  }
}
