package dev.streamgauge.cli.simulate;

import dev.streamgauge.cli.simulate.AnswerShape.AnswerTimes;
import java.util.List;

/** The messages of one answer over gRPC, without their prefixes. One instance an answer. */
interface GrpcShape {
  /**
   * A choice's tokens {@code from} to before {@code end}; told of each choice in turn. Empty where
   * the answer comes as a whole.
   */
  byte[] piece(int choice, long from, long end);

  /**
   * After the last token.
   *
   * @param lastFrom where the last piece began
   */
  List<byte[]> closing(long lastFrom, AnswerTimes times);

  /** What an engine that fails in the middle says; empty where only the call's status tells. */
  byte[] failure(String message);
}
