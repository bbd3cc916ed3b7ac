package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.streamgauge.cluster.kube.MicroTime;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An Event (core/v1) as it is now.
 *
 * @param kind of what it is about, as are {@code aboutNamespace} and {@code aboutName}
 * @param container of a pod, where it is about one
 * @param count how often it has happened
 * @param first when it happened first; null where it does not say
 * @param last when last; null where it does not say
 * @param component who says it
 */
record EventRecord(
    String uid,
    String namespace,
    String name,
    String kind,
    String aboutNamespace,
    String aboutName,
    @Nullable String container,
    String type,
    String reason,
    String message,
    int count,
    @Nullable Instant first,
    @Nullable Instant last,
    String component,
    @Nullable String node) {
  private static final int MESSAGE_CHARS_MAX = 1024;
  private static final int REASON_CHARS_MAX = 128;

  static EventRecord of(JsonNode event) {
    JsonNode metadata = event.path("metadata");
    JsonNode about = event.path("involvedObject");
    JsonNode series = event.path("series");
    String node = event.path("source").path("host").asText("");
    return new EventRecord(
        metadata.path("uid").asText(""),
        metadata.path("namespace").asText(""),
        metadata.path("name").asText(""),
        Names.kept(about.path("kind").asText("")),
        about.path("namespace").asText(""),
        about.path("name").asText(""),
        container(about.path("fieldPath").asText("")),
        event.path("type").asText("").equals("Warning") ? "Warning" : "Normal",
        cut(event.path("reason").asText(""), REASON_CHARS_MAX).intern(),
        cut(event.path("message").asText(""), MESSAGE_CHARS_MAX),
        count(event, series),
        time(event.path("firstTimestamp"), event.path("eventTime"), metadata),
        time(
            series.path("lastObservedTime"),
            event.path("lastTimestamp"),
            event.path("eventTime"),
            metadata.path("creationTimestamp")),
        component(event),
        node.isEmpty() ? null : Names.kept(node));
  }

  /** Where it is kept. */
  String key() {
    return Names.key(namespace, name);
  }

  /** Of what it is about. */
  String aboutKey() {
    return kind + "/" + aboutNamespace + "/" + aboutName;
  }

  /** The newer API counts a series from its second time on, the older one each time. */
  private static int count(JsonNode event, JsonNode series) {
    int count = series.isObject() ? series.path("count").asInt(0) : event.path("count").asInt(0);
    return Math.max(1, count);
  }

  /** The first of these that is a time. */
  private static @Nullable Instant time(JsonNode... nodes) {
    for (JsonNode node : nodes) {
      String text = node.isObject() ? node.path("creationTimestamp").asText("") : node.asText("");
      Instant time = MicroTime.parse(text);
      if (time != null) {
        return time;
      }
    }
    return null;
  }

  /** As in {@code spec.containers{server}}. */
  private static @Nullable String container(String fieldPath) {
    int open = fieldPath.indexOf('{');
    int close = fieldPath.indexOf('}');
    return open < 0 || close < open + 2 ? null : Names.kept(fieldPath.substring(open + 1, close));
  }

  private static String component(JsonNode event) {
    String component = event.path("source").path("component").asText("");
    return Names.kept(
        component.isEmpty() ? event.path("reportingComponent").asText("") : component);
  }

  private static String cut(String text, int charsMax) {
    return text.length() > charsMax ? text.substring(0, charsMax) : text;
  }
}
