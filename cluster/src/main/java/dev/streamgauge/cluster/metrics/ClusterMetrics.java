package dev.streamgauge.cluster.metrics;

import dev.streamgauge.cluster.metrics.ClusterFamily.Whose;
import dev.streamgauge.telemetry.PageForm;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes families and writes the page. What the cluster knows is counted by each replica from its
 * own start on, and published by the one that leads: a sum over the replicas is right, and a
 * replica that begins to lead goes on from a count of its own, which a rate takes for a new series.
 */
public final class ClusterMetrics {
  /** Series of a counter whose label values come from the cluster. */
  private static final int COUNTER_SERIES_MAX = 10_000;

  /** A histogram's series has some twenty numbers. */
  private static final int HISTOGRAM_SERIES_MAX = 2_000;

  /** From what a small image takes to what loading hundreds of gigabytes does, in seconds. */
  private static final double[] BOUNDS = {
    0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200
  };

  private static final int NATIVE_BUCKETS_MAX = 40;

  private final PrometheusRegistry leaders = new PrometheusRegistry();
  private final PrometheusRegistry own = new PrometheusRegistry();
  private final List<LongSupplier> leftOut = new CopyOnWriteArrayList<>();
  private final ExpositionFormats formats = ExpositionFormats.init();
  private volatile BooleanSupplier leads = () -> false;

  public ClusterMetrics(String version) {
    Info.builder()
        .name("streamgauge_build")
        .help("What runs.")
        .labelNames("version")
        .register(own)
        .addLabelValues(version);
  }

  /** From now on this says whether we lead. */
  public void leadsBy(BooleanSupplier supplier) {
    leads = supplier;
  }

  public boolean leads() {
    return leads.getAsBoolean();
  }

  public BoundedCounter counter(ClusterFamily family) {
    Counter counter =
        Counter.builder()
            .name(family.libraryName())
            .unit(unit(family.libraryName()))
            .help(family.help())
            .labelNames(family.labels().toArray(new String[0]))
            .withoutExemplars()
            .register(registry(family));
    SeriesLimit limit = new SeriesLimit(COUNTER_SERIES_MAX, family.labels().size());
    leftOut.add(limit::leftOut);
    return new BoundedCounter(counter, limit);
  }

  public BoundedHistogram histogram(ClusterFamily family) {
    Histogram histogram =
        Histogram.builder()
            .name(family.libraryName())
            .unit(unit(family.libraryName()))
            .help(family.help())
            .labelNames(family.labels().toArray(new String[0]))
            .classicUpperBounds(BOUNDS)
            .nativeMaxNumberOfBuckets(NATIVE_BUCKETS_MAX)
            .withoutExemplars()
            .register(registry(family));
    SeriesLimit limit = new SeriesLimit(HISTOGRAM_SERIES_MAX, family.labels().size());
    leftOut.add(limit::leftOut);
    return new BoundedHistogram(histogram, limit);
  }

  /** Families whose series follow from what is known when the page is made. */
  public void collect(Whose whose, MultiCollector collector) {
    (whose == Whose.LEADERS ? leaders : own).register(collector);
  }

  /** How often a limit on series was met, so far. */
  public long seriesLeftOut() {
    return leftOut.stream().mapToLong(LongSupplier::getAsLong).sum();
  }

  /** The upper bounds of all histograms, in seconds. */
  public static double[] bounds() {
    return BOUNDS.clone();
  }

  public String contentType(PageForm form) {
    return writer(form).getContentType();
  }

  /** Writes the page as it is now. */
  public void render(PageForm form, OutputStream out) throws IOException {
    if (form.gzip()) {
      try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
        writer(form).write(zip, scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
      }
    } else {
      writer(form).write(out, scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
    }
  }

  private MetricSnapshots scrape() {
    List<MetricSnapshot> all = new ArrayList<>();
    own.scrape().forEach(all::add);
    if (leads()) {
      leaders.scrape().forEach(all::add);
    }
    return new MetricSnapshots(all);
  }

  private PrometheusRegistry registry(ClusterFamily family) {
    return family.whose() == Whose.LEADERS ? leaders : own;
  }

  private static @Nullable Unit unit(String name) {
    return name.endsWith("_seconds") ? Unit.SECONDS : null;
  }

  private ExpositionFormatWriter writer(PageForm form) {
    return switch (form.format()) {
      case TEXT -> formats.getPrometheusTextFormatWriter();
      case OPEN_METRICS -> formats.getOpenMetricsTextFormatWriter();
      case PROTOBUF -> formats.getPrometheusProtobufWriter();
    };
  }
}
