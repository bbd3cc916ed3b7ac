package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * Frames of one answer in one dialect: what they say goes to a {@link StreamSink}. A frame is read
 * wholly before any of it is told, so that a malformed one tells nothing.
 */
abstract sealed class AnswerParser permits DialectParser, GrpcParser {
  /** Choices beyond it are counted together in the last one. */
  static final int CHOICES_MAX = 128;

  static final int MODEL_CHARS_MAX = 256;

  /** No answer has more tokens: so sums over choices stay far from what a long can hold. */
  static final long COUNT_MAX = 1L << 40;

  final StreamSink sink;

  private boolean ended;

  /** The frame read last ended in the midst of a value. */
  private boolean cutOff;

  /** The frame read last, if it is a plain piece; else null. */
  private @Nullable TokenKind plainKind;

  private int plainChoice;
  private int plainTextStart;
  private int plainTextEnd;

  /** What the kept plain piece told; null if there is none. */
  private @Nullable TokenKind keptKind;

  private int keptChoice;

  AnswerParser(StreamSink sink) {
    this.sink = sink;
  }

  /** One frame of a stream. Observes the range. */
  final void frame(byte[] bytes, int start, int end, EventName event) {
    plainKind = null;
    cutOff = false;
    readFrame(bytes, start, end, event);
  }

  /** Reads one frame of a stream and tells of it, if it is sound. Observes the range. */
  abstract void readFrame(byte[] bytes, int start, int end, EventName event);

  /** A whole answer that is no stream. Observes the range. */
  abstract void answer(byte[] bytes, int start, int end);

  final void wasCutOff() {
    cutOff = true;
  }

  final boolean cutOff() {
    return cutOff;
  }

  /** The transport says that the answer is complete. */
  void endedCleanly() {}

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

  final void endMarkerOnce() {
    if (!ended) {
      ended = true;
      sink.endMarker();
    }
  }

  /** What is out of a count's range is not known. */
  static long countOf(long said) {
    return said < 0 || said > COUNT_MAX ? StreamSink.UNKNOWN : said;
  }

  /** Choices have small indices; one that isn't named is the first. */
  static int choiceOf(long index) {
    return (int) Math.max(0, Math.min(index, CHOICES_MAX - 1));
  }
}
