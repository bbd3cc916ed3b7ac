package dev.streamgauge.bench;

import dev.streamgauge.config.Settings;
import dev.streamgauge.parser.PatternPool;
import dev.streamgauge.parser.ReaderLimits;
import dev.streamgauge.parser.RequestFacts;
import dev.streamgauge.parser.RequestReader;
import dev.streamgauge.parser.ResponseReader;
import dev.streamgauge.proxy.Timing;
import dev.streamgauge.timeline.TimelineSettings;
import dev.streamgauge.timeline.TokenTimeline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads one recorded body of Server-Sent Events again and again: our side of clients.py. */
@Command(
    name = "read-once",
    hidden = true,
    description = "Nanoseconds for each event of a file, as one JSON line; used by clients.py.")
final class ReadOnce implements Callable<Integer> {
  private static final long STEP_NANOS = 20_000_000;

  @Parameters(description = "events, each ended by an empty line", paramLabel = "FILE")
  private Path file = Path.of("events");

  @Option(names = "--path", description = "what was asked for")
  private String path = "/v1/chat/completions";

  @Option(names = "--seconds", description = "measured, after as long of warming up")
  private double seconds = 2;

  @Option(names = "--alike", description = "whether pieces are compared, as the proxy does")
  private boolean alike;

  @Override
  public Integer call() throws IOException {
    List<byte[]> events = events(Files.readString(file));
    repeat(events);
    double nanos = repeat(events);
    System.out.printf("{\"ns\": %.0f, \"events\": %d}%n", nanos, events.size());
    return 0;
  }

  private double repeat(List<byte[]> events) {
    RequestFacts request = RequestReader.read("POST", path, new byte[0], 0, 0);
    TimelineSettings timing = Timing.of(Settings.defaults().metrics());
    PatternPool patterns = new PatternPool(alike ? 1 : 0);
    long began = System.nanoTime();
    long took = 0;
    long read = 0;
    long now = 0;
    while (took < seconds * 1e9) {
      TokenTimeline timeline = new TokenTimeline(timing);
      ResponseReader reader =
          ResponseReader.open(
              request,
              200,
              "text/event-stream",
              null,
              null,
              ReaderLimits.defaults(),
              patterns,
              timeline);
      for (byte[] event : events) {
        now += STEP_NANOS;
        timeline.readAt(now, false);
        reader.read(event, 0, event.length);
      }
      reader.end();
      if (!timeline.complete()) {
        throw new IllegalStateException("not read to its end");
      }
      read += events.size();
      took = System.nanoTime() - began;
    }
    return (double) took / read;
  }

  private static List<byte[]> events(String text) {
    List<byte[]> events = new ArrayList<>();
    int at = 0;
    for (int end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n", at)) {
      events.add(text.substring(at, end + 2).getBytes(StandardCharsets.UTF_8));
      at = end + 2;
    }
    return events;
  }
}
