package dev.streamgauge.cli.top;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the events said last. Guarded by itself: one thread adds, another draws. */
final class TopState {
  private static final long RATE_MILLIS = 1000;
  private static final double MILLIS_PER_SECOND = 1000;

  private @Nullable JsonNode hello;
  private @Nullable JsonNode snapshot;
  private @Nullable JsonNode summary;
  private @Nullable JsonNode row;
  private List<String> lineColumns = List.of();
  private List<String> rowColumns = List.of();
  private Map<Long, Count> before = new HashMap<>();
  private Map<Long, Count> last = new HashMap<>();
  private long beforeMillis;

  /** Token events of a request at one time. */
  private record Count(long tokens, long atMillis) {}

  /**
   * A request that is in flight.
   *
   * @param tokensPerSecond over about the last second, or since its first token where that is all
   *     that is known; null before its second
   */
  record Line(
      String model,
      String operation,
      String phase,
      long ageMillis,
      @Nullable Double firstTokenMillis,
      long tokens,
      @Nullable Double tokensPerSecond,
      @Nullable Double silentMillis,
      long stalls) {}

  synchronized void add(LiveFeed.Event event) {
    switch (event.name()) {
      case "hello" -> {
        hello = event.data();
        lineColumns = texts(event.data().path("line"));
        rowColumns = texts(event.data().path("columns"));
        before.clear();
        last.clear();
      }
      case "history" -> {
        JsonNode rows = event.data().path("rows");
        row = rows.isEmpty() ? null : rows.get(rows.size() - 1);
      }
      case "row" -> row = event.data().path("row");
      case "summary" -> summary = event.data();
      case "snapshot" -> {
        snapshot = event.data();
        count(event.data());
      }
      default -> {} // of a later version
    }
  }

  private static List<String> texts(JsonNode names) {
    List<String> texts = new ArrayList<>();
    names.forEach(name -> texts.add(name.asText()));
    return texts;
  }

  private void count(JsonNode now) {
    long atMillis = now.path("t").asLong();
    if (atMillis - beforeMillis >= RATE_MILLIS) {
      before = last;
      beforeMillis = atMillis;
      last = new HashMap<>();
    }
    for (JsonNode cells : now.path("lines")) {
      last.putIfAbsent(
          cell(cells, "id").asLong(), new Count(cell(cells, "tokens").asLong(), atMillis));
    }
  }

  /** Enough came for a table. */
  synchronized boolean complete() {
    return hello != null && snapshot != null && summary != null;
  }

  synchronized @Nullable JsonNode hello() {
    return hello;
  }

  synchronized @Nullable JsonNode snapshot() {
    return snapshot;
  }

  synchronized @Nullable JsonNode summary() {
    return summary;
  }

  /** Of the last row of the history; null where it is not known. */
  synchronized @Nullable Double figure(String column) {
    JsonNode cells = row;
    int at = rowColumns.indexOf(column);
    return cells == null || at < 0 ? null : number(cells.path(at));
  }

  static @Nullable Double number(JsonNode value) {
    return value.isNumber() ? (Double) value.asDouble() : null;
  }

  /** Those in flight, the oldest first. */
  synchronized List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    JsonNode now = snapshot;
    if (now == null) {
      return lines;
    }
    for (JsonNode cells : now.path("lines")) {
      if (cell(cells, "ended").isNull()) {
        lines.add(line(cells, now));
      }
    }
    lines.sort((a, b) -> Long.compare(b.ageMillis(), a.ageMillis()));
    return lines;
  }

  private Line line(JsonNode cells, JsonNode now) {
    double atMillis = now.path("t").asDouble();
    double received = cell(cells, "received").asDouble();
    Double first = number(cell(cells, "first_token"));
    Double lastToken = number(cell(cells, "last_token"));
    JsonNode model = cell(cells, "model");
    return new Line(
        model.isNumber() ? Plain.text(now.path("models").path(model.asInt()).asText()) : "-",
        cell(cells, "operation").asText(),
        cell(cells, "phase").asText(),
        (long) (atMillis - received),
        first == null ? null : (Double) (first - received),
        cell(cells, "tokens").asLong(),
        rate(cells, (long) atMillis),
        lastToken == null ? null : (Double) Math.max(0, atMillis - lastToken),
        cell(cells, "stalls").asLong());
  }

  private @Nullable Double rate(JsonNode cells, long atMillis) {
    long tokens = cell(cells, "tokens").asLong();
    Count since = before.get(cell(cells, "id").asLong());
    if (since != null && atMillis > since.atMillis()) {
      return (tokens - since.tokens()) * MILLIS_PER_SECOND / (atMillis - since.atMillis());
    }
    double spanMillis =
        cell(cells, "last_token").asDouble() - cell(cells, "first_token").asDouble();
    return spanMillis > 0 ? (Double) ((tokens - 1) * MILLIS_PER_SECOND / spanMillis) : null;
  }

  private JsonNode cell(JsonNode cells, String column) {
    return cells.path(lineColumns.indexOf(column));
  }
}
