package dev.streamgauge.telemetry;

import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.GpuSnapshot;
import dev.streamgauge.gpu.GpuWatcher;
import dev.streamgauge.gpu.ThrottleReason;
import dev.streamgauge.telemetry.Families.Reading;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Brings what GPUs did together with the requests that ran meanwhile. At each look, on the
 * sampler's thread, the energy since the look before is split: by token events among the requests
 * that were with the server, evenly where none had any, and to {@code idle} where none was there
 * (docs/adr/0019). Event loops add tokens to their own requests and wait for nothing.
 *
 * <p>At most 16,384 requests are held, ended ones until the next look; further ones have no part.
 */
final class GpuJoin implements GpuWatcher {
  static final String IDLE = "idle";
  static final int REQUESTS_MAX = 16_384;

  /** How clocks are set, which is nothing that happened, and what is usual at full load. */
  private static final Set<ThrottleReason> ORDINARY =
      EnumSet.of(
          ThrottleReason.APPLICATION_CLOCKS,
          ThrottleReason.DISPLAY_CLOCKS,
          ThrottleReason.SW_POWER_CAP);

  final ModelLabels models;
  final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicReference<@Nullable JoinedRequest> newcomers = new AtomicReference<>();
  private final AtomicInteger held = new AtomicInteger();
  private final Map<String, AtomicLong> microjoules = new ConcurrentHashMap<>();

  /** Of the last look; null before a GPU of ours was seen. */
  private volatile @Nullable Look last;

  // the sampler's thread alone
  private final EnergyMeter meter = new EnergyMeter();
  private final List<JoinedRequest> requests = new ArrayList<>();

  GpuJoin(Families families, ModelLabels models) {
    this.models = models;
    add(ModelLabels.OTHER, 0);
    families.countedBy(
        "energy_joules_total",
        "Energy of this container's GPUs by the model that it was spent on, an estimate: split by"
            + " token events among the requests in flight; idle = while none was. Does not move"
            + " without a GPU, and on a part of one (MIG).",
        Families.MODEL,
        () -> microjoules.entrySet().stream().map(GpuJoin::reading).toList());
  }

  /**
   * What a look showed.
   *
   * @param utilizationRatio mean of our GPUs; null where none tells
   * @param memoryUsedBytes of our GPUs together; null where one does not tell
   * @param watts of all our GPUs, else by their energy; null where the energy is not wholly known
   * @param throttledNanos when clocks were last seen held down; null if never
   * @param lastingNanos for how long this may be taken for what is now
   */
  record Look(
      long atNanos,
      @Nullable Double utilizationRatio,
      @Nullable Double memoryUsedBytes,
      @Nullable Double watts,
      @Nullable Long throttledNanos,
      long lastingNanos) {}

  /** One comes to the server. Event loops. */
  LiveRequest begun(boolean byTokensAlone, long nowNanos) {
    if (last == null) {
      return LiveRequest.NONE;
    }
    if (held.incrementAndGet() > REQUESTS_MAX) {
      held.decrementAndGet();
      return LiveRequest.NONE;
    }
    JoinedRequest request = new JoinedRequest(this, byTokensAlone, nowNanos);
    do {
      request.next = newcomers.get();
    } while (!newcomers.compareAndSet(request.next, request));
    return request;
  }

  @Nullable Look last() {
    return last;
  }

  @Override
  public void looked(@Nullable GpuSnapshot snapshot, long atNanos) {
    Look before = last;
    boolean seen = snapshot != null && !snapshot.gpus().isEmpty();
    EnergyMeter.Rise rise = meter.look(snapshot);
    if (before == null && !seen) {
      return;
    }
    Look now = look(seen ? snapshot : null, rise, before, atNanos);
    takeNewcomers();
    split(rise, now, before == null);
    last = now;
  }

  private void takeNewcomers() {
    JoinedRequest each = newcomers.getAndSet(null);
    while (each != null) {
      requests.add(each);
      JoinedRequest next = each.next;
      each.next = null;
      each = next;
    }
  }

  private void split(EnergyMeter.Rise rise, Look now, boolean first) {
    long tokens = 0;
    int evenly = 0;
    for (JoinedRequest each : requests) {
      tokens += each.countTokens();
      evenly += each.byTokensAlone ? 0 : 1;
    }
    double whole = tokens > 0 ? tokens : evenly;
    long given = 0;
    double parts = 0;
    int count = inFlight.get();
    for (JoinedRequest each : requests) {
      double part = tokens > 0 ? each.newTokens() : each.byTokensAlone ? 0 : 1;
      parts += part;
      // cumulated, so that the parts add up to the whole, exactly
      long until = whole > 0 ? Math.round(rise.microjoules() * (parts / whole)) : 0;
      each.looked(now, count, until - given, rise.whole() ? part / whole : null);
      given = until;
    }
    if (!first) {
      add(IDLE, rise.microjoules() - given);
      add(ModelLabels.OTHER, rise.unseenMicrojoules());
    }
    requests.forEach(this::settle);
    int before = requests.size();
    requests.removeIf(JoinedRequest::settled);
    held.addAndGet(requests.size() - before);
  }

  private void settle(JoinedRequest request) {
    String model = request.model();
    if (model != null) {
      add(model.equals(IDLE) ? ModelLabels.OTHER : model, request.takeMicrojoules());
    }
  }

  private void add(String model, long more) {
    microjoules.computeIfAbsent(model, _ -> new AtomicLong()).addAndGet(more);
  }

  private static Look look(
      @Nullable GpuSnapshot snapshot, EnergyMeter.Rise rise, @Nullable Look before, long atNanos) {
    long sinceNanos = before == null ? 0 : atNanos - before.atNanos;
    long lastingNanos = Math.max(5_000_000_000L, 5 * sinceNanos);
    Long throttled = before == null ? null : before.throttledNanos;
    if (snapshot == null) {
      return new Look(atNanos, null, null, null, throttled, lastingNanos);
    }
    boolean now = snapshot.gpus().stream().anyMatch(GpuJoin::throttled);
    Double watts = sum(snapshot, GpuField.POWER);
    if (watts == null && sinceNanos > 0) {
      watts = rise.microjoules() * 1e3 / sinceNanos;
    }
    Double utilization = sum(snapshot, GpuField.UTILIZATION);
    return new Look(
        atNanos,
        utilization == null ? null : utilization / snapshot.gpus().size(),
        wholeAndPart(snapshot) ? null : sum(snapshot, GpuField.MEMORY_USED),
        rise.whole() ? watts : null,
        now ? (Long) atNanos : throttled,
        lastingNanos);
  }

  /** A GPU that is cut counts the memory of its parts, too, and which are its own nobody says. */
  private static boolean wholeAndPart(GpuSnapshot snapshot) {
    long parts =
        snapshot.gpus().stream().filter(each -> !each.gpu().migProfile().isEmpty()).count();
    return parts > 0 && parts < snapshot.gpus().size();
  }

  private static boolean throttled(GpuSample sample) {
    Set<ThrottleReason> reasons = sample.throttled();
    return reasons != null && !ORDINARY.containsAll(reasons);
  }

  /** Null unless each of them tells. */
  private static @Nullable Double sum(GpuSnapshot snapshot, GpuField field) {
    double sum = 0;
    for (GpuSample sample : snapshot.gpus()) {
      Double value = sample.figure(field);
      if (value == null) {
        return null;
      }
      sum += value;
    }
    return sum;
  }

  private static Reading reading(Map.Entry<String, AtomicLong> entry) {
    return new Reading(entry.getKey(), entry.getValue().get() / 1e6);
  }
}
