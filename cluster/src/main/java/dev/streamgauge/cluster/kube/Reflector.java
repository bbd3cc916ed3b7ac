package dev.streamgauge.cluster.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.kube.WatchProgress.State;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a {@link ResourceSink} told of all objects of one kind: a list, then a watch from its
 * version on, opened anew from the last version seen whenever it ends, however it ends. Only where
 * that version is too old (410) a list is made again. One thread of its own.
 */
public final class Reflector implements AutoCloseable {
  private static final int BROKEN_LINES_MAX = 3;

  private final KubeClient client;
  private final Resource resource;
  private final Selectors selectors;
  private final ResourceSink sink;
  private final WatchPace pace;
  private final Consumer<String> log;
  private final ObjectMapper mapper;
  private final Pause pause;

  /** Behind watches that ended as they should: a quiet one, too, may be opened anew soon. */
  private final Pause ends;

  /** Before lists that a version which is too old asks for, again and again if need be. */
  private final Pause relists;

  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);

  /** Of this thread alone, as are the counts. */
  private @Nullable String version;

  private int brokenLines;
  private State state = State.LISTING;
  private boolean synced;
  private @Nullable String failure;
  private long lists;
  private long watches;
  private long changes;
  private long bookmarks;
  private long expired;
  private long unread;

  private volatile WatchProgress progress =
      new WatchProgress(State.LISTING, false, null, 0, 0, 0, 0, 0, 0);

  /**
   * Starts at once.
   *
   * @param log takes a line when something begins to fail and when it works again
   */
  public Reflector(
      KubeClient client,
      Resource resource,
      Selectors selectors,
      ResourceSink sink,
      WatchPace pace,
      Consumer<String> log) {
    this.client = client;
    this.resource = resource;
    this.selectors = selectors;
    this.sink = sink;
    this.pace = pace;
    this.log = log;
    this.mapper = client.mapper();
    this.pause = new Pause(pace.firstPause(), pace.longestPause(), RandomGenerator.getDefault());
    this.relists = new Pause(pace.firstPause(), pace.longestPause(), RandomGenerator.getDefault());
    this.ends =
        new Pause(
            pace.firstPause(), pace.firstPause().multipliedBy(4), RandomGenerator.getDefault());
    this.thread =
        Thread.ofPlatform().daemon().name("watch-" + resource.plural()).unstarted(this::run);
    thread.start();
  }

  public Resource resource() {
    return resource;
  }

  public WatchProgress progress() {
    return progress;
  }

  /** Returns when nothing more will be told. */
  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closed(Duration.ZERO)) {
        Duration wait = version == null ? list() : watch(version);
        if (!wait.isZero()) {
          publish(state == State.ABSENT ? State.ABSENT : State.WAITING);
          if (closed(wait)) {
            return;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean closed(Duration wait) throws InterruptedException {
    return closing.await(wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  // ---- list

  private Duration list() {
    publish(State.LISTING);
    guarded(sink::listBegun);
    KubeClient.Listing listing =
        client.list(resource, selectors, object -> guarded(() -> sink.listed(object)));
    return switch (listing) {
      case KubeClient.Listing.Listed whole -> listed(whole);
      case KubeClient.Listing.Failed failed -> listFailed(failed.failure());
    };
  }

  private Duration listed(KubeClient.Listing.Listed whole) {
    guarded(sink::listEnded);
    version = whole.version();
    synced = true;
    lists++;
    brokenLines = 0;
    publish(State.LISTING);
    return Duration.ZERO;
  }

  private Duration listFailed(Answer.Failure fault) {
    if (fault.is(StatusReason.NOT_FOUND)) {
      return absent();
    }
    if (fault instanceof Answer.Refused refused && refused.reason().isTooOld()) {
      expired++; // a continuation that was too old: from the beginning
    }
    return failed("list", fault);
  }

  private Duration absent() {
    if (state != State.ABSENT) {
      guarded(sink::absent);
    }
    version = null;
    synced = true;
    failure = null;
    publish(State.ABSENT);
    return pause.jittered(pace.absent());
  }

  // ---- watch

  private Duration watch(String from) {
    Duration longest = pause.jittered(pace.watch());
    try (KubeClient.Opened opened = client.watch(resource, selectors, from, longest)) {
      if (opened.refused() != null) {
        return refused(opened.refused());
      }
      watches++;
      pause.succeeded();
      recovered();
      publish(State.WATCHING);
      return read(opened);
    } catch (IOException e) {
      return failed("watch", new Answer.Unreachable(KubeClient.text(e)));
    }
  }

  /** Until the end of the stream. */
  private Duration read(KubeClient.Opened opened) throws IOException {
    LineReader lines = new LineReader(opened.in(), KubeClient.OBJECT_BYTES_MAX);
    long before = changes + bookmarks;
    Duration end = null;
    while (end == null && lines.next()) {
      end = take(lines);
      unread += lines.takePassedOver();
      if (end == null) {
        publish(State.WATCHING);
      }
    }
    boolean broughtSomething = changes + bookmarks > before;
    if (broughtSomething) {
      ends.succeeded();
      relists.succeeded();
      brokenLines = 0;
    }
    return end == null ? ends.next(null) : end;
  }

  /** Null to go on. */
  private @Nullable Duration take(LineReader lines) throws IOException {
    JsonNode event;
    try {
      event = mapper.readTree(lines.bytes(), 0, lines.length());
    } catch (IOException e) {
      return broken(e);
    }
    String type = event.path("type").asText();
    if (!(event.path("object") instanceof ObjectNode object)) {
      unread++;
      return null;
    }
    switch (type) {
      case "ADDED", "MODIFIED" -> {
        changes++;
        guarded(() -> sink.changed(object));
      }
      case "DELETED" -> {
        changes++;
        guarded(() -> sink.deleted(object));
      }
      case "BOOKMARK" -> bookmarks++;
      case "ERROR" -> {
        return refused(KubeClient.refused(0, object));
      }
      default -> unread++;
    }
    moveTo(object);
    return null;
  }

  private void moveTo(ObjectNode object) {
    String seen = object.path("metadata").path("resourceVersion").asText("");
    if (!seen.isEmpty()) {
      version = seen;
    }
  }

  /** From the last version again; if it is always the same line, by a list. */
  private Duration broken(IOException e) {
    unread++;
    brokenLines++;
    if (brokenLines >= BROKEN_LINES_MAX) {
      version = null;
      brokenLines = 0;
    }
    return failed("watch", new Answer.Unreachable("a line that is no JSON: " + firstLine(e)));
  }

  private static String firstLine(IOException e) {
    String text = KubeClient.text(e);
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  private Duration refused(Answer.Refused refused) {
    if (refused.reason().isTooOld()) {
      expired++;
      version = null;
      return relists.next(null);
    }
    if (refused.reason() == StatusReason.NOT_FOUND) {
      return absent();
    }
    if (refused.reason() != StatusReason.TOO_MANY_REQUESTS) {
      version = null;
    }
    return failed("watch", refused);
  }

  // ---- both

  private Duration failed(String verb, Answer.Failure fault) {
    boolean first = failure == null;
    failure = verb + ": " + fault.text();
    if (first && closing.getCount() > 0) {
      log.accept(resource + ": " + failure + "; trying again");
    }
    return pause.next(fault instanceof Answer.Refused refused ? refused.retryAfter() : null);
  }

  private void recovered() {
    if (failure != null) {
      failure = null;
      log.accept(resource + ": watching again");
    }
  }

  /** An object that nobody thought of must not end the watching of all others. */
  private void guarded(Runnable telling) {
    try {
      telling.run();
    } catch (RuntimeException fault) {
      unread++;
      if (unread == 1) {
        log.accept(resource + ": an object was passed over: " + fault);
      }
    }
  }

  private void publish(State now) {
    state = now;
    progress =
        new WatchProgress(
            now, synced, failure, lists, watches, changes, bookmarks, expired, unread);
  }
}
