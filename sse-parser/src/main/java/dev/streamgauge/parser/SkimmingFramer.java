package dev.streamgauge.parser;

/**
 * The whole body is one frame, but what stands in its arrays is left out, and so is the end of a
 * long string: of {@code {"data":[…],"usage":{…}}} there remains {@code {"data":[],"usage":{…}}}.
 * An array that is the body itself is kept, and the arrays in it are emptied. So an answer of many
 * megabytes of vectors is read in the memory that its counts need.
 *
 * <p>What is left out is checked for its strings and brackets only. Limits: {@code frameBytesMax}
 * for what remains, however much came; of a string {@value #STRING_BYTES_KEPT} bytes and the
 * character that begins there.
 */
final class SkimmingFramer extends Framer {
  static final int STRING_BYTES_KEPT = 256;

  /** How far behind a backslash its escape may reach. */
  private static final int ESCAPE_BYTES = 5;

  /** The bits that all four brackets have, and else only {@code Y}, {@code _}, {@code y}, DEL. */
  private static final long BRACKET = 0x59 * Eights.ONES;

  private static final long QUOTE = '"' * Eights.ONES;
  private static final long BACKSLASH = '\\' * Eights.ONES;

  /** How many arrays and objects are open in what is left out; 0 where the text is kept. */
  private int leftOutDepth;

  private boolean begun;
  private boolean inString;
  private boolean escaped;

  /** Of the string that is being kept: its bytes so far, those since a backslash, and if cut. */
  private int stringBytes;

  private int bytesSinceBackslash;
  private boolean cut;

  SkimmingFramer(int frameBytesMax, Frames frames) {
    super(frameBytesMax, frames);
  }

  @Override
  void read(byte[] bytes, int start, int end) {
    int at = start;
    while (at < end && !over()) {
      if (leftOutDepth > 0) {
        at = inString ? passString(bytes, at, end) : passValues(bytes, at, end);
      } else {
        at = inString ? keepString(bytes, at, end) : keepMembers(bytes, at, end);
      }
    }
  }

  @Override
  boolean betweenFrames() {
    return false;
  }

  @Override
  boolean over() {
    return passing();
  }

  @Override
  void end() {
    if (keepsAny()) {
      handOverKept();
    }
  }

  /** Up to a string's first character or an array's, or the end. */
  private int keepMembers(byte[] bytes, int start, int end) {
    for (int at = start; at < end; at++) {
      byte next = bytes[at];
      if (next == '"' || (next == '[' && begun)) {
        keep(bytes, start, at + 1);
        inString = next == '"';
        leftOutDepth = inString ? 0 : 1;
        stringBytes = 0;
        bytesSinceBackslash = ESCAPE_BYTES;
        cut = false;
        begun = true;
        return at + 1;
      }
      begun |= next > ' ';
    }
    keep(bytes, start, end);
    return end;
  }

  private int keepString(byte[] bytes, int start, int end) {
    int at = start;
    while (at < end && inString) {
      byte next = bytes[at];
      if (!cut && stringBytes >= STRING_BYTES_KEPT && mayCutBefore(next)) {
        cut = true;
        keep(bytes, start, at);
      }
      stringBytes++;
      if (escaped) {
        escaped = false;
        bytesSinceBackslash++;
      } else if (next == '\\') {
        escaped = true;
        bytesSinceBackslash = 0;
      } else {
        inString = next != '"';
        bytesSinceBackslash++;
      }
      at++;
    }
    if (!cut) {
      keep(bytes, start, at);
    } else if (!inString) {
      keep(bytes, at - 1, at);
    }
    return at;
  }

  /** Neither an escape nor a character of several bytes may be halved. */
  private boolean mayCutBefore(byte next) {
    return !escaped && bytesSinceBackslash >= ESCAPE_BYTES && (next & 0xC0) != 0x80;
  }

  private int passValues(byte[] bytes, int start, int end) {
    int at = nextMark(bytes, start, end);
    if (at == end) {
      return end;
    }
    switch (bytes[at]) {
      case '"' -> inString = true;
      case '[', '{' -> leftOutDepth++;
      case ']', '}' -> {
        leftOutDepth--;
        if (leftOutDepth == 0) {
          keep(bytes, at, at + 1);
        }
      }
      default -> {} // only looked like one
    }
    return at + 1;
  }

  private int passString(byte[] bytes, int start, int end) {
    if (escaped) {
      escaped = false;
      return start + 1;
    }
    int at = nextQuoteOrBackslash(bytes, start, end);
    if (at == end) {
      return end;
    }
    escaped = bytes[at] == '\\';
    inString = escaped;
    return at + 1;
  }

  /** Where the next bracket or quote is, or something like it; by eights, as most are digits. */
  private static int nextMark(byte[] bytes, int start, int end) {
    int at = start;
    for (; at + Eights.LENGTH <= end; at += Eights.LENGTH) {
      long eight = Eights.at(bytes, at);
      long found = Eights.zeros((eight & BRACKET) ^ BRACKET) | Eights.zeros(eight ^ QUOTE);
      if (found != 0) {
        return at + Eights.first(found);
      }
    }
    while (at < end && bytes[at] != '"' && (bytes[at] & 0x59) != 0x59) {
      at++;
    }
    return at;
  }

  private static int nextQuoteOrBackslash(byte[] bytes, int start, int end) {
    int at = start;
    for (; at + Eights.LENGTH <= end; at += Eights.LENGTH) {
      long eight = Eights.at(bytes, at);
      long found = Eights.zeros(eight ^ QUOTE) | Eights.zeros(eight ^ BACKSLASH);
      if (found != 0) {
        return at + Eights.first(found);
      }
    }
    while (at < end && bytes[at] != '"' && bytes[at] != '\\') {
      at++;
    }
    return at;
  }
}
