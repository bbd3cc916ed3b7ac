package dev.streamgauge.gpu.amd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.streamgauge.gpu.driver.DriverFunction;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;

/**
 * The functions of AMD SMI that are called, each with the same parameters in amdsmi.h from ROCm 6.0
 * on; all return an {@code amdsmi_status_t}. Each is looked up by itself.
 */
enum AmdFunction implements DriverFunction {
  INIT("amdsmi_init", JAVA_LONG),
  SHUT_DOWN("amdsmi_shut_down"),

  SOCKETS("amdsmi_get_socket_handles", ADDRESS, ADDRESS),
  PROCESSORS("amdsmi_get_processor_handles", ADDRESS, ADDRESS, ADDRESS),
  PROCESSOR_TYPE("amdsmi_get_processor_type", ADDRESS, ADDRESS),
  UUID("amdsmi_get_gpu_device_uuid", ADDRESS, ADDRESS, ADDRESS),
  BDF("amdsmi_get_gpu_device_bdf", ADDRESS, ADDRESS),
  ASIC("amdsmi_get_gpu_asic_info", ADDRESS, ADDRESS),
  DRIVER("amdsmi_get_gpu_driver_info", ADDRESS, ADDRESS),
  COMPUTE_PARTITION("amdsmi_get_gpu_compute_partition", ADDRESS, ADDRESS, JAVA_INT),

  ACTIVITY("amdsmi_get_gpu_activity", ADDRESS, ADDRESS),
  MEMORY_USED("amdsmi_get_gpu_memory_usage", ADDRESS, JAVA_INT, ADDRESS),
  MEMORY_TOTAL("amdsmi_get_gpu_memory_total", ADDRESS, JAVA_INT, ADDRESS),
  METRICS("amdsmi_get_gpu_metrics_info", ADDRESS, ADDRESS),
  POWER_CAP("amdsmi_get_power_cap_info", ADDRESS, JAVA_INT, ADDRESS),
  ENERGY("amdsmi_get_energy_count", ADDRESS, ADDRESS, ADDRESS, ADDRESS),
  TEMPERATURE("amdsmi_get_temp_metric", ADDRESS, JAVA_INT, JAVA_INT, ADDRESS),
  CLOCK("amdsmi_get_clock_info", ADDRESS, JAVA_INT, ADDRESS),
  ECC("amdsmi_get_gpu_total_ecc_count", ADDRESS, ADDRESS);

  private final String symbol;

  @SuppressWarnings("ImmutableEnumChecker") // a descriptor cannot be changed
  private final FunctionDescriptor descriptor;

  AmdFunction(String symbol, MemoryLayout... parameters) {
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
