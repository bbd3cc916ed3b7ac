package dev.streamgauge.proxy.http1;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message head as it came: its bytes, and where its parts are. Field names are tokens, values
 * have no control characters and no surrounding white space; there are no folded lines. Immutable
 * once {@link HeadParser} has handed it out.
 */
public final class Head {
  /** Four offsets a field: name start, name end, value start, value end. */
  static final int OFFSETS_PER_FIELD = 4;

  final byte[] bytes;
  private final int[] offsets;
  private final int fieldCount;
  private final int firstEnd;
  private final int secondStart;
  private final int secondEnd;
  private final int minorVersion;

  Head(
      byte[] bytes,
      int[] offsets,
      int fieldCount,
      int firstEnd,
      int secondStart,
      int secondEnd,
      int minorVersion) {
    this.bytes = bytes;
    this.offsets = offsets;
    this.fieldCount = fieldCount;
    this.firstEnd = firstEnd;
    this.secondStart = secondStart;
    this.secondEnd = secondEnd;
    this.minorVersion = minorVersion;
  }

  /** The request's method. */
  public String method() {
    return ascii(0, firstEnd);
  }

  boolean methodIs(String upperCase) {
    return firstEnd == upperCase.length() && method().equals(upperCase);
  }

  /** The request's target as it came. */
  public String target() {
    return ascii(secondStart, secondEnd);
  }

  int targetStart() {
    return secondStart;
  }

  int targetEnd() {
    return secondEnd;
  }

  /** The target's path without query; of an absolute target its path; {@code *} for that form. */
  public String path() {
    int start = pathStart();
    int end = start;
    while (end < secondEnd && bytes[end] != '?') {
      end++;
    }
    return start == end ? "/" : ascii(start, end);
  }

  /** Where the origin form begins inside the target: behind an absolute target's authority. */
  int pathStart() {
    int authority = authorityStart();
    if (authority < 0) {
      return secondStart;
    }
    int at = authority;
    while (at < secondEnd && bytes[at] != '/' && bytes[at] != '?') {
      at++;
    }
    return at;
  }

  /** Where the authority of an absolute target begins, or -1 for the other forms. */
  int authorityStart() {
    if (bytes[secondStart] == '/' || bytes[secondStart] == '*') {
      return -1;
    }
    if (startsWith("http://")) {
      return secondStart + 7;
    }
    return startsWith("https://") ? secondStart + 8 : -1;
  }

  private boolean startsWith(String lowerCase) {
    int end = secondStart + lowerCase.length();
    return end <= secondEnd && Ascii.equalsIgnoreCase(bytes, secondStart, end, lowerCase);
  }

  /** The target in origin form: path and query; {@code *} for that form. */
  public String originTarget() {
    int start = pathStart();
    boolean noPath = start == secondEnd || bytes[start] == '?';
    return noPath ? "/" + ascii(start, secondEnd) : ascii(start, secondEnd);
  }

  /** Whom the request is for: an absolute target's authority, or Host; null without either. */
  public @Nullable String authority() {
    int start = authorityStart();
    return start < 0 ? header("host") : ascii(start, pathStart());
  }

  /** Whether Connection and Upgrade ask for this protocol, and HTTP2-Settings belong to it. */
  public boolean asksForUpgradeTo(String lowerCaseProtocol) {
    return minorVersion == 1
        && lists("connection", "upgrade")
        && lists("connection", "http2-settings")
        && lists("upgrade", lowerCaseProtocol);
  }

  /** Whether the sender says that it takes trailers. */
  public boolean listsTrailers() {
    return lists("te", "trailers");
  }

  /** The response's status code, 100 to 999. */
  public int status() {
    return (bytes[secondStart] - '0') * 100
        + (bytes[secondStart + 1] - '0') * 10
        + (bytes[secondStart + 2] - '0');
  }

  /** 0 for HTTP/1.0, 1 for HTTP/1.1. */
  public int minorVersion() {
    return minorVersion;
  }

  public int fieldCount() {
    return fieldCount;
  }

