package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.TelemetrySettings.AccessLogging;
import dev.streamgauge.telemetry.TelemetrySettings.Target;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes one line for each finished request, on a daemon thread of its own. Records wait for it in
 * a bounded ring; what does not fit, and what the target does not take, is dropped and counted. A
 * target that blocks or is closed keeps nobody waiting but that thread.
 */
public final class AccessLog implements AutoCloseable {
  /** Lines are collected for so long, to be written together. */
  private static final long COLLECT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final int BATCH_BYTES = 64 * 1024;
  private static final long CLOSE_MILLIS_MAX = 2000;

  /** What the writer does; whoever finds it asleep and has a reason to wake it changes that. */
  private enum Writer {
    BUSY,
    /** Collecting; woken early only when the ring gets full. */
    COLLECTING,
    IDLE
  }

  private final AccessLogChoice choice;
  private final RecordRing ring;
  private final @Nullable LogTarget target;
  private final @Nullable Thread thread;
  private final AtomicReference<Writer> writer = new AtomicReference<>(Writer.BUSY);
  private final LongAdder dropped = new LongAdder();

  /** Taken from the ring, and then written or dropped. */
  private final AtomicLong settled = new AtomicLong();

  private final AccessLogLines lines;
  private boolean failing;
  private volatile boolean closing;

  /**
   * @param standardOut used if the target is standard output; never closed
   * @throws UncheckedIOException if the file cannot be opened
   */
  public AccessLog(AccessLogging settings, OutputStream standardOut) {
    lines = new AccessLogLines(settings);
    choice = new AccessLogChoice(settings);
    ring = new RecordRing(settings.ringSize());
    target = open(settings.target(), standardOut);
    thread =
        target == null
            ? null
            : Thread.ofPlatform().daemon().name("access-log").start(() -> writeUntilClosed(target));
  }

  /** Never blocks. False if the record was dropped; sampled out or switched off is not dropped. */
  public boolean offer(RequestRecord record) {
    if (thread == null) {
      return true;
    }
    if (!choice.take(record)) {
      return true;
    }
    if (closing || !ring.put(record)) {
      dropped.increment();
      return false;
    }
    Writer state = writer.get();
    if (state == Writer.IDLE || (state == Writer.COLLECTING && ring.isHalfFull())) {
      wake(thread, state);
    }
    return true;
  }

  /** Lines that will never be written, so far. */
  public long dropped() {
    return dropped.sum();
  }

  /** Writes what waits, for 2 s at most; what is left then is dropped. Idempotent. */
  @Override
  public void close() {
    if (thread == null || closing) {
      return;
    }
    closing = true;
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_MILLIS_MAX);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    dropped.add(ring.putCount() - settled.get());
  }

  private static @Nullable LogTarget open(Target target, OutputStream standardOut) {
    return switch (target) {
      case Target.Off _ -> null;
      case Target.Stdout _ -> LogTarget.channel(Channels.newChannel(standardOut));
      case Target.File file -> {
        try {
          yield LogTarget.file(file.path());
        } catch (IOException e) {
          throw new UncheckedIOException("access log: " + file.path() + " cannot be opened", e);
        }
      }
    };
  }

  private void wake(Thread sleeping, Writer state) {
    if (writer.compareAndSet(state, Writer.BUSY)) {
      LockSupport.unpark(sleeping);
    }
  }

  private void writeUntilClosed(LogTarget to) {
    boolean last = false;
    while (!last) {
      last = closing;
      boolean more = true;
      while (more) {
        more = writeBatch(to);
      }
      if (!last) {
        sleep();
      }
    }
    try {
      to.close();
    } catch (IOException e) {
      complain(e);
    }
  }

  /** Until there is something, and then until some more has come. */
  private void sleep() {
    writer.set(Writer.IDLE);
    while (writer.get() == Writer.IDLE && ring.isEmpty() && !closing) {
      LockSupport.park(this);
    }
    writer.set(Writer.COLLECTING);
    if (!closing && !ring.isHalfFull()) {
      LockSupport.parkNanos(this, COLLECT_NANOS);
    }
    writer.set(Writer.BUSY);
  }

  /** False if nothing waited. */
  private boolean writeBatch(LogTarget to) {
    lines.clear();
    int taken = 0;
    int encoded = 0;
    RequestRecord record = ring.take();
    while (record != null) {
      taken++;
      encoded += encode(record) ? 1 : 0;
      record = lines.length() < BATCH_BYTES ? ring.take() : null;
    }
    if (encoded > 0) {
      write(to, encoded);
    }
    settled.addAndGet(taken);
    return taken > 0;
  }

  private boolean encode(RequestRecord record) {
    try {
      lines.add(record, choice.because(record));
      return true;
    } catch (RuntimeException fault) {
      dropped.increment();
      complain(fault);
      return false;
    }
  }

  private void write(LogTarget to, int count) {
    try {
      to.write(lines.bytes(), lines.length());
      failing = false;
    } catch (IOException e) {
      dropped.add(count);
      complain(e);
    }
  }

  /** Once, until it works again. */
  private void complain(Exception e) {
    if (!failing) {
      failing = true;
      System.err.println("streamgauge: access log: lines are dropped: " + e);
    }
  }
}
