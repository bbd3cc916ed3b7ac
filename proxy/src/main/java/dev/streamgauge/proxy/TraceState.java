package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.Head;
import org.jspecify.annotations.Nullable;

/**
 * A {@code tracestate} (W3C Trace Context, section 3.3): at most 32 members, at most 512 characters
 * of all its fields together. What is more, or malformed, is none. Pure functions.
 */
final class TraceState {
  private static final int MEMBERS_MAX = 32;

  /** As much as everybody has to pass on: section 3.3.1.5. */
  private static final int LENGTH_MAX = 512;

  private static final int KEY_LENGTH_MAX = 256;
  private static final int VALUE_LENGTH_MAX = 256;

  private TraceState() {}

  /** All fields of a head as one; null where there is none that can be read. */
  static @Nullable String of(Head head) {
    String all = head.joined("tracestate", LENGTH_MAX);
    return all == null || !wellFormed(all) ? null : all;
  }

  static boolean wellFormed(String all) {
    int members = 0;
    int at = 0;
    while (at <= all.length()) {
      int comma = all.indexOf(',', at);
      int end = comma < 0 ? all.length() : comma;
      String member = all.substring(at, end).strip();
      if (!member.isEmpty()) {
        members++;
        if (members > MEMBERS_MAX || !isMember(member)) {
          return false;
        }
      }
      at = end + 1;
    }
    return members > 0;
  }

  private static boolean isMember(String member) {
    int equals = member.indexOf('=');
    return equals > 0 && isKey(member, equals) && isValue(member, equals + 1);
  }

  /** Of small letters, digits and {@code _-*}/; one {@code @} may stand between two parts. */
  private static boolean isKey(String member, int end) {
    int ats = 0;
    for (int i = 0; i < end; i++) {
      char c = member.charAt(i);
      ats += c == '@' ? 1 : 0;
      boolean first = i == 0 || member.charAt(i - 1) == '@';
      if (!(first ? isLetterOrDigit(c) : isLetterOrDigit(c) || "_-*/@".indexOf(c) >= 0)) {
        return false;
      }
    }
    return ats <= 1 && end <= KEY_LENGTH_MAX && member.charAt(end - 1) != '@';
  }

  /** Visible ASCII but for comma and equals sign; spaces inside are fine. */
  private static boolean isValue(String member, int start) {
    for (int i = start; i < member.length(); i++) {
      char c = member.charAt(i);
      if (c < ' ' || c > '~' || c == ',' || c == '=') {
        return false;
      }
    }
    int length = member.length() - start;
    return length > 0 && length <= VALUE_LENGTH_MAX;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }
}
