package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.kube.ResourceSink;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Events about model servers and what belongs to them. An event may come before the object that it
 * is about, for these are two watches: it waits for it for a while.
 */
final class Events implements ResourceSink {
  private static final int WAITING_MAX = 2_000;
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private record Waiting(EventRecord event, int times, long sinceNanos) {}

  private final ReentrantLock lock;
  private final Subjects subjects;
  private final ScaleLines scaleLines;
  private final Happenings happenings;
  private final LongSupplier nanos;
  private final EventCounts counts;

  /** By the event's own key; the same one again adds to it. */
  private final Map<String, Waiting> waiting = new LinkedHashMap<>();

  private boolean baseline = true;
  private long leftOut;

  Events(
      ReentrantLock lock,
      Subjects subjects,
      ScaleLines scaleLines,
      EventCounts counts,
      Happenings happenings,
      LongSupplier nanos) {
    this.lock = lock;
    this.subjects = subjects;
    this.scaleLines = scaleLines;
    this.counts = counts;
    this.happenings = happenings;
    this.nanos = nanos;
  }

  @Override
  public void listBegun() {}

  @Override
  public void listed(ObjectNode object) {
    changed(object);
  }

  @Override
  public void listEnded() {
    lock.lock();
    try {
      baseline = false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void changed(ObjectNode object) {
    EventRecord event = EventRecord.of(object);
    lock.lock();
    try {
      take(event);
    } finally {
      lock.unlock();
    }
  }

  /** An event is forgotten after an hour; that it happened stays true. */
  @Override
  public void deleted(ObjectNode object) {}

  /**
   * Those whose object has come; and those that have waited long enough are nobody's. Under the
   * lock.
   */
  void sweep() {
    long now = nanos.getAsLong();
    for (Iterator<Waiting> each = waiting.values().iterator(); each.hasNext(); ) {
      Waiting next = each.next();
      Subject subject = subjects.of(next.event());
      if (subject != null) {
        each.remove();
        happened(next.event(), subject, next.times());
      } else if (now - next.sinceNanos() >= WAIT_NANOS) {
        each.remove();
      }
    }
  }

  /** Events that could not wait, because too many did, so far. Under the lock. */
  long leftOut() {
    return leftOut;
  }

  private void take(EventRecord event) {
    if (baseline) {
      counts.begin(event);
      return;
    }
    int times = counts.since(event);
    if (times == 0) {
      return;
    }
    Subject subject = subjects.of(event);
    if (subject == null) {
      await(event, times);
      return;
    }
    Waiting before = waiting.remove(event.key());
    happened(event, subject, times + (before == null ? 0 : before.times()));
  }

  private void await(EventRecord event, int times) {
    if (!subjects.mayCome(event)) {
      return;
    }
    Waiting before = waiting.get(event.key());
    if (before == null && waiting.size() >= WAITING_MAX) {
      leftOut++;
      return;
    }
    long since = before == null ? nanos.getAsLong() : before.sinceNanos();
    int all = times + (before == null ? 0 : before.times());
    waiting.put(event.key(), new Waiting(event, all, since));
  }

  private void happened(EventRecord event, Subject subject, int times) {
    happenings.event(event, subject, times);
    if (event.reason().equals("SuccessfulRescale")) {
      scaleLines.explain(subject.namespace(), subject.workload(), event.message());
    }
  }
}
