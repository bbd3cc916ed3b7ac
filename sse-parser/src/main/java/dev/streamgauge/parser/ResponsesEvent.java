package dev.streamgauge.parser;

import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * The events of OpenAI's Responses that say something to us, by their {@code type} (OpenAI's API
 * reference, 2026-10). All others ({@code response.created}, {@code response.output_item.added}
 * with a tool's name, {@code ….done} that repeats what the deltas brought) are structure.
 */
enum ResponsesEvent {
  OUTPUT_TEXT("response.output_text.delta", TokenKind.TEXT),
  REASONING_TEXT("response.reasoning_text.delta", TokenKind.REASONING),
  REASONING_SUMMARY("response.reasoning_summary_text.delta", TokenKind.REASONING),
  /** SGLang's and older names of the same. */
  REASONING("response.reasoning.delta", TokenKind.REASONING),
  REFUSAL("response.refusal.delta", TokenKind.REFUSAL),
  FUNCTION_ARGUMENTS("response.function_call_arguments.delta", TokenKind.TOOL_CALL),
  MCP_ARGUMENTS("response.mcp_call_arguments.delta", TokenKind.TOOL_CALL),
  CUSTOM_TOOL_INPUT("response.custom_tool_call_input.delta", TokenKind.TOOL_CALL),
  CODE("response.code_interpreter_call_code.delta", TokenKind.TOOL_CALL),
  AUDIO("response.audio.delta", TokenKind.AUDIO),
  AUDIO_TRANSCRIPT("response.audio.transcript.delta", TokenKind.AUDIO),
  COMPLETED("response.completed", null),
  INCOMPLETE("response.incomplete", null),
  FAILED("response.failed", null),
  CANCELLED("response.cancelled", null),
  ERROR("error", null),
  OTHER("", null);

  static final WordTable<ResponsesEvent> TABLE =
      WordTable.of(EnumSet.complementOf(EnumSet.of(OTHER)), event -> event.type);

  private final String type;

  /** What its delta is; null for an event that has none. */
  final @Nullable TokenKind kind;

  ResponsesEvent(String type, @Nullable TokenKind kind) {
    this.type = type;
    this.kind = kind;
  }

  /** Whether nothing follows, and {@code response} is there as it came out. */
  boolean ends() {
    return switch (this) {
      case COMPLETED, INCOMPLETE, FAILED, CANCELLED -> true;
      default -> false;
    };
  }
}
