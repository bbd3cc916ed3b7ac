package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writes lines of JSON on a daemon thread of its own. What does not fit into the queue, because the
 * reader is slow or gone, is dropped and counted; nobody waits for it.
 */
final class EventLog implements AutoCloseable {
  private static final int LINES_MAX = 8_192;
  private static final long CLOSE_MILLIS_MAX = 2_000;
  private static final byte[] END = {};

  private final OutputStream out;
  private final BlockingQueue<byte[]> lines = new ArrayBlockingQueue<>(LINES_MAX);
  private final LongAdder dropped = new LongAdder();
  private final Thread thread;
  private volatile boolean closing;

  EventLog(OutputStream out) {
    this.out = out;
    thread = Thread.ofPlatform().daemon().name("event-log").start(this::run);
  }

  /** Never blocks. */
  void write(ObjectNode line) {
    byte[] bytes = (line.toString() + "\n").getBytes(StandardCharsets.UTF_8);
    if (closing || !lines.offer(bytes)) {
      dropped.increment();
    }
  }

  /** Lines that will never be written, so far. */
  long dropped() {
    return dropped.sum();
  }

  /** Writes what waits, for 2 s at most. */
  @Override
  public void close() {
    closing = true;
    try {
      if (lines.offer(END)) {
        thread.join(CLOSE_MILLIS_MAX);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      byte[] line = lines.take();
      while (line.length > 0) {
        write(line);
        line = lines.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(byte[] line) {
    try {
      out.write(line);
      if (lines.isEmpty()) {
        out.flush();
      }
    } catch (IOException e) {
      dropped.increment();
    }
  }
}
