package dev.streamgauge.timeline;

/** The one monotonic clock. Only {@link #system()} calls {@link System#nanoTime()}. */
@FunctionalInterface
public interface Ticker {
  /** Nanoseconds since some fixed, arbitrary point. */
  long nanos();

  static Ticker system() {
    return System::nanoTime;
  }
}
