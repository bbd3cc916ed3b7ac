package dev.streamgauge.proxy;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.telemetry.LiveMetrics.ConnectionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections of HTTP/2 to the server, of one event loop. A request takes a stream of the one
 * that has the fewest; where none has room another is opened, up to {@code
 * --http2-upstream-connections}, and past that requests wait in their order, as long as connecting
 * may take. Where a further connection can't be had they wait for a stream of those that are there,
 * and it is tried again, ever more seldom; where there is none at all they fail at once. What is
 * sent again takes no connection but one that became ready afterwards. On the loop's thread only.
 */
final class Http2Pool {
  /** Opens one connection; {@link #ready} or {@link #failed} follows, not before return. */
  @FunctionalInterface
  interface Opening {
    void open();
  }

  /**
   * Waits for a stream.
   *
   * @param behind of a connection that became ready later than that many others
   */
  private record Waiting(Exchange exchange, long sinceNanos, long behind) {}

  /** Behind the first failure; twice as long behind each that follows. */
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private static final int DOUBLINGS_MAX = 4;

  private static final String NONE_IN_TIME = "no connection to the upstream was ready in time";

  private final Loop loop;
  private final Opening opening;
  private final List<Http2UpstreamConnection> connections = new ArrayList<>();
  private final LinkedHashSet<Waiting> waiting = new LinkedHashSet<>();

  /** Those whose reused connection went away: they are to have one that is fresh. */
  private final LinkedHashSet<Waiting> waitingForFresh = new LinkedHashSet<>();

  /** How many connections have become ready so far. */
  private long readySoFar;

  private int connecting;

  /** In a row, while others served. */
  private int failures;

  private long failedAtNanos;

  Http2Pool(Loop loop, Opening opening) {
    this.loop = loop;
    this.opening = opening;
  }

  /** A stream on an open connection, or null. */
  @Nullable UpstreamLink take() {
    return waiting.isEmpty() ? free(0) : null;
  }

  private @Nullable Http2UpstreamStream free(long behind) {
    Http2UpstreamConnection roomiest = null;
    int room = 0;
    for (int i = 0; i < connections.size(); i++) {
      Http2UpstreamConnection connection = connections.get(i);
      int its = connection.number() > behind ? connection.room() : 0;
      if (its > room) {
        room = its;
        roomiest = connection;
      }
    }
    return roomiest == null ? null : roomiest.give();
  }

  /** The handler of a connection that is being opened. */
  Http2UpstreamConnection begun(boolean secure) {
    return Http2UpstreamConnection.on(loop, this, secure);
  }

  /** The handler of a connection that turned out to speak HTTP/2. */
  Http2UpstreamConnection adopted() {
    connecting++;
    return begun(true);
  }

  /** Whether there are as many connections as there may be. */
  boolean full() {
    return connecting + connections.size() >= settings().upstreamConnectionsMax();
  }

  /** The server agreed on HTTP/1.1 this time: those who wait go on with that. */
  void leaveTo(Consumer<Exchange> other) {
    connecting--;
    forAllWaiting(other);
  }

  private void forAllWaiting(Consumer<Exchange> what) {
    empty(waitingForFresh, what);
    empty(waiting, what);
  }

  private static void empty(SequencedSet<Waiting> queue, Consumer<Exchange> what) {
    while (!queue.isEmpty()) {
      what.accept(queue.removeFirst().exchange());
    }
  }

  /** {@link Exchange#connected} or {@link Exchange#connectFailed} follows, not before return. */
  void connect(Exchange exchange) {
    boolean fresh = exchange.sentAgain();
    Waiting place = new Waiting(exchange, loop.nanos(), fresh ? readySoFar : 0);
    LinkedHashSet<Waiting> queue = fresh ? waitingForFresh : waiting;
    queue.add(place);
    exchange.connecting(() -> queue.remove(place));
    openIfNeeded();
  }

  private void openIfNeeded() {
    while (more() && !full() && !resting()) {
      connecting++;
      opening.open();
    }
  }

  /** Whether more wait than what is being opened will take. */
  private boolean more() {
    long streams = (long) connecting * settings().upstreamStreamsMax();
    return waitingForFresh.size() + waiting.size() > streams;
  }

  private boolean alone() {
    return connecting == 0 && connections.isEmpty();
  }

  /** A further connection was not to be had a moment ago, or is being tried again. */
  private boolean resting() {
    if (failures == 0 || alone()) {
      return false;
    }
    long rest = REST_NANOS << Math.min(failures - 1, DOUBLINGS_MAX);
    return connecting > 0 || loop.nanos() - failedAtNanos < rest;
  }

