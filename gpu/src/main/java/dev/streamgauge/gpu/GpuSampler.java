package dev.streamgauge.gpu;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the GPUs every interval, on a thread of its own: a driver may take seconds for a call,
 * or never come back from it. Whoever asks {@link #now()} waits for nothing and gets what is known;
 * a sample older than five intervals (at least 5 s, and twice what the look took, up to a minute)
 * is shown no more. A second thread watches over each call, and says in the log that one hangs,
 * once each time.
 *
 * <p>A driver that is lost, or not there, is opened again after 1 s, then after twice as long each
 * time, up to a minute.
 */
public final class GpuSampler {
  private static final int INTERVALS_SHOWN = 5;
  private static final long SHOWN_NANOS_MIN = Duration.ofSeconds(5).toNanos();
  private static final long SHOWN_NANOS_MAX = Duration.ofMinutes(1).toNanos();
  private static final long BACKOFF_NANOS_MIN = Duration.ofSeconds(1).toNanos();
  private static final long BACKOFF_NANOS_MAX = Duration.ofMinutes(1).toNanos();

  /** The driver's own frames lie on it, and nobody knows how large they are. */
  private static final long STACK_BYTES = 1024 * 1024;

  private final GpuReader reader;
  private final GpuWatcher watcher;
  private final SamplerClock clock;
  private final GpuLog log;
  private final long intervalNanos;
  private final long shownNanos;
  private final Thread sampling = thread("gpu", this::sample);
  private final Thread watching = thread("gpu-watch", this::watch);

  private volatile @Nullable Sampled last;

  /** When the look began that has not ended; null while none is being made. */
  private volatile @Nullable Long busySinceNanos;

  private volatile boolean closed;

  // the sampler's thread alone
  private int failures;
  private long reopenedNanos;

  // the watching thread alone
  private boolean hangTold;
  private long callsSeen;
  private long callSeenNanos;

  /** Starts nothing yet. */
  public GpuSampler(
      GpuReader reader, Duration interval, SamplerClock clock, Consumer<String> lines) {
    this(reader, interval, clock, lines, (_, _) -> {});
  }

  /** Starts nothing yet. The watcher is told of each look. */
  public GpuSampler(
      GpuReader reader,
      Duration interval,
      SamplerClock clock,
      Consumer<String> lines,
      GpuWatcher watcher) {
    this.reader = reader;
    this.watcher = watcher;
    this.clock = clock;
    this.log = new GpuLog(lines);
    this.intervalNanos = interval.toNanos();
    this.shownNanos = Math.max(INTERVALS_SHOWN * intervalNanos, SHOWN_NANOS_MIN);
  }

  private static Thread thread(String name, Runnable run) {
    return Thread.ofPlatform().daemon().name(name).stackSize(STACK_BYTES).unstarted(run);
  }

  /** Returns at once. */
  public void start() {
    sampling.start();
    watching.start();
  }

  /** Ends the looking; returns at once, whatever the driver does. */
  public void close() {
    closed = true;
    sampling.interrupt();
    watching.interrupt();
  }

  /** What is known now. Any thread; waits for nothing. */
  public GpuStatus now() {
    Sampled sampled = last;
    if (sampled == null) {
      return new GpuStatus(null, null, reader.errors(), reader.xids(), log.told());
    }
    long ageNanos = Math.max(0, clock.nanos() - sampled.atNanos);
    GpuSnapshot shown = ageNanos > shownNanos(sampled.tookNanos) ? null : sampled.snapshot;
    return new GpuStatus(shown, ageNanos, reader.errors(), reader.xids(), log.told());
  }

  private void sample() {
    try {
      while (!closed) {
        clock.await(look());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      reader.close();
    }
  }

  /** One look; says how long to wait for the next one. */
  long look() {
    long beganNanos = clock.nanos();
    busySinceNanos = beganNanos;
    try {
      GpuReading reading = reader.read();
      log.tell(reading);
      return switch (reading) {
        case GpuReading.Seen(GpuSnapshot snapshot) -> seen(snapshot, beganNanos);
        case GpuReading.NoDriver _, GpuReading.Lost _ -> lost();
      };
    } finally {
      busySinceNanos = null;
    }
  }

  /** A driver that is slow at each call is looked at less often, not taken for one that hangs. */
  private long shownNanos(long tookNanos) {
    return Math.max(shownNanos, Math.min(2 * tookNanos, SHOWN_NANOS_MAX));
  }

  private long seen(GpuSnapshot snapshot, long beganNanos) {
    long nowNanos = clock.nanos();
    last = new Sampled(snapshot, nowNanos, nowNanos - beganNanos);
    watcher.looked(snapshot, nowNanos);
    if (snapshot.missing().isEmpty()) {
      failures = 0;
    } else if (failures == 0 || nowNanos - reopenedNanos > backoffNanos(failures)) {
      reopen(nowNanos);
    }
    return intervalNanos;
  }

  private long lost() {
    Sampled before = last;
    if (before != null) {
      last = new Sampled(null, before.atNanos, 0);
    }
    long nowNanos = clock.nanos();
    watcher.looked(null, nowNanos);
    reopen(nowNanos);
    return backoffNanos(failures);
  }

  private void reopen(long nowNanos) {
    reader.close();
    failures++;
    reopenedNanos = nowNanos;
  }

  private static long backoffNanos(int failures) {
    int doublings = Math.clamp(failures - 1, 0, 6);
    return Math.min(BACKOFF_NANOS_MIN << doublings, BACKOFF_NANOS_MAX);
  }

  private void watch() {
    try {
      while (!closed) {
        lookAtSampler();
        clock.await(BACKOFF_NANOS_MIN);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether a call has been going on for longer than a sample is shown, as seen by turns. */
  void lookAtSampler() {
    long nowNanos = clock.nanos();
    long calls = reader.calls();
    Long since = busySinceNanos;
    if (calls != callsSeen || since == null) {
      callsSeen = calls;
      callSeenNanos = nowNanos;
    }
    long busyNanos = since == null ? 0 : nowNanos - Math.max(since, callSeenNanos);
    if (busyNanos > shownNanos && !hangTold) {
      hangTold = true;
      log.hangs(reader.lastCall(), busyNanos);
    } else if (busyNanos <= shownNanos && hangTold) {
      hangTold = false;
      log.answersAgain();
    }
  }

  /**
   * The last answer.
   *
   * @param snapshot null where the driver has been lost since
   * @param tookNanos the look
   */
  private record Sampled(@Nullable GpuSnapshot snapshot, long atNanos, long tookNanos) {}
}
