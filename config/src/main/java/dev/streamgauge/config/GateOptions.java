package dev.streamgauge.config;

import dev.streamgauge.config.ProxySettings.Concurrency;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The options of {@code streamgauge proxy} about the queue in front of the server. */
public final class GateOptions {
  public static final Option<OrOff.Switched<Concurrency>> MAX_CONCURRENCY =
      Option.one(
          "max-concurrency",
          new OrOff<>(new ConcurrencyValue()),
          "off",
          "Most requests with the upstream at once, each to the end of its answer; the rest wait."
              + " auto finds the number by the time to the first token");
  static final Option<Integer> MAX_QUEUE =
      Option.one(
          "max-queue",
          new WholeNumber(0, 1_000_000),
          null,
          "Most requests that wait at once; past it 503 with Retry-After. Unset: ten for each that"
              + " may be with the upstream");
  static final Option<Duration> QUEUE_TIMEOUT =
      Option.one("queue-timeout", DurationValue.positive(), "30s", "Longest wait, then 503");
  static final Option<OrOff.Switched<String>> PRIORITY_HEADER =
      Option.one(
          "priority-header",
          new OrOff<>(new Pseudonym()),
          "off",
          "The request header that says how urgent it is: a number from 0, the most urgent, to 7, or"
              + " u=N as in RFC 9218; 3 where it says nothing");
  static final Option<Duration> PRIORITY_AGE_LIMIT =
      Option.one(
          "priority-age-limit",
          DurationValue.positive(),
          "10s",
          "Who has waited longer goes first, however urgent others are");

  static final List<Option<?>> ALL =
      List.of(MAX_CONCURRENCY, MAX_QUEUE, QUEUE_TIMEOUT, PRIORITY_HEADER, PRIORITY_AGE_LIMIT);

  private GateOptions() {}

  private static @Nullable String lowerCase(@Nullable String name) {
    return name == null ? null : name.toLowerCase(Locale.ROOT);
  }

  static ProxySettings.Gate gate(Reading reading) {
    return new ProxySettings.Gate(
        reading.get(MAX_CONCURRENCY).orNull(),
        reading.find(MAX_QUEUE),
        reading.get(QUEUE_TIMEOUT),
        lowerCase(reading.get(PRIORITY_HEADER).orNull()),
        reading.get(PRIORITY_AGE_LIMIT));
  }
}
