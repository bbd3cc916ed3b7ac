package dev.streamgauge.gpu.nvml;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;

/**
 * The structs of nvml.h 12.9 that are used, written by hand. Where the header gives a struct a
 * version word it is size | version << 24, so that a library with another idea of its size answers
 * ARGUMENT_VERSION_MISMATCH instead of writing.
 */
final class NvmlLayouts {
  /** {@code nvmlUtilization_t}: per cent. 8 bytes. */
  static final StructLayout UTILIZATION =
      MemoryLayout.structLayout(JAVA_INT.withName("gpu"), JAVA_INT.withName("memory"));

  /** {@code nvmlMemory_t}: bytes; used holds the driver's reserve. 24 bytes. */
  static final StructLayout MEMORY =
      MemoryLayout.structLayout(
          JAVA_LONG.withName("total"), JAVA_LONG.withName("free"), JAVA_LONG.withName("used"));

  /** {@code nvmlMemory_v2_t}: bytes; the driver's reserve stands by itself. 40 bytes. */
  static final StructLayout MEMORY_V2 =
      MemoryLayout.structLayout(
          JAVA_INT.withName("version"),
          MemoryLayout.paddingLayout(4),
          JAVA_LONG.withName("total"),
          JAVA_LONG.withName("reserved"),
          JAVA_LONG.withName("free"),
          JAVA_LONG.withName("used"));

  static final int MEMORY_V2_VERSION = 0x02000028;

  /** {@code nvmlTemperature_v1_t}: degrees Celsius. 12 bytes. */
  static final StructLayout TEMPERATURE =
      MemoryLayout.structLayout(
          JAVA_INT.withName("version"),
          JAVA_INT.withName("sensorType"),
          JAVA_INT.withName("temperature"));

  static final int TEMPERATURE_VERSION = 0x0100000C;

  /** {@code nvmlFieldValue_t}; the value is a union, of 8 bytes. 40 bytes. */
  static final StructLayout FIELD_VALUE =
      MemoryLayout.structLayout(
          JAVA_INT.withName("fieldId"),
          JAVA_INT.withName("scopeId"),
          JAVA_LONG.withName("timestamp"),
          JAVA_LONG.withName("latencyUsec"),
          JAVA_INT.withName("valueType"),
          JAVA_INT.withName("nvmlReturn"),
          JAVA_LONG.withName("value"));

  /** {@code nvmlEventData_t}. 32 bytes. */
  static final StructLayout EVENT =
      MemoryLayout.structLayout(
          ADDRESS.withName("device"),
          JAVA_LONG.withName("eventType"),
          JAVA_LONG.withName("eventData"),
          JAVA_INT.withName("gpuInstanceId"),
          JAVA_INT.withName("computeInstanceId"));

  /** {@code nvmlGpmSupport_t}. 8 bytes. */
  static final StructLayout GPM_SUPPORT =
      MemoryLayout.structLayout(JAVA_INT.withName("version"), JAVA_INT.withName("isSupported"));

  static final int GPM_SUPPORT_VERSION = 1;

  /** {@code nvmlGpmMetric_t}; three pointers to words stand at its end. 40 bytes. */
  static final StructLayout GPM_METRIC =
      MemoryLayout.structLayout(
          JAVA_INT.withName("metricId"),
          JAVA_INT.withName("nvmlReturn"),
          JAVA_DOUBLE.withName("value"),
          ADDRESS.withName("shortName"),
          ADDRESS.withName("longName"),
          ADDRESS.withName("unit"));

  /**
   * {@code nvmlGpmMetricsGet_t} without its array. The array has 98 elements in nvml.h 12.0, 333 in
   * 12.9 and 477 in 13.0, under the same version 1; the library uses the first numMetrics of them,
   * and {@link Nvml} has room for more than all. 24 bytes.
   */
  static final StructLayout GPM_METRICS_HEAD =
      MemoryLayout.structLayout(
          JAVA_INT.withName("version"),
          JAVA_INT.withName("numMetrics"),
          ADDRESS.withName("sample1"),
          ADDRESS.withName("sample2"));

  static final int GPM_METRICS_VERSION = 1;

  private NvmlLayouts() {}

  static long offset(StructLayout of, String field) {
    return of.byteOffset(MemoryLayout.PathElement.groupElement(field));
  }
}
