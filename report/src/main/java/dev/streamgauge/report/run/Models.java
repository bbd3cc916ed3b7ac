package dev.streamgauge.report.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The models of a run, numbered as they come. Beyond {@link #NAMES_MAX} names further ones are
 * {@code other}; what names no model has a number of its own.
 */
final class Models {
  static final int NAMES_MAX = Run.MODELS_MAX;

  /** A model of that name is counted there, too. */
  static final String OTHER = "other";

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<@Nullable String> names = new ArrayList<>();
  private int unnamed = -1;
  private int other = -1;
  private int named;
  private long overflowed;

  int number(@Nullable String name) {
    if (name == null) {
      if (unnamed < 0) {
        unnamed = take(null);
      }
      return unnamed;
    }
    Integer known = numbers.get(name);
    return known == null ? newcomer(name) : known;
  }

  private int newcomer(String name) {
    if (named < NAMES_MAX && !name.equals(OTHER)) {
      named++;
      int number = take(name);
      numbers.put(name, number);
      return number;
    }
    if (!name.equals(OTHER)) {
      overflowed++;
    }
    if (other < 0) {
      other = take(OTHER);
    }
    return other;
  }

  private int take(@Nullable String name) {
    names.add(name);
    return names.size() - 1;
  }

  int count() {
    return names.size();
  }

  /** Null for what names no model. */
  @Nullable String name(int number) {
    return names.get(number);
  }

  /** Requests of models beyond the limit. */
  long overflowed() {
    return overflowed;
  }
}
