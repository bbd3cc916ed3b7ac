package dev.streamgauge.telemetry.live;

import java.util.Arrays;
import java.util.List;

/** The history's rows as events. On the admin thread. */
final class HistoryJson {
  private static final Column[] COLUMNS = Column.values();
  private static final int ROW_CHARS = 160;

  private final History history;

  HistoryJson(History history) {
    this.history = history;
  }

  static List<String> columns() {
    return Arrays.stream(COLUMNS).map(Column::label).toList();
  }

  /** With the number of the first; each further one has the next number. */
  byte[] all() {
    long first = history.firstRow();
    long last = history.lastRow();
    JsonText json = new JsonText(ROW_CHARS * History.ROWS).open().field("first", first);
    json.openList("rows");
    for (long row = first; row <= last; row++) {
      add(row, json);
    }
    return json.closeList().close().event("history");
  }

  byte[] last() {
    long last = history.lastRow();
    JsonText json = new JsonText(ROW_CHARS).open().field("n", last).openList("row");
    for (Column column : COLUMNS) {
      json.number(history.value(last, column));
    }
    return json.closeList().close().event("row");
  }

  private void add(long row, JsonText json) {
    json.openList();
    for (Column column : COLUMNS) {
      json.number(history.value(row, column));
    }
    json.closeList();
  }
}
