package dev.streamgauge.telemetry.live;

import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.GpuSnapshot;
import dev.streamgauge.telemetry.Slowness;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.telemetry.engine.EngineBoard;
import dev.streamgauge.telemetry.engine.Figure;
import dev.streamgauge.timeline.Phase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The server-sent events of the live page, each made once for all who look. All times in them are
 * milliseconds since this began, by the monotonic clock. On the admin thread. docs/live.md has
 * their shape.
 */
public final class LiveView {
  static final List<String> LINE =
      List.of(
          "id",
          "phase",
          "operation",
          "model",
          "received",
          "admitted",
          "first_token",
          "last_token",
          "tokens",
          "stalls",
          "ended",
          "outcome");

  private static final int SNAPSHOT_CHARS = 16 * 1024;
  private static final int MODEL_CHARS_MAX = 80;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final LiveBoard board;
  private final Telemetry telemetry;
  private final LiveFacts facts;
  private final long startNanos;
  private final History history;
  private final DrawnLines lines;
  private final HistoryJson rows;
  private final SummaryJson summary;

  public LiveView(LiveBoard board, Telemetry telemetry, LiveFacts facts, long nowNanos) {
    this.board = board;
    this.telemetry = telemetry;
    this.facts = facts;
    this.startNanos = nowNanos;
    Slowest slowest = new Slowest(new Slowness(telemetry.slos()));
    this.history = new History(nowNanos, telemetry.slos(), slowest);
    this.lines = new DrawnLines(board, facts.stallNanos());
    this.rows = new HistoryJson(history);
    this.summary = new SummaryJson(history, slowest, telemetry, facts, board);
  }

  /** Takes what has ended since; true if a row of the history was closed. Whoever looks. */
  public boolean advance(long nowNanos) {
    board.drain(history::add);
    history.sample(gauges());
    return history.advance(nowNanos, board.tokens());
  }

  /** Nobody looks any more. */
  public void unwatched() {
    lines.clear();
  }

  /** Whether nothing is in flight, and was since the last snapshot. */
  public boolean idle() {
    return board.inFlight() == 0 && lines.sawAllEnds();
  }

  /** The first event of a stream: what stays as it is. */
  public byte[] hello(long nowNanos) {
    JsonText json =
        new JsonText(1024).open().field("shape", 1).field("version", telemetry.version());
    long startMillis = facts.wallClockAt(startNanos).toEpochMilli();
    json.field("instance", Long.toString(startMillis));
    json.field("t", millis(nowNanos));
    json.field("wall_ms", facts.wallClockAt(nowNanos).toEpochMilli());
    json.field("upstream", facts.upstream());
    json.field("listen_port", facts.listenPort()).field("listen_tls", facts.listenSecure());
    json.field("stall_ms", facts.stallNanos() / NANOS_PER_MILLI);
    json.field("row_ms", History.ROW_NANOS / NANOS_PER_MILLI).field("rows", History.ROWS);
    json.field("lines_max", DrawnLines.MAX);
    list(json, "line", LINE);
    list(json, "columns", HistoryJson.columns());
    list(json, "phases", Span.PHASES);
    return json.close().event("hello");
  }

  private static void list(JsonText json, String name, List<String> values) {
    json.openList(name);
    values.forEach(json::string);
    json.closeList();
  }

  /** All rows that there are. */
  public byte[] history() {
    return rows.all();
  }

  /** The row that was closed last. */
  public byte[] row() {
    return rows.last();
  }

  /** What the last 15 minutes come to, and why a figure is absent. */
  public byte[] summary(long nowNanos) {
    return summary.at(millis(nowNanos));
  }

  /** Requests as they run. */
  public byte[] snapshot(long nowNanos) {
    JsonText json = new JsonText(SNAPSHOT_CHARS).open().field("t", millis(nowNanos));
    json.field("draining", facts.draining());
    json.open("in_flight");
    for (Phase phase : Phase.values()) {
      json.field(phase.label(), Math.round(telemetry.inFlight(phase)));
    }
    json.close();
    json.field("waiting", telemetry.gate().waiting()).field("limit", telemetry.gate().limit());
    json.field("tokens", board.tokens());
    Map<String, Integer> models = new HashMap<>();
    json.openList("lines");
    for (LiveLine line : lines.look(nowNanos)) {
      add(line, json, models);
    }
    json.closeList().field("left_out", lines.leftOut());
    String[] names = new String[models.size()];
    models.forEach((name, index) -> names[index] = name);
    json.openList("models");
    for (String name : names) {
      json.string(cut(name));
    }
    return json.closeList().close().event("snapshot");
  }

  /** In the order of {@link #LINE}. */
  private void add(LiveLine line, JsonText json, Map<String, Integer> models) {
    json.openList().number(line.id()).string(line.phase().label());
    json.string(line.operation().label());
    String model = telemetry.knownModel(line.model());
    if (model == null) {
      json.nothing();
    } else {
      json.number(models.computeIfAbsent(model, _ -> models.size()));
    }
    json.number(millis(line.receivedNanos()));
    time(line.admittedNanos(), json);
    time(line.firstTokenNanos(), json);
    time(line.lastTokenNanos(), json);
    json.number(line.tokens()).number(line.stalls());
    time(line.endedNanos(), json);
    var outcome = line.outcome();
    json.string(outcome == null ? null : outcome.label()).closeList();
  }

  private void time(@Nullable Long nanos, JsonText json) {
    if (nanos == null) {
      json.nothing();
    } else {
      json.number(millis(nanos));
    }
  }

  private long millis(long nanos) {
    return (nanos - startNanos) / NANOS_PER_MILLI;
  }

  static @Nullable String cut(@Nullable String name) {
    return name == null || name.length() <= MODEL_CHARS_MAX
        ? name
        : name.substring(0, MODEL_CHARS_MAX - 1) + '\u2026';
  }

  private History.Gauges gauges() {
    double inFlight = 0;
    for (Phase phase : Phase.values()) {
      inFlight += telemetry.inFlight(phase);
    }
    EngineBoard.Reading page = telemetry.engine().fresh();
    Double cache = page == null ? null : page.figures().value(Figure.KV_CACHE_USAGE);
    GpuSnapshot gpus = telemetry.gpus().snapshot();
    double used = sum(gpus, GpuField.MEMORY_USED);
    double total = sum(gpus, GpuField.MEMORY_TOTAL);
    return new History.Gauges(
        inFlight,
        telemetry.gate().waiting(),
        cache == null ? Double.NaN : cache,
        gpus == null ? Double.NaN : sum(gpus, GpuField.UTILIZATION) / gpus.gpus().size(),
        used / total,
        sum(gpus, GpuField.POWER));
  }

  /** Not a number unless each of our GPUs tells. */
  private static double sum(@Nullable GpuSnapshot gpus, GpuField field) {
    if (gpus == null || gpus.gpus().isEmpty()) {
      return Double.NaN;
    }
    double sum = 0;
    for (GpuSample gpu : gpus.gpus()) {
      Double value = gpu.figure(field);
      sum += value == null ? Double.NaN : value;
    }
    return sum;
  }
}
