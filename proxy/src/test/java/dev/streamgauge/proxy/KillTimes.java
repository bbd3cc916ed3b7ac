package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.RequestRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * When each client left and when its server was told, and by whose fault that took how long. The
 * way has three parts: the client's thread from its stamp to the end of its close; the proxy, up to
 * the end of the exchange, at which it has closed the server's connection; the server's thread up
 * to its stamp. The proxy's part holds what the kernel needs to tell it. Beside them the latest
 * beat of the event loop in that time and for how much of it the loop had a processor, and the
 * latest beat of a thread of the same process that has nothing else to do.
 */
final class KillTimes {
  private static final int SHOWN = 5;
  private static final String ROW = "FIGURE %-34s %7s %7s %7s %7s %7s %7s %7s  %s%n";

  private final Map<String, Stamps> requests = new ConcurrentHashMap<>();

  /** Each written by one thread, read when all have ended; 0 is not yet. */
  private static final class Stamps {
    final AtomicLong left = new AtomicLong();
    final AtomicLong closed = new AtomicLong();
    final AtomicLong ended = new AtomicLong();
    final AtomicLong told = new AtomicLong();
    volatile @Nullable RequestRecord record;

    boolean whole() {
      return left.get() != 0 && ended.get() != 0 && told.get() != 0;
    }

    long totalNanos() {
      return told.get() - left.get();
    }
  }

  void leaves(String id) {
    of(id).left.set(System.nanoTime());
  }

  void closed(String id) {
    of(id).closed.set(System.nanoTime());
  }

  /** On the proxy's event loop, which has just closed the server's connection. */
  void ended(RequestRecord record) {
    String id = record.requestId();
    if (id != null) {
      Stamps stamps = of(id);
      stamps.ended.set(System.nanoTime());
      stamps.record = record;
    }
  }

  void serverTold(String id) {
    of(id).told.set(System.nanoTime());
  }

  private Stamps of(String id) {
    return requests.computeIfAbsent(id, _ -> new Stamps());
  }

  /** Prints quantiles and the slowest; returns the longest. */
  long reportMaxMillis(Heartbeat loop, Heartbeat process) {
    List<Stamps> times = new ArrayList<>(requests.values().stream().filter(Stamps::whole).toList());
    times.sort(Comparator.comparingLong(Stamps::totalNanos));
    assertThat(times).isNotEmpty();
    long maxNanos = times.getLast().totalNanos();
    System.out.printf(
        "FIGURE server told after p50 %s ms, p99 %s ms, max %s ms of %d%n",
        millis(times.get(times.size() / 2).totalNanos()),
        millis(times.get(times.size() * 99 / 100).totalNanos()),
        millis(maxNanos),
        times.size());
    System.out.printf(
        ROW,
        "slowest, in ms",
        "all",
        "client",
        "proxy",
        "server",
        "loop",
        "ran",
        "process",
        "phase");
    for (Stamps stamps : times.reversed().subList(0, Math.min(SHOWN, times.size()))) {
      row(stamps, loop, process);
    }
    return maxNanos / 1_000_000;
  }

  private static void row(Stamps stamps, Heartbeat loop, Heartbeat process) {
    long left = stamps.left.get();
    long closed = stamps.closed.get();
    long ended = stamps.ended.get();
    long told = stamps.told.get();
    RequestRecord record = stamps.record;
    Heartbeat.Late late = loop.latest(left, told);
    System.out.printf(
        ROW,
        record == null ? "" : record.path(),
        millis(told - left),
        millis(Math.min(closed, told) - left),
        millis(Math.max(0, ended - closed)),
        millis(told - ended),
        millis(late.nanos()),
        millis(late.ranNanos()),
        millis(process.latest(left, told).nanos()),
        record == null ? "" : phase(record, ended - record.points().ended() - left));
  }

  /** How far the request had come when its client left, and when it got there and further. */
  private static String phase(RequestRecord record, long receivedNanos) {
    RequestRecord.Points points = record.points();
    String last =
        points.headers() != null
            ? "answer"
            : points.sent() != null ? "waiting" : points.connected() != null ? "upload" : "connect";
    return String.format(
        "%s (received %s, connected %s, sent %s, headers %s, ended %s)",
        last,
        millis(receivedNanos),
        after(receivedNanos, points.connected()),
        after(receivedNanos, points.sent()),
        after(receivedNanos, points.headers()),
        after(receivedNanos, points.ended()));
  }

  private static String after(long receivedNanos, @Nullable Long sinceReceivedNanos) {
    return sinceReceivedNanos == null ? "-" : millis(receivedNanos + sinceReceivedNanos);
  }

  private static String millis(long nanos) {
    return String.format("%.1f", nanos / 1e6);
  }
}
