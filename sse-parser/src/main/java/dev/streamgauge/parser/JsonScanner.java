package dev.streamgauge.parser;

/**
 * A cursor in one JSON text: goes over white space, strings, numbers and literals, each strictly as
 * RFC 8259 writes it, and notes where the last string lay. {@link JsonReader} says what may follow
 * what. A superclass, not a part: these are the innermost loops, and C1 does not see through a
 * field.
 *
 * <p>A fault is sticky: {@link #failed} is set and the cursor goes no further.
 */
abstract sealed class JsonScanner permits JsonReader {
  static final byte[] NOTHING = {};

  private static final byte[] TRUE = Ascii.bytes("true");
  private static final byte[] FALSE = Ascii.bytes("false");
  private static final byte[] NULL = Ascii.bytes("null");

  byte[] bytes = NOTHING;
  int at;
  int end;
  boolean failed;

  int stringStart;
  int stringEnd;

  final void begin(byte[] newBytes, int start, int newEnd) {
    bytes = newBytes;
    at = start;
    end = newEnd;
    failed = false;
  }

  final boolean failed() {
    return failed;
  }

  /** Whether the text was sound and nothing but white space is left of it. */
  final boolean finished() {
    skipWhite();
    return !failed && at == end;
  }

  /** Whether the text was sound as far as it went, and ends in the midst of a value. */
  final boolean cutOff() {
    return failed && (at >= end || endsWithinString());
  }

  private boolean endsWithinString() {
    if (at == 0 || bytes[at - 1] != '"') {
      return false;
    }
    for (int i = at; i < end; i++) {
      if (bytes[i] == '"' && bytes[i - 1] != '\\') {
        return false;
      }
    }
    return true;
  }

  /** What stands next; consumes nothing but white space. */
  final JsonKind peek() {
    skipWhite();
    return failed || at >= end ? JsonKind.NONE : JsonKind.of(bytes[at]);
  }

  /** Where the string read last lies, between its quotes. */
  final int stringStart() {
    return stringStart;
  }

  final int stringEnd() {
    return stringEnd;
  }

  /** Whether the string read last is this text. */
  final boolean stringIs(byte[] text) {
    return Ascii.equal(bytes, stringStart, stringEnd, text);
  }

  final boolean stringStartsWith(byte[] text) {
    return stringEnd - stringStart >= text.length
        && Ascii.equal(bytes, stringStart, stringStart + text.length, text);
  }

  /** Whether the string read last is a b with a digit behind it, as llama.cpp names its builds. */
  final boolean stringStartsAsBuildNumber() {
    return stringEnd - stringStart > 1
        && bytes[stringStart] == 'b'
        && Ascii.isDigit(bytes[stringStart + 1]);
  }

  /** Goes past a value that has no members; those that have are not for here. */
  final void skipScalar(JsonKind kind) {
    switch (kind) {
      case STRING -> scanString();
      case NUMBER -> skipNumber();
      case TRUE -> skipLiteral(TRUE);
      case FALSE -> skipLiteral(FALSE);
      case NULL -> skipLiteral(NULL);
      case OBJECT, ARRAY, NONE -> failed = true;
    }
  }

  private void skipLiteral(byte[] literal) {
    int stop = at + literal.length;
    if (stop > end) {
      at = end;
      failed = true;
    } else if (Ascii.equal(bytes, at, stop, literal)) {
      at = stop;
    } else {
      failed = true;
    }
  }

  final void skipNumber() {
    if (bytes[at] == '-') {
      at++;
    }
    if (at < end && bytes[at] == '0') {
      at++;
    } else {
      skipDigits();
    }
    if (at < end && bytes[at] == '.') {
      at++;
      skipDigits();
    }
    if (at < end && (bytes[at] | 0x20) == 'e') {
      at++;
      if (at < end && (bytes[at] == '+' || bytes[at] == '-')) {
        at++;
      }
      skipDigits();
    }
  }

  private void skipDigits() {
    byte[] text = bytes;
    int stop = at;
    while (stop < end && Ascii.isDigit(text[stop])) {
      stop++;
    }
    failed |= stop == at;
    at = stop;
  }

  /** Scans a string at the cursor, notes its range and goes past its closing quote. */
  final boolean scanString() {
    if (failed || at >= end || bytes[at] != '"') {
      failed = true;
      return false;
    }
    at++;
    int stop = JsonText.stringEnd(bytes, at, end);
    if (stop < 0) {
      failed = true;
      return false;
    }
    stringStart = at;
    stringEnd = stop;
    at = stop + 1;
    return true;
  }

  /** Mostly there is none, or one: short, so that it is compiled into its callers. */
  final void skipWhite() {
    if (at < end && bytes[at] <= ' ') {
      skipSomeWhite();
    }
  }

  private void skipSomeWhite() {
    while (at < end) {
      byte next = bytes[at];
      if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
        return;
      }
      at++;
    }
  }
}
