package dev.streamgauge.proxy.http1;

/** The values of the few fields on which framing and routing depend, as strict as RFC 9112. */
final class FieldValues {
  private static final int LENGTH_DIGITS_MAX = 18;

  private FieldValues() {}

  /** 1*DIGIT as a number, or -1. */
  static long length(byte[] bytes, int start, int end) {
    if (start == end || end - start > LENGTH_DIGITS_MAX) {
      return -1;
    }
    long value = 0;
    for (int at = start; at < end; at++) {
      if (!Ascii.isDigit(bytes[at])) {
        return -1;
      }
      value = value * 10 + (bytes[at] - '0');
    }
    return value;
  }

  static boolean isChunked(Head head, int field) {
    return Ascii.equalsIgnoreCase(
        head.bytes, head.valueStart(field), head.valueEnd(field), "chunked");
  }

  /** uri-host [ ":" port ] of RFC 9110 section 7.2, not empty; no user info. */
  static boolean isHost(byte[] bytes, int start, int end) {
    int at =
        start < end && bytes[start] == '[' ? literal(bytes, start, end) : name(bytes, start, end);
    if (at <= start) {
      return false;
    }
    return at == end || (bytes[at] == ':' && isPort(bytes, at + 1, end));
  }

  /**
   * Whether an Upgrade field may go on to the server: names of protocols (RFC 9110 section 7.8), of
   * which none is a form of HTTP. A server that went over to HTTP/2 would take requests that nobody
   * here has seen; which of them a garbled name means is the server's guess.
   */
  static boolean leavesHttp(byte[] bytes, int start, int end) {
    int at = start;
    while (at < end) {
      int stop = at;
      while (stop < end && bytes[stop] != ',') {
        stop++;
      }
      if (!isProtocolOutsideHttp(bytes, at, stop)) {
        return false;
      }
      at = stop + 1;
    }
    return true;
  }

  private static boolean isProtocolOutsideHttp(byte[] bytes, int start, int end) {
    int from = start;
    int to = end;
    while (from < to && Ascii.isSpace(bytes[from])) {
      from++;
    }
    while (to > from && Ascii.isSpace(bytes[to - 1])) {
      to--;
    }
    int name = from;
    while (name < to && Ascii.isToken(bytes[name])) {
      name++;
    }
    boolean http =
        Ascii.equalsIgnoreCase(bytes, from, name, "http")
            || Ascii.equalsIgnoreCase(bytes, from, Math.min(name, from + 2), "h2");
    int version = name < to && bytes[name] == '/' ? name + 1 : name;
    while (version < to && Ascii.isToken(bytes[version])) {
      version++;
    }
    return version == to && !http;
  }

  private static int literal(byte[] bytes, int start, int end) {
    int at = start + 1;
    while (at < end && (Ascii.hexDigit(bytes[at]) >= 0 || bytes[at] == ':' || bytes[at] == '.')) {
      at++;
    }
    return at > start + 1 && at < end && bytes[at] == ']' ? at + 1 : start;
  }

  private static int name(byte[] bytes, int start, int end) {
    int at = start;
    while (at < end && isNameByte(bytes[at])) {
      at++;
    }
    return at;
  }

  /** unreserved, sub-delims or a percent sign; a comma would join two values, so it is left out. */
  private static boolean isNameByte(byte b) {
    boolean letter = Ascii.isDigit(b) || (Ascii.lower(b) >= 'a' && Ascii.lower(b) <= 'z');
    return letter || "-._~!$&'()*+;=%".indexOf(b) >= 0;
  }

  private static boolean isPort(byte[] bytes, int start, int end) {
    return start == end || (end - start <= 5 && length(bytes, start, end) >= 0);
  }
}
