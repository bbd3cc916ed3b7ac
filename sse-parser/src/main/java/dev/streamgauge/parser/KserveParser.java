package dev.streamgauge.parser;

/**
 * Triton's {@code generate} and {@code generate_stream} as Triton 2.51 sends them, and KServe's V2
 * inference answers as a stream of MLServer 1.7 ({@code infer_stream}, {@code generate_stream}).
 *
 * <p>A token event is a frame whose {@code text_output}, or whose {@code data} in {@code outputs},
 * has a string that is not empty. How many tokens that is, is the model's affair and not told: so
 * are the counts, the finish reason and the times.
 *
 * <p>There is no end marker: the end of the body is the end, if it came cleanly. An error is a
 * string, {@code {"error":"…"}}, in an answer with status 200.
 */
final class KserveParser extends DialectParser {
  private final KserveFrame frame = new KserveFrame();

  KserveParser(StreamSink sink) {
    super(sink);
  }

  @Override
  boolean readFrame() {
    return frame.read(json);
  }

  @Override
  void tellFrame(EventName event) {
    frame.error.named(event);
    tellModel(frame.modelStart, frame.modelEnd);
    if (frame.error.present()) {
      sink.error(frame.error.message(json));
    } else if (frame.texts > 0) {
      sink.tokenEvent(0, TokenKind.TEXT, 0, null);
      if (frame.texts == 1) {
        wasPlain(TokenKind.TEXT, 0, frame.textStart, frame.textEnd);
      }
    }
  }

  @Override
  boolean tellAnswer() {
    boolean sound = frame.read(json);
    if (sound) {
      tellModel(frame.modelStart, frame.modelEnd);
      if (frame.error.present()) {
        sink.error(frame.error.message(json));
      }
    }
    return sound;
  }

  @Override
  void endedCleanly() {
    endMarkerOnce();
  }
}
