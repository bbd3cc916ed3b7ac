package dev.streamgauge.proxy.tls;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at intervals whether files changed, on a thread of its own: a disk that hangs holds up
 * nothing else. Without files there is no thread. Made and closed by one thread.
 */
public final class FileWatch implements AutoCloseable {
  private final Duration interval;
  private final Consumer<String> log;
  private final List<Reloaded<?>> watched = new CopyOnWriteArrayList<>();
  private @Nullable ScheduledThreadPoolExecutor thread;

  /**
   * Looks at nothing yet.
   *
   * @param log told a line about each change
   */
  public FileWatch(Duration interval, Consumer<String> log) {
    this.interval = interval;
    this.log = log;
  }

  /** Made now, and anew when one of the files has changed. */
  public <T> Reloaded<T> watch(List<NamedFile> files, Reloaded.Making<T> making)
      throws UnusableFile {
    Reloaded<T> reloaded = new Reloaded<>(files, making);
    if (!files.isEmpty()) {
      watched.add(reloaded);
      start();
    }
    return reloaded;
  }

  private void start() {
    if (thread != null) {
      return;
    }
    ScheduledThreadPoolExecutor started =
        new ScheduledThreadPoolExecutor(
            1, work -> Thread.ofPlatform().daemon().name("file-watch").unstarted(work));
    long millis = interval.toMillis();
    var _ = started.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
    thread = started;
  }

  private void look() {
    for (Reloaded<?> each : watched) {
      try {
        each.look(log);
      } catch (RuntimeException e) {
        // a fault of ours may not end the looking
        log.accept("streamgauge: a changed file could not be read: " + e);
      }
    }
  }

  @Override
  public void close() {
    ScheduledThreadPoolExecutor started = thread;
    if (started != null) {
      var _ = started.shutdownNow();
    }
  }
}
