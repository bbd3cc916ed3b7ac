package dev.streamgauge.bench.target;

import dev.streamgauge.bench.load.Load;
import java.util.List;

/**
 * One row of a measurement.
 *
 * @param label as reports name it
 * @param front what clients speak to it
 * @param behind what it speaks to the model server
 * @param words more words of streamgauge's command; a first one that is no option is the program
 */
public record Side(String label, TargetKind kind, Load front, Load behind, List<String> words) {

  /** The same protocol on both sides. */
  public static Side of(TargetKind kind, Load load) {
    return new Side(kind.label(), kind, load, load, List.of());
  }

  /** From a client's HTTP/2 to the server's HTTP/1.1. */
  public static Side toHttp1(TargetKind kind) {
    return new Side(kind.label() + " to HTTP/1.1", kind, Load.H2, Load.HTTP1, List.of());
  }

  /** Another streamgauge, from {@code NAME=WORDS}. */
  public static Side variant(String text, Load load) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException(text + " (expected: NAME=WORDS)");
    }
    List<String> words = List.of(text.substring(equals + 1).strip().split("\\s+"));
    String label = TargetKind.STREAMGAUGE.label() + ", " + text.substring(0, equals);
    return new Side(label, TargetKind.STREAMGAUGE, load, load, words);
  }

  /** For its configuration and log. */
  String folder() {
    return label.replaceAll("[^a-z0-9]+", "-");
  }
}
