package dev.streamgauge.cli.simulate;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one request wishes by its header {@code x-simulate: fault=KIND;after=N;ttft=D;itl=D;
 * tokens=N;tokens_per_chunk=K;reasoning=N;stall=2s;tools;framing=close;status=503}. Null where it
 * says nothing. A wish that cannot be read is answered with 400, so that no test passes by a typo.
 */
final class Wishes {
  static final String HEADER = "x-simulate";
  private static final long STALL_NANOS_DEFAULT = Duration.ofSeconds(2).toNanos();
  private static final int AFTER_DEFAULT = 3;

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
  boolean untilClose;

  /**
   * @throws IllegalArgumentException with what was expected
   */
  static Wishes of(@Nullable String header) {
    Wishes wishes = new Wishes();
    if (header == null) {
      return wishes;
    }
    int start = 0;
    while (start < header.length()) {
      int semicolon = header.indexOf(';', start);
      int end = semicolon < 0 ? header.length() : semicolon;
      String wish = header.substring(start, end).strip();
      if (!wish.isEmpty()) {
        int equals = wish.indexOf('=');
        wishes.add(
            (equals < 0 ? wish : wish.substring(0, equals)).strip().toLowerCase(Locale.ROOT),
            equals < 0 ? "true" : wish.substring(equals + 1).strip());
      }
      start = end + 1;
    }
    return wishes;
  }

  private void add(String name, String value) {
    switch (name) {
      case "fault" -> addFault(value);
      case "after" -> after = Integer.parseInt(value);
      case "ttft" -> ttft = Distribution.ofDurations(value);
      case "itl" -> itl = Distribution.ofDurations(value);
      case "tokens" -> tokens = Distribution.ofCounts(value);
      case "tokens_per_chunk" -> tokensPerChunk = Distribution.ofCounts(value);
      case "reasoning" -> reasoningTokens = Long.parseLong(value);
      case "tools" -> tools = value.equals("true");
      case "stall" -> stallNanos = Math.round(Distribution.nanos(value));
      case "framing" -> untilClose = value.equals("close");
      default -> throw new IllegalArgumentException(name + ": unknown");
    }
  }

  private void addFault(String value) {
    if (value.equals("none")) {
      noFault = true;
      return;
    }
    fault = Fault.named(value);
    if (fault == null) {
      throw new IllegalArgumentException("fault=" + value + ": unknown");
    }
  }
}
