package dev.streamgauge.gpu;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * XID errors by device and number. They outlive the driver's sessions: the first thing that is
 * asked after a GPU fell off the bus is what it said before. At most 64 numbers of one device and
 * 256 in all are told apart. Any thread.
 */
public final class XidCounts {
  private static final int NUMBERS_PER_DEVICE_MAX = 64;
  private static final int NUMBERS_MAX = 256;

  /** What stands for numbers past the limit. */
  static final String OTHER = "other";

  private final Map<Key, LongAdder> counts = new ConcurrentHashMap<>();

  /** Called by the sampler's thread alone. */
  public void add(String uuid, long xid) {
    Key key = new Key(uuid, Long.toUnsignedString(xid));
    if (!counts.containsKey(key) && full(uuid)) {
      key = new Key(uuid, OTHER);
    }
    counts.computeIfAbsent(key, _ -> new LongAdder()).increment();
  }

  private boolean full(String uuid) {
    long ofDevice = counts.keySet().stream().filter(key -> key.uuid.equals(uuid)).count();
    return ofDevice >= NUMBERS_PER_DEVICE_MAX || counts.size() >= NUMBERS_MAX;
  }

  public List<Count> all() {
    return counts.entrySet().stream()
        .map(each -> new Count(each.getKey().uuid, each.getKey().xid, each.getValue().sum()))
        .sorted(Comparator.comparing(Count::uuid).thenComparing(Count::xid))
        .toList();
  }

  /**
   * How often a device reported an error.
   *
   * @param xid its number
   */
  public record Count(String uuid, String xid, long errors) {}

  private record Key(String uuid, String xid) {}
}
