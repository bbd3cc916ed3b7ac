package dev.streamgauge.cli.simulate;

/** The parts of an OpenAI answer that its events and its whole form share. */
final class OpenAiUsage {
  private OpenAiUsage() {}

  static String field(EngineStyle style, boolean chat, AnswerPlan plan, long tokens) {
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
              + (plan.reasoningTokens() > 0
                  ? ",\"completion_tokens_details\":{\"reasoning_tokens\":" + reasoning + "}"
                  : chat && plan.continuousUsage() ? ",\"completion_tokens_details\":null" : "")
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
              + ",\"stop_reason\":null,\"token_ids\":null}";
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
    if (plan.tools()) {
      return "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_"
          + id
          + "\",\"type\":\"function\",\"function\":{\"name\":\"get_level\",\"arguments\":\""
          + escapedText
          + "\"}}]"
          + reasoning
          + "}";
    }
    return "{\"role\":\"assistant\",\"content\":\"" + escapedText + "\"" + reasoning + "}";
  }
}
