package dev.streamgauge.parser;

/** The servers' words for why a choice ended. */
final class FinishWords {
  private FinishWords() {}

  static FinishReason meaning(String word) {
    return switch (word) {
      case "stop",
          "eos",
          "word",
          "eos_token",
          "stop_sequence",
          "stop_word",
          "end_turn",
          "completed",
          "COMPLETE",
          "STOP_SEQUENCE" ->
          FinishReason.STOP;
      case "length",
          "limit",
          "max_tokens",
          "max_output_tokens",
          "incomplete",
          "model_context_window_exceeded",
          "MAX_TOKENS" ->
          FinishReason.LENGTH;
      case "tool_calls", "function_call", "tool_use", "TOOL_CALL" -> FinishReason.TOOL_CALLS;
      case "content_filter", "refusal" -> FinishReason.CONTENT_FILTER;
      case "abort", "cancelled" -> FinishReason.CANCELLED;
      case "error", "failed", "ERROR" -> FinishReason.ERROR;
      default -> FinishReason.OTHER;
    };
  }
}
