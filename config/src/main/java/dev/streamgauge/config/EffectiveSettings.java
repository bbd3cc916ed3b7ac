package dev.streamgauge.config;

import java.util.ArrayList;
import java.util.List;

/** Each option with its value and where that comes from. */
public record EffectiveSettings(List<Entry> entries) {
  private static final int COMMENT_COLUMN = 48;

  /**
   * One option.
   *
   * @param texts the written form; empty where it is not set
   * @param source where they come from
   */
  public record Entry(Option<?> option, List<String> texts, Source source) {}

  static EffectiveSettings of(Reading reading) {
    List<Entry> entries = new ArrayList<>();
    for (Option<?> option : reading.set().options()) {
      entries.add(new Entry(option, reading.texts(option), reading.source(option)));
    }
    return new EffectiveSettings(List.copyOf(entries));
  }

  /** Where an option's value comes from. */
  public Source source(Option<?> option) {
    for (Entry entry : entries) {
      if (entry.option() == option) {
        return entry.source();
      }
    }
    throw new IllegalArgumentException(option.name() + ": not among these settings");
  }

  /** A file for {@code --config} that says the same; comments name where each value was set. */
  public String yaml() {
    StringBuilder text = new StringBuilder();
    for (Entry entry : entries) {
      if (entry.option() == ProxyOptions.CONFIG) {
        continue; // a file cannot name a file
      }
      String line = line(entry);
      String gap = " ".repeat(Math.max(2, COMMENT_COLUMN - line.length()));
      text.append(line).append(gap).append("# ").append(entry.source().place()).append('\n');
    }
    return text.toString();
  }

  private static String line(Entry entry) {
    String key = entry.option().yamlKey() + ": ";
    if (entry.texts().isEmpty()) {
      return "# " + key + "not set";
    }
    if (entry.option().repeatable()) {
      return key + entry.texts().stream().map(EffectiveSettings::quoted).toList();
    }
    return key + quoted(entry.texts().getFirst());
  }

  /** In double quotes where a plain scalar could be read as something else. */
  private static String quoted(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '/' || c == '-';
      if (!plain || (i == 0 && !Character.isLetterOrDigit(c))) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
      }
    }
    return text;
  }
}
