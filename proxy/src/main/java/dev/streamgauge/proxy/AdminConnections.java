package dev.streamgauge.proxy;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The open connections of the admin port, at most so many. One more takes the place of the one that
 * has been idle longest, so that a probe gets in where others only hold connections. On the admin
 * thread.
 */
final class AdminConnections {
  private final int max;

  /** In the order in which they became idle; those with a request in hand stay where they were. */
  private final Set<AdminHandler> open = new LinkedHashSet<>();

  AdminConnections(int max) {
    this.max = max;
  }

  /** False if there is no room, since every other has a request in hand. */
  boolean add(AdminHandler connection) {
    if (open.size() == max && !closeLongestIdle()) {
      return false;
    }
    return open.add(connection);
  }

  /** Its request has been answered. */
  void becameIdle(AdminHandler connection) {
    if (open.remove(connection)) {
      open.add(connection);
    }
  }

  void remove(AdminHandler connection) {
    open.remove(connection);
  }

  private boolean closeLongestIdle() {
    for (AdminHandler each : open) {
      if (!each.busy()) {
        open.remove(each);
        each.close();
        return true;
      }
    }
    return false;
  }
}
