package dev.streamgauge.gpu.nvml;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.streamgauge.gpu.driver.DriverFunction;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;

/**
 * The functions of NVML that are called, with their parameters as nvml.h 12.9 declares them; all
 * return an {@code nvmlReturn_t}. Each is looked up by itself: one that a driver lacks takes away
 * what it is for and nothing else. {@code unsigned long long} and {@code nvmlDevice_t} are 64 bits
 * wide on every platform that NVML exists for.
 */
enum NvmlFunction implements DriverFunction {
  INIT("nvmlInit_v2"),
  SHUTDOWN("nvmlShutdown"),
  DRIVER_VERSION("nvmlSystemGetDriverVersion", ADDRESS, JAVA_INT),

  COUNT("nvmlDeviceGetCount_v2", ADDRESS),
  HANDLE_BY_INDEX("nvmlDeviceGetHandleByIndex_v2", JAVA_INT, ADDRESS),
  UUID("nvmlDeviceGetUUID", ADDRESS, ADDRESS, JAVA_INT),
  NAME("nvmlDeviceGetName", ADDRESS, ADDRESS, JAVA_INT),
  MINOR_NUMBER("nvmlDeviceGetMinorNumber", ADDRESS, ADDRESS),
  MIG_MODE("nvmlDeviceGetMigMode", ADDRESS, ADDRESS, ADDRESS),
  MIG_COUNT_MAX("nvmlDeviceGetMaxMigDeviceCount", ADDRESS, ADDRESS),
  MIG_HANDLE_BY_INDEX("nvmlDeviceGetMigDeviceHandleByIndex", ADDRESS, JAVA_INT, ADDRESS),
  GPU_INSTANCE_ID("nvmlDeviceGetGpuInstanceId", ADDRESS, ADDRESS),
  COMPUTE_INSTANCE_ID("nvmlDeviceGetComputeInstanceId", ADDRESS, ADDRESS),

  UTILIZATION("nvmlDeviceGetUtilizationRates", ADDRESS, ADDRESS),
  MEMORY_V2("nvmlDeviceGetMemoryInfo_v2", ADDRESS, ADDRESS),
  MEMORY("nvmlDeviceGetMemoryInfo", ADDRESS, ADDRESS),
  POWER("nvmlDeviceGetPowerUsage", ADDRESS, ADDRESS),
  POWER_LIMIT("nvmlDeviceGetEnforcedPowerLimit", ADDRESS, ADDRESS),
  TEMPERATURE("nvmlDeviceGetTemperature", ADDRESS, JAVA_INT, ADDRESS),
  TEMPERATURE_V("nvmlDeviceGetTemperatureV", ADDRESS, ADDRESS),
  CLOCK("nvmlDeviceGetClockInfo", ADDRESS, JAVA_INT, ADDRESS),
  CLOCK_EVENTS("nvmlDeviceGetCurrentClocksEventReasons", ADDRESS, ADDRESS),
  /** What {@link #CLOCK_EVENTS} was called before driver 535. */
  THROTTLE_REASONS("nvmlDeviceGetCurrentClocksThrottleReasons", ADDRESS, ADDRESS),
  ENERGY("nvmlDeviceGetTotalEnergyConsumption", ADDRESS, ADDRESS),
  ECC("nvmlDeviceGetTotalEccErrors", ADDRESS, JAVA_INT, JAVA_INT, ADDRESS),
  FIELDS("nvmlDeviceGetFieldValues", ADDRESS, JAVA_INT, ADDRESS),
  PCIE_THROUGHPUT("nvmlDeviceGetPcieThroughput", ADDRESS, JAVA_INT, ADDRESS),

  EVENT_SET_CREATE("nvmlEventSetCreate", ADDRESS),
  EVENT_SET_FREE("nvmlEventSetFree", ADDRESS),
  REGISTER_EVENTS("nvmlDeviceRegisterEvents", ADDRESS, JAVA_LONG, ADDRESS),
  EVENT_WAIT("nvmlEventSetWait_v2", ADDRESS, ADDRESS, JAVA_INT),

  GPM_SUPPORT("nvmlGpmQueryDeviceSupport", ADDRESS, ADDRESS),
  GPM_SAMPLE_ALLOC("nvmlGpmSampleAlloc", ADDRESS),
  GPM_SAMPLE_FREE("nvmlGpmSampleFree", ADDRESS),
  GPM_SAMPLE("nvmlGpmSampleGet", ADDRESS, ADDRESS),
  GPM_SAMPLE_OF_MIG("nvmlGpmMigSampleGet", ADDRESS, JAVA_INT, ADDRESS),
  GPM_METRICS("nvmlGpmMetricsGet", ADDRESS);

  private final String symbol;

  @SuppressWarnings("ImmutableEnumChecker") // a descriptor cannot be changed
  private final FunctionDescriptor descriptor;

  NvmlFunction(String symbol, MemoryLayout... parameters) {
    this.symbol = symbol;
    this.descriptor = FunctionDescriptor.of(JAVA_INT, parameters);
  }

  @Override
  public String symbol() {
    return symbol;
  }

  @Override
  public FunctionDescriptor descriptor() {
    return descriptor;
  }
}
