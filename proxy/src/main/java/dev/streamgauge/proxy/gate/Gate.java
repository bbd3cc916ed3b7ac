package dev.streamgauge.proxy.gate;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.config.ProxySettings.Concurrency;
import dev.streamgauge.telemetry.GateView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The queue in front of the server. A permit lasts to the end of the stream; who gets none waits,
 * by urgency and then in the order of coming, and whoever has waited longer than the age limit goes
 * before all. Bounded: past the queue's capacity a request is sent away. Any thread.
 */
public final class Gate implements GateView {
  /** As in RFC 9218 section 4.1: 0 is the most urgent. */
  public static final int URGENCIES = 8;

  public static final int URGENCY_BY_DEFAULT = 3;

  /** A served request's share in the mean of how long a permit is held. */
  private static final double HELD_SHARE = 0.1;

  private static final String WHOLE_ANSWERS =
      "gate: no answer has a first token, so --max-concurrency auto goes by how long whole answers"
          + " take, and that is coarse: a number may serve better";

  private static final int QUEUE_PER_PERMIT = 10;
  private static final long RETRY_AFTER_SECONDS_MAX = 600;
  private static final double NANOS_PER_SECOND = 1e9;

  private final ConcurrencyLimit limit;
  private final @Nullable Integer capacity;
  private final int capacityPerPermit;
  private final long ageLimitNanos;
  private final List<LinkedHashSet<Ticket>> queues = new ArrayList<>(URGENCIES);
  private final Consumer<String> log;
  private int held;
  private int waiting;
  private double heldNanos = Double.NaN;
  private boolean toldOfWhole;

  /**
   * A gate that limits.
   *
   * @param capacity how many may wait; null for so many for each permit
   * @param log takes a line that is said once
   */
  Gate(
      ConcurrencyLimit limit,
      @Nullable Integer capacity,
      int capacityPerPermit,
      long ageLimitNanos,
      Consumer<String> log) {
    this.log = log;
    this.limit = limit;
    this.capacity = capacity;
    this.capacityPerPermit = capacityPerPermit;
    this.ageLimitNanos = ageLimitNanos;
    for (int i = 0; i < URGENCIES; i++) {
      queues.add(new LinkedHashSet<>());
    }
  }

  /** As the settings say; null where nobody has to wait. */
  public static @Nullable Gate of(ProxySettings.Gate settings, Consumer<String> log) {
    ConcurrencyLimit limit =
        switch (settings.concurrency()) {
          case null -> null;
          case Concurrency.Auto _ -> new AdaptiveLimit();
          case Concurrency.AtMost(int most) -> new ConcurrencyLimit.Fixed(most);
        };
    return limit == null
        ? null
        : new Gate(
            limit,
            settings.queueMax(),
            QUEUE_PER_PERMIT,
            settings.priorityAgeLimit().toNanos(),
            log);
  }

  /** Lets it pass, lets it wait, or sends it away: the ticket says which. */
  public synchronized Ticket enter(int urgency, long nowNanos, Runnable admitted) {
    Ticket ticket = new Ticket(this, Math.clamp(urgency, 0, URGENCIES - 1), nowNanos, admitted);
    if (waiting == 0 && held < limit.now()) {
      admit(ticket, nowNanos);
    } else if (waiting < capacity()) {
      ticket.state = Ticket.State.WAITING;
      queues.get(ticket.urgency).add(ticket);
      waiting++;
    }
    return ticket;
  }

  /** It has ended, or left the queue, or was refused a place: more than once is once. */
  void leave(Ticket ticket, long nowNanos) {
    List<Ticket> next;
    synchronized (this) {
      switch (ticket.state) {
        case ADMITTED -> {
          held--;
          servedFor(nowNanos - ticket.admittedNanos);
          Long first = ticket.firstTokenNanos;
          if (first != null) {
            limit.streamed(nowNanos - first + ticket.begunNanos - ticket.admittedNanos);
          }
        }
        case WAITING -> {
          queues.get(ticket.urgency).remove(ticket);
          waiting--;
        }
        case SENT_AWAY, OVER -> {
          return;
        }
      }
      ticket.state = Ticket.State.OVER;
      next = admitMore(nowNanos);
    }
    next.forEach(each -> each.admitted.run());
  }

