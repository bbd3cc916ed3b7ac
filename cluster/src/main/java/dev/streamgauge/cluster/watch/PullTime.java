package dev.streamgauge.cluster.watch;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long an image was pulled, from the kubelet's event Pulled: {@code Successfully pulled image
 * "x" in 1m2.5s (1m40s including waiting). Image size: 9 bytes.} The time in parentheses counts,
 * where it stands (kubelet 1.27 and later).
 */
final class PullTime {
  private static final String TIME = "((?:\\d{1,4}(?:\\.\\d{1,9})?(?:ms|µs|us|ns|h|m|s))+)";
  private static final Pattern WAITING = Pattern.compile("\\(" + TIME + " including waiting\\)");
  private static final Pattern PULLED = Pattern.compile(" in " + TIME);
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|µs|us|ns|h|m|s)");

  private PullTime() {}

  /** Null where the message does not say, as of an image that was there. */
  static @Nullable Duration of(String message) {
    if (!message.startsWith("Successfully pulled")) {
      return null;
    }
    Matcher waiting = WAITING.matcher(message);
    if (waiting.find()) {
      return duration(waiting.group(1));
    }
    Matcher pulled = PULLED.matcher(message);
    return pulled.find() ? duration(pulled.group(1)) : null;
  }

  /** As Go writes it. */
  private static Duration duration(String text) {
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      BigDecimal nanos = new BigDecimal(part.group(1)).multiply(unitNanos(part.group(2)));
      sum = sum.plusNanos(nanos.longValue());
    }
    return sum;
  }

  private static BigDecimal unitNanos(String unit) {
    return BigDecimal.valueOf(
        switch (unit) {
          case "h" -> 3_600_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "s" -> 1_000_000_000L;
          case "ms" -> 1_000_000L;
          case "ns" -> 1L;
          default -> 1_000L; // both ways to write a microsecond
        });
  }
}
