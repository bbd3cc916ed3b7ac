package dev.streamgauge.timeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The gaps of one answer that were too long: how many, how long, and when the first ones were. */
final class Stalls {
  /** Of a stream that stalls more often, the later ones are counted only. */
  private static final int TIMES_MAX = 8;

  private long[] endNanos = new long[0];
  private long[] lengthNanos = new long[0];
  private int count;
  private long totalNanos;

  /**
   * Adds one; most streams have none, and then nothing.
   *
   * @param seen null before the first one
   * @param atNanos when the piece came that ended it
   */
  static Stalls add(@Nullable Stalls seen, long atNanos, long gapNanos) {
    Stalls all = seen == null ? new Stalls() : seen;
    if (all.count < TIMES_MAX) {
      all.endNanos = Arrays.copyOf(all.endNanos, all.count + 1);
      all.lengthNanos = Arrays.copyOf(all.lengthNanos, all.count + 1);
      all.endNanos[all.count] = atNanos;
      all.lengthNanos[all.count] = gapNanos;
    }
    all.count++;
    all.totalNanos += gapNanos;
    return all;
  }

  static int count(@Nullable Stalls seen) {
    return seen == null ? 0 : seen.count;
  }

  static long totalNanos(@Nullable Stalls seen) {
    return seen == null ? 0 : seen.totalNanos;
  }

  /** The first ones, in their order. */
  static List<RequestRecord.Stall> first(@Nullable Stalls seen, long receivedNanos) {
    if (seen == null) {
      return RequestRecord.NO_STALLS;
    }
    List<RequestRecord.Stall> first = new ArrayList<>(seen.endNanos.length);
    for (int i = 0; i < seen.endNanos.length; i++) {
      first.add(new RequestRecord.Stall(seen.endNanos[i] - receivedNanos, seen.lengthNanos[i]));
    }
    return List.copyOf(first);
  }
}
