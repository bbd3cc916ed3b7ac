package dev.streamgauge.parser;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a body is framed, as {@code Content-Type} says. */
enum BodyKind {
  SSE,
  NDJSON,
  JSON,
  GRPC,
  OTHER;

  static BodyKind of(@Nullable String contentType) {
    if (contentType == null) {
      return OTHER;
    }
    BodyKind plain = ofPlain(contentType);
    return plain == OTHER ? ofAny(contentType) : plain;
  }

  /** As nearly all servers write it: to be told without a copy. */
  private static BodyKind ofPlain(String contentType) {
    if (contentType.equals("application/json")) {
      return JSON;
    }
    return contentType.equals("text/event-stream") ? SSE : OTHER;
  }

  private static BodyKind ofAny(String contentType) {
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
      case "application/grpc", "application/grpc+proto" -> GRPC;
      default -> OTHER;
    };
  }

  /** Whether this alone says that it is a stream: a gRPC call's method says it. */
  boolean streams() {
    return this == SSE || this == NDJSON;
  }

  Framer framer(ContentCoding coding, ReaderLimits limits, PatternPool pool, Framer.Frames frames) {
    int frameBytesMax = limits.frameBytesMax();
    return switch (this) {
      case GRPC -> new GrpcFramer(coding, limits, frames);
      case SSE -> new SseFramer(frameBytesMax, frames);
      case NDJSON -> new LineFramer(frameBytesMax, frames);
      case JSON, OTHER -> new WholeFramer(frameBytesMax, pool, frames);
    };
  }
}
