package dev.streamgauge.otlp;

import dev.streamgauge.telemetry.PushCounts;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Sends the page of metrics every now and then, on a daemon thread of its own: one at a time, so
 * that a collector that hangs costs one page and the ones that are not made meanwhile.
 */
final class MetricPusher implements AutoCloseable {
  private static final long CLOSE_MILLIS_MAX = 2000;
  private static final long TOLD_LATE_MILLIS = 1000;

  private final PushCounts counts;
  private final Supplier<MetricSnapshots> page;
  private final MetricConversion conversion;
  private final MetricExporter exporter;
  private final InstantSource clock;
  private final Duration every;
  private final long patienceMillis;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  MetricPusher(
      PushCounts counts,
      Supplier<MetricSnapshots> page,
      MetricConversion conversion,
      MetricExporter exporter,
      InstantSource clock,
      Duration every,
      Duration timeout) {
    this.counts = counts;
    this.page = page;
    this.conversion = conversion;
    this.exporter = exporter;
    this.clock = clock;
    this.every = every;
    this.patienceMillis = timeout.toMillis() + TOLD_LATE_MILLIS;
    this.thread = Thread.ofPlatform().daemon().name("otlp-metrics").start(this::run);
  }

  /** Sends a last page, for 2 s at most. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(CLOSE_MILLIS_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static long epochNanos(Instant moment) {
    return TimeUnit.SECONDS.toNanos(moment.getEpochSecond()) + moment.getNano();
  }

  private void run() {
    try {
      boolean last = false;
      while (!last) {
        last = closing.await(every.toNanos(), TimeUnit.NANOSECONDS);
        counts.add(
            PushCounts.Signal.METRICS,
            send() ? PushCounts.Result.SENT : PushCounts.Result.FAILED,
            1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    var _ = exporter.shutdown();
  }

  private boolean send() {
    try {
      return exporter
          .export(conversion.convert(page.get(), epochNanos(clock.instant())))
          .join(patienceMillis, TimeUnit.MILLISECONDS)
          .isSuccess();
    } catch (RuntimeException fault) {
      System.err.println("streamgauge: otlp: metrics cannot be sent: " + fault);
      return false;
    }
  }
}
