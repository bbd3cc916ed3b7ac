package dev.streamgauge.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/** Takes a YAML file: one flat mapping from keys to a value or a list of values. */
final class FileReader {
  private static final int FILE_BYTES_MAX = 1024 * 1024;

  private final OptionSet set;
  private final Reading reading;
  private final Path path;
  private final Source source;

  FileReader(OptionSet set, Reading reading, Path path) {
    this.set = set;
    this.reading = reading;
    this.path = path;
    this.source = new Source.File(path);
  }

  void read() {
    Object root = load();
    if (root instanceof Map<?, ?> mapping) {
      Map<String, Option<?>> byKey = new HashMap<>();
      set.options().forEach(option -> byKey.put(option.yamlKey(), option));
      byKey.remove(ProxyOptions.CONFIG.yamlKey());
      mapping.forEach((key, value) -> take(String.valueOf(key), value, byKey));
    } else if (root != null) {
      report("a file with lines of the form key: value");
    }
  }

  /** Null where there is nothing to read; each failure is reported. */
  private @Nullable Object load() {
    try {
      if (Files.size(path) > FILE_BYTES_MAX) {
        report("a file of at most 1MiB");
        return null;
      }
      // All scalars as they are written: what they mean is said by the options alone.
      LoadSettings settings =
          LoadSettings.builder().setSchema(new FailsafeSchema()).setLabel(path.toString()).build();
      return new Load(settings).loadFromString(Files.readString(path));
    } catch (IOException e) {
      report("a readable file; " + FileFault.text(e));
    } catch (YamlEngineException e) {
      report("a file with lines of the form key: value; it is no YAML: " + oneLine(e));
    }
    return null;
  }

  private static String oneLine(YamlEngineException e) {
    String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    return message.length() > 200 ? message.substring(0, 200) + "..." : message;
  }

  private void take(String key, @Nullable Object value, Map<String, Option<?>> byKey) {
    Option<?> option = byKey.get(key);
    if (option == null) {
      String expected = set.nearest(key, Option::yamlKey);
      reading.report(new Problem(key, "unknown key", source.place(), expected));
    } else if (value instanceof String text) {
      reading.add(option, word(option, text), source);
    } else if (value instanceof List<?> list && allStrings(list)) {
      takeList(option, list);
    } else {
      badShape(option);
    }
  }

  private void takeList(Option<?> option, List<?> list) {
    if (option.repeatable()) {
      list.forEach(text -> reading.add(option, String.valueOf(text), source));
    } else if (option.type().commaSeparated()) {
      reading.add(option, String.join(",", list.stream().map(String::valueOf).toList()), source);
    } else {
      badShape(option);
    }
  }

  private void badShape(Option<?> option) {
    String what = option.repeatable() ? "neither a value nor a list" : "not one value";
    reading.report(new Problem(option.yamlKey(), what, source.place(), option.type().allowed()));
  }

  private static boolean allStrings(List<?> list) {
    return list.stream().allMatch(String.class::isInstance);
  }

  /** Tools that write YAML 1.1, Helm among them, turn a plain on and off into true and false. */
  private static String word(Option<?> option, String text) {
    return switch (text) {
      case "true" -> option.allows("on") ? "on" : text;
      case "false" -> option.allows("off") ? "off" : text;
      default -> text;
    };
  }

  private void report(String expected) {
    Source named = reading.source(ProxyOptions.CONFIG);
    reading.report(Problem.unusable(ProxyOptions.CONFIG, path.toString(), named, expected));
  }
}
