package dev.streamgauge.telemetry;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A line of the access log as somebody wants it: text with {@code {field}} in it, and {@code
 * {field|otherwise}} where it may be absent; without a word for that it is {@code -}. A field
 * within an object is {@code {phases.queue_ms}}. Two braces are one.
 *
 * @param parts what stands between the fields; one more than there are fields
 * @param otherwise what stands where a field is absent
 */
public record LogTemplate(List<String> parts, List<String> fields, List<String> otherwise) {
  private static final int FIELDS_MAX = 64;
  private static final String ABSENT = "-";
  private static final Set<String> OBJECTS = Set.of("phases", "engine", "gpu");

  public LogTemplate {
    parts = List.copyOf(parts);
    fields = List.copyOf(fields);
    otherwise = List.copyOf(otherwise);
  }

  /** The template, or what is wrong with it. */
  public sealed interface Parsed {
    record Good(LogTemplate template) implements Parsed {}

    /** In words: what was expected. */
    record Bad(String expected) implements Parsed {}
  }

  public static Parsed parse(String text) {
    Reading reading = new Reading(text);
    String wrong = reading.read();
    return wrong == null
        ? new Parsed.Good(new LogTemplate(reading.parts, reading.fields, reading.otherwise))
        : new Parsed.Bad(wrong);
  }

  private static boolean known(String field) {
    int dot = field.indexOf('.');
    return dot < 0
        ? AccessLogFields.Name.ALL.contains(field) && !OBJECTS.contains(field)
        : OBJECTS.contains(field.substring(0, dot))
            && AccessLogFields.Name.ALL.contains(field.substring(dot + 1));
  }

  private static final class Reading {
    private final String text;
    private final List<String> parts = new ArrayList<>();
    private final List<String> fields = new ArrayList<>();
    private final List<String> otherwise = new ArrayList<>();
    private final StringBuilder part = new StringBuilder();
    private int at;

    Reading(String text) {
      this.text = text;
    }

    /** Null where nothing is wrong. */
    @Nullable String read() {
      while (at < text.length()) {
        char c = text.charAt(at++);
        boolean twice = at < text.length() && text.charAt(at) == c;
        if (Character.isISOControl(c)) {
          return "no control characters";
        } else if (c != '{' && c != '}') {
          part.append(c);
        } else if (twice) {
          part.append(c);
          at++;
        } else {
          String wrong = c == '{' ? field() : "}} for one brace";
          if (wrong != null) {
            return wrong;
          }
        }
      }
      parts.add(part.toString());
      return fields.isEmpty() ? "at least one {field}" : null;
    }

    private @Nullable String field() {
      int end = text.indexOf('}', at);
      if (end < 0 || fields.size() == FIELDS_MAX) {
        return end < 0 ? "a } behind each {field}" : "at most " + FIELDS_MAX + " fields";
      }
      int bar = text.indexOf('|', at);
      boolean hasBar = bar >= 0 && bar < end;
      String name = text.substring(at, hasBar ? bar : end);
      if (!known(name)) {
        return "a field of the access log, as {ttft_ms} or {phases.queue_ms}, not {" + name + "}";
      }
      fields.add(name);
      otherwise.add(hasBar ? text.substring(bar + 1, end) : ABSENT);
      parts.add(part.toString());
      part.setLength(0);
      at = end + 1;
      return null;
    }
  }
}
