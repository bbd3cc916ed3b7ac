package dev.streamgauge.proxy;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of the heap connections and requests have taken, by what each takes at most: how full
 * the heap is shows only behind a whole collection, and what comes in a second can fill it before.
 * Figures are of docs/performance.md, with a third more. Thread-safe.
 */
final class HeapRoom {
  /** What the program takes, and what collections need so as not to follow each other closely. */
  static final long PROGRAM_BYTES = 6 * 1024 * 1024;

  /** An idle client connection of HTTP/1. */
  static final int CONNECTION_BYTES = 1_536;

  /** What TLS takes besides. */
  static final int TLS_BYTES = 10 * 1024;

  /** What HTTP/2 takes besides. */
  static final int HTTP2_BYTES = 8 * 1024;

  /** A request whose answer is streamed, and its connection to the server. */
  static final int REQUEST_BYTES = 6_656;

  /** Newcomers are accepted for so much longer: they are to be told that there is no room. */
  private static final double REFUSED_RATIO = 0.1;

  private final long bytesMax;
  private final Drain requests;
  private final AtomicLong connections = new AtomicLong();

  /**
   * Of a heap.
   *
   * @param heapBytes how much it may become
   */
  HeapRoom(long heapBytes, Drain requests) {
    this.bytesMax = Math.max(REQUEST_BYTES + TLS_BYTES + HTTP2_BYTES, heapBytes - PROGRAM_BYTES);
    this.requests = requests;
  }

  /** Of this process' heap; without an end where memory is not guarded. */
  static HeapRoom ofThisProcess(boolean guarded, Drain requests) {
    return new HeapRoom(guarded ? Runtime.getRuntime().maxMemory() : Long.MAX_VALUE, requests);
  }

  void take(int bytes) {
    connections.addAndGet(bytes);
  }

  void giveBack(int bytes) {
    connections.addAndGet(-bytes);
  }

  /** Whether a further request may find none. */
  boolean full() {
    return taken() > bytesMax - REQUEST_BYTES;
  }

  /** Whether a further connection may find none. */
  boolean overfull() {
    return taken() > bytesMax * (1 + REFUSED_RATIO);
  }

  private long taken() {
    return connections.get() + (long) requests.inFlight() * REQUEST_BYTES;
  }
}
