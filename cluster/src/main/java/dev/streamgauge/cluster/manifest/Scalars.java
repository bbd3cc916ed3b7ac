package dev.streamgauge.cluster.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** How a value is written so that YAML 1.1 and 1.2 both read it as what it is. */
final class Scalars {
  /** No word with a meaning of its own begins so, and nothing in it ends a plain scalar. */
  private static final Pattern PLAIN =
      Pattern.compile("(?:[A-Za-z_/]|--?[A-Za-z])[A-Za-z0-9_./=+@%?-]*(?::[A-Za-z0-9_./=+@%?-]+)*");

  private static final Set<String> WORDS =
      Set.of("null", "true", "false", "yes", "no", "on", "off", "y", "n");

  private Scalars() {}

  static String inline(JsonNode value) {
    if (!value.isTextual()) {
      return value.toString();
    }
    String text = value.textValue();
    boolean plain = PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT));
    return plain ? text : doubleQuoted(text);
  }

  static String key(String name) {
    return inline(TextNode.valueOf(name));
  }

  /** JSON's form is one of YAML's, too. */
  static String doubleQuoted(String text) {
    return TextNode.valueOf(text).toString();
  }

  static String singleQuoted(String text) {
    boolean oneLine = text.chars().allMatch(c -> c >= ' ' && c < 127);
    return oneLine ? "'" + text.replace("'", "''") + "'" : doubleQuoted(text);
  }

  /** Several lines that can stand as they are. */
  static boolean isBlock(String text) {
    if (text.indexOf('\n') < 0 || text.startsWith(" ") || text.startsWith("\n")) {
      return false;
    }
    return text.chars()
        .allMatch(c -> c == '\n' || c == '\t' || (c >= ' ' && c != 127 && c < 0xD800));
  }

  /** A literal block; its header first, each line indented. */
  static String block(String text, int indent) {
    String chomping = !text.endsWith("\n") ? "-" : text.endsWith("\n\n") ? "+" : "";
    StringBuilder block = new StringBuilder("|").append(chomping).append('\n');
    String body = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    for (String line : body.split("\n", -1)) {
      block.append(line.isEmpty() ? "" : " ".repeat(indent)).append(line).append('\n');
    }
    return block.toString();
  }
}
