package dev.streamgauge.telemetry;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.RequestRecord;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One request with the server and its share of what the GPUs did. Its event loop writes tokens,
 * name and end; the sampler's thread writes, at each look, what was so far.
 */
final class JoinedRequest implements LiveRequest {
  final boolean byTokensAlone;

  /** In the list of newcomers; whoever has the list may touch it. */
  @Nullable JoinedRequest next;

  private final GpuJoin join;
  private final long beganNanos;
  private final int concurrentAtBegin;
  private final AtomicLong tokens = new AtomicLong();
  private volatile @Nullable String model;
  private volatile boolean ended;
  private volatile @Nullable SoFar soFar;

  // the event loop alone
  private boolean throttled;
  private boolean firstTokenSeen;

  // the sampler's thread alone
  private boolean last;
  private long countedTokens;
  private long newTokens;
  private long unsettledMicrojoules;

  JoinedRequest(GpuJoin join, boolean byTokensAlone, long nowNanos) {
    this.join = join;
    this.byTokensAlone = byTokensAlone;
    this.beganNanos = nowNanos;
    this.concurrentAtBegin = join.inFlight.incrementAndGet();
  }

  /**
   * Up to the last look in its life.
   *
   * @param fraction of the last interval's energy; null where that is not wholly known
   * @param concurrentNanos requests in flight, added up over time
   * @param busyNanos utilization, added up over time
   * @param lookedNanos the time in which it was known
   * @param energyKnown in each interval
   */
  private record SoFar(
      GpuJoin.Look look,
      int concurrent,
      @Nullable Double fraction,
      double concurrentNanos,
      double busyNanos,
      double lookedNanos,
      double joules,
      boolean energyKnown) {}

  @Override
  public void tokens(int events) {
    tokens.lazySet(tokens.getPlain() + events); // this loop is the only writer
  }

  @Override
  public void firstToken(@Nullable String name, @Nullable String requested, Operation operation) {
    firstTokenSeen = true;
    throttled = throttledSince(join.last());
    model = join.models.ofStream(name, requested, operation);
  }

  /** In a look since it came, or in the one before, if no later one was. */
  private boolean throttledSince(GpuJoin.@Nullable Look look) {
    Long at = look == null ? null : look.throttledNanos();
    return look != null
        && at != null
        && (at - beganNanos >= 0
            || (at == look.atNanos() && beganNanos - at <= look.lastingNanos()));
  }

  @Override
  public RequestRecord.GpuUse use(long nowNanos) {
    int concurrent = join.inFlight.get();
    SoFar known = soFar;
    long fromNanos = known == null ? beganNanos : known.look.atNanos();
    int before = known == null ? concurrentAtBegin : known.concurrent;
    double area = known == null ? 0 : known.concurrentNanos;
    long restNanos = Math.max(0, nowNanos - fromNanos);
    area += (before + concurrent) / 2.0 * restNanos;
    long lifeNanos = nowNanos - beganNanos;
    return new RequestRecord.GpuUse(
        known == null ? null : utilization(known, restNanos),
        known == null ? null : joules(known, restNanos),
        lifeNanos <= 0 ? concurrent : area / lifeNanos,
        firstTokenSeen && throttled);
  }

  /** The time since the last look counts as that look was. */
  private static @Nullable Double utilization(SoFar known, long restNanos) {
    Double now = known.look.utilizationRatio();
    boolean lasts = now != null && restNanos <= known.look.lastingNanos();
    double nanos = known.lookedNanos + (lasts ? restNanos : 0);
    double busy = known.busyNanos + (lasts && now != null ? now * restNanos : 0);
    return nanos > 0 ? (Double) (busy / nanos) : now;
  }

  /** What is not settled yet: its part of the last interval, of the power at its end. */
  private static @Nullable Double joules(SoFar known, long restNanos) {
    Double watts = known.look.watts();
    Double fraction = known.fraction;
    boolean lasts = restNanos <= known.look.lastingNanos();
    return known.energyKnown && lasts && watts != null && fraction != null
        ? (Double) (known.joules + watts * fraction * restNanos / 1e9)
        : null;
  }

  @Override
  public void ended(@Nullable String name, @Nullable String requested, Operation operation) {
    if (model == null) {
      model = join.models.ofStream(name, requested, Operation.OTHER);
    }
    join.inFlight.decrementAndGet();
    ended = true;
  }

  /** New ones since the last look. The sampler's thread, as all below. */
  long countTokens() {
    last = ended; // read first: what came before the end is counted for certain
    long now = tokens.get();
    newTokens = now - countedTokens;
    countedTokens = now;
    return newTokens;
  }

  long newTokens() {
    return newTokens;
  }

  /** A look was made, and this is its part of the time before. */
  void looked(GpuJoin.Look look, int concurrent, long microjoules, @Nullable Double fraction) {
    unsettledMicrojoules += microjoules;
    SoFar known = soFar;
    long fromNanos = known == null ? beganNanos : known.look.atNanos();
    long nanos = Math.max(0, look.atNanos() - fromNanos);
    int before = known == null ? concurrentAtBegin : known.concurrent;
    Double utilization = look.utilizationRatio();
    soFar =
        new SoFar(
            look,
            concurrent,
            fraction,
            (known == null ? 0 : known.concurrentNanos) + (before + concurrent) / 2.0 * nanos,
            (known == null ? 0 : known.busyNanos) + (utilization == null ? 0 : utilization * nanos),
            (known == null ? 0 : known.lookedNanos) + (utilization == null ? 0 : nanos),
            (known == null ? 0 : known.joules) + microjoules / 1e6,
            fraction != null && (known == null || known.energyKnown));
  }

  /** Null while it is not known whose energy it is. */
  @Nullable String model() {
    return model;
  }

  long takeMicrojoules() {
    long all = unsettledMicrojoules;
    unsettledMicrojoules = 0;
    return all;
  }

  /** It had ended before this look. */
  boolean settled() {
    return last;
  }
}
