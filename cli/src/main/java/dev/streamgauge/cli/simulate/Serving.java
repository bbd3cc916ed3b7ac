package dev.streamgauge.cli.simulate;

import dev.streamgauge.timeline.Ticker;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** What all connections of a simulator share. */
final class Serving {
  /** What all answers call their date: the same seed gives the same bytes. */
  static final long CREATED_SECONDS = 1_795_478_400;

  private final SimulatorSettings settings;
  private final SimulatorStats stats;
  private final Ticker ticker;
  private final AtomicLong lastNumber = new AtomicLong();

  Serving(SimulatorSettings settings, SimulatorStats stats, Ticker ticker) {
    this.settings = settings;
    this.stats = stats;
    this.ticker = ticker;
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

  /** Of a new request, from 1. */
  long nextNumber() {
    return lastNumber.incrementAndGet();
  }

  /** Each request draws from its own, so that its answer does not depend on its neighbours'. */
  RandomGenerator random(long number) {
    return new SplittableRandom(settings.seed() * 1_000_003 + number);
  }
}
