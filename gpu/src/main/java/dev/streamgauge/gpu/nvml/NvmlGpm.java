package dev.streamgauge.gpu.nvml;

import dev.streamgauge.gpu.GpuField;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One device's activity by GPM (Hopper and later): what lies between two samples of the card's own
 * counters, the last look's and this one's.
 */
final class NvmlGpm {
  /** {@code NVML_GPM_METRIC_*}: per cent, each. */
  private record Metric(GpuField field, int id) {}

  private static final List<Metric> METRICS =
      List.of(
          new Metric(GpuField.SM_ACTIVE, 2), // SM_UTIL
          new Metric(GpuField.TENSOR_ACTIVE, 5), // ANY_TENSOR_UTIL
          new Metric(GpuField.DRAM_ACTIVE, 10)); // DRAM_BW_UTIL

  private static final long SUPPORTED = NvmlLayouts.offset(NvmlLayouts.GPM_SUPPORT, "isSupported");
  private static final long COUNT = NvmlLayouts.offset(NvmlLayouts.GPM_METRICS_HEAD, "numMetrics");
  private static final long SAMPLE_1 = NvmlLayouts.offset(NvmlLayouts.GPM_METRICS_HEAD, "sample1");
  private static final long SAMPLE_2 = NvmlLayouts.offset(NvmlLayouts.GPM_METRICS_HEAD, "sample2");
  private static final long ARRAY = NvmlLayouts.GPM_METRICS_HEAD.byteSize();
  private static final long METRIC_SIZE = NvmlLayouts.GPM_METRIC.byteSize();
  private static final long RETURN = NvmlLayouts.offset(NvmlLayouts.GPM_METRIC, "nvmlReturn");
  private static final long VALUE = NvmlLayouts.offset(NvmlLayouts.GPM_METRIC, "value");

  private final Nvml nvml;
  private final NvmlDevices.Handle handle;
  private @Nullable MemorySegment older;
  private @Nullable MemorySegment newer;
  private boolean oldIsFilled;

  NvmlGpm(Nvml nvml, NvmlDevices.Handle handle) {
    this.nvml = nvml;
    this.handle = handle;
  }

  static boolean wanted(NvmlDevice device) {
    return METRICS.stream().anyMatch(metric -> device.wants(metric.field));
  }

  void read(NvmlDevice device) {
    NvmlCode code = sample();
    if (code != NvmlCode.SUCCESS) {
      METRICS.forEach(metric -> device.take(metric.field, code, 0));
      return;
    }
    if (oldIsFilled) {
      compare(device);
    }
    MemorySegment filled = newer;
    newer = older;
    older = filled;
    oldIsFilled = true;
  }

  /** Fills the newer sample. */
  private NvmlCode sample() {
    if (older == null || newer == null) {
      NvmlCode code = allocate();
      if (code != NvmlCode.SUCCESS) {
        return code;
      }
    }
    MemorySegment into = sample(newer);
    Integer instance = handle.gpuInstance();
    return instance == null
        ? nvml.call(NvmlFunction.GPM_SAMPLE, handle.gpu(), into)
        : nvml.call(NvmlFunction.GPM_SAMPLE_OF_MIG, handle.gpu(), instance, into);
  }

  private NvmlCode allocate() {
    MemorySegment support = nvml.emptyRoom();
    support.set(ValueLayout.JAVA_INT, 0, NvmlLayouts.GPM_SUPPORT_VERSION);
    NvmlCode code = nvml.call(NvmlFunction.GPM_SUPPORT, handle.gpu(), support);
    if (code != NvmlCode.SUCCESS) {
      return code;
    }
    if (support.get(ValueLayout.JAVA_INT, SUPPORTED) == 0) {
      return NvmlCode.NOT_SUPPORTED;
    }
    if (older == null) {
      MemorySegment out = nvml.emptyRoom();
      code = nvml.call(NvmlFunction.GPM_SAMPLE_ALLOC, out);
      older = code == NvmlCode.SUCCESS ? allocated(out) : null;
    }
    if (code == NvmlCode.SUCCESS) {
      MemorySegment out = nvml.emptyRoom();
      code = nvml.call(NvmlFunction.GPM_SAMPLE_ALLOC, out);
      newer = code == NvmlCode.SUCCESS ? allocated(out) : null;
    }
    return code == NvmlCode.SUCCESS && newer == null ? NvmlCode.MEMORY : code;
  }

  private static @Nullable MemorySegment allocated(MemorySegment out) {
    MemorySegment sample = out.get(ValueLayout.ADDRESS, 0);
    return Nvml.isNull(sample) ? null : sample;
  }

  private void compare(NvmlDevice device) {
    MemorySegment request = nvml.emptyRoom();
    request.set(ValueLayout.JAVA_INT, 0, NvmlLayouts.GPM_METRICS_VERSION);
    request.set(ValueLayout.JAVA_INT, COUNT, METRICS.size());
    request.set(ValueLayout.ADDRESS, SAMPLE_1, sample(older));
    request.set(ValueLayout.ADDRESS, SAMPLE_2, sample(newer));
    for (int i = 0; i < METRICS.size(); i++) {
      request.set(ValueLayout.JAVA_INT, ARRAY + i * METRIC_SIZE, METRICS.get(i).id);
    }
    NvmlCode code = nvml.call(NvmlFunction.GPM_METRICS, request);
    for (int i = 0; i < METRICS.size(); i++) {
      long at = ARRAY + i * METRIC_SIZE;
      NvmlCode own = NvmlCode.of(request.get(ValueLayout.JAVA_INT, at + RETURN));
      double percent = request.get(ValueLayout.JAVA_DOUBLE, at + VALUE);
      // cards have been seen to say a little more than 100
      double ratio = Math.min(percent / 100, 1);
      device.take(METRICS.get(i).field, code == NvmlCode.SUCCESS ? own : code, ratio);
    }
  }

  private static MemorySegment sample(@Nullable MemorySegment sample) {
    if (sample == null) {
      throw new IllegalStateException("not allocated");
    }
    return sample;
  }

  void close() {
    if (older != null) {
      nvml.call(NvmlFunction.GPM_SAMPLE_FREE, older);
    }
    if (newer != null) {
      nvml.call(NvmlFunction.GPM_SAMPLE_FREE, newer);
    }
  }
}
