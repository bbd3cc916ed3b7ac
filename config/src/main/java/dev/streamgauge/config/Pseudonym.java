package dev.streamgauge.config;

import org.jspecify.annotations.Nullable;

/** The name by which a proxy calls itself in {@code Via}: a token of RFC 9110, section 5.6.2. */
record Pseudonym() implements ValueType<String> {
  private static final String MARKS = "!#$%&'*+-.^_`|~";
  private static final int LENGTH_MAX = 64;

  @Override
  public @Nullable String parse(String text) {
    if (text.isEmpty() || text.length() > LENGTH_MAX) {
      return null;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean word = Ascii.isWord(c);
      if (!word && MARKS.indexOf(c) < 0) {
        return null;
      }
    }
    return text;
  }

  @Override
  public String placeholder() {
    return "NAME";
  }

  @Override
  public String allowed() {
    return "a name of letters, digits and " + MARKS;
  }
}
