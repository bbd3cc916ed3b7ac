package dev.streamgauge.cluster.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.kube.ResourceSink;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Our annotations of each namespace, as a watch tells them; of those without any nothing is kept.
 * One thread tells, any thread asks.
 */
final class Namespaces implements ResourceSink {
  /** Ours begin so. */
  static final String PREFIX = "streamgauge.dev/";

  /** Namespaces with annotations of ours. */
  static final int NAMESPACES_MAX = 10_000;

  /** Of one namespace, names and values. */
  static final int CHARACTERS_MAX = 16 * 1024;

  private final Map<String, Map<String, String>> annotations = new ConcurrentHashMap<>();
  private final Set<String> listed = new HashSet<>();

  /** Empty where there are none, or the namespace is not known yet. */
  Map<String, String> annotations(String namespace) {
    return annotations.getOrDefault(namespace, Map.of());
  }

  @Override
  public void listBegun() {
    listed.clear();
  }

  @Override
  public void listed(ObjectNode object) {
    listed.add(name(object));
    changed(object);
  }

  @Override
  public void listEnded() {
    annotations.keySet().retainAll(listed);
    listed.clear();
  }

  @Override
  public void changed(ObjectNode object) {
    Map<String, String> ours = ours(object);
    String name = name(object);
    if (ours.isEmpty()) {
      annotations.remove(name);
    } else if (annotations.containsKey(name) || annotations.size() < NAMESPACES_MAX) {
      annotations.put(name, ours);
    }
  }

  @Override
  public void deleted(ObjectNode object) {
    annotations.remove(name(object));
  }

  private static String name(ObjectNode object) {
    return object.path("metadata").path("name").asText();
  }

  private static Map<String, String> ours(ObjectNode object) {
    Map<String, String> ours = new HashMap<>();
    int characters = 0;
    for (Map.Entry<String, JsonNode> each :
        object.path("metadata").path("annotations").properties()) {
      if (each.getKey().startsWith(PREFIX)) {
        String value = each.getValue().asText();
        characters += each.getKey().length() + value.length();
        if (characters <= CHARACTERS_MAX) {
          ours.put(each.getKey(), value);
        }
      }
    }
    return Map.copyOf(ours);
  }
}
