package dev.streamgauge.gpu.nvml;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often each error was met. Any thread. */
final class NvmlErrors {
  private final Map<NvmlCode, LongAdder> counts = new EnumMap<>(NvmlCode.class);

  NvmlErrors() {
    for (NvmlCode code : NvmlCode.values()) {
      if (code != NvmlCode.SUCCESS) {
        counts.put(code, new LongAdder());
      }
    }
  }

  /** Success is none. */
  void count(NvmlCode code) {
    LongAdder ofCode = counts.get(code);
    if (ofCode != null) {
      ofCode.increment();
    }
  }

  Map<String, Long> all() {
    Map<String, Long> all = new LinkedHashMap<>();
    counts.forEach((code, count) -> all.put(code.label(), count.sum()));
    return all;
  }
}
