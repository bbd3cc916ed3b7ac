package dev.streamgauge.gpu.driver;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often each error was met. Any thread. */
public final class ErrorCounts {
  private final Map<String, LongAdder> counts = new LinkedHashMap<>();

  /**
   * Begins with none.
   *
   * @param all a library's codes; success is no error
   */
  public ErrorCounts(List<? extends DriverCode> all) {
    for (DriverCode code : all) {
      if (!code.success()) {
        counts.put(code.label(), new LongAdder());
      }
    }
  }

  /** Success is none. */
  void count(DriverCode code) {
    LongAdder ofCode = counts.get(code.label());
    if (ofCode != null) {
      ofCode.increment();
    }
  }

  public Map<String, Long> all() {
    Map<String, Long> all = new LinkedHashMap<>();
    counts.forEach((code, count) -> all.put(code, count.sum()));
    return all;
  }
}