  void firstToken(Ticket ticket, @Nullable Long sentNanos, long nowNanos) {
    List<Ticket> next;
    synchronized (this) {
      if (ticket.state != Ticket.State.ADMITTED) {
        return;
      }
      ticket.firstTokenNanos = nowNanos;
      begun(ticket, sentNanos);
      limit.firstToken(ticket.begunNanos, nowNanos, held >= limit.now());
      next = admitMore(nowNanos);
    }
    next.forEach(each -> each.admitted.run());
  }

  void served(Ticket ticket, @Nullable Long sentNanos, long nowNanos) {
    boolean byWhole;
    synchronized (this) {
      if (ticket.state != Ticket.State.ADMITTED || ticket.firstTokenNanos != null) {
        return;
      }
      begun(ticket, sentNanos);
      byWhole = limit.whole(ticket.begunNanos, nowNanos, held >= limit.now()) && !toldOfWhole;
      toldOfWhole |= byWhole;
    }
    if (byWhole) {
      log.accept(WHOLE_ANSWERS);
    }
  }

  /** How long a client takes to send its request says nothing of the server. */
  private static void begun(Ticket ticket, @Nullable Long sentNanos) {
    if (sentNanos != null) {
      ticket.begunNanos = Math.max(ticket.begunNanos, sentNanos);
    }
  }

  synchronized void refused(Ticket ticket, long nowNanos) {
    if (ticket.state == Ticket.State.ADMITTED) {
      limit.refused(ticket.begunNanos, nowNanos);
    }
  }

  private void admit(Ticket ticket, long nowNanos) {
    ticket.state = Ticket.State.ADMITTED;
    ticket.admittedNanos = nowNanos;
    ticket.begunNanos = nowNanos;
    held++;
  }

  private List<Ticket> admitMore(long nowNanos) {
    if (waiting == 0 || held >= limit.now()) {
      return List.of();
    }
    List<Ticket> next = new ArrayList<>(1);
    while (waiting > 0 && held < limit.now()) {
      Ticket first = takeFirst(nowNanos);
      admit(first, nowNanos);
      next.add(first);
    }
    return next;
  }

  private Ticket takeFirst(long nowNanos) {
    LinkedHashSet<Ticket> from = null;
    LinkedHashSet<Ticket> oldest = null;
    for (LinkedHashSet<Ticket> queue : queues) {
      if (queue.isEmpty()) {
        continue;
      }
      Ticket head = queue.getFirst();
      from = from == null ? queue : from;
      if (nowNanos - head.enteredNanos > ageLimitNanos
          && (oldest == null || head.enteredNanos < oldest.getFirst().enteredNanos)) {
        oldest = queue;
      }
    }
    LinkedHashSet<Ticket> chosen = oldest == null ? from : oldest;
    if (chosen == null) {
      throw new IllegalStateException("nobody waits");
    }
    waiting--;
    return chosen.removeFirst();
  }

  private void servedFor(long nanos) {
    heldNanos = Double.isNaN(heldNanos) ? nanos : heldNanos + HELD_SHARE * (nanos - heldNanos);
  }

  /** Until the queue as it is has been served, at the rate that was measured; at least a second. */
  public synchronized long retryAfterSeconds() {
    if (Double.isNaN(heldNanos)) {
      return 1;
    }
    double seconds = (waiting + 1) * heldNanos / limit.now() / NANOS_PER_SECOND;
    return Math.clamp((long) Math.ceil(seconds), 1, RETRY_AFTER_SECONDS_MAX);
  }

  @Override
  public synchronized int admitted() {
    return held;
  }

  @Override
  public synchronized int waiting() {
    return waiting;
  }

  @Override
  public synchronized Integer limit() {
    return limit.now();
  }

  @Override
  public synchronized int capacity() {
    Integer set = capacity;
    return set != null ? set : capacityPerPermit * limit.now();
  }

  /** By figures of one moment. */
  @Override
  public synchronized @Nullable Double saturationRatio() {
    return GateView.super.saturationRatio();
  }

  @Override
  public synchronized @Nullable Adaptive adaptive() {
    return limit.adaptive();
  }
}
