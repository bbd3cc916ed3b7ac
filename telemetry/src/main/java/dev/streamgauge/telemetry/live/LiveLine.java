package dev.streamgauge.telemetry.live;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Phase;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * One request that is in flight, as it is drawn. Its event loop alone writes, for a token without a
 * fence and without allocating; any thread reads, and may see a token late by the time that a
 * processor takes to make a write known. Holds nothing that a client sent but the model's name,
 * which is shown only where answers bore it, too.
 */
public final class LiveLine {
  private static final int ADMITTED = 0;
  private static final int FIRST_TOKEN = 1;
  private static final int LAST_TOKEN = 2;
  private static final int ENDED = 3;
  private static final int TOKENS = 4;
  private static final int STALLS = 5;
  private static final int RESUMED = 6;
  private static final int PAUSED = 7;
  private static final int MARKS = 8;

  /** Of a point that was not reached: all others are since received, and so not negative. */
  private static final long NEVER = -1;

  private final LoopLines owner;
  private final long id;
  private final long receivedNanos;
  private final Operation operation;
  private final AtomicLongArray marks = new AtomicLongArray(MARKS);
  private volatile Phase phase;
  private volatile boolean asksLater;
  private volatile @Nullable Outcome outcome;
  private volatile @Nullable String model;

  /** Where it stands among its loop's; negative where it has no place. The loop's own. */
  final int slot;

  /** Whether it is among those that are drawn. The admin thread's own. */
  boolean drawn;

  LiveLine(
      LoopLines owner, long id, int slot, long receivedNanos, Operation operation, Phase phase) {
    this.owner = owner;
    this.id = id;
    this.slot = slot;
    this.receivedNanos = receivedNanos;
    this.operation = operation;
    this.phase = phase;
    for (int mark = ADMITTED; mark <= ENDED; mark++) {
      marks.lazySet(mark, NEVER);
    }
    marks.lazySet(RESUMED, NEVER);
  }

  // ---- the event loop

  public void phase(Phase next) {
    phase = next;
  }

  public void admitted(long nanos) {
    marks.lazySet(ADMITTED, since(nanos));
  }

  /** As the request or the answer names it; once or twice in its life. */
  public void model(@Nullable String name) {
    if (name != null && !name.equals(model)) {
      model = name;
    }
  }

  /** Others may be asked for later on the same call: that none comes now says nothing. */
  public void asksLater() {
    asksLater = true;
  }

  /**
   * The client takes no more, and so the server is not read: whoever waits, waits for the client.
   */
  public void clientPaused() {
    marks.lazySet(PAUSED, 1);
  }

  public void clientResumed(long nanos) {
    marks.lazySet(RESUMED, since(nanos));
    marks.lazySet(PAUSED, 0);
  }

  /** More token events came, all in one read. */
  public void tokens(int events, int stallsSoFar, long nanos) {
    long at = since(nanos);
    if (marks.getPlain(FIRST_TOKEN) == NEVER) {
      marks.lazySet(FIRST_TOKEN, at);
    }
    marks.lazySet(LAST_TOKEN, at);
    marks.lazySet(STALLS, stallsSoFar);
    marks.lazySet(TOKENS, marks.getPlain(TOKENS) + events);
    owner.countTokens(events);
  }

  /** Once; it has no place any more. */
  public void ended(Outcome how, long nanos) {
    outcome = how;
    marks.lazySet(ENDED, since(nanos)); // last: whoever sees it sees the outcome, too
    owner.close(this);
  }

  private long since(long nanos) {
    return Math.max(0, nanos - receivedNanos);
  }

  // ---- any thread

  /** No other request of this process has it. */
  long id() {
    return id;
  }

  long receivedNanos() {
    return receivedNanos;
  }

  Operation operation() {
    return operation;
  }

  @Nullable String model() {
    return model;
  }

  Phase phase() {
    return phase;
  }

  /** Absolute, as the other times; null where it was not reached. */
  @Nullable Long admittedNanos() {
    return at(ADMITTED);
  }

  @Nullable Long firstTokenNanos() {
    return at(FIRST_TOKEN);
  }

  @Nullable Long lastTokenNanos() {
    return at(LAST_TOKEN);
  }

  @Nullable Long endedNanos() {
    return at(ENDED);
  }

  boolean ended() {
    return marks.get(ENDED) != NEVER;
  }

  /** Null before the end. */
  @Nullable Outcome outcome() {
    return ended() ? outcome : null;
  }

  long tokens() {
    return marks.get(TOKENS);
  }

  long stalls() {
    return marks.get(STALLS);
  }

  /** Whether tokens were flowing and none has come for so long. */
  boolean silentFor(long nanos, long nowNanos) {
    long last = marks.get(LAST_TOKEN);
    return last != NEVER && !ended() && nowNanos - receivedNanos - last > nanos;
  }

  /**
   * How long it has waited in the phase that it is in: for its admission, its first token, or its
   * next one. 0 where it waits for its client, or for nothing that is known.
   */
  long waitedNanos(long nowNanos) {
    if (asksLater || marks.get(PAUSED) != 0 || ended()) {
      return 0;
    }
    long since =
        switch (phase) {
          case QUEUED -> 0;
          case PREFILL -> marks.get(ADMITTED);
          case GENERATING -> Math.max(marks.get(LAST_TOKEN), marks.get(RESUMED));
          case BODY -> NEVER;
        };
    return since == NEVER ? 0 : Math.max(0, nowNanos - receivedNanos - since);
  }

  private @Nullable Long at(int mark) {
    long since = marks.get(mark);
    return since == NEVER ? null : (Long) (receivedNanos + since);
  }
}
