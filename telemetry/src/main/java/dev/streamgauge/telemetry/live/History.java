package dev.streamgauge.telemetry.live;

import dev.streamgauge.telemetry.Slo;
import dev.streamgauge.timeline.RequestRecord;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The last 15 minutes: a row of figures for every 5 s, and for every minute what its requests added
 * up to. A ring of fixed size, from the start, so that a page that is opened later has it. On the
 * admin thread.
 */
final class History {
  static final long ROW_NANOS = 5_000_000_000L;
  static final int ROWS = 180;
  private static final int ROWS_A_MINUTE = 12;
  private static final int MINUTES = ROWS / ROWS_A_MINUTE;
  private static final double MILLIS_PER_SECOND = 1e3;
  private static final double NANOS_PER_SECOND = 1e9;

  private static final Column[] COLUMNS = Column.values();

  private final long startNanos;
  private final float[] rows = new float[ROWS * COLUMNS.length];
  private final Span current;
  private final Span whole;
  private final Span[] minutes = new Span[MINUTES];
  private final Slowest slowest;

  /** Number of the row that is being filled; the first is 0. */
  private long row;

  private long tokensBefore;
  private final Map<Column, Mean> sampled = new EnumMap<>(Column.class);
  private double queueMax = Double.NaN;

  History(long startNanos, List<Slo> slos, Slowest slowest) {
    this.startNanos = startNanos;
    this.slowest = slowest;
    this.current = new Span(slos);
    this.whole = new Span(slos);
    for (int i = 0; i < MINUTES; i++) {
      minutes[i] = new Span(slos);
    }
    Arrays.fill(rows, Float.NaN);
  }

  /** Gauges at one moment; not a number where one is not known. */
  record Gauges(
      double inFlight,
      double queue,
      double kvCache,
      double gpuUtilization,
      double gpuMemory,
      double gpuWatts) {}

  void add(RequestRecord record) {
    current.add(record);
    minute(row).add(record);
    slowest.add(record, row / ROWS_A_MINUTE);
  }

  private Span minute(long ofRow) {
    return minutes[(int) (ofRow / ROWS_A_MINUTE % MINUTES)];
  }

  void sample(Gauges now) {
    queueMax = Double.isNaN(queueMax) ? now.queue() : Math.max(queueMax, now.queue());
    mean(Column.IN_FLIGHT, now.inFlight());
    mean(Column.KV_CACHE, now.kvCache());
    mean(Column.GPU_UTILIZATION, now.gpuUtilization());
    mean(Column.GPU_MEMORY, now.gpuMemory());
    mean(Column.GPU_WATTS, now.gpuWatts());
  }

  private void mean(Column column, double value) {
    if (!Double.isNaN(value)) {
      sampled.computeIfAbsent(column, _ -> new Mean()).add(value);
    }
  }

  /**
   * Closes the rows whose time is over; false if there was none.
   *
   * @param tokens events of all streams ever
   */
  boolean advance(long nowNanos, long tokens) {
    long now = (nowNanos - startNanos) / ROW_NANOS;
    if (now <= row) {
      return false;
    }
    long passed = now - row;
    fill(tokens, passed);
    for (long next = row + 1; next <= now; next++) {
      if (next > now - ROWS) {
        begin(next);
      }
    }
    row = now;
    return true;
  }

  /** What came since the last row is taken for that of the one row, over all the time passed. */
  private void fill(long tokens, long rowsPassed) {
    double seconds = rowsPassed * ROW_NANOS / NANOS_PER_SECOND;
    count(Column.REQUESTS, current.requests());
    count(Column.OK, current.outcomesOf("ok"));
    count(Column.CALLER, current.outcomesOf("caller"));
    count(Column.POLICY, current.outcomesOf("policy"));
    count(Column.UPSTREAM, current.outcomesOf("upstream"));
    count(Column.PROXY, current.outcomesOf("proxy"));
    set(current.ttft, Column.TTFT_P50, Column.TTFT_P95, Column.TTFT_P99);
    set(current.interToken, Column.ITL_P50, Column.ITL_P95, Column.ITL_P99);
    set(current.gap, Column.GAP_P50, Column.GAP_P95, Column.GAP_P99);
    set(Column.QUEUE_WAIT_P95, current.queueWait.quantileSeconds(0.95) * MILLIS_PER_SECOND);
    set(Column.TOKENS_PER_SECOND, (tokens - tokensBefore) / seconds);
    set(Column.QUEUE, queueMax);
    count(Column.SLO_JUDGED, current.judged());
    count(Column.SLO_MET, current.met());
    sampled.forEach((column, mean) -> set(column, mean.take()));
    tokensBefore = tokens;
    queueMax = Double.NaN;
    current.clear();
  }

  private void set(Sketch sketch, Column p50, Column p95, Column p99) {
    set(p50, sketch.quantileSeconds(0.5) * MILLIS_PER_SECOND);
    set(p95, sketch.quantileSeconds(0.95) * MILLIS_PER_SECOND);
    set(p99, sketch.quantileSeconds(0.99) * MILLIS_PER_SECOND);
  }

  private void count(Column column, long value) {
    set(column, (double) value);
  }

  private void set(Column column, double value) {
    rows[at(row) + column.index()] = (float) value;
  }

  private void begin(long number) {
    Arrays.fill(rows, at(number), at(number) + COLUMNS.length, Float.NaN);
    if (number % ROWS_A_MINUTE == 0) {
      minute(number).clear();
    }
  }

  private static int at(long number) {
    return (int) (number % ROWS) * COLUMNS.length;
  }

  /** The number of the last row that is whole; -1 before the first. */
  long lastRow() {
    return row - 1;
  }

  /** The first that is still there. */
  long firstRow() {
    return Math.max(0, row - ROWS + 1);
  }

  float value(long number, Column column) {
    return rows[at(number) + column.index()];
  }

  /** Of the last 14 to 15 minutes; valid until the next call. */
  Span whole() {
    whole.clear();
    for (Span each : minutes) {
      whole.add(each);
    }
    return whole;
  }

  /** The minute that is being filled. */
  long minute() {
    return row / ROWS_A_MINUTE;
  }

  static int minutes() {
    return MINUTES;
  }

  /** Of what was sampled since the last row. */
  private static final class Mean {
    private double sum;
    private int count;

    void add(double value) {
      sum += value;
      count++;
    }

    double take() {
      double mean = count == 0 ? Double.NaN : sum / count;
      sum = 0;
      count = 0;
      return mean;
    }
  }
}
