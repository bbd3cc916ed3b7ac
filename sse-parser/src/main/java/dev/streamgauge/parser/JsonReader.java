package dev.streamgauge.parser;

import java.nio.charset.StandardCharsets;
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
final class JsonReader extends JsonScanner {
  static final int DEPTH_MAX = 128;

  /** One bit for each open level of {@link #skipValue}: set for an object. Here the first 64. */
  private long objectLevels;

  private long objectLevelsAbove;

  private int depthMax = DEPTH_MAX;

  /** Whether the container that was entered last has had no member yet. */
  private boolean first;

  private @Nullable FieldName name;
  private int nameStart;
  private int nameEnd;

  /** Starts over; observes the range until the next call, or {@link #release}. */
  void reset(byte[] newBytes, int start, int newEnd) {
    reset(newBytes, start, newEnd, DEPTH_MAX);
  }

  /** The same with a lower limit for {@link #skipValue}. */
  void reset(byte[] newBytes, int start, int newEnd, int newDepthMax) {
    begin(newBytes, start, newEnd);
    first = false;
    depthMax = newDepthMax;
  }

  void release() {
    reset(NOTHING, 0, 0);
  }

  /** True if an object was begun; anything else is skipped. */
  boolean enterObject() {
    return enter(JsonKind.OBJECT);
  }

  /** True if an array was begun; anything else is skipped. */
  boolean enterArray() {
    return enter(JsonKind.ARRAY);
  }

  private boolean enter(JsonKind wanted) {
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
    FieldName plain = FieldName.of(bytes, stringStart, stringEnd);
    name = plain == null ? escapedName() : plain;
    skipWhite();
    if (at >= end || bytes[at] != ':') {
      failed = true;
      return false;
    }
    at++;
    return true;
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
    if (next != ',') {
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
    if (!JsonText.hasEscape(bytes, stringStart, stringEnd)) {
      return null;
    }
    byte[] plain = JsonText.decode(bytes, stringStart, stringEnd).getBytes(StandardCharsets.UTF_8);
    return FieldName.of(plain, 0, plain.length);
  }

  /** Where the name of the field reached last lies, between its quotes; until the next field. */
  int nameStart() {
    return nameStart;
  }

  int nameEnd() {
    return nameEnd;
  }

  /** The name of the field reached last; null if nobody looks for it. */
  @Nullable FieldName name() {
    return name;
  }

  /** Whether the field reached last has this name. */
  boolean nameIs(FieldName wanted) {
    return name == wanted;
  }

  /** Skips a string and tells its raw length in bytes, escapes uncounted for; -1 if none stood. */
  int stringLength() {
    if (peek() != JsonKind.STRING) {
      skipValue();
      return -1;
    }
    return scanString() ? stringEnd - stringStart : -1;
  }

  /** Skips the value; true if it was a string that is not empty. */
  boolean filledString() {
    return stringLength() > 0;
  }

  /** The string read last, cut to so many characters. Allocates. */
  String string(int charsMax) {
    return rangeString(stringStart, stringEnd, charsMax);
  }

  /** A string that was read before from the same text. Allocates. */
  String rangeString(int start, int stop, int charsMax) {
    return JsonText.cut(JsonText.decode(bytes, start, stop), charsMax);
  }

  /** What the string read last stands for. */
  <E> E stringAmong(WordTable<E> words, E otherwise) {
    E found = words.find(bytes, stringStart, stringEnd);
    return found == null ? otherwise : found;
  }

  /** Skips the value; true if it was {@code true}. */
  boolean isTrue() {
    boolean is = peek() == JsonKind.TRUE;
    skipValue();
    return is;
  }

  /**
   * A number from 0 to {@link AnswerParser#COUNT_MAX}, fractions cut off; anything else is skipped
   * and unknown.
   */
  long readCount() {
    return AnswerParser.countOf(readScaled(0));
  }

  /**
   * A non-negative number times a power of ten, fractions cut off; {@link StreamSink#UNKNOWN} for
   * anything else and for what a long can't hold.
   */
  long readScaled(int powerOfTen) {
    if (peek() != JsonKind.NUMBER) {
      skipValue();
      return StreamSink.UNKNOWN;
    }
    int start = at;
    skipNumber();
    return failed ? StreamSink.UNKNOWN : JsonText.scaled(bytes, start, at, powerOfTen);
  }

  /** Skips an array and tells how many elements it has; 0 for anything else. */
  int countElements() {
    if (peek() != JsonKind.ARRAY) {
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
    JsonKind kind = peek();
    if (kind != JsonKind.OBJECT && kind != JsonKind.ARRAY) {
      skipScalar(kind);
      return;
    }
    int depth = 0;
    do {
      depth = skipStep(depth);
    } while (depth > 0 && !failed);
  }

  /** Skips one scalar, one opening or one closing; answers how many containers are open then. */
  private int skipStep(int depth) {
    if (depth > 0) {
      long levels = depth > Long.SIZE ? objectLevelsAbove : objectLevels;
      boolean inObject = (levels & (1L << (depth - 1))) != 0;
      if (!(inObject ? nextField() : nextElement())) {
        return depth - 1;
      }
    }
    JsonKind kind = peek();
    if (kind == JsonKind.OBJECT || kind == JsonKind.ARRAY) {
      return open(depth, kind == JsonKind.OBJECT);
    }
    skipScalar(kind);
    return depth;
  }

  private int open(int depth, boolean object) {
    if (depth == depthMax) {
      failed = true;
      return depth;
    }
    long bit = 1L << depth;
    if (depth < Long.SIZE) {
      objectLevels = object ? objectLevels | bit : objectLevels & ~bit;
    } else {
      objectLevelsAbove = object ? objectLevelsAbove | bit : objectLevelsAbove & ~bit;
    }
    at++;
    first = true;
    return depth + 1;
  }
}
