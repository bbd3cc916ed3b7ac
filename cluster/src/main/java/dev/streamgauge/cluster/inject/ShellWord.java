package dev.streamgauge.cluster.inject;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One word of a shell script, with its place in it.
 *
 * @param start of its first character
 * @param end behind its last one
 */
record ShellWord(int start, int end, List<Part> parts) {
  ShellWord {
    parts = List.copyOf(parts);
  }

  /** What a word is made of. */
  sealed interface Part {
    /** Itself. */
    record Literal(String text) implements Part {}

    /** A variable of the shell. {@code otherwise} stands in where it is not set. */
    record Variable(String name, @Nullable String otherwise, boolean quoted) implements Part {}

    /** A text that the kubelet puts in before the shell sees it. */
    record Kubelet(String name) implements Part {}

    /** What a command prints, or all that the script was given: known when it runs. */
    record Later(boolean many) implements Part {}
  }

  /** The name that this word assigns to, as in {@code PORT=8000}; null where it is none. */
  @Nullable String assigned() {
    if (parts.isEmpty() || !(parts.getFirst() instanceof Part.Literal(String text))) {
      return null;
    }
    int equals = text.indexOf('=');
    return equals > 0 && isName(text.substring(0, equals)) ? text.substring(0, equals) : null;
  }

  static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isNamePart(text.charAt(i), i == 0)) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  static boolean isNamePart(char c, boolean first) {
    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return letter || (!first && c >= '0' && c <= '9');
  }

  /**
   * What the program gets.
   *
   * @param variables the container's
   * @param assigned what the script itself sets; the value {@link Variables#UNKNOWN} where that is
   *     not one text
   */
  Invocation.Argument meant(Variables variables, Map<String, String> assigned) {
    StringBuilder text = new StringBuilder();
    boolean open = false;
    for (Part part : parts) {
      switch (part) {
        case Part.Literal(String literal) -> text.append(literal);
        case Part.Later(boolean many) -> {
          text.append(Variables.UNKNOWN);
          open |= many;
        }
        case Part.Kubelet(String name) -> {
          String value = variables.meaning(name);
          boolean plain = value != null && isPlain(value);
          text.append(plain ? value : String.valueOf(Variables.UNKNOWN));
          open |= !plain && value != null && Variables.isKnown(value);
        }
        case Part.Variable variable -> {
          String value = value(variable, variables, assigned);
          boolean whole = variable.quoted() || isPlain(value);
          text.append(whole ? value : String.valueOf(Variables.UNKNOWN));
          open |= !whole && Variables.isKnown(value);
        }
      }
    }
    return new Invocation.Argument(text.toString(), open);
  }

  private static String value(
      Part.Variable variable, Variables variables, Map<String, String> assigned) {
    String value = assigned.getOrDefault(variable.name(), variables.meaning(variable.name()));
    if (value != null && !(value.isEmpty() && variable.otherwise() != null)) {
      return value;
    }
    // one that the pod does not set may still be set by the image
    return variable.otherwise() == null ? String.valueOf(Variables.UNKNOWN) : variable.otherwise();
  }

  /** One word for the shell, with nothing in it that it would look at again. */
  private static boolean isPlain(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (" \t\n\"'\\$`;&|<>()*?[]{}#~!".indexOf(value.charAt(i)) >= 0) {
        return false;
      }
    }
    return !value.isEmpty();
  }
}
