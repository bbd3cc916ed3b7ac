package dev.streamgauge.telemetry;

import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuIdentity;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.GpuSnapshot;
import dev.streamgauge.gpu.GpuStatus;
import dev.streamgauge.gpu.ThrottleReason;
import dev.streamgauge.gpu.XidCounts;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The families of GPUs, all of one page from one status. A figure that is not known has no series;
 * a family without one is left out. Any thread; waits for no driver.
 */
final class GpuSeries implements MultiCollector {
  private static final double NANOS_PER_SECOND = 1e9;

  private volatile Supplier<GpuStatus> status = GpuStatus::none;

  /** From now on it is this that is asked. */
  void show(Supplier<GpuStatus> source) {
    status = source;
  }

  GpuStatus now() {
    return status.get();
  }

  @Override
  public MetricSnapshots collect() {
    GpuStatus now = now();
    List<MetricSnapshot> families = new ArrayList<>();
    addWhole(now, families);
    addErrors(now, families);
    GpuSnapshot snapshot = now.snapshot();
    if (snapshot != null) {
      add(info(snapshot), families);
      add(supported(snapshot), families);
      add(clocks(snapshot), families);
      add(throttled(snapshot), families);
      for (GpuFamily family : GpuFamily.values()) {
        add(family.of(snapshot.gpus()), families);
      }
    }
    return new MetricSnapshots(families);
  }

  private static void add(MetricSnapshot family, List<MetricSnapshot> families) {
    if (!family.getDataPoints().isEmpty()) {
      families.add(family);
    }
  }

  private static void addWhole(GpuStatus now, List<MetricSnapshot> families) {
    GaugeSnapshot.Builder up =
        gauge(
            "gpu_up",
            "1 while each GPU of this container answers; 0 where one does not, where the driver"
                + " hangs, and where there is none.");
    families.add(up.dataPoint(point(now.up() ? 1 : 0, Labels.EMPTY)).build());
    Long ageNanos = now.sampleAgeNanos();
    if (ageNanos != null) {
      GaugeSnapshot.Builder age =
          gauge(
              "gpu_sample_age_seconds",
              "Since the driver last answered; figures older than five intervals are not shown."
                  + " Absent if it never has.");
      families.add(age.dataPoint(point(ageNanos / NANOS_PER_SECOND, Labels.EMPTY)).build());
    }
  }

  /** What happened stays to be seen while the driver does not answer. */
  private static void addErrors(GpuStatus now, List<MetricSnapshot> families) {
    CounterSnapshot.Builder errors =
        counter("gpu_errors", "Calls of the driver that failed, by its word for why.");
    now.errors().forEach((code, n) -> errors.dataPoint(count(n, Labels.of("code", code))));
    add(errors.build(), families);
    CounterSnapshot.Builder xids =
        counter(
            "gpu_xid_errors",
            "XID errors that this container's GPUs reported since the process began to look; they"
                + " stay while the driver does not answer.");
    for (XidCounts.Count each : now.xids()) {
      xids.dataPoint(
          count((double) each.errors(), Labels.of("uuid", each.uuid(), "xid", each.xid())));
    }
    add(xids.build(), families);
  }

  private static InfoSnapshot info(GpuSnapshot snapshot) {
    InfoSnapshot.Builder info =
        InfoSnapshot.builder()
            .name(Families.PREFIX + "gpu")
            .help(
                "Which GPUs there are: shared=\"false\" for those of this container; \"true\" for"
                    + " those that are only visible here, of which no figure is shown.");
    snapshot.gpus().forEach(each -> info.dataPoint(info(each.gpu(), snapshot, "false")));
    snapshot.others().forEach(each -> info.dataPoint(info(each, snapshot, "true")));
    return info.build();
  }

  private static InfoSnapshot.InfoDataPointSnapshot info(
      GpuIdentity gpu, GpuSnapshot snapshot, String shared) {
    String driver = snapshot.driver(gpu);
    return InfoSnapshot.InfoDataPointSnapshot.builder()
        .labels(
            Labels.of(
                "uuid", gpu.uuid(),
                "name", gpu.name(),
                "driver", driver == null ? "" : driver,
                "mig_profile", gpu.migProfile(),
                "shared", shared))
        .build();
  }

  private static GaugeSnapshot supported(GpuSnapshot snapshot) {
    GaugeSnapshot.Builder supported =
        gauge(
            "gpu_field_supported",
            "Whether the card and its driver have a figure (1) or not (0, and then it is absent);"
                + " no series while that is not known.");
    for (GpuSample sample : snapshot.gpus()) {
      sample.supported().entrySet().stream()
          .sorted(Comparator.comparing(each -> each.getKey()))
          .forEach(
              each ->
                  supported.dataPoint(
                      point(
                          each.getValue() ? 1 : 0,
                          labels(sample, "field", each.getKey().label()))));
    }
    return supported.build();
  }

  private static GaugeSnapshot clocks(GpuSnapshot snapshot) {
    GaugeSnapshot.Builder clocks = gauge("gpu_clock_hertz", "Clocks as they are now, by domain.");
    for (GpuSample sample : snapshot.gpus()) {
      addClock(sample, GpuField.CLOCK_GRAPHICS, "graphics", clocks);
      addClock(sample, GpuField.CLOCK_SM, "sm", clocks);
      addClock(sample, GpuField.CLOCK_MEM, "mem", clocks);
      addClock(sample, GpuField.CLOCK_VIDEO, "video", clocks);
    }
    return clocks.build();
  }

  private static void addClock(
      GpuSample sample, GpuField field, String domain, GaugeSnapshot.Builder clocks) {
    Double hertz = sample.figure(field);
    if (hertz != null) {
      clocks.dataPoint(point(hertz, labels(sample, "domain", domain)));
    }
  }

  private static GaugeSnapshot throttled(GpuSnapshot snapshot) {
    GaugeSnapshot.Builder throttled =
        gauge(
            "gpu_throttled",
            "1 while clocks are held down for that reason; that a GPU is idle is none.");
    for (GpuSample sample : snapshot.gpus()) {
      Set<ThrottleReason> reasons = sample.throttled();
      if (reasons != null) {
        for (ThrottleReason each : ThrottleReason.values()) {
          throttled.dataPoint(
              point(reasons.contains(each) ? 1 : 0, labels(sample, "reason", each.label())));
        }
      }
    }
    return throttled.build();
  }

  static GaugeSnapshot.Builder gauge(String name, String help) {
    return GaugeSnapshot.builder().name(Families.PREFIX + name).help(help);
  }

  static CounterSnapshot.Builder counter(String name, String help) {
    return CounterSnapshot.builder().name(Families.PREFIX + name).help(help);
  }

  static Labels labels(GpuSample sample) {
    return Labels.of("uuid", sample.gpu().uuid());
  }

  static Labels labels(GpuSample sample, String name, String value) {
    return Labels.of("uuid", sample.gpu().uuid(), name, value);
  }

  static GaugeSnapshot.GaugeDataPointSnapshot point(double value, Labels labels) {
    return GaugeSnapshot.GaugeDataPointSnapshot.builder().value(value).labels(labels).build();
  }

  static CounterSnapshot.CounterDataPointSnapshot count(double value, Labels labels) {
    return CounterSnapshot.CounterDataPointSnapshot.builder().value(value).labels(labels).build();
  }
}
