package dev.streamgauge.cluster.watch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Brings who scaled together with why: an autoscaler changes the number first and says why in an
 * event behind it. A change waits for that event for a while. Under the lock.
 */
final class ScaleLines {
  private static final int WAITING_MAX = 500;
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private record Waiting(Scaling scaling, long sinceNanos) {}

  private final Happenings happenings;
  private final LongSupplier nanos;
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  ScaleLines(Happenings happenings, LongSupplier nanos) {
    this.happenings = happenings;
    this.nanos = nanos;
  }

  /**
   * A change was seen.
   *
   * @param autoscaled the workload has an autoscaler
   */
  void add(Scaling scaling, boolean autoscaled) {
    boolean mayBeExplained =
        autoscaled
            && (scaling.actor() == ScaleActor.AUTOSCALER || scaling.actor() == ScaleActor.KEDA);
    if (!mayBeExplained || waiting.size() >= WAITING_MAX) {
      happenings.scaled(scaling);
    } else {
      waiting.add(new Waiting(scaling, nanos.getAsLong()));
    }
  }

  /** An autoscaler said why it scaled that workload. */
  void explain(String namespace, String workload, String why) {
    for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
      Scaling scaling = each.next().scaling();
      if (scaling.subject().namespace().equals(namespace)
          && scaling.subject().workload().equals(workload)) {
        each.remove();
        happenings.scaled(scaling.because(why));
        return;
      }
    }
  }

  /** Those that have waited long enough go without. */
  void sweep() {
    long now = nanos.getAsLong();
    Waiting first = waiting.peek();
    while (first != null && now - first.sinceNanos() >= WAIT_NANOS) {
      waiting.remove();
      happenings.scaled(first.scaling());
      first = waiting.peek();
    }
  }
}
