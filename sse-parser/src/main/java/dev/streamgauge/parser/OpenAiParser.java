package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * OpenAI's chat and completions as vLLM 0.32, SGLang 0.5, llama.cpp and Ollama 0.17 send them, and
 * servers that do alike. What a token event is stands at {@link OpenAiChoice} and {@link
 * OpenAiFrame#tokenKind}, what the counts mean at {@link OpenAiTally}.
 *
 * <p>The end marker is {@code [DONE]}. Events of names and shapes that are not known pass.
 */
final class OpenAiParser extends DialectParser {
  private final OpenAiFrame frame = new OpenAiFrame();
  private final OpenAiTally tally;
  private boolean modelTold;

  /** Whether the frame read last is a plain piece. */
  private boolean plain;

  /** What the kept plain piece told; null if there is none. */
  private @Nullable TokenKind keptKind;

  private int keptChoice;

  OpenAiParser(StreamSink sink) {
    super(sink);
    this.tally = new OpenAiTally(sink);
  }

  @Override
  void frame(byte[] bytes, int start, int end, EventName event) {
    plain = false;
    if (start == end) {
      return;
    }
    if (isDone(bytes, start, end)) {
      endMarkerOnce();
      return;
    }
    json.reset(bytes, start, end);
    if (frame.read(json)) {
      frame.error.named(event);
      tellPieces();
      tally.counts(frame);
      tellEnds();
      plain = isPlain();
    } else if (event.isEmpty()) {
      sink.malformedFrame();
    }
    json.release();
  }

  @Override
  void answer(byte[] bytes, int start, int end) {
    json.reset(bytes, start, end);
    if (frame.read(json) && frame.object) {
      tellModel();
      tally.wholeAnswer(frame);
      tellEnds();
      endMarkerOnce();
    } else {
      sink.malformedFrame();
    }
    json.release();
  }

  private boolean isPlain() {
    return frame.choiceCount() == 1
        && frame.choice(0).plain()
        && !frame.usage.present()
        && !frame.timings.present()
        && !frame.error.present();
  }

  @Override
  boolean plainPiece() {
    return plain;
  }

  @Override
  int plainTextStart() {
    return frame.choice(0).textStart;
  }

  @Override
  int plainTextEnd() {
    return frame.choice(0).textEnd;
  }

  @Override
  void keepPlainPiece() {
    keptKind = frame.choice(0).kind;
    keptChoice = frame.choice(0).choice;
  }

  @Override
  void plainPieceAgain() {
    TokenKind kind = keptKind;
    if (kind != null) {
      tally.plainPiece(keptChoice, kind);
    }
  }

  private void tellModel() {
    if (!modelTold && frame.modelEnd > frame.modelStart) {
      modelTold = true;
      sink.model(json.rangeString(frame.modelStart, frame.modelEnd, MODEL_CHARS_MAX));
    }
  }

  private void tellPieces() {
    tellModel();
    for (int i = 0; i < frame.choiceCount(); i++) {
      OpenAiChoice piece = frame.choice(i);
      @Nullable TokenKind kind = frame.tokenKind(piece);
      tally.piece(frame, piece, kind);
    }
  }

  private void tellEnds() {
    for (int i = 0; i < frame.choiceCount(); i++) {
      OpenAiChoice piece = frame.choice(i);
      if (piece.finished && tally.finishesFirst(piece.choice)) {
        String raw = json.rangeString(piece.reasonStart, piece.reasonEnd, REASON_CHARS_MAX);
        sink.finished(piece.choice, FinishWords.meaning(raw), raw);
      }
    }
    if (frame.error.present()) {
      sink.error(frame.error.message(json));
    }
  }
}
