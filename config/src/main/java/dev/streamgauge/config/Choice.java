package dev.streamgauge.config;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One of a few words. */
public record Choice<E extends Labelled>(List<E> values) implements ValueType<E> {
  public static <E extends Enum<E> & Labelled> Choice<E> of(Class<E> type) {
    return new Choice<>(List.of(type.getEnumConstants()));
  }

  @Override
  public @Nullable E parse(String text) {
    for (E value : values) {
      if (value.label().equals(text)) {
        return value;
      }
    }
    return null;
  }

  @Override
  public String placeholder() {
    return values.stream().map(Labelled::label).collect(Collectors.joining("|"));
  }

  @Override
  public String allowed() {
    return values.stream().map(Labelled::label).collect(Collectors.joining(", "));
  }
}
