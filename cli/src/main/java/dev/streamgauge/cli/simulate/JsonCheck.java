package dev.streamgauge.cli.simulate;

import java.nio.charset.StandardCharsets;

/**
 * Whether the bytes that pass are one JSON object, as RFC 8259 writes it; in constant memory. Bytes
 * that are no UTF-8 pass within strings. Limit: {@value #DEPTH_MAX} levels, past which it is none.
 */
final class JsonCheck {
  static final int DEPTH_MAX = 1024;

  /** What may come next, white space aside. */
  private enum Next {
    OBJECT,
    FIRST_NAME,
    NAME,
    COLON,
    FIRST_VALUE,
    VALUE,
    COMMA,
    NOTHING
  }

  private enum InNumber {
    NONE,
    MINUS,
    ZERO,
    WHOLE,
    POINT,
    FRACTION,
    EXPONENT,
    EXPONENT_SIGN,
    EXPONENT_DIGITS
  }

  private static final byte[] TRUE = bytes("true");
  private static final byte[] FALSE = bytes("false");
  private static final byte[] NULL = bytes("null");
  private static final byte[] NO_WORD = {};

  private final boolean[] objects = new boolean[DEPTH_MAX];
  private int depth;
  private Next next = Next.OBJECT;
  private boolean inString;
  private boolean escaped;
  private int hexDigitsLeft;
  private InNumber number = InNumber.NONE;
  private byte[] word = NO_WORD;
  private int wordAt;
  private long bytes;

  /** Where it stopped being one; -1 if it has not. */
  private long faultAt = -1;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  void read(byte b) {
    if (faultAt >= 0) {
      return;
    }
    if (inString) {
      string(b);
    } else if (wordAt < word.length) {
      check(b == word[wordAt]);
      wordAt++;
    } else if (number == InNumber.NONE) {
      structure(b);
    } else {
      number(b);
    }
    bytes++;
  }

  /** Whether all that came is a whole object. */
  boolean sound() {
    return faultAt < 0 && next == Next.NOTHING;
  }

  /** How many bytes came before it went wrong, or in all. */
  long soundBytes() {
    return faultAt < 0 ? bytes : faultAt;
  }

  private void check(boolean right) {
    if (!right) {
      faultAt = bytes;
    }
  }

  private void string(byte b) {
    if (hexDigitsLeft > 0) {
      hexDigitsLeft--;
      check(Character.digit(b, 16) >= 0);
    } else if (escaped) {
      escaped = false;
      hexDigitsLeft = b == 'u' ? 4 : 0;
      check("\"\\/bfnrtu".indexOf(b) >= 0);
    } else if (b == '"') {
      inString = false;
    } else {
      escaped = b == '\\';
      check(b < 0 || b >= ' ');
    }
  }

  private void number(byte b) {
    InNumber after = after(number, b);
    if (after != InNumber.NONE) {
      number = after;
      return;
    }
    boolean whole =
        switch (number) {
          case ZERO, WHOLE, FRACTION, EXPONENT_DIGITS -> true;
          case NONE, MINUS, POINT, EXPONENT, EXPONENT_SIGN -> false;
        };
    number = InNumber.NONE;
    check(whole);
    if (whole) {
      structure(b);
    }
  }

  /** {@link InNumber#NONE} if the byte does not belong to the number. */
  private static InNumber after(InNumber before, byte b) {
    boolean digit = b >= '0' && b <= '9';
    boolean e = b == 'e' || b == 'E';
    return switch (before) {
      case NONE, MINUS -> b == '0' ? InNumber.ZERO : digit ? InNumber.WHOLE : InNumber.NONE;
      case ZERO -> b == '.' ? InNumber.POINT : e ? InNumber.EXPONENT : InNumber.NONE;
      case WHOLE ->
          digit
              ? InNumber.WHOLE
              : b == '.' ? InNumber.POINT : e ? InNumber.EXPONENT : InNumber.NONE;
      case POINT -> digit ? InNumber.FRACTION : InNumber.NONE;
      case FRACTION -> digit ? InNumber.FRACTION : e ? InNumber.EXPONENT : InNumber.NONE;
      case EXPONENT ->
          b == '+' || b == '-'
              ? InNumber.EXPONENT_SIGN
              : digit ? InNumber.EXPONENT_DIGITS : InNumber.NONE;
      case EXPONENT_SIGN, EXPONENT_DIGITS -> digit ? InNumber.EXPONENT_DIGITS : InNumber.NONE;
    };
  }

  private void structure(byte b) {
    if (b == ' ' || b == '\t' || b == '\n' || b == '\r') {
      return;
    }
    switch (next) {
      case OBJECT -> {
        check(b == '{');
        open(true);
      }
      case FIRST_NAME -> {
        if (b == '}') {
          close(true);
        } else {
          name(b);
        }
      }
      case NAME -> name(b);
      case COLON -> {
        check(b == ':');
        next = Next.VALUE;
      }
      case FIRST_VALUE -> {
        if (b == ']') {
          close(false);
        } else {
          value(b);
        }
      }
      case VALUE -> value(b);
      case COMMA -> behindValue(b);
      case NOTHING -> check(false);
    }
  }

  private void name(byte b) {
    check(b == '"');
    inString = true;
    next = Next.COLON;
  }

  private void behindValue(byte b) {
    boolean inObject = objects[depth - 1];
    if (b == ',') {
      next = inObject ? Next.NAME : Next.VALUE;
    } else {
      check(b == '}' || b == ']');
      close(b == '}');
    }
  }

  private void value(byte b) {
    next = Next.COMMA;
    switch (b) {
      case '{' -> open(true);
      case '[' -> open(false);
      case '"' -> inString = true;
      case 't' -> begin(TRUE);
      case 'f' -> begin(FALSE);
      case 'n' -> begin(NULL);
      case '-' -> number = InNumber.MINUS;
      default -> {
        number = after(InNumber.NONE, b);
        check(number != InNumber.NONE);
      }
    }
  }

  private void begin(byte[] literal) {
    word = literal;
    wordAt = 1;
  }

  private void open(boolean object) {
    if (depth == DEPTH_MAX) {
      check(false);
      return;
    }
    objects[depth++] = object;
    next = object ? Next.FIRST_NAME : Next.FIRST_VALUE;
  }

  private void close(boolean object) {
    check(objects[depth - 1] == object);
    depth--;
    next = depth == 0 ? Next.NOTHING : Next.COMMA;
  }
}
