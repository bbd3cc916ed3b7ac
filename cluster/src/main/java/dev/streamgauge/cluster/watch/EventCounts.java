package dev.streamgauge.cluster.watch;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often each Event was seen to have happened, so that one which comes again, by a list or by a
 * watch that goes on, counts what is new alone. Of an Event that is gone the count is kept: who
 * wrote it goes on counting when it makes it anew an hour later. The latest ones only.
 */
final class EventCounts {
  private static final int EVENTS_MAX = 20_000;

  private record Seen(String uid, int count) {}

  private final Map<String, Seen> byKey =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
          return size() > EVENTS_MAX;
        }
      };

  private final Instant startedAt;

  EventCounts(Instant startedAt) {
    this.startedAt = startedAt;
  }

  /** It happened before we began to count. */
  void begin(EventRecord event) {
    byKey.put(event.key(), new Seen(event.uid(), event.count()));
  }

  /** How often it has happened since it was seen last. */
  int since(EventRecord event) {
    Seen before = byKey.put(event.key(), new Seen(event.uid(), event.count()));
    if (before == null) {
      return isOlderThanWe(event) ? 1 : event.count();
    }
    int more = event.count() - before.count;
    if (more > 0 || before.uid.equals(event.uid())) {
      return Math.max(0, more);
    }
    return event.count(); // another one of that name, counted from its beginning
  }

  /** Made anew, with the count that it had; one time of these is new. */
  private boolean isOlderThanWe(EventRecord event) {
    Instant first = event.first();
    return first != null && first.isBefore(startedAt.minusSeconds(1));
  }
}
