package dev.streamgauge.proxy;

import dev.streamgauge.config.EnginePageAddress;
import dev.streamgauge.config.EngineSettings;
import dev.streamgauge.config.EngineSettings.Mirror;
import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.proxy.EngineScrape.Target;
import dev.streamgauge.proxy.tls.FileWatch;
import dev.streamgauge.proxy.tls.HandshakeThread;
import dev.streamgauge.proxy.tls.UnusableFile;
import dev.streamgauge.telemetry.engine.Engine;
import dev.streamgauge.telemetry.engine.EngineBoard;
import dev.streamgauge.telemetry.engine.EngineBoard.Scrape;
import dev.streamgauge.timeline.Ticker;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the model server's page again and again: one look at a time, at the interval, and less
 * often where there is none. Of several places the first that has the page counts, until it has not
 * had it for a while. On the admin thread.
 */
final class EngineScraper {
  /** However long it has not been there. */
  static final long SLOWEST_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Where it was found it is asked for so often before the other places are asked, too. */
  private static final int MISSES_MAX = 3;

  private static final int DOUBLINGS_MAX = 16;
  private static final long LINES_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final String LINE = "streamgauge: engine metrics: ";

  private final EngineSettings settings;
  private final List<Target> targets;
  private final EngineBoard board;
  private final EventLoop thread;
  private final Ticker ticker;
  private final Consumer<String> log;
  private final Seldom lines = new Seldom(LINES_NANOS);
  private final List<String> missed = new ArrayList<>();
  private int place;
  private boolean found;
  private int misses;
  private String said = "";
  private @Nullable String state;
  private boolean closed;

  EngineScraper(
      EngineSettings settings,
      List<Target> targets,
      EngineBoard board,
      EventLoop thread,
      Ticker ticker,
      Consumer<String> log) {
    this.settings = settings;
    this.targets = targets;
    this.board = board;
    this.thread = thread;
    this.ticker = ticker;
    this.log = log;
  }

  /** Reads the files of TLS, where a page is behind it. */
  static List<Target> targets(ProxySettings settings, Transport transport, FileWatch watch)
      throws UnusableFile {
    HandshakeThread sums = new HandshakeThread();
    List<Target> targets = new ArrayList<>();
    for (EnginePageAddress page : settings.engine().pages()) {
      targets.add(
          new Target(
              page,
              new Upstream(
                  page.server(),
                  transport,
                  TlsSides.towards(page.server(), settings, watch, sums))));
    }
    return List.copyOf(targets);
  }

  void start() {
    if (!targets.isEmpty()) {
      thread.execute(this::look);
    }
  }

  /** What came of the last round; null before its end, and where nothing is looked at. */
  @Nullable String state() {
    return state;
  }

  void close() {
    thread.execute(() -> closed = true);
  }

  private void look() {
    if (!closed) {
      Target target = targets.get(place);
      EngineScrape.start(target, settings, thread, ticker.nanos(), new Look(target));
    }
  }

  private void lookAgainAfter(long nanos) {
    if (!closed) {
      var _ = thread.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void there(Target target) {
    found = true;
    misses = 0;
    missed.clear();
    EngineBoard.Reading reading = board.fresh();
    say(words(reading) + ", read at " + target.address());
    lookAgainAfter(settings.interval().toNanos());
  }

  private String words(EngineBoard.@Nullable Reading reading) {
    if (reading == null) {
      return "a page";
    }
    Engine engine = reading.engine();
    boolean twice = engine == Engine.VLLM && settings.mirror() == Mirror.VLLM;
    boolean silent = engine != Engine.GENERIC && reading.figures().values().isEmpty();
    return engine.label()
        + (twice ? " (--mirror vllm is not on /metrics/engine)" : "")
        + (silent ? " (the page has none of the figures that are known of it)" : "");
  }

  private void missing(Target target, String words) {
    missed.add(target.address() + " (" + words + ")");
    if (found && ++misses < MISSES_MAX) {
      endOfRound();
      return;
    }
    if (found) {
      found = false;
      misses = 0;
      place = 0;
      endOfRound();
      return;
    }
    place++;
    if (place < targets.size()) {
      look();
      return;
    }
    place = 0;
    misses++;
    endOfRound();
  }

  private void endOfRound() {
    say("none at " + String.join(", ", missed) + "; what can be told without it is computed");
    missed.clear();
    lookAgainAfter(waitNanos());
  }

  private long waitNanos() {
    return pauseNanos(settings.interval().toNanos(), misses);
  }

  /** Before the next look: the interval, doubled with each round that brought nothing. */
  static long pauseNanos(long intervalNanos, int misses) {
    int doublings = Math.min(Math.max(0, misses - 1), DOUBLINGS_MAX);
    long most = Math.max(intervalNanos, SLOWEST_NANOS);
    return Math.min(intervalNanos << doublings, most);
  }

  /** One line for each change; one that lasts is said, at the latest, with a later look. */
  private void say(String now) {
    state = now;
    if (!now.equals(said) && lines.now(ticker.nanos())) {
      said = now;
      log.accept(LINE + now);
    }
  }

  /** What comes of one look. */
  private final class Look implements EngineScrape.Asker {
    private final Target target;

    private Look(Target target) {
      this.target = target;
    }

    @Override
    public void page(byte[] page, @Nullable String contentType) {
      if (board.read(page, contentType) == Scrape.OK) {
        there(target);
      } else {
        missing(target, "not a page of metrics");
      }
    }

    @Override
    public void none(Scrape why, String words) {
      board.failed(why);
      missing(target, words);
    }
  }
}
