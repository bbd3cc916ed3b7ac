package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container's environment, as the kubelet makes it: of variables of the same name the last one
 * counts, and a value may name those that come before it.
 */
final class Variables {
  /** Stands in a text for what is known only when the container runs. */
  static final char UNKNOWN = '\uFFFC';

  /** A value that grows beyond it by what it names is not looked at: it could double each time. */
  static final int EXPANDED_CHARACTERS_MAX = 64 * 1024;

  private static final String ENV = "env";
  private static final String NOT_KNOWN = String.valueOf(UNKNOWN);

  private final ObjectNode container;
  private final boolean open;
  private final Map<String, String> values = new HashMap<>();

  Variables(ObjectNode container) {
    this.container = container;
    ArrayNode from = Tree.array(container, "envFrom");
    this.open = from != null && !from.isEmpty();
    for (ObjectNode entry : Tree.objects(container, ENV)) {
      String name = Tree.text(entry, "name");
      if (name != null) {
        values.put(name, written(entry));
      }
    }
  }

  private String written(ObjectNode entry) {
    if (Tree.has(entry, "valueFrom")) {
      return NOT_KNOWN;
    }
    String value = Tree.text(entry, "value");
    return value == null ? "" : expanded(value);
  }

  /** Null where it is not set, or not known; {@link #isSet} tells the two apart. */
  @Nullable String value(String name) {
    String value = values.get(name);
    return value == null || !isKnown(value) ? null : value;
  }

  boolean isSet(String name) {
    return values.containsKey(name);
  }

  /** More variables may be set than are seen here, by a ConfigMap or a Secret. */
  boolean isOpen() {
    return open;
  }

  /** What stands for it in a text: its value, {@link #UNKNOWN}, or null where nobody sets it. */
  @Nullable String meaning(String name) {
    String value = values.get(name);
    return value == null && open ? NOT_KNOWN : value;
  }

  private @Nullable ObjectNode entry(String name) {
    ObjectNode found = null;
    for (ObjectNode entry : Tree.objects(container, ENV)) {
      if (name.equals(Tree.text(entry, "name"))) {
        found = entry;
      }
    }
    return found;
  }

  /** Sets it, in its place if it was there. */
  void set(String name, String value) {
    ObjectNode entry = entry(name);
    ObjectNode written =
        entry == null ? Tree.madeArray(container, ENV).addObject().put("name", name) : entry;
    written.remove("valueFrom");
    written.put("value", literal(value));
    values.put(name, value);
  }

  /** Written so that nothing in it is taken for a variable. */
  static String literal(String text) {
    return text.replace("$(", "$$(");
  }

  /**
   * Replaces each {@code $(NAME)}: what is not set stays as it is, {@code $$} is a dollar sign.
   * What is known only later becomes {@link #UNKNOWN}.
   */
  String expanded(String text) {
    int at = text.indexOf('$');
    if (at < 0) {
      return text;
    }
    StringBuilder expanded = new StringBuilder(text.length());
    int from = 0;
    while (at >= 0 && at + 1 < text.length()) {
      char next = text.charAt(at + 1);
      int close = next == '(' ? text.indexOf(')', at) : -1;
      String meaning = close < 0 ? null : meaning(text.substring(at + 2, close));
      expanded.append(text, from, at);
      if (meaning != null) {
        expanded.append(meaning);
        from = close + 1;
      } else {
        expanded.append('$');
        from = next == '$' ? at + 2 : at + 1;
      }
      if (expanded.length() > EXPANDED_CHARACTERS_MAX) {
        return NOT_KNOWN;
      }
      at = text.indexOf('$', from);
    }
    return expanded.append(text, from, text.length()).toString();
  }

  static boolean isKnown(String text) {
    return text.indexOf(UNKNOWN) < 0;
  }
}
