package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.Families.Labelled;
import dev.streamgauge.telemetry.Families.Reading;
import dev.streamgauge.telemetry.engine.Engine;
import dev.streamgauge.telemetry.engine.EngineBoard;
import dev.streamgauge.telemetry.engine.EngineBoard.Passed;
import dev.streamgauge.telemetry.engine.EngineBoard.Scrape;
import dev.streamgauge.telemetry.engine.EngineFigures;
import dev.streamgauge.telemetry.engine.Figure;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The server's own figures, for every server: as its page says them, or as this proxy can tell.
 * Each family has one series, whose label says which of the two it is.
 */
final class EngineSeries {
  /** The labels of adapters, in the words of vLLM and of the Inference Extension. */
  static final String[] LORA = {"max_lora", "running_lora_adapters", "waiting_lora_adapters"};

  private static final double NANOS_PER_SECOND = 1e9;
  private static final EngineFigures NOTHING = new EngineFigures(Map.of(), null);

  private final EngineBoard board;
  private final Supplier<GateView> gate;
  private final DoubleSupplier running;

  EngineSeries(
      Families families, EngineBoard board, Supplier<GateView> gate, DoubleSupplier running) {
    this.board = board;
    this.gate = gate;
    this.running = running;
    figures(families);
    infos(families);
    scrapes(families);
  }

  private void figures(Families families) {
    gauge(
        families,
        Figure.WAITING,
        "Requests that wait: engine = as the engine's page says; computed = in this proxy's own"
            + " queue, where the engine does not say.");
    gauge(
        families,
        Figure.RUNNING,
        "Requests in work: engine = as the engine's page says; computed = admitted and unfinished,"
            + " where the engine does not say.");
    gauge(
        families,
        Figure.KV_CACHE_USAGE,
        "How full the engine's KV cache is, 0 to 1; absent where its page does not say.");
    gauge(
        families,
        Figure.KV_CACHE_BLOCK_SIZE,
        "Tokens in a block of the engine's KV cache; absent where its page does not say.");
    gauge(
        families,
        Figure.KV_CACHE_BLOCKS,
        "Blocks in the engine's KV cache; absent where its page does not say.");
    families.sometimes(
        "saturation_ratio",
        "In flight and queued requests by the concurrency limit, not clamped at 1; absent without a"
            + " limit.",
        () -> gate.get().saturationRatio());
  }

  private void infos(Families families) {
    families.info(
        "engine",
        "Which engine it is, as --engine or else its page says; absent while neither does.",
        this::engine);
    families.info(
        "engine_kv_cache",
        "Block size and number of the engine's KV cache as labels, as the Inference Extension reads"
            + " them.",
        this::cache);
    families.labelled(
        "engine_lora_requests_timestamp_seconds",
        "When the engine's LoRA adapters, which the labels name, changed last; absent where its"
            + " page does not say.",
        this::lora,
        LORA);
  }

  private void scrapes(Families families) {
    families.countedBy(
        "engine_scrapes_total",
        "Times that the engine's page was asked for, by what came of it.",
        "result",
        () ->
            Arrays.stream(Scrape.values())
                .map(each -> new Reading(each.label(), (double) board.scrapes(each)))
                .toList());
    families.countedBy(
        "engine_page_skipped_total",
        "Lines or samples of the engine's pages that were passed over: malformed, more than a"
            + " limit, or there twice.",
        "reason",
        () ->
            Arrays.stream(Passed.values())
                .map(each -> new Reading(each.label(), (double) board.passed(each)))
                .toList());
    families.sometimes(
        "engine_page_age_seconds",
        "How old the engine's last page is; absent before the first.",
        this::ageSeconds);
  }

  private void gauge(Families families, Figure figure, String help) {
    families.gauge(figure.family(), help, "source", () -> readings(figure));
  }

  private List<Reading> readings(Figure figure) {
    Double engine = said(figure);
    if (engine != null) {
      return List.of(new Reading("engine", engine));
    }
    Double computed = computed(figure);
    return computed == null ? List.of() : List.of(new Reading("computed", computed));
  }

  /** As the engine says it or, where it does not, as it was computed; null where neither is. */
  @Nullable Double value(Figure figure) {
    Double engine = said(figure);
    return engine == null ? computed(figure) : engine;
  }

  private @Nullable Double said(Figure figure) {
    EngineBoard.Reading reading = board.fresh();
    return reading == null ? null : reading.figures().value(figure);
  }

  ServerLoad load() {
    EngineBoard.Reading reading = board.fresh();
    EngineFigures said = reading == null ? NOTHING : reading.figures();
    GateView queue = gate.get();
    Double waiting = said.value(Figure.WAITING);
    Double inWork = said.value(Figure.RUNNING);
    return new ServerLoad(
        waiting == null ? queue.waiting() : waiting,
        inWork == null ? running.getAsDouble() : inWork,
        said.value(Figure.KV_CACHE_USAGE),
        queue.saturationRatio());
  }

  private @Nullable Double computed(Figure figure) {
    return switch (figure) {
      case WAITING -> Double.valueOf(gate.get().waiting());
      case RUNNING -> Double.valueOf(running.getAsDouble());
      case KV_CACHE_USAGE, KV_CACHE_BLOCK_SIZE, KV_CACHE_BLOCKS -> null;
    };
  }

  private List<Labels> engine() {
    Engine engine = board.engine();
    return engine == null ? List.of() : List.of(Labels.of("engine", engine.label()));
  }

  List<Labels> cache() {
    Double size = said(Figure.KV_CACHE_BLOCK_SIZE);
    Double blocks = said(Figure.KV_CACHE_BLOCKS);
    return size == null || blocks == null
        ? List.of()
        : List.of(Labels.of("block_size", whole(size), "num_gpu_blocks", whole(blocks)));
  }

  List<Labelled> lora() {
    EngineBoard.Reading reading = board.fresh();
    EngineFigures.Lora lora = reading == null ? null : reading.figures().lora();
    return lora == null
        ? List.of()
        : List.of(new Labelled(lora.changedSeconds(), lora.max(), lora.running(), lora.waiting()));
  }

  private @Nullable Double ageSeconds() {
    Long nanos = board.ageNanos();
    return nanos == null ? null : (Double) (nanos / NANOS_PER_SECOND);
  }

  private static String whole(double value) {
    return Long.toString(Math.round(value));
  }
}
