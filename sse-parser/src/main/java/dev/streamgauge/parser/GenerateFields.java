package dev.streamgauge.parser;

/**
 * By which numbers the engines' {@code Generate} answers name the same fields, as of smg-grpc-proto
 * 0.4.28 (vllm_engine.proto, sglang_scheduler.proto, trtllm_service.proto); 0 for a field that
 * there is not.
 *
 * @param countsCumulate whether {@code completion_tokens} are all of the choice so far; else those
 *     of one message
 */
record GenerateFields(Answer answer, Piece chunk, Piece complete, boolean countsCumulate) {
  static final GenerateFields VLLM =
      new GenerateFields(
          new Answer(1, 2, 0),
          new Piece(7, 0, 2, 3, 4, 0, 0),
          new Piece(8, 2, 3, 4, 5, 0, 0),
          false);
  static final GenerateFields SGLANG =
      new GenerateFields(
          new Answer(2, 3, 4),
          new Piece(8, 0, 2, 3, 4, 9, 0),
          new Piece(11, 2, 3, 4, 5, 12, 0),
          true);
  static final GenerateFields TRTLLM =
      new GenerateFields(
          new Answer(2, 3, 4),
          new Piece(2, 0, 3, 4, 5, 0, 0),
          new Piece(2, 3, 5, 6, 7, 0, 10),
          true);

  static final int TOKEN_IDS = 1;

  /** Of {@code GenerateResponse}; {@code error} is one of earlier versions. */
  record Answer(int chunk, int complete, int error) {}

  /** Of {@code GenerateStreamChunk} and {@code GenerateComplete}; 1 is the token ids in both. */
  record Piece(
      int index,
      int finishReason,
      int promptTokens,
      int completionTokens,
      int cachedTokens,
      int reasoningTokens,
      int perfMetrics) {}
}
