package dev.streamgauge.gpu.nvml;

import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.driver.Means;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one GPU's links, by {@code nvmlDeviceGetFieldValues}. A figure may have several
 * counters, of which a card has one: all are asked for until the first answers, the best first, and
 * that one alone from then on, for they do not count the same.
 *
 * <p>By nvml.h 12.9 and 13.4 {@code NVML_FI_DEV_PCIE_COUNT_TX_BYTES} is 197, and RX 198. {@code
 * NVML_FI_DEV_NVLINK_THROUGHPUT_DATA_TX} and RX, 138 and 139, are KiB without the protocol's share,
 * of one link or, with UINT_MAX for a scope, of all. {@code NVML_FI_DEV_NVLINK_COUNT_XMIT_BYTES}
 * and RCV, 202 and 204, are bytes, of NVLink 5; of their scope it says no more than that it is a
 * link, so where a card tells of all links at once by neither, each is asked for.
 */
final class NvmlFieldValues {
  private static final int ALL_LINKS = -1;

  /** {@code NVML_NVLINK_MAX_LINKS} of nvml.h 13.4; 18 in 12.9. */
  private static final int LINKS_MAX = 36;

  private static final double BYTES_PER_KIBIBYTE = 1024;
  private static final long SIZE = NvmlLayouts.FIELD_VALUE.byteSize();
  private static final long SCOPE = NvmlLayouts.offset(NvmlLayouts.FIELD_VALUE, "scopeId");
  private static final long TYPE = NvmlLayouts.offset(NvmlLayouts.FIELD_VALUE, "valueType");
  private static final long RETURN = NvmlLayouts.offset(NvmlLayouts.FIELD_VALUE, "nvmlReturn");
  private static final long VALUE = NvmlLayouts.offset(NvmlLayouts.FIELD_VALUE, "value");

  private final Nvml nvml;
  private final MemorySegment device;
  private final PcieBytes pcie;

  /** Those that may still be the card's, the best first. */
  private final Map<GpuField, List<Counter>> counters = new EnumMap<>(GpuField.class);

  NvmlFieldValues(Nvml nvml, MemorySegment device, PcieBytes pcie) {
    this.nvml = nvml;
    this.device = device;
    this.pcie = pcie;
    counters.put(GpuField.PCIE_SENT, List.of(Counter.of(197, 0, 1)));
    counters.put(GpuField.PCIE_RECEIVED, List.of(Counter.of(198, 0, 1)));
    counters.put(GpuField.NVLINK_SENT, nvlink(202, 138));
    counters.put(GpuField.NVLINK_RECEIVED, nvlink(204, 139));
  }

  private static List<Counter> nvlink(int ofBytes, int ofKibibytes) {
    return List.of(
        Counter.of(ofBytes, ALL_LINKS, 1), Counter.of(ofKibibytes, ALL_LINKS, BYTES_PER_KIBIBYTE));
  }

  /**
   * A field that is asked for with each of these scopes.
   *
   * @param unitBytes what one of it is
   * @param answers whether each of them did so once
   */
  private record Counter(int id, List<Integer> scopes, double unitBytes, boolean answers) {
    static Counter of(int id, int scope, double unitBytes) {
      return new Counter(id, List.of(scope), unitBytes, false);
    }

    Counter ofEachLink() {
      return new Counter(id, IntStream.range(0, LINKS_MAX).boxed().toList(), unitBytes, false);
    }
  }

  /** Where a counter's answers stand, one behind the other. */
  private record Asked(GpuField field, Counter counter, long offset) {}

  void read(NvmlDevice of) {
    List<GpuField> wanted =
        counters.keySet().stream().filter(field -> of.wants(support(field))).toList();
    read(of, wanted.stream().filter(field -> !ofManyLinks(field)).toList());
    // and those of which the first call has just told that there is no other way
    wanted.stream().filter(this::ofManyLinks).forEach(field -> read(of, List.of(field)));
  }

  private boolean ofManyLinks(GpuField field) {
    return counters(field).getFirst().scopes.size() > 1;
  }

  private List<Counter> counters(GpuField field) {
    return counters.getOrDefault(field, List.of());
  }

  /** By one call. */
  private void read(NvmlDevice of, List<GpuField> fields) {
    if (fields.isEmpty()) {
      return;
    }
    List<Asked> asked = new ArrayList<>();
    MemorySegment values = nvml.emptyRoom();
    int count = 0;
    for (GpuField field : fields) {
      for (Counter counter : counters(field)) {
        asked.add(new Asked(field, counter, count * SIZE));
        count = ask(values, count, counter);
      }
    }
    NvmlCode code = nvml.call(NvmlFunction.FIELDS, device, count, values);
    for (GpuField field : fields) {
      take(of, asked.stream().filter(each -> each.field == field).toList(), code, values);
    }
  }

