package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.kube.ResourceSink;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a small record of each object of one kind. What differs between an object and its record is
 * what has happened; so a list that is made again counts nothing twice and misses nothing that the
 * object still tells. All of it under one lock, which all kinds share.
 *
 * @param <R> the record
 */
abstract class KeptObjects<R extends KeptObjects.Kept> implements ResourceSink {
  /** What each record has. */
  abstract static class Kept {
    final String uid;
    final String namespace;
    final String name;

    /** The list that had it last. */
    private long list;

    Kept(ObjectNode object) {
      uid = object.path("metadata").path("uid").asText("");
      namespace = Names.kept(object.path("metadata").path("namespace").asText(""));
      name = Names.kept(object.path("metadata").path("name").asText(""));
    }
  }

  private final ReentrantLock lock;
  private final int objectsMax;
  private final Map<String, R> all = new HashMap<>();
  private long list;
  private boolean baseline = true;
  private long leftOut;

  /**
   * @param objectsMax past which further objects are left out, and counted
   */
  KeptObjects(ReentrantLock lock, int objectsMax) {
    this.lock = lock;
    this.objectsMax = objectsMax;
  }

  /**
   * Reads an object.
   *
   * @param before its record, which may be changed and returned; null where there is none
   * @param baseline it is in the first list: what it tells happened before we began to count
   */
  abstract R read(ObjectNode object, @Nullable R before, boolean baseline);

  /** Whether it is one of those that are kept. */
  boolean isWanted(ObjectNode object) {
    return true;
  }

  /** It is gone. */
  void gone(R record) {}

  /** Under the lock. */
  @Nullable R find(String namespace, String name) {
    return all.get(Names.key(namespace, name));
  }

  /** Under the lock. */
  Collection<R> records() {
    return all.values();
  }

  /** Objects without a record, because there were too many, so far. Under the lock. */
  long leftOut() {
    return leftOut;
  }

  @Override
  public final void listBegun() {
    locked(() -> list++);
  }

  @Override
  public final void listed(ObjectNode object) {
    locked(() -> take(object));
  }

  @Override
  public final void listEnded() {
    locked(
        () -> {
          for (Iterator<R> each = all.values().iterator(); each.hasNext(); ) {
            R record = each.next();
            if (((Kept) record).list != list) {
              each.remove();
              gone(record);
            }
          }
          baseline = false;
        });
  }

  @Override
  public final void changed(ObjectNode object) {
    locked(() -> take(object));
  }

  @Override
  public final void deleted(ObjectNode object) {
    locked(() -> forget(key(object)));
  }

  @Override
  public final void absent() {
    locked(
        () -> {
          all.values().forEach(this::gone);
          all.clear();
        });
  }

  private void take(ObjectNode object) {
    String key = key(object);
    R before = all.get(key);
    if (before != null && !before.uid.equals(object.path("metadata").path("uid").asText(""))) {
      forget(key); // another object of the same name
      before = null;
    }
    if (!isWanted(object)) {
      forget(key);
    } else if (before == null && all.size() >= objectsMax) {
      leftOut++;
    } else {
      R now = read(object, before, baseline);
      ((Kept) now).list = list;
      all.put(key, now);
    }
  }

  private void forget(String key) {
    R last = all.remove(key);
    if (last != null) {
      gone(last);
    }
  }

  private static String key(ObjectNode object) {
    return Names.key(
        object.path("metadata").path("namespace").asText(""),
        object.path("metadata").path("name").asText(""));
  }

  private void locked(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }
}
