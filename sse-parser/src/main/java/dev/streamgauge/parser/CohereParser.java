package dev.streamgauge.parser;

/**
 * Cohere's chat (v2) as vLLM 0.32 serves it at {@code /cohere/v2/chat}, and Cohere's own {@code
 * /v2/chat}, whose events are named, too.
 *
 * <p>A token event is an event in whose {@code delta.message} a {@code content.text}, {@code
 * content.thinking}, {@code tool_plan} or a tool call's {@code arguments} is not empty. The plan is
 * what a model without thinking thinks before it calls a tool: reasoning. {@code message-start}, a
 * block's opening, a tool call's opening with its name alone, what ends a block and citations,
 * which repeat a text, are none.
 *
 * <p>The end marker is {@code message-end}, with usage and the finish reason; {@code [DONE]} comes
 * behind it. An error is a text in {@code message-end}.
 */
final class CohereParser extends DialectParser {
  private final CohereFrame frame = new CohereFrame();
  private boolean finished;

  CohereParser(StreamSink sink) {
    super(sink);
  }

  @Override
  boolean readsNamedEvents() {
    return true;
  }

  @Override
  boolean readFrame() {
    return frame.read(json);
  }

  @Override
  void tellFrame(EventName event) {
    frame.error.named(event);
    tellPiece();
    tellRest();
    if (frame.ends) {
      endMarkerOnce();
    }
  }

  @Override
  boolean tellAnswer() {
    boolean sound = frame.read(json);
    if (sound) {
      tellRest();
    }
    return sound;
  }

  private void tellPiece() {
    TokenKind kind = frame.kind;
    if (kind == null) {
      return;
    }
    sink.tokenEvent(0, kind, 0, null);
    if (frame.texts == 1 && !frame.ends && !frame.error.present()) {
      wasPlain(kind, 0, frame.textStart, frame.textEnd);
    }
  }

  private void tellRest() {
    if (frame.usage.present()) {
      frame.usage.tell(sink, TokenSource.USAGE);
    }
    if (!finished && frame.reasonEnd > frame.reasonStart) {
      finished = true;
      tellFinish(0, frame.reasonStart, frame.reasonEnd);
    }
    if (frame.error.present()) {
      sink.error(frame.error.message(json));
    }
  }
}
