package dev.streamgauge.cli.simulate;

/** Text as a JSON string. */
final class JsonText {
  private JsonText() {}

  static String quoted(String text) {
    StringBuilder json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      append(json, text.charAt(i));
    }
    return json.append('"').toString();
  }

  /** The same without the quotation marks around it. */
  static String escaped(String text) {
    String json = quoted(text);
    return json.substring(1, json.length() - 1);
  }

  private static void append(StringBuilder json, char c) {
    if (c == '"' || c == '\\') {
      json.append('\\').append(c);
    } else if (c < ' ') {
      json.append("\\u00")
          .append(Character.forDigit(c >> 4, 16))
          .append(Character.forDigit(c & 15, 16));
    } else {
      json.append(c);
    }
  }
}
