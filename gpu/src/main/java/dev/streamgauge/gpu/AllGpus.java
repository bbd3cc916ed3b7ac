package dev.streamgauge.gpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The GPUs of several makers as one: one thread looks at them all, one line is said of them. A
 * maker without a driver here is left out where another has one, and looked for again once in 60
 * looks. A call that hangs holds up all.
 */
public final class AllGpus implements GpuReader {
  static final int LOOKS_WITHOUT = 60;

  private final List<GpuReader> readers;

  /** How many more looks each is left out of. */
  private final int[] leftOut;

  private volatile GpuReader asked;

  /**
   * Looks by these, in this order.
   *
   * @param readers one for each maker, at least one
   */
  public AllGpus(List<GpuReader> readers) {
    this.readers = List.copyOf(readers);
    this.leftOut = new int[this.readers.size()];
    this.asked = this.readers.getFirst();
  }

  @Override
  public GpuReading read() {
    List<GpuSnapshot> seen = new ArrayList<>();
    StringJoiner absent = new StringJoiner("; ");
    StringJoiner lost = new StringJoiner("; ");
    for (int i = 0; i < leftOut.length; i++) {
      if (leftOut[i] > 0) {
        leftOut[i]--;
        continue;
      }
      asked = readers.get(i);
      switch (asked.read()) {
        case GpuReading.Seen(GpuSnapshot snapshot) -> seen.add(snapshot);
        case GpuReading.NoDriver(String why) -> {
          absent.add(why);
          leftOut[i] = LOOKS_WITHOUT - 1;
        }
        case GpuReading.Lost(String why) -> lost.add(why);
      }
    }
    if (seen.isEmpty()) {
      Arrays.fill(leftOut, 0); // the sampler itself waits longer and longer
    } else {
      return new GpuReading.Seen(together(seen, lost.toString()));
    }
    return lost.length() > 0
        ? new GpuReading.Lost(lost.toString())
        : new GpuReading.NoDriver(absent.toString());
  }

  private static GpuSnapshot together(List<GpuSnapshot> seen, String lost) {
    Map<String, String> drivers = new LinkedHashMap<>();
    List<GpuSample> gpus = new ArrayList<>();
    List<GpuIdentity> others = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (GpuSnapshot each : seen) {
      drivers.putAll(each.drivers());
      gpus.addAll(each.gpus());
      others.addAll(each.others());
      missing.addAll(each.missing());
    }
    if (!lost.isEmpty()) {
      missing.add(lost);
    }
    return new GpuSnapshot(drivers, gpus, others, missing);
  }

  @Override
  public void close() {
    readers.forEach(GpuReader::close);
  }

  @Override
  public String lastCall() {
    return asked.lastCall();
  }

  @Override
  public long calls() {
    return readers.stream().mapToLong(GpuReader::calls).sum();
  }

  /** One series for a word that several use. */
  @Override
  public Map<String, Long> errors() {
    Map<String, Long> all = new LinkedHashMap<>();
    readers.forEach(reader -> reader.errors().forEach((code, n) -> all.merge(code, n, Long::sum)));
    return all;
  }

  @Override
  public List<XidCounts.Count> xids() {
    return readers.stream().flatMap(reader -> reader.xids().stream()).toList();
  }
}
