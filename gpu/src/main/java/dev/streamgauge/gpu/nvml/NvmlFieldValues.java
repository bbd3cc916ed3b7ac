package dev.streamgauge.gpu.nvml;

import dev.streamgauge.gpu.GpuField;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The counters of one GPU's links, by one call of {@code nvmlDeviceGetFieldValues}. */
final class NvmlFieldValues {
  private static final int ALL_LINKS = -1;
  private static final double BYTES_PER_KIBIBYTE = 1024;

  /** {@code NVML_FI_DEV_PCIE_COUNT_*_BYTES}; then {@code NVLINK_THROUGHPUT_DATA_*}, in KiB. */
  private record Asked(GpuField field, int id, int scope) {}

  private static final List<Asked> ASKED =
      List.of(
          new Asked(GpuField.PCIE_SENT, 197, 0),
          new Asked(GpuField.PCIE_RECEIVED, 198, 0),
          new Asked(GpuField.NVLINK_SENT, 138, ALL_LINKS),
          new Asked(GpuField.NVLINK_RECEIVED, 139, ALL_LINKS));

  private static final long SIZE = NvmlLayouts.FIELD_VALUE.byteSize();
  private static final long SCOPE = NvmlLayouts.offset(NvmlLayouts.FIELD_VALUE, "scopeId");
  private static final long TYPE = NvmlLayouts.offset(NvmlLayouts.FIELD_VALUE, "valueType");
  private static final long RETURN = NvmlLayouts.offset(NvmlLayouts.FIELD_VALUE, "nvmlReturn");
  private static final long VALUE = NvmlLayouts.offset(NvmlLayouts.FIELD_VALUE, "value");

  private final Nvml nvml;
  private final MemorySegment device;
  private final PcieBytes pcie;

  NvmlFieldValues(Nvml nvml, MemorySegment device, PcieBytes pcie) {
    this.nvml = nvml;
    this.device = device;
    this.pcie = pcie;
  }

  void read(NvmlDevice of) {
    List<Asked> asked = ASKED.stream().filter(each -> of.wants(support(each.field))).toList();
    if (asked.isEmpty()) {
      return;
    }
    MemorySegment values = nvml.emptyRoom();
    for (int i = 0; i < asked.size(); i++) {
      values.set(ValueLayout.JAVA_INT, i * SIZE, asked.get(i).id);
      values.set(ValueLayout.JAVA_INT, i * SIZE + SCOPE, asked.get(i).scope);
    }
    NvmlCode code = nvml.call(NvmlFunction.FIELDS, device, asked.size(), values);
    for (int i = 0; i < asked.size(); i++) {
      take(of, asked.get(i), code, values.asSlice(i * SIZE, SIZE));
    }
  }

  /** Whether the card counts PCIe's bytes is a question of its own: else they are integrated. */
  private static GpuField support(GpuField field) {
    return isPcie(field) ? GpuField.PCIE_COUNTER : field;
  }

  private static boolean isPcie(GpuField field) {
    return field == GpuField.PCIE_SENT || field == GpuField.PCIE_RECEIVED;
  }

  private void take(NvmlDevice of, Asked asked, NvmlCode ofCall, MemorySegment answer) {
    NvmlCode code = ofCall == NvmlCode.SUCCESS ? ofValue(answer) : ofCall;
    Long value = code == NvmlCode.SUCCESS ? value(answer) : null;
    if (!isPcie(asked.field)) {
      of.take(asked.field, code, value == null ? Double.NaN : value * BYTES_PER_KIBIBYTE);
      return;
    }
    of.supports(GpuField.PCIE_COUNTER, code);
    if (value != null) {
      PcieBytes.Direction way = asked.field == GpuField.PCIE_SENT ? pcie.sent : pcie.received;
      way.counted(value, bits(answer));
      Double total = way.total();
      of.take(asked.field, code, total == null ? Double.NaN : total);
    }
  }

  /** A driver that does not know a field says so as of a wrong argument. */
  private NvmlCode ofValue(MemorySegment answer) {
    NvmlCode code = NvmlCode.of(answer.get(ValueLayout.JAVA_INT, RETURN));
    if (code == NvmlCode.INVALID_ARGUMENT) {
      return NvmlCode.NOT_SUPPORTED;
    }
    if (code != NvmlCode.NOT_SUPPORTED) {
      nvml.count(code);
    }
    return code;
  }

  /** {@code nvmlValueType_t}; null where it is none of a counter. */
  private static @Nullable Long value(MemorySegment answer) {
    long value =
        switch (answer.get(ValueLayout.JAVA_INT, TYPE)) {
          case 1 -> Integer.toUnsignedLong(answer.get(ValueLayout.JAVA_INT, VALUE));
          case 2, 3, 4 -> answer.get(ValueLayout.JAVA_LONG, VALUE);
          case 5 -> answer.get(ValueLayout.JAVA_INT, VALUE);
          default -> -1;
        };
    return value < 0 ? null : (Long) value;
  }

  private static int bits(MemorySegment answer) {
    return answer.get(ValueLayout.JAVA_INT, TYPE) == 1 ? 32 : 64;
  }
}
