package dev.streamgauge.cli.simulate;

import java.nio.charset.StandardCharsets;

/** The vocabulary: each word is one token. Held as JSON string contents, escapes included. */
final class Words {
  private static final byte[][] WORDS = {
    utf8(" the"),
    utf8(" river"),
    utf8(" ran"),
    utf8(" past"),
    utf8(" an"),
    utf8(" old"),
    utf8(" mill"),
    utf8(","),
    utf8(" slow"),
    utf8(" and"),
    utf8(" brown"),
    utf8(" after"),
    utf8(" rain"),
    utf8("."),
    utf8(" It"),
    utf8(" kept"),
    utf8(" its"),
    utf8(" level"),
    utf8(" on"),
    utf8(" a"),
    utf8(" painted"),
    utf8(" board"),
    utf8("\\n"),
    utf8(" \\\"high"),
    utf8("\\\""),
    utf8(" caf\u00e9"),
    utf8(" \u6c34"),
    utf8(" \ud83c\udf0a"),
    utf8("ing"),
    utf8(" measure"),
    utf8(" \u2028"),
    utf8(" flow"),
  };
  private static final int FIRST_ID = 1000;
  private static final byte[] TOOL_OPENING = utf8("{\\\"place\\\": \\\"");
  private static final byte[] TOOL_CLOSING = utf8("\\\"}");
  private static final byte[] TOOL_WORD = utf8("weir ");

  private Words() {}

  /** What engines that number their tokens call token {@code index}. */
  static long id(long index) {
    return FIRST_ID + index % WORDS.length;
  }

  /** Words as they are outside of JSON. */
  static String plain(byte[] escaped) {
    return new String(escaped, StandardCharsets.UTF_8).replace("\\n", "\n").replace("\\\"", "\"");
  }

  static byte[] word(long index) {
    return WORDS[(int) (index % WORDS.length)];
  }

  /** The bytes of token {@code index} of a tool call whose token 0 was the name. */
  static byte[] toolArgument(long index, long tokens) {
    if (index == 1) {
      return TOOL_OPENING;
    }
    return index == tokens - 1 ? TOOL_CLOSING : TOOL_WORD;
  }

  /** Tokens {@code from} to before {@code end}. */
  static byte[] words(long from, long end) {
    if (end - from == 1) {
      return word(from);
    }
    StringBuilder text = new StringBuilder();
    for (long i = from; i < end; i++) {
      text.append(new String(word(i), StandardCharsets.UTF_8));
    }
    return utf8(text.toString());
  }

  static byte[] toolArguments(long from, long end, long tokens) {
    if (end - from == 1) {
      return toolArgument(from, tokens);
    }
    StringBuilder text = new StringBuilder();
    for (long i = from; i < end; i++) {
      text.append(new String(toolArgument(i, tokens), StandardCharsets.UTF_8));
    }
    return utf8(text.toString());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
