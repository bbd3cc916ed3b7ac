package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the containers of a pod ask for together: requests and limits by resource. */
record Amounts(List<Amount> list) {
  /** Resources of one pod; further ones are left out. */
  private static final int RESOURCES_MAX = 16;

  static final Amounts NONE = new Amounts(List.of());

  /**
   * One of them.
   *
   * @param kind {@code request} or {@code limit}
   * @param value in whole units: cores, bytes, devices
   */
  record Amount(String resource, String kind, double value) {}

  /** Of all containers, and of those init containers that stay (native sidecars). */
  static Amounts of(JsonNode podSpec) {
    Map<String, Double> requests = new TreeMap<>();
    Map<String, Double> limits = new TreeMap<>();
    for (JsonNode container : podSpec.path("containers")) {
      add(container, requests, limits);
    }
    for (JsonNode container : podSpec.path("initContainers")) {
      if (container.path("restartPolicy").asText("").equals("Always")) {
        add(container, requests, limits);
      }
    }
    List<Amount> list = new ArrayList<>();
    requests.forEach((resource, value) -> list.add(new Amount(resource, "request", value)));
    limits.forEach((resource, value) -> list.add(new Amount(resource, "limit", value)));
    return list.isEmpty() ? NONE : new Amounts(List.copyOf(list));
  }

  private static void add(
      JsonNode container, Map<String, Double> requests, Map<String, Double> limits) {
    add(container.path("resources").path("requests"), requests);
    add(container.path("resources").path("limits"), limits);
  }

  private static void add(JsonNode amounts, Map<String, Double> sums) {
    for (Map.Entry<String, JsonNode> each : amounts.properties()) {
      Double value = Quantity.parse(each.getValue().asText(""));
      if (value != null && (sums.size() < RESOURCES_MAX || sums.containsKey(each.getKey()))) {
        sums.merge(Names.kept(each.getKey()), value, Double::sum);
      }
    }
  }
}
