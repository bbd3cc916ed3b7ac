package dev.streamgauge.config;

/** Characters that names are made of. */
final class Ascii {
  private Ascii() {}

  static boolean isWord(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
