package dev.streamgauge.cluster.watch;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pods that are gone, for the events that come behind them; the latest ones only. */
final class GonePods {
  private static final int PODS_MAX = 2_000;

  private final Map<String, Subject> byKey =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Subject> eldest) {
          return size() > PODS_MAX;
        }
      };

  void add(Subject subject) {
    if (subject.pod() != null) {
      byKey.put(Names.key(subject.namespace(), subject.pod()), subject);
    }
  }

  @Nullable Subject find(String namespace, String pod) {
    return byKey.get(Names.key(namespace, pod));
  }
}
