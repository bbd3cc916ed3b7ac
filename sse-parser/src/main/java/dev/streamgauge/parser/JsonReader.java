package dev.streamgauge.parser;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Walks over one JSON text in a byte range: the caller asks, nothing is built. Allocates only in
 * {@link #string}, {@link #rangeString} and for field names that contain escapes.
 *
 * <p>A fault is sticky instead of thrown: {@link #failed} is set, {@link #nextField} and {@link
 * #nextElement} answer false and all reads answer "nothing". So a caller walks first and asks once
 * at the end, by {@link #finished}.
 *
 * <p>Strict in structure, literals, numbers, escapes and control characters; bytes that are no
 * UTF-8 pass within strings. {@link #skipValue} goes {@value #DEPTH_MAX} levels deep.
 */
final class JsonReader {
  enum Kind {
    OBJECT,
    ARRAY,
    STRING,
    NUMBER,
    TRUE,
    FALSE,
    NULL,
    NONE
  }

  static final int DEPTH_MAX = 128;

  private static final byte[] NOTHING = {};

  /** What a value is by its first character. */
  private static final Kind[] KINDS = kinds();

  private static final byte[] TRUE = Ascii.bytes("true");
  private static final byte[] FALSE = Ascii.bytes("false");
  private static final byte[] NULL = Ascii.bytes("null");

  private static Kind[] kinds() {
    Kind[] kinds = new Kind[128];
    Arrays.fill(kinds, Kind.NONE);
    Arrays.fill(kinds, '0', '9' + 1, Kind.NUMBER);
    kinds['-'] = Kind.NUMBER;
    kinds['{'] = Kind.OBJECT;
    kinds['['] = Kind.ARRAY;
    kinds['"'] = Kind.STRING;
    kinds['t'] = Kind.TRUE;
    kinds['f'] = Kind.FALSE;
    kinds['n'] = Kind.NULL;
    return kinds;
  }

  /** One bit for each open level of {@link #skipValue}: set for an object. */
  private final long[] objectLevels = new long[DEPTH_MAX / Long.SIZE];

  private byte[] bytes = NOTHING;
  private int at;
  private int end;
  private boolean failed;

  /** Whether the container that was entered last has had no member yet. */
  private boolean first;

  private @Nullable FieldName name;
  private int nameStart;
  private int nameEnd;
  private int stringStart;
  private int stringEnd;
  private boolean stringEscaped;

  /** Starts over; observes the range until the next call, or {@link #release}. */
  void reset(byte[] newBytes, int start, int newEnd) {
    bytes = newBytes;
    at = start;
    end = newEnd;
    failed = false;
    first = false;
  }

  void release() {
    reset(NOTHING, 0, 0);
  }

  boolean failed() {
    return failed;
  }

  /** Whether the text was sound and nothing but white space is left of it. */
  boolean finished() {
    skipWhite();
    return !failed && at == end;
  }

  /** What stands next; consumes nothing but white space. */
  Kind peek() {
    if (failed) {
      return Kind.NONE;
    }
    skipWhite();
    if (at >= end) {
      return Kind.NONE;
    }
    byte next = bytes[at];
    return next < 0 ? Kind.NONE : KINDS[next];
  }

  /** True if an object was begun; anything else is skipped. */
  boolean enterObject() {
    return enter(Kind.OBJECT);
  }

  /** True if an array was begun; anything else is skipped. */
  boolean enterArray() {
    return enter(Kind.ARRAY);
  }

  private boolean enter(Kind wanted) {
    if (peek() == wanted) {
      at++;
      first = true;
      return true;
    }
    skipValue();
    return false;
  }

  /** Goes to the next field's value, or past the object's end and answers false. */
  boolean nextField() {
    if (!nextMember('}')) {
      return false;
    }
    skipWhite();
    if (!scanString()) {
      return false;
    }
    nameStart = stringStart;
    nameEnd = stringEnd;
    name = stringEscaped ? escapedName() : FieldName.of(bytes, stringStart, stringEnd);
    skipWhite();
    return expect(':');
  }

  /** Goes to the next element, or past the array's end and answers false. */
  boolean nextElement() {
    return nextMember(']');
  }

  private boolean nextMember(char close) {
    skipWhite();
    if (failed || at >= end) {
      failed = true;
      return false;
    }
    byte next = bytes[at];
    if (next == close) {
      at++;
      first = false;
      return false;
    }
    if (first) {
      first = false;
      return true;
    }
    return expect(',');
  }

  private boolean expect(char wanted) {
    if (failed || at >= end || bytes[at] != wanted) {
      failed = true;
      return false;
    }
    at++;
    return true;
  }

  /** Whether the field reached last has this name, which is in no table and needs no escapes. */
  boolean nameIs(byte[] wanted) {
    return Ascii.equal(bytes, nameStart, nameEnd, wanted);
  }

  private @Nullable FieldName escapedName() {
    byte[] plain = JsonText.decode(bytes, stringStart, stringEnd).getBytes(StandardCharsets.UTF_8);
    return FieldName.of(plain, 0, plain.length);
  }

  /** Whether the field reached last has this name. */
  boolean nameIs(FieldName wanted) {
    return name == wanted;
  }

  /** Skips a string and tells its raw length in bytes, escapes uncounted for; -1 if none stood. */
  int stringLength() {
    if (peek() != Kind.STRING) {
      skipValue();
      return -1;
    }
    return scanString() ? stringEnd - stringStart : -1;
  }

  /** Skips the value; true if it was a string that is not empty. */
  boolean filledString() {
    return stringLength() > 0;
  }

  /** Where the string read last lies, between its quotes. */
  int stringStart() {
    return stringStart;
  }

  int stringEnd() {
    return stringEnd;
  }

  /** Whether the string read last is this text. */
  boolean stringIs(byte[] text) {
    return Ascii.equal(bytes, stringStart, stringEnd, text);
  }

  boolean stringStartsWith(byte[] text) {
    return stringEnd - stringStart >= text.length
        && Ascii.equal(bytes, stringStart, stringStart + text.length, text);
  }

  /** Whether the string read last is a b with a digit behind it, as llama.cpp names its builds. */
  boolean stringStartsAsBuildNumber() {
    return stringEnd - stringStart > 1
        && bytes[stringStart] == 'b'
        && Ascii.isDigit(bytes[stringStart + 1]);
  }

  /** The string read last, cut to so many characters. Allocates. */
  String string(int charsMax) {
    return rangeString(stringStart, stringEnd, charsMax);
  }

  /** A string that was read before from the same text. Allocates. */
  String rangeString(int start, int stop, int charsMax) {
    return JsonText.cut(JsonText.decode(bytes, start, stop), charsMax);
  }

  /** Skips the value; true if it was {@code true}. */
  boolean isTrue() {
    boolean is = peek() == Kind.TRUE;
    skipValue();
    return is;
  }

  /** A whole, non-negative number, fractions cut off; anything else is skipped and unknown. */
  long readCount() {
    return readScaled(0);
  }

  /**
   * A non-negative number times a power of ten, fractions cut off; {@link StreamSink#UNKNOWN} for
   * anything else and for what a long can't hold.
   */
  long readScaled(int powerOfTen) {
    if (peek() != Kind.NUMBER) {
      skipValue();
      return StreamSink.UNKNOWN;
    }
    int start = at;
    skipNumber();
    return failed ? StreamSink.UNKNOWN : JsonText.scaled(bytes, start, at, powerOfTen);
  }

  /** Skips an array and tells how many elements it has; 0 for anything else. */
  int countElements() {
    if (peek() != Kind.ARRAY) {
      skipValue();
      return 0;
    }
    enterArray();
    int count = 0;
    while (nextElement()) {
      skipValue();
      count++;
    }
    return failed ? 0 : count;
  }

  /** Skips whatever stands next, to any depth below the limit. */
  void skipValue() {
    int depth = 0;
    do {
      depth = skipStep(depth);
    } while (depth > 0 && !failed);
  }

  /** Skips one scalar, one opening or one closing; answers how many containers are open then. */
  private int skipStep(int depth) {
    if (depth > 0) {
      boolean inObject = (objectLevels[(depth - 1) >> 6] & (1L << (depth - 1))) != 0;
      if (!(inObject ? nextField() : nextElement())) {
        return depth - 1;
      }
    }
    switch (peek()) {
      case OBJECT -> {
        return open(depth, true);
      }
      case ARRAY -> {
        return open(depth, false);
      }
      case STRING -> scanString();
      case NUMBER -> skipNumber();
      case TRUE -> skipLiteral(TRUE);
      case FALSE -> skipLiteral(FALSE);
      case NULL -> skipLiteral(NULL);
      case NONE -> failed = true;
    }
    return depth;
  }

  private int open(int depth, boolean object) {
    if (depth == DEPTH_MAX) {
      failed = true;
      return depth;
    }
    long bit = 1L << depth;
    if (object) {
      objectLevels[depth >> 6] |= bit;
    } else {
      objectLevels[depth >> 6] &= ~bit;
    }
    at++;
    first = true;
    return depth + 1;
  }

  private void skipLiteral(byte[] literal) {
    int stop = at + literal.length;
    if (stop > end || !Ascii.equal(bytes, at, stop, literal)) {
      failed = true;
    } else {
      at = stop;
    }
  }

  private void skipNumber() {
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
    int start = at;
    while (at < end && Ascii.isDigit(bytes[at])) {
      at++;
    }
    if (at == start) {
      failed = true;
    }
  }

  /** Scans a string at the cursor, notes its range and goes past its closing quote. */
  private boolean scanString() {
    if (!expect('"')) {
      return false;
    }
    stringStart = at;
    stringEscaped = false;
    // Locals: this is the innermost loop of all, and C1 doesn't keep fields in registers.
    byte[] text = bytes;
    int stop = end;
    for (int i = at; i < stop; i++) {
      byte next = text[i];
      if (next > '"' && next != '\\') {
        continue; // all but every character of a text ends here
      }
      if (next == '"') {
        stringEnd = i;
        at = i + 1;
        return true;
      }
      if (next == '\\') {
        stringEscaped = true;
        int length = JsonText.escapeLength(text, i, stop);
        if (length == 0) {
          break;
        }
        i += length - 1;
      } else if (next >= 0 && next < 0x20) {
        break;
      }
    }
    failed = true;
    return false;
  }

  private void skipWhite() {
    while (at < end) {
      byte next = bytes[at];
      if (next > ' ') {
        return;
      }
      if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
        return;
      }
      at++;
    }
  }
}
