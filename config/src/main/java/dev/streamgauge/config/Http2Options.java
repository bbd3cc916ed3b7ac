package dev.streamgauge.config;

import java.time.Duration;
import java.util.List;

/** The options of {@code streamgauge proxy} about HTTP/2 alone. */
public final class Http2Options {
  private static final int MIB = 1024 * 1024;

  public static final Option<Integer> MAX_STREAMS =
      count(
          "http2-max-streams", 1, 100_000, "128", "Most requests at once on one client connection");
  static final Option<Integer> STREAM_WINDOW =
      Option.one(
          "http2-stream-window",
          new Size(16 * 1024, 16 * MIB),
          "64KiB",
          "Flow-control window of each stream, of clients and of the upstream: the most bytes held"
              + " of one body while the other side takes none");
  static final Option<Duration> LIMIT_WINDOW =
      Option.one(
          "http2-limit-window",
          new DurationValue(Duration.ofSeconds(1), Duration.ofHours(1)),
          "10s",
          "In which resets and other frames of a client connection are counted");
  public static final Option<Integer> MAX_RESETS_RECEIVED =
      count(
          "http2-max-resets-received",
          1,
          1_000_000,
          "500",
          "Most requests that a client connection cancels within the window");
  public static final Option<Integer> MAX_RESETS_SENT =
      count(
          "http2-max-resets-sent",
          1,
          1_000_000,
          "20",
          "Most streams that a client connection makes us reset within the window");
  public static final Option<Integer> MAX_PINGS =
      perWindow("http2-max-pings", "Most PING frames of a client connection within the window");
  public static final Option<Integer> MAX_SETTINGS =
      perWindow(
          "http2-max-settings", "Most SETTINGS frames of a client connection within the window");
  public static final Option<Integer> MAX_EMPTY_FRAMES =
      perWindow(
          "http2-max-empty-frames",
          "Most DATA frames without content of a client connection within the window");
  public static final Option<Integer> MAX_IGNORED_FRAMES =
      perWindow(
          "http2-max-ignored-frames",
          "Most PRIORITY and unknown frames of a client connection within the window");
  public static final Option<Integer> MAX_WINDOW_UPDATES =
      count(
          "http2-max-window-updates",
          10,
          1_000_000,
          "10000",
          "Most WINDOW_UPDATE frames of a client connection within the window, beside ten for each"
              + " DATA frame that it was sent");
  static final Option<Integer> MAX_QUEUED_FRAMES =
      count(
          "http2-max-queued-frames",
          10,
          100_000,
          "1000",
          "Most acknowledgements and resets that wait for one client, or for the upstream, to take"
              + " them");
  static final Option<Integer> MAX_CONTINUATIONS =
      count(
          "http2-max-continuations",
          1,
          1_000,
          "16",
          "Most CONTINUATION frames of one head that are smaller than 8 KiB");
  static final Option<Integer> UPSTREAM_STREAMS =
      count(
          "http2-upstream-streams",
          1,
          100_000,
          "256",
          "Most requests at once on one HTTP/2 connection to the upstream, if it allows as many");
  static final Option<Integer> MAX_UPSTREAM_FRAMES =
      count(
          "http2-max-upstream-frames",
          10,
          1_000_000,
          "10000",
          "Most SETTINGS, most PING, most empty and most ignored frames of one connection to the"
              + " upstream within the window");
  static final Option<Integer> UPSTREAM_CONNECTIONS =
      count(
          "http2-upstream-connections",
          1,
          10_000,
          "32",
          "Most HTTP/2 connections to the upstream, of each event loop; past them requests wait");

  static final List<Option<?>> ALL =
      List.of(
          MAX_STREAMS,
          STREAM_WINDOW,
          LIMIT_WINDOW,
          MAX_RESETS_RECEIVED,
          MAX_RESETS_SENT,
          MAX_PINGS,
          MAX_SETTINGS,
          MAX_EMPTY_FRAMES,
          MAX_IGNORED_FRAMES,
          MAX_WINDOW_UPDATES,
          MAX_QUEUED_FRAMES,
          MAX_CONTINUATIONS,
          UPSTREAM_STREAMS,
          MAX_UPSTREAM_FRAMES,
          UPSTREAM_CONNECTIONS);

  private Http2Options() {}

  private static Option<Integer> count(
      String name, int min, int max, String byDefault, String doc) {
    return Option.one(name, new WholeNumber(min, max), byDefault, doc);
  }

  private static Option<Integer> perWindow(String name, String doc) {
    return count(name, 10, 1_000_000, "500", doc);
  }

  static ProxySettings.Http2 http2(Reading reading) {
    return new ProxySettings.Http2(
        reading.get(MAX_STREAMS),
        reading.get(STREAM_WINDOW),
        reading.get(LIMIT_WINDOW),
        reading.get(MAX_RESETS_RECEIVED),
        reading.get(MAX_RESETS_SENT),
        reading.get(MAX_PINGS),
        reading.get(MAX_SETTINGS),
        reading.get(MAX_EMPTY_FRAMES),
        reading.get(MAX_IGNORED_FRAMES),
        reading.get(MAX_WINDOW_UPDATES),
        reading.get(MAX_QUEUED_FRAMES),
        reading.get(MAX_CONTINUATIONS),
        reading.get(UPSTREAM_STREAMS),
        reading.get(MAX_UPSTREAM_FRAMES),
        reading.get(UPSTREAM_CONNECTIONS));
  }
}