  /** The server's SETTINGS came. */
  void ready(Http2UpstreamConnection connection) {
    connecting--;
    failures = 0;
    connections.add(connection);
    connection.isReadyAs(++readySoFar);
    loop.live().upstreamConnections(ConnectionState.IDLE, 1);
    serveWaiting(false);
  }

  /** A connection could not be had. */
  void failed(String what, @Nullable Throwable cause) {
    connecting--;
    if (!alone()) {
      failures++;
      failedAtNanos = loop.nanos();
      if (connecting == 0) {
        // no stream of those that are there will do
        empty(waitingForFresh, exchange -> exchange.connectFailed(what, cause));
      }
      return;
    }
    failures = 0;
    forAllWaiting(exchange -> exchange.connectFailed(what, cause));
  }

  /** It takes no new streams; it closes behind those that it has. */
  void leaves(Http2UpstreamConnection connection) {
    if (connections.remove(connection)) {
      openIfNeeded();
    }
  }

  void closed(Http2UpstreamConnection connection, boolean wasReady) {
    connections.remove(connection);
    if (wasReady) {
      loop.live().upstreamConnections(ConnectionState.IDLE, -1);
      openIfNeeded();
    }
  }

  /** There may be room where there was none. */
  void serveWaiting() {
    serveWaiting(full());
  }

  private void serveWaiting(boolean allWereTaken) {
    serveFresh();
    while (!waiting.isEmpty()) {
      Http2UpstreamStream stream = free(0);
      if (stream == null) {
        openIfNeeded();
        return;
      }
      if (allWereTaken) {
        loop.live().limitHit(Limit.UPSTREAM_STREAMS);
      }
      Exchange exchange = waiting.removeFirst().exchange();
      exchange.connected(stream);
    }
  }

  private void serveFresh() {
    while (!waitingForFresh.isEmpty()) {
      Http2UpstreamStream stream = free(waitingForFresh.getFirst().behind());
      if (stream == null) {
        openIfNeeded();
        return;
      }
      waitingForFresh.removeFirst().exchange().connected(stream);
    }
  }

  /** Called four times a second. */
  void closeExpired(long nowNanos, long keptNanos) {
    for (Http2UpstreamConnection connection : connections.toArray(new Http2UpstreamConnection[0])) {
      if (connection.expired(nowNanos, keptNanos)) {
        connection.close();
      }
    }
    openIfNeeded();
    Duration limit = loop.shared.settings().timeouts().upstreamConnect();
    while (firstIsLate(waiting, limit, nowNanos)) {
      refuse(waiting.removeFirst().exchange());
    }
    while (firstIsLate(waitingForFresh, limit, nowNanos)) {
      waitingForFresh.removeFirst().exchange().connectFailed(NONE_IN_TIME, null);
    }
  }

  private static boolean firstIsLate(SequencedSet<Waiting> queue, Duration limit, long nowNanos) {
    return !queue.isEmpty() && Timeouts.passed(limit, queue.getFirst().sinceNanos(), nowNanos);
  }

  /** Its wait is over; whose limit that was depends on what there is. */
  private void refuse(Exchange late) {
    if (connections.isEmpty()) {
      late.connectFailed(NONE_IN_TIME, null);
    } else if (connections.size() >= settings().upstreamConnectionsMax()) {
      loop.live().limitHit(Limit.UPSTREAM_STREAMS);
      loop.live().limitHit(Limit.UPSTREAM_STREAM_WAIT);
      late.streamsTaken(allTaken());
    } else {
      late.connectFailed("all streams are taken, and no further connection could be had", null);
    }
  }

  private String allTaken() {
    ProxySettings.Http2 settings = settings();
    boolean byServer = connections.stream().allMatch(Http2UpstreamConnection::limitedByServer);
    return "all streams to the server are taken: --http2-upstream-connections is "
        + settings.upstreamConnectionsMax()
        + (byServer
            ? ", and the server takes no more on one"
            : ", --http2-upstream-streams is " + settings.upstreamStreamsMax());
  }

  /** How many serve nobody. */
  int idle() {
    int idle = 0;
    for (int i = 0; i < connections.size(); i++) {
      idle += connections.get(i).idle() ? 1 : 0;
    }
    return idle;
  }

  void closeAll() {
    for (Http2UpstreamConnection connection : connections.toArray(new Http2UpstreamConnection[0])) {
      connection.close();
    }
  }

  private ProxySettings.Http2 settings() {
    return loop.shared.settings().http2();
  }
}
