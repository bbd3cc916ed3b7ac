package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What happened, as lines of JSON: {@code pod}, {@code namespace}, {@code node} and {@code time}
 * are named as in the access log. Of an Event that happens again and again there is a line at first
 * and then one a minute, whose count says how often it has happened. Under the lock.
 */
final class EventLines {
  private static final int EVENTS_MAX = 5_000;
  private static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final EventLog log;
  private final BooleanSupplier leads;
  private final InstantSource wallClock;
  private final LongSupplier nanos;
  private final Map<String, Long> writtenAtNanos =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > EVENTS_MAX;
        }
      };

  EventLines(EventLog log, BooleanSupplier leads, InstantSource wallClock, LongSupplier nanos) {
    this.log = log;
    this.leads = leads;
    this.wallClock = wallClock;
    this.nanos = nanos;
  }

  void event(EventRecord event, Subject subject) {
    if (!leads.getAsBoolean() || wasJustWritten(event)) {
      return;
    }
    ObjectNode line = begun(event.last(), "kubernetes", subject);
    if (subject.node() == null) {
      put(line, "node", event.node());
    }
    put(line, "kind", event.kind());
    put(line, "name", event.aboutName());
    put(line, "container", event.container());
    put(line, "type", event.type());
    put(line, "reason", event.reason());
    put(line, "message", event.message());
    line.put("count", event.count());
    put(line, "component", event.component());
    put(line, "event_uid", event.uid());
    log.write(line);
  }

  void restarted(Subject subject, ContainerRuns.Restart restart) {
    if (leads.getAsBoolean()) {
      ObjectNode line = begun(null, "streamgauge", subject);
      put(line, "container", restart.container());
      put(line, "type", "Warning");
      put(line, "reason", "ContainerRestarted");
      put(line, "restart_reason", restart.reason());
      if (restart.exitCode() != null) {
        line.put("exit_code", restart.exitCode());
      }
      line.put("count", restart.total());
      log.write(line);
    }
  }

  void ready(Subject subject, Duration took, List<Startup.Passed> stages) {
    if (leads.getAsBoolean()) {
      ObjectNode line = begun(null, "streamgauge", subject);
      put(line, "type", "Normal");
      put(line, "reason", "PodReady");
      line.put("startup_ms", took.toMillis());
      for (Startup.Passed each : stages) {
        line.put(each.stage().label() + "_ms", each.took().toMillis());
      }
      log.write(line);
    }
  }

  void scaled(Scaling scaling) {
    if (leads.getAsBoolean()) {
      ObjectNode line = begun(null, "streamgauge", scaling.subject());
      put(line, "kind", scaling.kind());
      put(line, "type", "Normal");
      put(line, "reason", "Scaled");
      line.put("from", scaling.from());
      line.put("to", scaling.to());
      put(line, "by", scaling.actor().label());
      put(line, "manager", scaling.manager());
      put(line, "message", scaling.why());
      log.write(line);
    }
  }

  private boolean wasJustWritten(EventRecord event) {
    long now = nanos.getAsLong();
    Long before = writtenAtNanos.get(event.key());
    if (before != null && now - before < AGAIN_NANOS) {
      return true;
    }
    writtenAtNanos.put(event.key(), now);
    return false;
  }

  private ObjectNode begun(@Nullable Instant time, String source, Subject subject) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("time", TIME.format(time == null ? wallClock.instant() : time));
    line.put("source", source);
    put(line, "namespace", subject.namespace());
    put(line, "pod", subject.pod());
    put(line, "workload", subject.workload());
    put(line, "node", subject.node());
    return line;
  }

  /** What is not known is absent. */
  private static void put(ObjectNode line, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      line.put(name, value);
    }
  }
}
