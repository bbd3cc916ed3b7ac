package dev.streamgauge.cluster.manifest;

/** Where a code point, by which the YAML reader counts, stands in a text of chars. */
final class CharPlaces {
  private final String text;
  private final boolean same;

  CharPlaces(String text) {
    this.text = text;
    this.same = text.chars().noneMatch(c -> Character.isSurrogate((char) c));
  }

  int index(int codePoint) {
    return same ? codePoint : text.offsetByCodePoints(0, codePoint);
  }
}
