package dev.streamgauge.parser;

/**
 * Frames of one answer in one dialect: what they say goes to a {@link StreamSink}. A frame is read
 * wholly before any of it is told, so that a malformed one tells nothing.
 */
abstract sealed class DialectParser permits OpenAiParser, LlamaCppParser {
  /** Choices beyond it are counted together in the last one. */
  static final int CHOICES_MAX = 128;

  static final int MODEL_CHARS_MAX = 256;
  static final int REASON_CHARS_MAX = 64;

  private static final byte[] DONE = Ascii.bytes("[DONE]");

  final JsonReader json = new JsonReader();
  final StreamSink sink;

  private boolean ended;

  DialectParser(StreamSink sink) {
    this.sink = sink;
  }

  static DialectParser of(Dialect dialect, StreamSink sink) {
    return switch (dialect) {
      case OPENAI_CHAT, OPENAI_COMPLETIONS -> new OpenAiParser(sink);
      case LLAMACPP_COMPLETION -> new LlamaCppParser(sink);
      case UNKNOWN -> throw new IllegalArgumentException("no parser for an unknown dialect");
    };
  }

  /** One frame of a stream. Observes the range. */
  abstract void frame(byte[] bytes, int start, int end, EventName event);

  /** A whole answer that is no stream. Observes the range. */
  abstract void answer(byte[] bytes, int start, int end);

  /**
   * Whether the frame read last told nothing but one token event of unknown size, and by nothing
   * but one string that was not empty: any other such string would have told the same.
   */
  boolean plainPiece() {
    return false;
  }

  /** Where the string of the plain piece read last lies in the array that it was read from. */
  int plainTextStart() {
    return 0;
  }

  int plainTextEnd() {
    return 0;
  }

  /** The plain piece read last is the one that may come again. */
  void keepPlainPiece() {}

  /** The plain piece that was kept came once more, with another text. */
  void plainPieceAgain() {}

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
