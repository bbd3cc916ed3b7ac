package dev.streamgauge.proxy;

import dev.streamgauge.telemetry.LiveMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sees that an event loop stands still, counts it, and tells where it stands: once for each time it
 * does, and of each loop at most once a minute. One thread, which is not a loop's.
 */
final class Watchdog {
  /** How often it looks. */
  static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A loop beats four times a second. */
  static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long LINES_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** A look that comes so late says that nothing ran: a stopped process, no share of processor. */
  private static final long LATE_NANOS = 5 * INTERVAL_NANOS;

  private static final int FRAMES_MAX = 40;

  private final List<Watched> loops = new ArrayList<>();
  private final LiveMetrics live;
  private final Consumer<String> log;
  private long lookedAtNanos;
  private long allLateNanos;

  Watchdog(List<? extends Beating> loops, LiveMetrics live, Consumer<String> log) {
    loops.forEach(loop -> this.loops.add(new Watched(loop)));
    this.live = live;
    this.log = log;
  }

  /** An event loop, as another thread sees it. */
  interface Beating {
    String name();

    /** When it last ran its regular task. */
    long beatNanos();

    StackTraceElement[] stack();
  }

  void look(long nowNanos) {
    boolean first = lookedAtNanos == 0;
    long since = nowNanos - lookedAtNanos;
    lookedAtNanos = nowNanos;
    if (first || since > LATE_NANOS) {
      allLateNanos = nowNanos;
      return;
    }
    loops.forEach(loop -> loop.look(nowNanos));
  }

  private final class Watched {
    private final Beating loop;
    private final Seldom lines = new Seldom(LINES_NANOS);
    private boolean stuck;

    private Watched(Beating loop) {
      this.loop = loop;
    }

    private void look(long nowNanos) {
      // after a halt of the whole process a loop has its time to come back
      long since = Math.max(loop.beatNanos(), allLateNanos);
      boolean now = nowNanos - since > STUCK_NANOS;
      if (now && !stuck) {
        live.eventLoopStuck();
        if (lines.now(nowNanos)) {
          log.accept(text(nowNanos - since));
        }
      }
      stuck = now;
    }

    private String text(long sinceNanos) {
      StringBuilder text = new StringBuilder("streamgauge: event loop ");
      text.append(loop.name()).append(" stands still for ");
      text.append(TimeUnit.NANOSECONDS.toMillis(sinceNanos)).append(" ms, at");
      StackTraceElement[] stack = loop.stack();
      for (int i = 0; i < Math.min(stack.length, FRAMES_MAX); i++) {
        text.append("\n  ").append(stack[i]);
      }
      return text.toString();
    }
  }
}