  int nameStart(int field) {
    return offsets[field * OFFSETS_PER_FIELD];
  }

  int nameEnd(int field) {
    return offsets[field * OFFSETS_PER_FIELD + 1];
  }

  int valueStart(int field) {
    return offsets[field * OFFSETS_PER_FIELD + 2];
  }

  int valueEnd(int field) {
    return offsets[field * OFFSETS_PER_FIELD + 3];
  }

  boolean nameIs(int field, String lowerCase) {
    return Ascii.equalsIgnoreCase(bytes, nameStart(field), nameEnd(field), lowerCase);
  }

  public String name(int field) {
    return ascii(nameStart(field), nameEnd(field));
  }

  public String value(int field) {
    return ascii(valueStart(field), valueEnd(field));
  }

  /** The first field of that name, or -1. */
  int find(String lowerCase) {
    for (int field = 0; field < fieldCount; field++) {
      if (nameIs(field, lowerCase)) {
        return field;
      }
    }
    return -1;
  }

  /** The value of the first field of that name, bytes above 127 as ISO 8859-1. */
  public @Nullable String header(String lowerCase) {
    int field = find(lowerCase);
    return field < 0 ? null : value(field);
  }

  /** The value of the last field of that name. */
  public @Nullable String lastHeader(String lowerCase) {
    for (int field = fieldCount - 1; field >= 0; field--) {
      if (nameIs(field, lowerCase)) {
        return value(field);
      }
    }
    return null;
  }

  /** The value of the one field of that name; null also where there are several. */
  public @Nullable String onlyHeader(String lowerCase) {
    int found = find(lowerCase);
    for (int field = found + 1; field < fieldCount; field++) {
      if (nameIs(field, lowerCase)) {
        return null;
      }
    }
    return found < 0 ? null : value(found);
  }

  /**
   * All fields of that name as one list (RFC 9110 section 5.3).
   *
   * @return null where there is none, or they are longer together
   */
  public @Nullable String joined(String lowerCase, int lengthMax) {
    StringBuilder all = null;
    for (int field = Math.max(0, find(lowerCase)); field < fieldCount; field++) {
      if (nameIs(field, lowerCase)) {
        String value = value(field);
        if (all == null) {
          all = new StringBuilder(value.length());
        } else {
          all.append(',');
        }
        if (all.length() + value.length() > lengthMax) {
          return null;
        }
        all.append(value);
      }
    }
    return all == null ? null : all.toString();
  }

  /** Whether any field of that name lists that token. */
  boolean lists(String name, String lowerCaseToken) {
    for (int field = 0; field < fieldCount; field++) {
      if (nameIs(field, name) && valueLists(field, lowerCaseToken)) {
        return true;
      }
    }
    return false;
  }

  private boolean valueLists(int field, String lowerCaseToken) {
    int end = valueEnd(field);
    int at = valueStart(field);
    while (at < end) {
      int stop = at;
      while (stop < end && bytes[stop] != ',') {
        stop++;
      }
      if (trimmedEquals(at, stop, lowerCaseToken)) {
        return true;
      }
      at = stop + 1;
    }
    return false;
  }

  private boolean trimmedEquals(int start, int end, String lowerCaseToken) {
    int from = start;
    int to = end;
    while (from < to && Ascii.isSpace(bytes[from])) {
      from++;
    }
    while (to > from && Ascii.isSpace(bytes[to - 1])) {
      to--;
    }
    return Ascii.equalsIgnoreCase(bytes, from, to, lowerCaseToken);
  }

  /** Whether a {@code Connection} field names the given field. */
  boolean connectionNames(int field) {
    for (int other = 0; other < fieldCount; other++) {
      if (nameIs(other, "connection") && valueLists(other, lowerName(field))) {
        return true;
      }
    }
    return false;
  }

  private String lowerName(int field) {
    int start = nameStart(field);
    byte[] name = new byte[nameEnd(field) - start];
    for (int i = 0; i < name.length; i++) {
      name[i] = Ascii.lower(bytes[start + i]);
    }
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  private String ascii(int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }
}
