package dev.streamgauge.cli.simulate;

import dev.streamgauge.timeline.Ticker;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What all connections of a simulator share. */
final class Serving {
  /** What all answers call their date: the same seed gives the same bytes. */
  static final long CREATED_SECONDS = 1_795_478_400;

  private final SimulatorSettings settings;
  private final SimulatorStats stats;
  private final Ticker ticker;
  private final @Nullable Slots slots;
  private final AtomicLong lastNumber = new AtomicLong();

  Serving(SimulatorSettings settings, SimulatorStats stats, Ticker ticker) {
    this.settings = settings;
    this.stats = stats;
    this.ticker = ticker;
    Integer count = settings.slots();
    this.slots = count == null ? null : new Slots(count);
  }

  SimulatorSettings settings() {
    return settings;
  }

  SimulatorStats stats() {
    return stats;
  }

  Ticker ticker() {
    return ticker;
  }

  /** Null where any number is worked on at once. */
  @Nullable Slots slots() {
    return slots;
  }

  /** Of a new request, from 1. */
  long nextNumber() {
    return lastNumber.incrementAndGet();
  }

  /** Each request draws from its own, so that its answer does not depend on its neighbours'. */
  RandomGenerator random(long number) {
    return new SplittableRandom(settings.seed() * 1_000_003 + number);
  }
}
