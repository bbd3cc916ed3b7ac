package dev.streamgauge.telemetry;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.InferenceRecord;
import dev.streamgauge.timeline.RequestRecord;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All series of each model and operation, so that a request looks up one thing and not each of its
 * figures. Any thread, without a lock: of what two threads make at once one is forgotten, and both
 * add to the same series.
 *
 * <p>Limit: as many models as the label has values.
 */
final class Rows {
  private static final int OPERATIONS = Operation.values().length;

  private final TokenMetrics tokens;
  private final List<RecordMetrics> others;
  private final ConcurrentHashMap<String, OfModel> models = new ConcurrentHashMap<>();
  private OfModel last = new OfModel(ModelLabels.OTHER);

  Rows(TokenMetrics tokens, List<RecordMetrics> others) {
    this.tokens = tokens;
    this.others = List.copyOf(others);
  }

  /**
   * @param model a value of the label, not any name
   */
  OfRow of(String model, Operation operation) {
    OfModel rows = last;
    if (!rows.model.equals(model)) {
      rows = models.computeIfAbsent(model, OfModel::new);
      last = rows;
    }
    OfRow row = rows.byOperation[RecordSeries.place(operation)];
    if (row == null) {
      row = new OfRow(tokens, others, new Row(model, operation));
      rows.byOperation[RecordSeries.place(operation)] = row;
    }
    return row;
  }

  private static final class OfModel {
    private final String model;
    private final @Nullable OfRow[] byOperation = new @Nullable OfRow[OPERATIONS];

    private OfModel(String model) {
      this.model = model;
    }
  }

  /** The series of one row. */
  static final class OfRow {
    private final TokenMetrics.Series tokens;
    private final RecordSeries[] others;

    private OfRow(TokenMetrics tokens, List<RecordMetrics> others, Row row) {
      this.tokens = tokens.of(row);
      this.others = others.stream().map(group -> group.of(row)).toArray(RecordSeries[]::new);
    }

    void add(RequestRecord record, @Nullable Origin origin) {
      tokens.add(record, origin);
      for (RecordSeries group : others) {
        group.add(record, origin);
      }
    }

    void add(InferenceRecord record) {
      tokens.add(record);
    }
  }
}
