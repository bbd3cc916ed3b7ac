package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.RequestRecord;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says of a first token that came late what it waited for most. Late is what reaches a target of
 * {@code --slo}, or takes more than three times the median of the model's last hundred or so. The
 * cause is the longest part of the time to it; where that is one that nobody can explain, it is
 * unknown. On one thread.
 */
final class Slowness {
  private static final int MODELS_MAX = 100;
  private static final double MEDIANS = 3;

  private final List<Slo> slos;
  private final Map<String, Recent> recent = new HashMap<>();

  Slowness(List<Slo> slos) {
    this.slos = List.copyOf(slos);
  }

  /** Null for what was not late. Learns from each. */
  @Nullable String because(RequestRecord record) {
    Long ttftNanos = record.points().firstToken();
    TtftPhases phases = TtftPhases.of(record);
    if (ttftNanos == null || phases == null) {
      return null;
    }
    String model = record.model();
    boolean late = late(model, ttftNanos);
    return late ? cause(record, phases) : null;
  }

  private boolean late(@Nullable String model, long ttftNanos) {
    boolean broken = false;
    for (Slo slo : slos) {
      Long most = slo.ttftNanosMax();
      boolean concerned = slo.model() == null || slo.model().equals(model);
      broken |= concerned && most != null && ttftNanos >= most;
    }
    Recent of = recent(model == null ? ModelLabels.OTHER : model);
    Long median = of.median();
    of.add(ttftNanos);
    return broken || (median != null && ttftNanos > MEDIANS * median);
  }

  /** Past the limit of models all further ones share what is known. */
  private Recent recent(String model) {
    Recent known = recent.get(model);
    if (known != null) {
      return known;
    }
    String name = recent.size() < MODELS_MAX ? model : ModelLabels.OTHER;
    return recent.computeIfAbsent(name, _ -> new Recent());
  }

  private static String cause(RequestRecord record, TtftPhases phases) {
    long upload = upload(record.points(), phases);
    long proxy = proxy(record.points(), phases, upload);
    String longest = "unknown";
    long nanos = Math.max(0, phases.restNanos() - upload - proxy);
    long[] parts = {
      upload,
      orZero(phases.queueNanos()),
      orZero(phases.connectNanos()),
      orZero(phases.engineQueueNanos()),
      orZero(phases.prefillNanos()),
      proxy
    };
    String[] names = {"client_slow", "gate_queue", "network", "engine_queue", "prefill", "proxy"};
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] > nanos) {
        nanos = parts[i];
        longest = names[i];
      }
    }
    return headers(record, phases) > nanos ? ofHeaders(record) : longest;
  }

  /** Of the body, from when it could go on: one that had to wait was not read. */
  private static long upload(RequestRecord.Points points, TtftPhases phases) {
    return Math.max(0, orZero(points.bodyReceived()) - named(phases));
  }

  private static long named(TtftPhases phases) {
    return orZero(phases.queueNanos()) + orZero(phases.connectNanos());
  }

  /** From the head's read to the first byte sent, less what has a name of its own. */
  private static long proxy(RequestRecord.Points points, TtftPhases phases, long upload) {
    Long firstSent = points.firstSent();
    if (firstSent == null) {
      return 0;
    }
    return Math.max(0, firstSent - named(phases) - upload);
  }

  private static long headers(RequestRecord record, TtftPhases phases) {
    return record.points().headers() == null ? 0 : orZero(phases.headersNanos());
  }

  /** What the engine's own clock does not cover lies between it and us; without one, anywhere. */
  private static String ofHeaders(RequestRecord record) {
    return record.engine() == null ? "unknown" : "network";
  }

  private static long orZero(@Nullable Long nanos) {
    return nanos == null ? 0 : nanos;
  }

  /** The last times of one model, in a ring. */
  private static final class Recent {
    private static final int KEPT = 101;
    private static final int KNOWN_FROM = 20;

    private final long[] nanos = new long[KEPT];
    private final long[] sorted = new long[KEPT];
    private long count;

    void add(long ttftNanos) {
      nanos[(int) (count++ % KEPT)] = ttftNanos;
    }

    @Nullable Long median() {
      if (count < KNOWN_FROM) {
        return null;
      }
      int length = (int) Math.min(count, KEPT);
      System.arraycopy(nanos, 0, sorted, 0, length);
      Arrays.sort(sorted, 0, length);
      return sorted[length / 2];
    }
  }
}
