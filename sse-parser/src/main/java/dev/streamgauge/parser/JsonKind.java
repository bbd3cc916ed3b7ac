package dev.streamgauge.parser;

import java.util.Arrays;

/** What a JSON value is. */
enum JsonKind {
  OBJECT,
  ARRAY,
  STRING,
  NUMBER,
  TRUE,
  FALSE,
  NULL,
  /** No value starts so, or the text is at its end. */
  NONE;

  private static final JsonKind[] BY_FIRST = byFirst();

  /** By the value's first character. */
  static JsonKind of(byte first) {
    return first < 0 ? NONE : BY_FIRST[first];
  }

  private static JsonKind[] byFirst() {
    JsonKind[] kinds = new JsonKind[128];
    Arrays.fill(kinds, NONE);
    Arrays.fill(kinds, '0', '9' + 1, NUMBER);
    kinds['-'] = NUMBER;
    kinds['{'] = OBJECT;
    kinds['['] = ARRAY;
    kinds['"'] = STRING;
    kinds['t'] = TRUE;
    kinds['f'] = FALSE;
    kinds['n'] = NULL;
    return kinds;
  }
}
