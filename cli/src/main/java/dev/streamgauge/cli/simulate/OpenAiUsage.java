package dev.streamgauge.cli.simulate;

/** The parts of an OpenAI answer that its events and its whole form share. */
final class OpenAiUsage {
  private OpenAiUsage() {}

  /** Where a usage object stands; vLLM's differ. */
  enum Place {
    PIECE,
    OWN_EVENT,
    WHOLE
  }

  static String field(EngineStyle style, Place place, boolean chat, AnswerPlan plan, long tokens) {
    long prompt = plan.promptTokens();
    long total = prompt + tokens;
    long reasoning = Math.min(plan.reasoningTokens(), tokens);
    return switch (style) {
      case VLLM ->
          "\"usage\":{\"prompt_tokens\":"
              + prompt
              + ",\"total_tokens\":"
              + total
              + ",\"completion_tokens\":"
              + tokens
              + vllmDetails(place, chat, plan, reasoning)
              + "}";
      case SGLANG ->
          "\"usage\":{\"prompt_tokens\":"
              + prompt
              + ",\"total_tokens\":"
              + total
              + ",\"completion_tokens\":"
              + tokens
              + ",\"prompt_tokens_details\":null,\"reasoning_tokens\":"
              + reasoning
              + ",\"completion_tokens_details\":null}";
      case LLAMACPP ->
          "\"usage\":{\"completion_tokens\":"
              + tokens
              + ",\"prompt_tokens\":"
              + prompt
              + ",\"total_tokens\":"
              + total
              + ",\"prompt_tokens_details\":{\"cached_tokens\":0}}";
    };
  }

  private static String vllmDetails(
      Place place, boolean chat, AnswerPlan plan, long reasoningTokens) {
    String details =
        plan.reasoningTokens() > 0
            ? ",\"completion_tokens_details\":{\"reasoning_tokens\":" + reasoningTokens + "}"
            : "";
    String nullWhereNone = details.isEmpty() ? ",\"completion_tokens_details\":null" : details;
    return switch (place) {
      case PIECE -> chat ? nullWhereNone : details;
      case OWN_EVENT -> details;
      case WHOLE -> ",\"prompt_tokens_details\":null" + nullWhereNone;
    };
  }

  /** What stands behind the usage of an answer that is not streamed. */
  static String afterWhole(EngineStyle style, boolean chat, long tokens) {
    return switch (style) {
      case VLLM ->
          (chat ? ",\"prompt_logprobs\":null,\"prompt_token_ids\":null,\"prompt_text\":null" : "")
              + ",\"kv_transfer_params\":null,\"ec_transfer_params\":null,\"metrics\":null";
      case SGLANG ->
          ",\"metadata\":{\"weight_version\":\"default\",\"weight_versions\":"
              + "[{\"version\":\"default\",\"start\":0,\"end\":"
              + tokens
              + "}]}";
      case LLAMACPP -> "";
    };
  }

  static String wholeChoice(
      EngineStyle style,
      boolean chat,
      AnswerPlan plan,
      String escapedText,
      String escapedReasoning,
      String id) {
    String finish = "\"finish_reason\":\"" + plan.finishReason() + "\"";
    String body =
        chat
            ? "\"message\":" + message(style, plan, escapedText, escapedReasoning, id)
            : "\"text\":\"" + escapedText + "\"";
    return switch (style) {
      case VLLM ->
          "{\"index\":0,"
              + body
              + ",\"logprobs\":null,"
              + finish
              + ",\"stop_reason\":null,\"token_ids\":null"
              + (chat ? "" : ",\"prompt_logprobs\":null,\"prompt_token_ids\":null")
              + ",\"routed_experts\":null}";
      case SGLANG ->
          "{\"index\":0," + body + ",\"logprobs\":null," + finish + ",\"matched_stop\":null}";
      case LLAMACPP ->
          chat
              ? "{" + finish + ",\"index\":0," + body + "}"
              : "{" + body + ",\"index\":0,\"logprobs\":null," + finish + "}";
    };
  }

  private static String message(
      EngineStyle style, AnswerPlan plan, String escapedText, String escapedReasoning, String id) {
    String reasoning =
        escapedReasoning.isEmpty()
            ? style == EngineStyle.LLAMACPP ? "" : ",\"" + style.reasoningField() + "\":null"
            : ",\"" + style.reasoningField() + "\":\"" + escapedReasoning + "\"";
    String vllmNulls =
        style == EngineStyle.VLLM
            ? ",\"refusal\":null,\"annotations\":null,\"audio\":null,\"function_call\":null"
            : "";
    if (plan.tools()) {
      return "{\"role\":\"assistant\",\"content\":null"
          + vllmNulls
          + ",\"tool_calls\":[{\"id\":\"call_"
          + id
          + "\",\"type\":\"function\",\"function\":{\"name\":\"get_level\",\"arguments\":\""
          + escapedText
          + "\"}}]"
          + reasoning
          + "}";
    }
    return "{\"role\":\"assistant\",\"content\":\""
        + escapedText
        + "\""
        + vllmNulls
        + reasoning
        + "}";
  }
}
