package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * Frames of one answer in one dialect: what they say goes to a {@link StreamSink}. A frame is read
 * wholly before any of it is told, so that a malformed one tells nothing.
 */
abstract sealed class DialectParser
    permits OpenAiParser,
        ResponsesParser,
        MessagesParser,
        LlamaCppParser,
        OllamaParser,
        SglangParser {
  /** Choices beyond it are counted together in the last one. */
  static final int CHOICES_MAX = 128;

  static final int MODEL_CHARS_MAX = 256;
  static final int REASON_CHARS_MAX = 64;

  private static final byte[] DONE = Ascii.bytes("[DONE]");

  final JsonReader json = new JsonReader();
  final StreamSink sink;

  private boolean ended;
  private boolean modelTold;

  /** The frame read last, if it is a plain piece; else null. */
  private @Nullable TokenKind plainKind;

  private int plainChoice;
  private int plainTextStart;
  private int plainTextEnd;

  /** What the kept plain piece told; null if there is none. */
  private @Nullable TokenKind keptKind;

  private int keptChoice;

  DialectParser(StreamSink sink) {
    this.sink = sink;
  }

  static DialectParser of(Dialect dialect, StreamSink sink) {
    return switch (dialect) {
      case OPENAI_CHAT, OPENAI_COMPLETIONS -> new OpenAiParser(sink);
      case OPENAI_RESPONSES -> new ResponsesParser(sink);
      case ANTHROPIC_MESSAGES -> new MessagesParser(sink);
      case LLAMACPP_COMPLETION -> new LlamaCppParser(sink);
      case OLLAMA -> new OllamaParser(sink);
      case SGLANG_GENERATE -> new SglangParser(sink);
      case UNKNOWN -> throw new IllegalArgumentException("no parser for an unknown dialect");
    };
  }

  /** One frame of a stream. Observes the range. */
  final void frame(byte[] bytes, int start, int end, EventName event) {
    plainKind = null;
    if (start == end) {
      return;
    }
    if (isDone(bytes, start, end)) {
      endMarkerOnce();
      return;
    }
    json.reset(bytes, start, end);
    if (readFrame() && json.finished()) {
      tellFrame(event);
    } else if (event.isEmpty() || readsNamedEvents()) {
      sink.malformedFrame();
    }
    json.release();
  }

  /** A whole answer that is no stream. Observes the range. */
  final void answer(byte[] bytes, int start, int end) {
    json.reset(bytes, start, end);
    if (tellAnswer() && json.finished()) {
      endMarkerOnce();
    } else {
      sink.malformedFrame();
    }
    json.release();
  }

  /** Reads the value at the reader's place; false if it is not of the dialect's shape. */
  abstract boolean readFrame();

  /** Tells what the frame read last says. */
  abstract void tellFrame(EventName event);

  /** Reads a whole answer and tells of it, if it is sound; else false. */
  abstract boolean tellAnswer();

  /** Whether the dialect's own events have names, so that a named one must be sound, too. */
  boolean readsNamedEvents() {
    return false;
  }

  /**
   * To be called where the frame told nothing but one token event of unknown size, and by nothing
   * but one string that was not empty: any other such string would have told the same.
   */
  final void wasPlain(TokenKind kind, int choice, int textStart, int textEnd) {
    plainKind = kind;
    plainChoice = choice;
    plainTextStart = textStart;
    plainTextEnd = textEnd;
  }

  final boolean plainPiece() {
    return plainKind != null;
  }

  /** Where the string of the plain piece read last lies in the array that it was read from. */
  final int plainTextStart() {
    return plainTextStart;
  }

  final int plainTextEnd() {
    return plainTextEnd;
  }

  /** The plain piece read last is the one that may come again. */
  final void keepPlainPiece() {
    keptKind = plainKind;
    keptChoice = plainChoice;
  }

  /** The plain piece that was kept came once more, with another text. */
  final void plainPieceAgain() {
    TokenKind kind = keptKind;
    if (kind != null) {
      tellPlainPiece(keptChoice, kind);
    }
  }

  void tellPlainPiece(int choice, TokenKind kind) {
    sink.tokenEvent(choice, kind, 0, null);
  }

  /** The answer's name of its model; told once. */
  final void tellModel(int start, int end) {
    if (!modelTold && end > start) {
      modelTold = true;
      sink.model(json.rangeString(start, end, MODEL_CHARS_MAX));
    }
  }

  final void tellFinish(int choice, int start, int end) {
    String raw = json.rangeString(start, end, REASON_CHARS_MAX);
    sink.finished(choice, FinishWords.meaning(raw), raw);
  }

  /** Whether a frame is OpenAI's end marker, which is no JSON. */
  static boolean isDone(byte[] bytes, int start, int end) {
    if (start == end || bytes[start] != '[') {
      return false;
    }
    int stop = end;
    while (stop > start && bytes[stop - 1] == ' ') {
      stop--;
    }
    return Ascii.equal(bytes, start, stop, DONE);
  }

  final void endMarkerOnce() {
    if (!ended) {
      ended = true;
      sink.endMarker();
    }
  }

  /** Choices have small indices; one that isn't named is the first. */
  static int choiceOf(long index) {
    return (int) Math.max(0, Math.min(index, CHOICES_MAX - 1));
  }

  /** The sum, where a count that is not known adds nothing. */
  static long sum(long one, long other) {
    if (one < 0) {
      return other;
    }
    return other < 0 ? one : one + other;
  }
}
