package dev.streamgauge.parser;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a body is framed, as {@code Content-Type} says. */
enum BodyKind {
  SSE,
  NDJSON,
  JSON,
  OTHER;

  static BodyKind of(@Nullable String contentType) {
    if (contentType == null) {
      return OTHER;
    }
    int parameters = contentType.indexOf(';');
    String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return switch (type.strip().toLowerCase(Locale.ROOT)) {
      case "text/event-stream" -> SSE;
      case "application/x-ndjson",
          "application/ndjson",
          "application/jsonl",
          "application/x-jsonlines" ->
          NDJSON;
      case "application/json" -> JSON;
      default -> OTHER;
    };
  }

  boolean streams() {
    return this == SSE || this == NDJSON;
  }

  Framer framer(int frameBytesMax, Framer.Frames frames) {
    return switch (this) {
      case SSE -> new SseFramer(frameBytesMax, frames);
      case NDJSON -> new LineFramer(frameBytesMax, frames);
      case JSON, OTHER -> new WholeFramer(frameBytesMax, frames);
    };
  }
}
