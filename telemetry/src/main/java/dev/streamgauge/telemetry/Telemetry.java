package dev.streamgauge.telemetry;

import dev.streamgauge.gpu.GpuStatus;
import dev.streamgauge.gpu.GpuWatcher;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.telemetry.engine.EngineBoard;
import dev.streamgauge.timeline.InferenceRecord;
import dev.streamgauge.timeline.Phase;
import dev.streamgauge.timeline.RecordSink;
import dev.streamgauge.timeline.RequestRecord;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The page of metrics. Everything published about a finished request comes from its record; {@link
 * #live()} has what moves before that. Any thread.
 */
public final class Telemetry implements RecordSink {
  private final Families families;
  private final ModelLabels models;
  private final Rows rows;
  private final LiveSeries live;
  private final GpuSeries gpus = new GpuSeries();
  private final GpuJoin join;
  private final PushCounts pushes = new PushCounts();
  private final LongAdder reloads = new LongAdder();
  private final MetricsPage page = new MetricsPage();
  private final EngineBoard engine;
  private final EngineSeries figures;
  private final List<Slo> slos;
  private final String version;

  public Telemetry(TelemetrySettings settings) {
    this(settings, () -> 0);
  }

  /** Of a server that has no page. */
  public Telemetry(TelemetrySettings settings, LongSupplier accessLogDropped) {
    this(settings, accessLogDropped, EngineBoard.none());
  }

  /**
   * Makes every family, at 0.
   *
   * @param accessLogDropped lines that will never be written, so far
   * @param engine what the server says of itself
   */
  public Telemetry(TelemetrySettings settings, LongSupplier accessLogDropped, EngineBoard engine) {
    this.engine = engine;
    TelemetrySettings.Metrics metrics = settings.metrics();
    slos = metrics.slos();
    version = settings.version();
    families = new Families(metrics);
    models = new ModelLabels(metrics.modelsMax(), metrics.models());
    TokenMetrics tokens = new TokenMetrics(families);
    join = new GpuJoin(families, models);
    live = new LiveSeries(families, models, join, engine);
    figures = new EngineSeries(families, engine, live::gate, live::running);
    rows = new Rows(tokens, others(metrics));
    families.counted(
        "label_overflow_total",
        "Requests counted under model=\"other\" because --max-models names were taken.",
        models::overflows);
    families.counted(
        "access_log_dropped_total",
        "Access-log lines dropped because their reader was too slow, or gone.",
        accessLogDropped);
    families.counted("config_reloads_total", "Configurations loaded while running.", reloads::sum);
    families.countedByAll(
        "otlp_items_total",
        "Requests' spans, pages of metrics and access-log records for OTLP, and what became of"
            + " them.",
        pushes::readings,
        "signal",
        "result");
    families.add(gpus);
    families.info("build", "What runs.", "version", settings.version());
  }

  @Override
  public void accept(RequestRecord record) {
    rows.of(models.of(record), record.operation()).add(record, Origin.of(record));
  }

  @Override
  public void inference(InferenceRecord record) {
    String model = models.ofStream(record.model(), null, Operation.INFER);
    rows.of(model, Operation.INFER).add(record);
  }

  public LiveMetrics live() {
    return live;
  }

  /** What the server says of itself; whoever asks it puts it there. */
  public EngineBoard engine() {
    return engine;
  }

  /** Counted by whoever sends by OTLP. */
  public PushCounts pushes() {
    return pushes;
  }

  /** The queue in front of the server. */
  public GateView gate() {
    return live.gate();
  }

  /** How busy the server is. Short enough for an event loop. */
  public ServerLoad load() {
    return figures.load();
  }

  /** What is known of the GPUs now; waits for no driver. */
  public GpuStatus gpus() {
    return gpus.now();
  }

  /** Requests that are at this. */
  public double inFlight(Phase phase) {
    return live.count(phase);
  }

  /** The name, if it is a value of the {@code model} label; else null. */
  public @Nullable String knownModel(@Nullable String name) {
    return models.lookUp(name);
  }

  /** The goodput targets. */
  public List<Slo> slos() {
    return slos;
  }

  public String version() {
    return version;
  }

  /** From now on the page has what this says of GPUs; asked once for each page, and at once. */
  public void showGpus(Supplier<GpuStatus> source) {
    gpus.show(source);
  }

  /** Brings each look at the GPUs together with the requests that ran meanwhile. */
  public GpuWatcher gpuWatcher() {
    return join;
  }

  /** A configuration was loaded again while running. */
  public void configReloaded() {
    reloads.increment();
  }

  /** The value of {@code Content-Type} for a page of that form. */
  public String contentType(PageForm form) {
    return page.contentType(form);
  }

  /**
   * Writes the page as it is now. Takes milliseconds: not for an event loop that moves streams.
   *
   * @throws IOException only where the stream refuses bytes
   */
  public void render(PageForm form, OutputStream out) throws IOException {
    EngineBoard.Reading reading = form.withEngine() ? engine.fresh() : null;
    page.render(scrape(), reading == null ? null : reading.page(), form, out);
  }

  /** All families as they are now; takes milliseconds, as a page does. */
  public MetricSnapshots scrape() {
    return families.scrape();
  }

  private List<RecordMetrics> others(TelemetrySettings.Metrics metrics) {
    List<RecordMetrics> all = new ArrayList<>();
    all.add(new TransferMetrics(families));
    all.add(new EngineMetrics(families));
    all.add(new EnergyMetrics(families));
    all.add(new SloMetrics(families, metrics.slos()));
    if (metrics.semconv() != TelemetrySettings.Semconv.OFF) {
      all.add(new GenAiMirror(families, metrics.semconv()));
    }
    if (metrics.mirrorsVllm()) {
      all.add(new VllmMirror(families, figures, models));
    }
    return List.copyOf(all);
  }
}
