package dev.streamgauge.cli.simulate;

/**
 * Whose {@code Generate} it is, and by which numbers its messages name their fields: as of
 * smg-grpc-proto 0.4.28 (vllm_engine.proto, sglang_scheduler.proto, trtllm_service.proto); 0 for a
 * field that there is not.
 *
 * <p>As their servicers of smg-grpc-servicer 0.14.1 fill them: vLLM's counts are those of one
 * message, the others' are all of the choice so far; the last message of a choice repeats the ids
 * of the last piece, TensorRT-LLM's all of them.
 */
@SuppressWarnings("ImmutableEnumChecker") // its fields are records of numbers
enum GrpcEngine {
  VLLM(
      new Asked(4, 5, 3, 0, 8, 0, 14, 15, 0),
      new Answered(0, 1, 2),
      new Piece(2, 3, 7, 0),
      new Last(2, 3, 4, 8, 0, 0),
      false,
      false),
  SGLANG(
      new Asked(4, 17, 0, 0, 8, 0, 19, 17, 0),
      new Answered(1, 2, 3),
      new Piece(2, 3, 8, 9),
      new Last(2, 3, 4, 11, 12, 0),
      true,
      false),
  TRTLLM(
      new Asked(3, 6, 0, 5, 0, 23, 0, 2, 4),
      new Answered(1, 2, 3),
      new Piece(3, 4, 2, 0),
      new Last(3, 5, 6, 2, 0, 10),
      true,
      true);

  /** Of {@code GenerateRequest} in all three. */
  static final int REQUEST_ID = 1;

  static final int TOKENIZED = 2;
  static final int INPUT_IDS = 2;

  /** Of a piece and of the last message. */
  static final int TOKEN_IDS = 1;

  final Asked asked;
  final Answered answered;
  final Piece piece;
  final Last last;
  final boolean countsCumulate;
  final boolean repeatsAll;

  GrpcEngine(
      Asked asked,
      Answered answered,
      Piece piece,
      Last last,
      boolean countsCumulate,
      boolean repeatsAll) {
    this.asked = asked;
    this.answered = answered;
    this.piece = piece;
    this.last = last;
    this.countsCumulate = countsCumulate;
    this.repeatsAll = repeatsAll;
  }

  /** Whether tokens of thinking are counted apart. */
  boolean reasons() {
    return piece.reasoning > 0;
  }

  /**
   * Of {@code GenerateRequest}, and of the message with its sampling.
   *
   * @param output the message whose field 7 asks for the engine's times
   */
  record Asked(
      int sampling,
      int stream,
      int text,
      int tokensMax,
      int sampledTokensMax,
      int ignoreEos,
      int sampledIgnoreEos,
      int sampledChoices,
      int output) {}

  /** Of {@code GenerateResponse}. */
  record Answered(int requestId, int piece, int last) {}

  /** Of {@code GenerateStreamChunk}. */
  record Piece(int prompt, int completion, int index, int reasoning) {}

  /** Of {@code GenerateComplete}. */
  record Last(int reason, int prompt, int completion, int index, int reasoning, int times) {}
}
