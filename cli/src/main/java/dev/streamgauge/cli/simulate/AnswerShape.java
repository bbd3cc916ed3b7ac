package dev.streamgauge.cli.simulate;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * The pieces of one answer as one kind of server writes them, without HTTP framing. One instance an
 * answer; what is the same in all its events is rendered once.
 */
interface AnswerShape {
  /** In how many pieces the prompt's progress is told. */
  int PROGRESS_PIECES = 4;

  /** What a piece of output is. */
  enum Piece {
    TEXT,
    REASONING,
    /** Names the tool; carries one token and no text. */
    TOOL_NAME,
    TOOL_ARGUMENTS
  }

  /** Whether the head goes out at once, and not with the first piece. */
  boolean headAtOnce();

  /** Events of a choice before its first token, which go out with it; may be empty. */
  default byte[] opening(int choice) {
    return new byte[0];
  }

  /** Whether the opening shares an HTTP chunk with the first token's event. */
  default boolean openingInFirstChunk() {
    return false;
  }

  /** Whether the opening goes out with the head, long before the first token. */
  default boolean opensAtOnce() {
    return false;
  }

  /** Whether a tool call comes in one piece, as its last token is there. */
  default boolean callsAtOnce() {
    return false;
  }

  /** What keeps the connection busy before the first token; empty where nothing can. */
  byte[] keepAlive();

  /** Piece {@code number} of the prompt's progress; empty where a server tells none. */
  default byte[] progress(int number, double promptMillis) {
    return new byte[0];
  }

  /** A choice's event of these tokens; told of each choice in turn. */
  void writeToken(ByteBuf out, int choice, Tokens tokens);

  /** Each goes out as its own HTTP chunk after the last token. */
  List<byte[]> closing(AnswerTimes times);

  /** What an engine that fails in the middle of a stream writes; each its own HTTP chunk. */
  List<byte[]> failure();

  /** The same failure as the whole body of an answer that is not streamed. */
  String wholeFailure();

  /** The answer that is not streamed. {@code escapedText} has no reasoning. */
  String whole(String escapedText, String escapedReasoning, AnswerTimes times);

  /**
   * One or several tokens that come at once.
   *
   * @param end how many there are up to the last of them
   * @param last if no token follows
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on and never compared
  record Tokens(Piece piece, byte[] escapedText, long end, boolean last) {
    /** The same as they are where more tokens follow. */
    Tokens followed() {
      return new Tokens(piece, escapedText, end, false);
    }
  }

  /** Lines of the head of an answer that is not streamed; may be empty. */
  default String wholeHeaders(AnswerTimes times) {
    return "";
  }

  /** What the engine claims of itself. */
  record AnswerTimes(double promptMillis, double predictedMillis) {}
}
