package dev.streamgauge.telemetry.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Labels in the order of their names, so that equal ones are equal.
 *
 * @param pairs a name, its value, the next name, and so on
 */
record SampleLabels(List<String> pairs) {
  /** Prometheus keeps a sample's name under it, and refuses a page on which a label bears it. */
  private static final String OWN_NAME = "__name__";

  static final SampleLabels NONE = new SampleLabels(List.of());

  SampleLabels {
    pairs = List.copyOf(pairs);
  }

  /** Null where a name comes twice, or is the one that stands for the sample's own name. */
  static @Nullable SampleLabels sorted(List<String> pairs) {
    List<String> sorted = new ArrayList<>(pairs.size());
    for (int i = 0; i < pairs.size(); i += 2) {
      if (pairs.get(i).equals(OWN_NAME)) {
        return null;
      }
      int at = sorted.size();
      while (at > 0 && sorted.get(at - 2).compareTo(pairs.get(i)) > 0) {
        at -= 2;
      }
      if (at > 0 && sorted.get(at - 2).equals(pairs.get(i))) {
        return null;
      }
      sorted.add(at, pairs.get(i));
      sorted.add(at + 1, pairs.get(i + 1));
    }
    return sorted.isEmpty() ? NONE : new SampleLabels(sorted);
  }

  int size() {
    return pairs.size() / 2;
  }

  String name(int index) {
    return pairs.get(2 * index);
  }

  String value(int index) {
    return pairs.get(2 * index + 1);
  }

  /** Null where there is none. */
  @Nullable String value(String name) {
    for (int i = 0; i < size(); i++) {
      if (name(i).equals(name)) {
        return value(i);
      }
    }
    return null;
  }

  SampleLabels without(String name) {
    if (value(name) == null) {
      return this;
    }
    List<String> rest = new ArrayList<>(pairs.size());
    for (int i = 0; i < size(); i++) {
      if (!name(i).equals(name)) {
        rest.add(name(i));
        rest.add(value(i));
      }
    }
    return new SampleLabels(rest);
  }

  SampleLabels with(String name, String value) {
    List<String> more = new ArrayList<>(pairs);
    more.add(name);
    more.add(value);
    SampleLabels sorted = sorted(more);
    return sorted == null ? this : sorted;
  }
}
