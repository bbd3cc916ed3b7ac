package dev.streamgauge.parser;

/**
 * Anthropic's Messages as vLLM 0.32, SGLang 0.5, llama.cpp and Ollama 0.17 send them.
 *
 * <p>A token event is a {@code content_block_delta} whose text, thinking or piece of a tool's input
 * is not empty. {@code message_start}, a block's opening (with a tool's name, too), a {@code ping}
 * and a {@code signature_delta} are none.
 *
 * <p>The end marker is {@code message_stop}. Usage is spread over {@code message_start} and {@code
 * message_delta}, see {@link MessagesUsage}.
 */
final class MessagesParser extends DialectParser {
  private final MessagesUsage usage = new MessagesUsage();
  private final MessagesFrame frame = new MessagesFrame(usage);
  private boolean finished;

  MessagesParser(StreamSink sink) {
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
    switch (frame.event) {
      case CONTENT_BLOCK_DELTA -> tellPiece();
      case MESSAGE_START -> {
        tellModel(frame.modelStart, frame.modelEnd);
        usage.tell(sink);
      }
      case MESSAGE_DELTA -> {
        usage.tell(sink);
        tellStop();
      }
      case MESSAGE_STOP -> endMarkerOnce();
      case ERROR, OTHER -> {
        if (frame.error.present()) {
          sink.error(frame.error.message(json));
        }
      }
    }
  }

  @Override
  boolean tellAnswer() {
    boolean sound = frame.readMessage(json);
    if (sound) {
      tellModel(frame.modelStart, frame.modelEnd);
      usage.tell(sink);
      tellStop();
      if (frame.error.present()) {
        sink.error(frame.error.message(json));
      }
    }
    return sound;
  }

  private void tellPiece() {
    TokenKind kind = frame.kind;
    if (kind != null) {
      sink.tokenEvent(0, kind, 0, null);
      wasPlain(kind, 0, frame.textStart, frame.textEnd);
    }
  }

  private void tellStop() {
    if (!finished && frame.reasonEnd > frame.reasonStart) {
      finished = true;
      tellFinish(0, frame.reasonStart, frame.reasonEnd);
    }
  }
}
