package dev.streamgauge.cluster.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Writes Events (core/v1) that say why something was or was not done. The same event about the same
 * object is one Event whose count grows. Never keeps its caller waiting: what is to be written
 * stands in a bounded map, and one daemon thread writes it, ten a second at most.
 */
public final class EventWriter implements AutoCloseable {
  /** Different events remembered; past it the oldest that is written is forgotten. */
  private static final int EVENTS_MAX = 1000;

  /** Of what an event is about, together; real names are shorter, and each entry keeps them. */
  private static final int ABOUT_CHARS_MAX = 1024;

  private static final int MESSAGE_CHARS_MAX = 1024; // what the API server allows
  private static final int NAME_CHARS_MAX = 230;
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  /** What an event is about. */
  public record About(
      String apiVersion,
      String kind,
      @Nullable String namespace,
      String name,
      @Nullable String uid) {
    private boolean isTooLong() {
      int optional =
          (namespace == null ? 0 : namespace.length()) + (uid == null ? 0 : uid.length());
      return apiVersion.length() + kind.length() + name.length() + optional > ABOUT_CHARS_MAX;
    }
  }

  /** Whether it is what somebody should look at. */
  public enum Type {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String word;

    Type(String word) {
      this.word = word;
    }
  }

  private record Key(About about, Type type, String reason, String message) {}

  /** Guarded by the lock. */
  private static final class Entry {
    int unwritten;
    int count;
    String first = "";
    String last = "";
    @Nullable String name;
  }

  private final KubeClient client;
  private final String component;
  private final String instance;
  private final InstantSource wallClock;
  private final Consumer<String> log;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition something = lock.newCondition();
  private final Map<Key, Entry> entries = new LinkedHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final RandomGenerator random = RandomGenerator.getDefault();
  private final Thread thread;
  private long dropped;

  /** Of the thread alone. */
  private boolean failing;

  /**
   * @param component who says it, {@code streamgauge-injector}
   * @param instance which of the replicas
   */
  public EventWriter(
      KubeClient client,
      String component,
      String instance,
      InstantSource wallClock,
      Consumer<String> log) {
    this.client = client;
    this.component = component;
    this.instance = instance;
    this.wallClock = wallClock;
    this.log = log;
    thread = Thread.ofPlatform().daemon().name("kube-events").start(this::run);
  }

