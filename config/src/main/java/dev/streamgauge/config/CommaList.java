package dev.streamgauge.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several values in one, separated by commas; in YAML a list as well. */
public record CommaList<T>(ValueType<T> of) implements ValueType<List<T>> {
  @Override
  public @Nullable List<T> parse(String text) {
    List<T> values = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      T value = of.parse(part.strip());
      if (value == null) {
        return null;
      }
      values.add(value);
    }
    return List.copyOf(values);
  }

  @Override
  public String placeholder() {
    return of.placeholder() + ",...";
  }

  @Override
  public String allowed() {
    return "values separated by commas, each " + of.allowed();
  }

  @Override
  public boolean commaSeparated() {
    return true;
  }
}
