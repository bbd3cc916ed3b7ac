package dev.streamgauge.proxy.gate;

import org.jspecify.annotations.Nullable;

/**
 * How urgent a request says it is: a number alone, or the parameter {@code u} of a field as in RFC
 * 9218 section 4.1. What says nothing, or nothing that is understood, is as usual. Pure functions.
 */
public final class Urgency {
  private static final int LENGTH_MAX = 64;

  private Urgency() {}

  /** From 0, the most urgent, to 7. */
  public static int of(@Nullable String field) {
    if (field == null || field.length() > LENGTH_MAX) {
      return Gate.URGENCY_BY_DEFAULT;
    }
    int found = Gate.URGENCY_BY_DEFAULT;
    for (String member : field.split(",", -1)) {
      String text = member.strip();
      String digits = text.startsWith("u=") ? text.substring(2) : text;
      if (digits.length() == 1 && digits.charAt(0) >= '0' && digits.charAt(0) <= '7') {
        found = digits.charAt(0) - '0'; // the last one counts: RFC 8941 section 3.2
      }
    }
    return found;
  }
}
