package dev.streamgauge.cli.simulate;

import dev.streamgauge.cli.simulate.AnswerShape.Piece;
import java.nio.charset.StandardCharsets;

/** A part of an answer that is opened, filled and closed; tools are called alone. */
enum Block {
  REASONING,
  TEXT,
  CALL;

  static Block of(Piece piece) {
    return switch (piece) {
      case REASONING -> REASONING;
      case TEXT -> TEXT;
      case TOOL_NAME, TOOL_ARGUMENTS -> CALL;
    };
  }

  /** All that it holds at its end, as a JSON string's content. */
  String whole(AnswerPlan plan) {
    byte[] text =
        switch (this) {
          case REASONING -> Words.words(0, plan.reasoningTokens());
          case TEXT -> Words.words(plan.reasoningTokens(), plan.tokens());
          case CALL -> Words.toolArguments(1, plan.tokens(), plan.tokens());
        };
    return new String(text, StandardCharsets.UTF_8);
  }

  /** The arguments of a call as the object that they are. */
  static String arguments(String escapedArguments) {
    return escapedArguments.replace("\\\"", "\"");
  }
}