  private static int ask(MemorySegment values, int from, Counter counter) {
    int at = from;
    for (int scope : counter.scopes) {
      values.set(ValueLayout.JAVA_INT, at * SIZE, counter.id);
      values.set(ValueLayout.JAVA_INT, at * SIZE + SCOPE, scope);
      at++;
    }
    return at;
  }

  /** Whether the card counts PCIe's bytes is a question of its own: else they are integrated. */
  private static GpuField support(GpuField field) {
    return isPcie(field) ? GpuField.PCIE_COUNTER : field;
  }

  private static boolean isPcie(GpuField field) {
    return field == GpuField.PCIE_SENT || field == GpuField.PCIE_RECEIVED;
  }

  /** The first of a figure's counters that answers; where none does, why not. */
  private void take(NvmlDevice of, List<Asked> asked, NvmlCode ofCall, MemorySegment values) {
    NvmlCode why = NvmlCode.NOT_SUPPORTED;
    for (Asked each : asked) {
      NvmlCode code = ofCall == NvmlCode.SUCCESS ? ofCounter(each, values) : ofCall;
      if (code == NvmlCode.SUCCESS) {
        take(of, each, code, values);
        return;
      }
      why = why.means() == Means.NEVER ? code : why;
    }
    if (asked.size() > 1 && ofCall == NvmlCode.SUCCESS && why.means() == Means.NEVER) {
      // of none are all links told at once
      counters.put(asked.getFirst().field, List.of(asked.getFirst().counter.ofEachLink()));
    } else {
      take(of, asked.getLast(), why, values);
    }
  }

  private void take(NvmlDevice of, Asked asked, NvmlCode code, MemorySegment values) {
    GpuField field = asked.field;
    if (isPcie(field)) {
      takePcie(of, field, code, values.asSlice(asked.offset, SIZE));
      return;
    }
    if (code == NvmlCode.SUCCESS) {
      counters.put(field, List.of(answering(asked, values)));
    }
    of.take(field, code, code == NvmlCode.SUCCESS ? bytes(asked, values) : Double.NaN);
  }

  private void takePcie(NvmlDevice of, GpuField field, NvmlCode code, MemorySegment answer) {
    of.supports(GpuField.PCIE_COUNTER, code);
    Long value = code == NvmlCode.SUCCESS ? value(answer) : null;
    if (value != null) {
      PcieBytes.Direction way = field == GpuField.PCIE_SENT ? pcie.sent : pcie.received;
      way.counted(value, bits(answer));
      Double total = way.total();
      of.take(field, code, total == null ? Double.NaN : total);
    }
  }

  /** SUCCESS where some links answer and the others are not there; later all of those have to. */
  private NvmlCode ofCounter(Asked asked, MemorySegment values) {
    NvmlCode why = NvmlCode.NOT_SUPPORTED;
    boolean answered = false;
    for (int i = 0; i < asked.counter.scopes.size(); i++) {
      NvmlCode code = ofValue(answer(asked, i, values));
      if (code == NvmlCode.SUCCESS) {
        answered = true;
      } else if (asked.counter.answers || code.means() != Means.NEVER) {
        return code;
      } else {
        why = code;
      }
    }
    return answered ? NvmlCode.SUCCESS : why;
  }

  private static MemorySegment answer(Asked asked, int index, MemorySegment values) {
    return values.asSlice(asked.offset + index * SIZE, SIZE);
  }

  /** The counter with those of its scopes that answered. */
  private static Counter answering(Asked asked, MemorySegment values) {
    Counter counter = asked.counter;
    List<Integer> answering =
        IntStream.range(0, counter.scopes.size())
            .filter(i -> answered(answer(asked, i, values)))
            .mapToObj(counter.scopes::get)
            .toList();
    return new Counter(counter.id, answering, counter.unitBytes, true);
  }

  private static double bytes(Asked asked, MemorySegment values) {
    double sum = 0;
    for (int i = 0; i < asked.counter.scopes.size(); i++) {
      MemorySegment answer = answer(asked, i, values);
      if (answered(answer)) {
        Long value = value(answer);
        sum += value == null ? Double.NaN : value * asked.counter.unitBytes;
      }
    }
    return sum;
  }

  private static boolean answered(MemorySegment answer) {
    return answer.get(ValueLayout.JAVA_INT, RETURN) == NvmlCode.SUCCESS.number();
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
