package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** ResourceQuotas and LimitRanges: rows of a resource, a word and a value. */
final class Quotas extends KeptObjects<Quotas.Rows> {
  private static final int OBJECTS_MAX = 5_000;
  private static final int ROWS_MAX = 100;

  /** Reads the rows of an object. */
  interface Reader {
    void read(JsonNode object, Rows rows);
  }

  /**
   * One value.
   *
   * @param type of a LimitRange what it is about, {@code Container}; of a quota empty
   * @param kind {@code hard}, {@code used}; {@code min}, {@code max}, ...
   */
  record Row(String type, String resource, String kind, double value) {}

  /** What is kept of an object. */
  static final class Rows extends Kept {
    final List<Row> list = new ArrayList<>();

    Rows(ObjectNode object) {
      super(object);
    }

    private void add(String type, JsonNode amounts, String kind) {
      for (Map.Entry<String, JsonNode> each : amounts.properties()) {
        Double value = Quantity.parse(each.getValue().asText(""));
        if (value != null && list.size() < ROWS_MAX) {
          list.add(new Row(type, Names.kept(each.getKey()), kind, value));
        }
      }
    }
  }

  private final Reader reader;

  private Quotas(ReentrantLock lock, Reader reader) {
    super(lock, OBJECTS_MAX);
    this.reader = reader;
  }

  /** What a namespace may use, and uses. */
  static Quotas quotas(ReentrantLock lock) {
    return new Quotas(
        lock,
        (object, rows) -> {
          JsonNode status = object.path("status");
          rows.add("", status.path("hard"), "hard");
          rows.add("", status.path("used"), "used");
        });
  }

  /** What one container, pod or claim may ask for. */
  static Quotas limitRanges(ReentrantLock lock) {
    return new Quotas(
        lock,
        (object, rows) -> {
          for (JsonNode limit : object.path("spec").path("limits")) {
            String type = Names.kept(limit.path("type").asText(""));
            rows.add(type, limit.path("min"), "min");
            rows.add(type, limit.path("max"), "max");
            rows.add(type, limit.path("default"), "default");
            rows.add(type, limit.path("defaultRequest"), "default_request");
            rows.add(type, limit.path("maxLimitRequestRatio"), "max_limit_request_ratio");
          }
        });
  }

  @Override
  Rows read(ObjectNode object, @Nullable Rows before, boolean baseline) {
    Rows rows = new Rows(object);
    reader.read(object, rows);
    return rows;
  }
}
