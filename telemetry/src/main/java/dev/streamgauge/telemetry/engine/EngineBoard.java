package dev.streamgauge.telemetry.engine;

import dev.streamgauge.timeline.Ticker;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What the server's page said last. One thread puts pages in, any may look. A page that is too old
 * is none: figures vanish, they never stand still.
 */
public final class EngineBoard {
  private final @Nullable Engine known;
  private final PageLimits limits;
  private final Ticker ticker;
  private final long staleAfterNanos;
  private final Map<Scrape, LongAdder> scrapes = new EnumMap<>(Scrape.class);
  private final Map<Passed, LongAdder> passed = new EnumMap<>(Passed.class);
  private volatile @Nullable Reading latest;

  /** When the last page came that did not speak of waiting requests; null if that is the last. */
  private volatile @Nullable Long queuedSinceNanos;

  /**
   * A board with nothing on it.
   *
   * @param known null: the page says whose it is
   */
  public EngineBoard(
      @Nullable Engine known, PageLimits limits, Ticker ticker, long staleAfterNanos) {
    this.known = known;
    this.limits = limits;
    this.ticker = ticker;
    this.staleAfterNanos = staleAfterNanos;
    for (Scrape each : Scrape.values()) {
      scrapes.put(each, new LongAdder());
    }
    for (Passed each : Passed.values()) {
      passed.put(each, new LongAdder());
    }
  }

  /** One that nobody puts anything on. */
  public static EngineBoard none() {
    return new EngineBoard(null, PageLimits.defaults(), Ticker.system(), 0);
  }

  /** What became of asking for the page. */
  public enum Scrape {
    OK("ok"),
    UNREACHABLE("unreachable"),
    TIMEOUT("timeout"),
    /** An answer without a page; 404 from a server that has none. */
    STATUS("status"),
    TOO_LARGE("too_large"),
    /** Something else than a page of metrics. */
    UNREADABLE("unreadable");

    private final String label;

    Scrape(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /** Why a part of a page was passed over. */
  public enum Passed {
    MALFORMED("malformed"),
    LIMIT("limit"),
    DUPLICATE("duplicate");

    private final String label;

    Passed(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /**
   * A page and what it says.
   *
   * @param body as it came; read again where it is asked for, which is cheaper than to keep it read
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Reading(
      Engine engine,
      EngineFigures figures,
      byte[] body,
      PageFormat format,
      PageLimits limits,
      long atNanos) {

    public EnginePage page() {
      return EnginePage.read(body, format, limits);
    }
  }

  /**
   * A page came.
   *
   * @param body is kept
   */
  public Scrape read(byte[] body, @Nullable String contentType) {
    PageFormat format = PageFormat.of(contentType);
    EnginePage page = format == null ? null : EnginePage.read(body, format, limits);
    if (format == null || page == null || (page.families().isEmpty() && page.malformed() > 0)) {
      return failed(Scrape.UNREADABLE);
    }
    add(Passed.MALFORMED, page.malformed());
    add(Passed.LIMIT, page.leftOut());
    add(Passed.DUPLICATE, page.duplicates());
    Engine engine = known == null ? Engine.ofPage(page) : known;
    EngineFigures figures = EngineFigures.of(page, engine);
    long nowNanos = ticker.nanos();
    noteQueue(figures, nowNanos);
    latest = new Reading(engine, figures, body, format, limits, nowNanos);
    counter(scrapes, Scrape.OK).increment();
    return Scrape.OK;
  }

  /** No page came; returns why, as it was told. */
  public Scrape failed(Scrape why) {
    counter(scrapes, why).increment();
    return why;
  }

  /** Null where there is none, or none that is young enough. */
  public @Nullable Reading fresh() {
    Reading reading = latest;
    return reading != null && ticker.nanos() - reading.atNanos() <= staleAfterNanos
        ? reading
        : null;
  }

  /** Which engine it is; null where nobody said so, and no page that is young enough does. */
  public @Nullable Engine engine() {
    Reading reading = fresh();
    return reading == null ? known : reading.engine();
  }

  /** What happened between two pages that are far apart, nobody knows. */
  private void noteQueue(EngineFigures figures, long nowNanos) {
    Double waiting = figures.value(Figure.WAITING);
    Reading before = fresh();
    Long since = before == null ? null : queuedSinceNanos;
    if (waiting == null || waiting <= 0) {
      queuedSinceNanos = null;
    } else if (since == null) {
      queuedSinceNanos = before == null ? nowNanos : before.atNanos();
    }
  }

  /** Whether the last page spoke of waiting requests, and each one since that time. */
  public boolean queuedSince(long nanos) {
    Long since = queuedSinceNanos;
    return since != null && since - nanos <= 0 && fresh() != null;
  }

  /** How old the last page is, however old; null where there was none. */
  public @Nullable Long ageNanos() {
    Reading reading = latest;
    return reading == null ? null : (Long) (ticker.nanos() - reading.atNanos());
  }

  public long scrapes(Scrape result) {
    return counter(scrapes, result).sum();
  }

  public long passed(Passed why) {
    return counter(passed, why).sum();
  }

  private void add(Passed why, int count) {
    counter(passed, why).add(count);
  }

  private static <E extends Enum<E>> LongAdder counter(Map<E, LongAdder> counters, E of) {
    LongAdder counter = counters.get(of);
    if (counter == null) {
      throw new IllegalStateException(of + " has no counter");
    }
    return counter;
  }
}
