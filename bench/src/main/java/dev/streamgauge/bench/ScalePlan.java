package dev.streamgauge.bench;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which numbers of streams and which rates. */
final class ScalePlan {
  /** So many events make a window worth its figures; one with fewer is longer, up to a limit. */
  private static final double EVENTS_WANTED = 50;

  private static final double WINDOW_SECONDS_MAX = 10;

  @Option(names = "--over", split = ",", description = "of http1, h2, grpc")
  List<String> over = List.of("http1", "h2", "grpc");

  @Option(names = "--streams", split = ",", description = "open at once")
  List<Integer> streams = List.of(1, 8, 64, 256, 1000, 2000, 5000, 10_000);

  @Option(names = "--events", split = ",", description = "each second, of all streams together")
  List<Integer> events = List.of(1, 10, 100, 1000, 3000, 10_000, 20_000, 40_000, 80_000, 160_000);

  @Option(names = "--slowest", description = "events per second and stream, at least")
  double slowest = 0.5;

  @Option(names = "--fastest", description = "events per second and stream, at most")
  double fastest = 1000;

  @Option(names = "--rounds", description = "for each number of streams and each rate")
  int rounds = 3;

  @Option(names = "--seconds", description = "length of a measured window, at least")
  double seconds = 2;

  @Option(names = "--warm", description = "seconds before each window, not measured")
  double warmSeconds = 0.5;

  @Option(names = "--warm-up", description = "seconds of streamgauge before all, not measured")
  double warmUpSeconds = 20;

  void check() {
    boolean none = streams.stream().anyMatch(count -> count < 1);
    if (none || events.stream().anyMatch(count -> count < 1) || rounds < 1 || !(seconds > 0)) {
      throw new IllegalArgumentException(
          "--streams, --events, --rounds: at least 1; --seconds: above 0");
    }
  }

  /** A number of streams and their events together. */
  record Point(int streams, int events) {
    double perStream() {
      return (double) events / streams;
    }
  }

  /** Ascending, by streams and then by events. */
  List<Point> points(int streamsMax) {
    List<Point> points = new ArrayList<>();
    for (int count : streams.stream().sorted().toList()) {
      for (int each : events.stream().sorted().toList()) {
        Point point = new Point(count, each);
        boolean wanted = point.perStream() >= slowest && point.perStream() <= fastest;
        if (wanted && count <= streamsMax) {
          points.add(point);
        }
      }
    }
    return points;
  }

  /** Longer where events are rare. */
  double windowSeconds(Point point) {
    return Math.max(seconds, Math.min(WINDOW_SECONDS_MAX, EVENTS_WANTED / point.events()));
  }

  /** Streams begin evenly over a period of theirs, so that their events do; not all at once. */
  double openSeconds(Point point) {
    return Math.max(Math.min(2, 1 / point.perStream()), point.streams() / 2500.0);
  }

  /** Of HTTP/2; below what servers and proxies allow on one. */
  static int connections(int streams) {
    return Math.max(Math.min(4, streams), (streams + 99) / 100);
  }
}
