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

  /** What the last plain piece told; null if there was none. */
  private @Nullable TokenKind plainKind;

  private int plainChoice;
  private boolean plain;

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
      notePlain();
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

  private void notePlain() {
    boolean onlyPieces =
        frame.choiceCount() == 1
            && !frame.usage.present()
            && !frame.timings.present()
            && !frame.error.present();
    if (onlyPieces && frame.choice(0).plain()) {
      plain = true;
      plainKind = frame.choice(0).kind;
      plainChoice = frame.choice(0).choice;
    }
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
  void plainPieceAgain() {
    TokenKind kind = plainKind;
    if (kind != null) {
      tally.plainPiece(plainChoice, kind);
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
