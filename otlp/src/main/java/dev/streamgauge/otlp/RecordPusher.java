package dev.streamgauge.otlp;

import dev.streamgauge.telemetry.PushCounts;
import dev.streamgauge.telemetry.RecordRing;
import dev.streamgauge.timeline.RequestRecord;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends what is made of finished requests, in batches, on a daemon thread of its own. Records wait
 * for it in a bounded ring; what does not fit is dropped and counted. A collector that is gone,
 * slow or hangs keeps nobody waiting but that thread.
 */
final class RecordPusher implements AutoCloseable {
  /** Records that may wait. */
  static final int RING_SIZE = 1024;

  /** Requests of one batch. */
  static final int BATCH_MAX = 128;

  private static final long CLOSE_MILLIS_MAX = 2000;
  private static final long TOLD_LATE_MILLIS = 1000;

  /** What the thread puts together and sends. */
  interface Batch {
    void add(RequestRecord record);

    /** Sends what was added, and forgets it. */
    CompletableResultCode send();

    /** Whatever it is sent by is no longer needed. */
    void shutdown();
  }

  private final PushCounts counts;
  private final PushCounts.Signal signal;
  private final RecordRing ring = new RecordRing(RING_SIZE);
  private final Batch batch;
  private final long everyNanos;
  private final long patienceMillis;
  private final AtomicBoolean asleep = new AtomicBoolean();
  private final Thread thread;
  private volatile boolean closing;

  /**
   * Starts its thread.
   *
   * @param every how long a record waits for others, at most
   * @param timeout of one batch; the exporter keeps to it, and if it does not, we do
   */
  RecordPusher(
      PushCounts counts, PushCounts.Signal signal, Batch batch, Duration every, Duration timeout) {
    this.counts = counts;
    this.signal = signal;
    this.batch = batch;
    this.everyNanos = every.toNanos();
    this.patienceMillis = timeout.toMillis() + TOLD_LATE_MILLIS;
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("otlp-" + signal.name().toLowerCase(java.util.Locale.ROOT))
            .start(this::run);
  }

  /** Never blocks. Any thread. */
  void offer(RequestRecord record) {
    if (closing || !ring.put(record)) {
      counts.add(signal, PushCounts.Result.DROPPED, 1);
    } else if (ring.isHalfFull() && asleep.compareAndSet(true, false)) {
      LockSupport.unpark(thread);
    }
  }

  /** Sends what waits, for 2 s at most. */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_MILLIS_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    boolean last = false;
    while (!last) {
      last = closing;
      boolean more = true;
      while (more) {
        more = sendBatch();
      }
      if (!last) {
        sleep();
      }
    }
    batch.shutdown();
  }

  private void sleep() {
    asleep.set(true);
    if (!closing && !ring.isHalfFull()) {
      LockSupport.parkNanos(this, everyNanos);
    }
    asleep.set(false);
  }

  /** False if nothing more waited. */
  private boolean sendBatch() {
    int taken = 0;
    RequestRecord record = ring.take();
    while (record != null) {
      taken++;
      add(record);
      record = taken < BATCH_MAX ? ring.take() : null;
    }
    if (taken > 0) {
      counts.add(signal, send() ? PushCounts.Result.SENT : PushCounts.Result.FAILED, taken);
    }
    return taken == BATCH_MAX;
  }

  private void add(RequestRecord record) {
    try {
      batch.add(record);
    } catch (RuntimeException fault) {
      System.err.println("streamgauge: otlp: a record cannot be told: " + fault);
    }
  }

  private boolean send() {
    try {
      return batch.send().join(patienceMillis, TimeUnit.MILLISECONDS).isSuccess();
    } catch (RuntimeException fault) {
      System.err.println("streamgauge: otlp: a batch cannot be sent: " + fault);
      return false;
    }
  }
}
