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
   * @param energyKnown in each interval
   */
  private record SoFar(
      GpuJoin.Look look,
      int concurrent,
      @Nullable Double fraction,
      double concurrentNanos,
      Mean utilization,
      Mean memory,
      double joules,
      boolean energyKnown) {

    /** With the time since that look, for as long as it may be taken for what is. */
    RequestRecord.GpuUse use(long restNanos, double company, boolean throttled) {
      boolean lasts = restNanos <= look.lastingNanos();
      long rest = lasts ? restNanos : 0;
      return new RequestRecord.GpuUse(
          utilization.upTo(look.utilizationRatio(), rest),
          memory.upTo(look.memoryUsedBytes(), rest),
          lasts ? joulesUpTo(restNanos) : null,
          company,
          throttled);
    }

    /** What is not settled yet: its part of the last interval, of the power at its end. */
    private @Nullable Double joulesUpTo(long restNanos) {
      Double watts = look.watts();
      return energyKnown && watts != null && fraction != null
          ? (Double) (joules + watts * fraction * restNanos / 1e9)
          : null;
    }
  }

  /** A figure, added up over the time in which it was known. */
  private record Mean(double area, double nanos) {
    static final Mean NONE = new Mean(0, 0);

    Mean with(@Nullable Double value, long moreNanos) {
      return value == null ? this : new Mean(area + value * moreNanos, nanos + moreNanos);
    }

    /** With the time since the last look, which counts as that look was; null if never known. */
    @Nullable Double upTo(@Nullable Double last, long restNanos) {
      Mean whole = with(last, restNanos);
      return whole.nanos > 0 ? (Double) (whole.area / whole.nanos) : last;
    }
  }

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
    double company = lifeNanos <= 0 ? concurrent : area / lifeNanos;
    boolean wasHeldDown = firstTokenSeen && throttled;
    return known == null
        ? new RequestRecord.GpuUse(null, null, null, company, wasHeldDown)
        : known.use(restNanos, company, wasHeldDown);
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
    soFar =
        new SoFar(
            look,
            concurrent,
            fraction,
            (known == null ? 0 : known.concurrentNanos) + (before + concurrent) / 2.0 * nanos,
            (known == null ? Mean.NONE : known.utilization).with(look.utilizationRatio(), nanos),
            (known == null ? Mean.NONE : known.memory).with(look.memoryUsedBytes(), nanos),
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
