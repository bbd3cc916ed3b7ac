package dev.streamgauge.cli.simulate;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * The pieces of one answer as one kind of server writes them, without HTTP framing. One instance an
 * answer; what is the same in all its events is rendered once.
 */
interface AnswerShape {
  /** What a piece of output is. */
  enum Piece {
    TEXT,
    REASONING,
    /** Names the tool; carries one token and no text. */
    TOOL_NAME,
    TOOL_ARGUMENTS
  }

  /** Events of a choice before its first token, which go out with it; may be empty. */
  byte[] opening(int choice);

  /** Whether the opening shares an HTTP chunk with the first token's event. */
  boolean openingInFirstChunk();

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

  /** What the engine claims of itself. */
  record AnswerTimes(double promptMillis, double predictedMillis) {}
}
