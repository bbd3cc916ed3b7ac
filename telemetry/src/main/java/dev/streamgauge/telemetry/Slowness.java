package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.RequestRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Says of a first token that came late what it waited for most. Late is what reaches a target of
 * {@code --slo}, or takes more than three times the median of the model's last hundred or so. The
 * cause is the longest part of the time to it. Where nobody's clock explains that part, what the
 * engine's page and the GPUs showed meanwhile may; else it is unknown.
 *
 * <p>Event loops {@link #learn} of all requests, the log's thread judges those that it writes. The
 * live page has one of its own, on the admin thread alone.
 */
public final class Slowness {
  private static final int MODELS_MAX = 100;
  private static final double MEDIANS = 3;

  private final List<Slo> slos;
  private final Map<String, Recent> recent = new ConcurrentHashMap<>();

  public Slowness(List<Slo> slos) {
    this.slos = List.copyOf(slos);
  }

  /** Any thread; takes no lock once a model is known. */
  public void learn(RequestRecord record) {
    Long ttftNanos = record.points().firstToken();
    if (ttftNanos != null) {
      recent(name(record)).add(ttftNanos);
    }
  }

  private static String name(RequestRecord record) {
    String model = record.model();
    return model == null ? ModelLabels.OTHER : model;
  }

  /** Null for what was not late. One thread; of a request that it has learnt of. */
  public @Nullable String because(RequestRecord record) {
    Long ttftNanos = record.points().firstToken();
    TtftPhases phases = TtftPhases.of(record);
    if (ttftNanos == null || phases == null) {
      return null;
    }
    return late(record, ttftNanos) ? explained(record, longest(record, phases)) : null;
  }

  private boolean late(RequestRecord record, long ttftNanos) {
    boolean broken = false;
    for (Slo slo : slos) {
      Long most = slo.ttftNanosMax();
      broken |= slo.concerns(Slo.nameOf(record)) && most != null && ttftNanos >= most;
    }
    Long median = recent(name(record)).median();
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

  /** A queue that was there the whole time comes before clocks that were low. */
  private static String explained(RequestRecord record, String longest) {
    RequestRecord.EngineTimes engine = record.engine();
    boolean queueTold = engine != null && engine.queueNanos() != null;
    if (longest.equals("unknown") && record.engineQueued() && !queueTold) {
      return "engine_queue";
    }
    RequestRecord.GpuUse gpu = record.gpu();
    boolean atWork = longest.equals("unknown") || longest.equals("prefill");
    return atWork && gpu != null && gpu.throttled() ? "gpu_throttled" : longest;
  }

  private static String longest(RequestRecord record, TtftPhases phases) {
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

  /**
   * What the engine's own clock does not cover lies between it and us. One that tells nothing of
   * its queue, or that had to load the model, covers too little to say so.
   */
  private static String ofHeaders(RequestRecord record) {
    RequestRecord.EngineTimes engine = record.engine();
    boolean covered =
        engine != null
            && engine.queueNanos() != null
            && engine.prefillNanos() != null
            && engine.loadNanos() == null;
    return covered ? "network" : "unknown";
  }

  private static long orZero(@Nullable Long nanos) {
    return nanos == null ? 0 : nanos;
  }

  /** The last times of one model, in a ring: any thread adds, one looks. */
  private static final class Recent {
    private static final int KEPT = 101;
    private static final int KNOWN_FROM = 21;

    private final AtomicLongArray nanos = new AtomicLongArray(KEPT);
    private final long[] sorted = new long[KEPT];
    private final AtomicLong count = new AtomicLong();

    void add(long ttftNanos) {
      nanos.lazySet((int) (count.getAndIncrement() % KEPT), ttftNanos);
    }

    @Nullable Long median() {
      long known = count.get();
      if (known < KNOWN_FROM) {
        return null;
      }
      int length = (int) Math.min(known, KEPT);
      for (int i = 0; i < length; i++) {
        sorted[i] = nanos.get(i);
      }
      Arrays.sort(sorted, 0, length);
      return sorted[length / 2];
    }
  }
}
