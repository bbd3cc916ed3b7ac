package dev.streamgauge.proxy.gate;

import org.jspecify.annotations.Nullable;

/** One request's place at the gate, from its coming to its end. Any thread. */
public final class Ticket {
  enum State {
    /** It has a permit. */
    ADMITTED,
    WAITING,
    /** There was no place to wait. */
    SENT_AWAY,
    OVER
  }

  private final Gate gate;
  final int urgency;
  final long enteredNanos;
  final Runnable admitted;

  // Guarded by the gate's lock.
  State state = State.SENT_AWAY;
  long admittedNanos;

  /** Of the server's work on it: admitted, or all of it sent, if that was later. */
  long begunNanos;

  /** Null while there is none. */
  @Nullable Long firstTokenNanos;

  /**
   * Of one request.
   *
   * @param admitted runs once if it waits and then gets a permit, on whichever thread gave it
   */
  Ticket(Gate gate, int urgency, long enteredNanos, Runnable admitted) {
    this.gate = gate;
    this.urgency = urgency;
    this.enteredNanos = enteredNanos;
    this.admitted = admitted;
  }

  /** Whether it has a permit. */
  public boolean admitted() {
    synchronized (gate) {
      return state == State.ADMITTED;
    }
  }

  public boolean waiting() {
    synchronized (gate) {
      return state == State.WAITING;
    }
  }

  /**
   * Its first token came.
   *
   * @param sentNanos when the last byte of the request was sent; null if it was not yet
   */
  public void firstToken(@Nullable Long sentNanos, long nowNanos) {
    gate.firstToken(this, sentNanos, nowNanos);
  }

  /** Its answer came whole, and said that it was served. */
  public void served(@Nullable Long sentNanos, long nowNanos) {
    gate.served(this, sentNanos, nowNanos);
  }

  /** The server has too much to do: 429 or 503. */
  public void refused(long nowNanos) {
    gate.refused(this, nowNanos);
  }

  /** The request has ended, in whatever way: its permit, or its place in the queue, is free. */
  public void leave(long nowNanos) {
    gate.leave(this, nowNanos);
  }
}