  /** Any thread; waits for nothing. What is about an object with impossible names is dropped. */
  public void write(About about, Type type, String reason, String message) {
    String cut =
        message.length() > MESSAGE_CHARS_MAX ? message.substring(0, MESSAGE_CHARS_MAX) : message;
    Key key = new Key(about, type, reason, cut);
    String now = MicroTime.seconds(wallClock.instant());
    lock.lock();
    try {
      Entry entry = entries.get(key);
      if (entry == null) {
        if (about.isTooLong() || !makeRoom()) {
          dropped++;
          return;
        }
        entry = new Entry();
        entry.first = now;
        entries.put(key, entry);
      }
      entry.last = now;
      entry.unwritten++;
      something.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Events that will never be written, so far. */
  public long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Writes what waits, for 2 s at most. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed.countDown();
      something.signal();
    } finally {
      lock.unlock();
    }
    try {
      if (!thread.join(CLOSE_MAX)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean makeRoom() {
    if (entries.size() < EVENTS_MAX) {
      return true;
    }
    Iterator<Entry> oldestFirst = entries.values().iterator();
    while (oldestFirst.hasNext()) {
      if (oldestFirst.next().unwritten == 0) {
        oldestFirst.remove();
        return true;
      }
    }
    return false;
  }

  /**
   * A copy of an entry, for writing without the lock.
   *
   * @param name null where it was never written
   * @param more how often it happened since
   * @param count and in all
   */
  private record Due(
      Key key, @Nullable String name, int more, int count, String first, String last) {}

  private void run() {
    try {
      Due due = next();
      while (due != null) {
        settle(due, write(due));
        var _ = closed.await(PACE_NANOS, TimeUnit.NANOSECONDS);
        due = next();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits; null when nothing is due and we close. */
  private @Nullable Due next() throws InterruptedException {
    lock.lock();
    try {
      Due due = due();
      while (due == null && closed.getCount() > 0) {
        something.await();
        due = due();
      }
      return due;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Due due() {
    for (Map.Entry<Key, Entry> each : entries.entrySet()) {
      Entry entry = each.getValue();
      if (entry.unwritten > 0) {
        return new Due(
            each.getKey(),
            entry.name,
            entry.unwritten,
            entry.count + entry.unwritten,
            entry.first,
            entry.last);
      }
    }
    return null;
  }

  /** The name under which it is written now; null if it is not. */
  private @Nullable String write(Due due) {
    if (due.name() != null) {
      Answer patched = patch(due, due.name());
      if (patched instanceof Answer.Done) {
        return due.name();
      }
      if (!((Answer.Failure) patched).is(StatusReason.NOT_FOUND)) {
        return complain((Answer.Failure) patched);
      }
      // an Event lives for an hour; then it begins anew
    }
    return create(due);
  }

  private Answer patch(Due due, String name) {
    ObjectNode patch = client.mapper().createObjectNode();
    patch.put("count", due.count()).put("lastTimestamp", due.last());
    ObjectRef ref = Resource.EVENTS.named(namespace(due.key().about()), name);
    return client.patch(ref, PatchType.MERGE, patch);
  }

  private @Nullable String create(Due due) {
    About about = due.key().about();
    String namespace = namespace(about);
    String name = name(about);
    ObjectNode event = client.mapper().createObjectNode();
    event.put("apiVersion", "v1").put("kind", "Event");
    event.putObject("metadata").put("name", name).put("namespace", namespace);
    ObjectNode involved = event.putObject("involvedObject");
    involved.put("apiVersion", about.apiVersion()).put("kind", about.kind());
    involved.put("name", about.name());
    if (about.namespace() != null) {
      involved.put("namespace", about.namespace());
    }
    if (about.uid() != null) {
      involved.put("uid", about.uid());
    }
    event.put("type", due.key().type().word).put("reason", due.key().reason());
    event.put("message", due.key().message());
    event.put("count", due.more());
    event.put("firstTimestamp", due.name() == null ? due.first() : due.last());
    event.put("lastTimestamp", due.last());
    event.putObject("source").put("component", component).put("host", instance);
    event.put("reportingComponent", component).put("reportingInstance", instance);
    return switch (client.create(Resource.EVENTS, namespace, event)) {
      case Answer.Done _ -> {
        failing = false;
        yield name;
      }
      case Answer.Failure failure -> complain(failure);
    };
  }

  /** What has no namespace has its Events in this one. */
  private static String namespace(About about) {
    return about.namespace() == null ? "default" : about.namespace();
  }

  private String name(About about) {
    String start =
        about.name().length() > NAME_CHARS_MAX
            ? about.name().substring(0, NAME_CHARS_MAX)
            : about.name();
    return start + "." + Long.toHexString(random.nextLong());
  }

  private @Nullable String complain(Answer.Failure failure) {
    if (!failing) {
      failing = true;
      log.accept("an Event cannot be written: " + failure.text());
    }
    return null;
  }

  /** What failed is dropped: an Event is worth no queue that grows while the API server is gone. */
  private void settle(Due due, @Nullable String name) {
    lock.lock();
    try {
      Entry entry = entries.get(due.key());
      if (entry == null) {
        return;
      }
      entry.unwritten -= due.more();
      if (name == null) {
        dropped += due.more();
        return;
      }
      boolean anew = !name.equals(entry.name);
      entry.count = anew ? due.more() : due.count();
      entry.name = name;
    } finally {
      lock.unlock();
    }
  }
}
