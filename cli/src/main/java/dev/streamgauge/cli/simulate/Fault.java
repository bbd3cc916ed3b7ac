package dev.streamgauge.cli.simulate;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What can go wrong with a model server, on demand. */
public enum Fault {
  ERROR_IN_STREAM(
      "error_in_stream", "an error object inside a 200, then the end as the style has it"),
  HTTP_500("http_500", "the status 500"),
  HTTP_429("http_429", "the status 429, with Retry-After"),
  TRUNCATE("truncate", "a clean end of HTTP without finish reason and end marker"),
  CUT("cut", "FIN inside a chunk, or inside a body with a length"),
  RESET("reset", "RST in the middle"),
  STALL("stall", "a long gap, then on as if nothing was"),
  SLOW_HEADERS("slow_headers", "the head comes late"),
  BAD_FRAMING("bad_framing", "garbage where a chunk's size or the length belongs"),
  BAD_HEAD("bad_head", "a response head that is none"),
  NO_ANSWER("no_answer", "the request is read and never answered"),
  CLOSE_IDLE("close_idle", "a whole answer, then FIN although keep-alive was promised"),
  CLOSE_ON_REUSE("close_on_reuse", "a whole answer; the connection's next request meets FIN"),
  EARLY_413("early_413", "413 as soon as the head is read, while the body still comes");

  private final String label;
  private final String doc;

  Fault(String label, String doc) {
    this.label = label;
    this.doc = doc;
  }

  public String label() {
    return label;
  }

  /** What it does, in a few words. */
  String doc() {
    return doc;
  }

  /** Null if there is none of that name. */
  public static @Nullable Fault named(String label) {
    for (Fault fault : values()) {
      if (fault.label.equals(label)) {
        return fault;
      }
    }
    return null;
  }

  static String labels() {
    return Stream.of(values()).map(Fault::label).collect(Collectors.joining(", "));
  }
}
