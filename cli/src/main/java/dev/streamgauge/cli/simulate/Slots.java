package dev.streamgauge.cli.simulate;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** How many requests an engine works on at once; the others wait in their order. Any thread. */
final class Slots {
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private int free;

  Slots(int count) {
    free = count;
  }

  /** Runs {@code begin} when there is a slot: now, or on whichever thread gives one back. */
  void take(Runnable begin) {
    synchronized (this) {
      if (free == 0) {
        waiting.addLast(begin);
        return;
      }
      free--;
    }
    begin.run();
  }

  void giveBack() {
    Runnable next = next();
    if (next != null) {
      next.run();
    }
  }

  private synchronized @Nullable Runnable next() {
    Runnable next = waiting.pollFirst();
    free += next == null ? 1 : 0;
    return next;
  }

  /** It waits no more; false if it has a slot, or had. */
  synchronized boolean leave(Runnable begin) {
    return waiting.remove(begin);
  }
}
