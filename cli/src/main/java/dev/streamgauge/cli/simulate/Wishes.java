package dev.streamgauge.cli.simulate;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one request wishes by its header {@code x-simulate: fault=KIND;after=N;ttft=D;itl=D;
 * tokens=N;tokens_per_chunk=K;reasoning=N;stall=2s;comments=1s;opening=D;tools;incremental;framing=close;status=503},
 * or by the same text as {@code ?simulate=...}; the header beats the query. Null where it says
 * nothing. A wish that cannot be read is answered with 400, so that no test passes by a typo.
 */
final class Wishes {
  static final String HEADER = "x-simulate";
  static final String QUERY = "simulate";
  private static final long STALL_NANOS_DEFAULT = Duration.ofSeconds(2).toNanos();
  private static final int AFTER_DEFAULT = 3;
  private static final int STATUS_MIN = 400;
  private static final int STATUS_MAX = 599;

  @Nullable Fault fault;
  boolean noFault;
  int after = AFTER_DEFAULT;
  @Nullable Distribution ttft;
  @Nullable Distribution itl;
  @Nullable Distribution tokens;
  @Nullable Distribution tokensPerChunk;
  @Nullable Long reasoningTokens;
  @Nullable Boolean tools;
  long stallNanos = STALL_NANOS_DEFAULT;
  @Nullable Long commentNanos;
  @Nullable Long openingNanos;
  @Nullable Boolean incremental;
  boolean untilClose;
  @Nullable Integer status;

  /**
   * @param weaker read first, then overruled; null for none
   * @throws IllegalArgumentException with what was expected
   */
  static Wishes of(@Nullable String weaker, @Nullable String stronger) {
    Wishes wishes = new Wishes();
    wishes.addAll(weaker == null ? "" : weaker);
    wishes.addAll(stronger == null ? "" : stronger);
    return wishes;
  }

  private void addAll(String text) {
    int start = 0;
    while (start < text.length()) {
      int semicolon = text.indexOf(';', start);
      int end = semicolon < 0 ? text.length() : semicolon;
      String wish = text.substring(start, end).strip();
      if (!wish.isEmpty()) {
        int equals = wish.indexOf('=');
        add(
            (equals < 0 ? wish : wish.substring(0, equals)).strip().toLowerCase(Locale.ROOT),
            equals < 0 ? "true" : wish.substring(equals + 1).strip());
      }
      start = end + 1;
    }
  }

  private void add(String name, String value) {
    switch (name) {
      case "fault" -> addFault(value);
      case "after" -> after = (int) whole(name, value, 0, Integer.MAX_VALUE);
      case "ttft" -> ttft = Distribution.ofDurations(value);
      case "itl" -> itl = Distribution.ofDurations(value);
      case "tokens" -> tokens = Distribution.ofCounts(value);
      case "tokens_per_chunk" -> tokensPerChunk = Distribution.ofCounts(value);
      case "reasoning" -> reasoningTokens = whole(name, value, 0, Long.MAX_VALUE);
      case "tools" -> tools = oneOf(name, value, "true", "false").equals("true");
      case "stall" -> stallNanos = Math.round(Distribution.nanos(value));
      case "comments" -> commentNanos = atLeastOne(Math.round(Distribution.nanos(value)));
      case "opening" -> openingNanos = Math.round(Distribution.nanos(value));
      case "incremental" -> incremental = oneOf(name, value, "true", "false").equals("true");
      case "framing" -> untilClose = oneOf(name, value, "close", "chunked").equals("close");
      case "status" -> status = (int) whole(name, value, STATUS_MIN, STATUS_MAX);
      default -> throw new IllegalArgumentException(name + ": unknown wish");
    }
  }

  private void addFault(String value) {
    fault = Fault.named(value);
    noFault = value.equals("none");
    if (fault == null && !noFault) {
      throw new IllegalArgumentException(
          "fault=" + value + ": unknown (expected: none, " + Fault.labels() + ")");
    }
  }

  private static @Nullable Long atLeastOne(long nanos) {
    return nanos > 0 ? nanos : null;
  }

  private static long whole(String name, String value, long min, long max) {
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        name + "=" + value + ": (expected: a whole number from " + min + " to " + max + ")");
  }

  private static String oneOf(String name, String value, String first, String second) {
    if (!value.equals(first) && !value.equals(second)) {
      throw new IllegalArgumentException(
          name + "=" + value + ": (expected: " + first + " or " + second + ")");
    }
    return value;
  }
}
