package dev.streamgauge.parser;

import java.nio.charset.StandardCharsets;

/** Feeds bodies to a reader, cut in every way. */
final class Answers {
  private Answers() {}

  static RequestFacts post(String path) {
    return RequestReader.read("POST", path, new byte[0], 0, 0);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static ResponseReader sse(String path, StreamSink sink) {
    return open(path, "text/event-stream", null, sink);
  }

  static ResponseReader open(
      String path, String type, @org.jspecify.annotations.Nullable String coding, StreamSink sink) {
    return ResponseReader.open(
        post(path), 200, type, coding, null, ReaderLimits.defaults(), new PatternPool(1), sink);
  }

  static EventLog readSse(String path, String body) {
    EventLog log = new EventLog();
    ResponseReader reader = sse(path, log);
    readIn(reader, utf8(body), Integer.MAX_VALUE);
    return log;
  }

  /** Feeds copies of so many bytes each, wipes them afterwards, and ends. */
  static void readIn(ResponseReader reader, byte[] body, int bytesEach) {
    for (int start = 0; start < body.length; ) {
      int end = (int) Math.min(body.length, (long) start + bytesEach);
      feed(reader, body, start, end);
      start = end;
    }
    reader.end();
  }

  static void feed(ResponseReader reader, byte[] body, int start, int end) {
    byte[] copy = java.util.Arrays.copyOfRange(body, start, end);
    reader.read(copy, 0, copy.length);
    java.util.Arrays.fill(copy, (byte) '!');
  }
}
