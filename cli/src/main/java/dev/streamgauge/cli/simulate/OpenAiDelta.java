package dev.streamgauge.cli.simulate;

import dev.streamgauge.cli.simulate.AnswerShape.Piece;

/** A chat event's {@code delta}; where the text belongs stands a character that JSON escapes. */
final class OpenAiDelta {
  private OpenAiDelta() {}

  static String of(EngineStyle style, Piece piece, String id) {
    return switch (piece) {
      case TEXT ->
          style == EngineStyle.SGLANG
              ? "{\"reasoning_content\":null,\"content\":\"\0\"}"
              : "{\"content\":\"\0\"}";
      case REASONING -> "{\"" + style.reasoningField() + "\":\"\0\"}";
      case TOOL_NAME -> toolDelta(style, toolName(style, id));
      case TOOL_ARGUMENTS ->
          toolDelta(
              style,
              style == EngineStyle.SGLANG
                  ? "{\"id\":null,\"index\":0,\"type\":\"function\","
                      + "\"function\":{\"name\":null,\"arguments\":\"\0\"}}"
                  : "{\"index\":0,\"function\":{\"arguments\":\"\0\"}}");
    };
  }

  private static String toolDelta(EngineStyle style, String call) {
    return switch (style) {
      case VLLM -> "{\"content\":null,\"tool_calls\":[" + call + "]}";
      case SGLANG ->
          "{\"role\":null,\"content\":null,\"reasoning_content\":null,\"tool_calls\":["
              + call
              + "]}";
      case LLAMACPP -> "{\"tool_calls\":[" + call + "]}";
    };
  }

  private static String toolName(EngineStyle style, String id) {
    return switch (style) {
      case VLLM ->
          "{\"id\":\"chatcmpl-tool-"
              + id
              + "\",\"type\":\"function\",\"index\":0,\"function\":{\"name\":\"get_level\"}}";
      case SGLANG ->
          "{\"id\":\"call_"
              + id
              + "\",\"index\":0,\"type\":\"function\","
              + "\"function\":{\"name\":\"get_level\",\"arguments\":\"\"}}";
      case LLAMACPP ->
          "{\"index\":0,\"id\":\""
              + id
              + "\",\"type\":\"function\",\"function\":{\"name\":\"get_level\",\"arguments\":\"\"}}";
    };
  }
}
