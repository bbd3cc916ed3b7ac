package dev.streamgauge.parser;

/**
 * OpenAI's chat and completions as vLLM 0.32, SGLang 0.5, llama.cpp, Ollama 0.17 and TensorRT-LLM
 * (after 1.2) send them, and servers that do alike. What a token event is stands at {@link
 * OpenAiChoice} and {@link OpenAiFrame#tokenKind}, what the counts mean at {@link OpenAiTally}.
 *
 * <p>vLLM's {@code /inference/v1/generate} is alike, with {@code token_ids} as its output: {@link
 * OpenAiChoice#carriesIds}.
 *
 * <p>The end marker is {@code [DONE]}. Events of names and shapes that are not known pass.
 */
final class OpenAiParser extends DialectParser {
  /** More than there are, one in the other, from a field of the answer to what is skipped. */
  private static final int LEVELS_READ_MAX = 8;

  private final OpenAiFrame frame;
  private final OpenAiTally tally;

  /** The answer that is asked for next was read before. */
  private boolean answerRead;

  /** {@code idsAreOutput} says that it is vLLM's generate. */
  OpenAiParser(StreamSink sink, boolean idsAreOutput) {
    super(sink);
    this.frame = new OpenAiFrame(idsAreOutput);
    this.tally = new OpenAiTally(sink);
  }

  /**
   * Reads a whole answer and tells nothing of it: only which of the two dialects it says it is of;
   * {@link Dialect#UNKNOWN} if it does not say, or is not sound. If it does, {@link #answer} is to
   * follow.
   */
  Dialect readNamed(byte[] bytes, int start, int end) {
    // Less deep, for whoever skips a whole choice must not meet more levels than are allowed.
    json.reset(bytes, start, end, JsonReader.DEPTH_MAX - LEVELS_READ_MAX);
    answerRead = frame.read(json) && frame.named != Dialect.UNKNOWN;
    if (!answerRead) {
      json.release();
      return Dialect.UNKNOWN;
    }
    return frame.named;
  }

  @Override
  void answer(byte[] bytes, int start, int end) {
    if (!answerRead) {
      super.answer(bytes, start, end);
      return;
    }
    answerRead = false;
    tellWhole();
    endMarkerOnce();
    json.release();
  }

  @Override
  boolean readFrame() {
    return frame.read(json);
  }

  @Override
  void tellFrame(EventName event) {
    frame.error.named(event);
    tellPieces();
    tally.counts(frame);
    tellEnds();
    tellIfPlain();
  }

  @Override
  boolean tellAnswer() {
    boolean sound = frame.read(json) && frame.object;
    if (sound) {
      tellWhole();
    }
    return sound;
  }

  private void tellWhole() {
    tellModel(frame.modelStart, frame.modelEnd);
    tally.wholeAnswer(frame);
    tellEnds();
  }

  @Override
  void tellPlainPiece(int choice, TokenKind kind) {
    tally.plainPiece(choice, kind);
  }

  private void tellIfPlain() {
    if (frame.choiceCount() != 1) {
      return;
    }
    OpenAiChoice piece = frame.choice(0);
    TokenKind kind = piece.kind;
    boolean counts = frame.usage.present() || frame.timings.present() || frame.metrics.present();
    if (kind != null && piece.plain() && !counts && !frame.error.present()) {
      wasPlain(kind, piece.choice, piece.textStart, piece.textEnd);
    }
  }

  private void tellPieces() {
    tellModel(frame.modelStart, frame.modelEnd);
    for (int i = 0; i < frame.choiceCount(); i++) {
      OpenAiChoice piece = frame.choice(i);
      tally.piece(frame, piece, frame.tokenKind(piece));
    }
  }

  private void tellEnds() {
    for (int i = 0; i < frame.choiceCount(); i++) {
      OpenAiChoice piece = frame.choice(i);
      if (piece.finished && tally.finishesFirst(piece.choice)) {
        tellFinish(piece.choice, piece.reasonStart, piece.reasonEnd);
      }
    }
    if (frame.metrics.present()) {
      frame.metrics.tell(sink);
    }
    if (frame.error.present()) {
      sink.error(frame.error.message(json));
    }
  }
}
