package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Cohere's chat (v2) as vLLM 0.32 sends it: a block is opened, filled and ended. */
final class CohereShape implements AnswerShape {
  private static final byte[] DONE = utf8("data: [DONE]\n\n");

  private final AnswerPlan plan;
  private final String id;
  private int index = -1;
  private @Nullable Block open;

  CohereShape(AnswerPlan plan, String id) {
    this.plan = plan;
    this.id = "chatcmpl-" + id;
  }

  @Override
  public boolean headAtOnce() {
    return true;
  }

  @Override
  public byte[] opening(int choice) {
    return utf8(
        "data: {\"id\":\"%s\",\"delta\":{\"message\":{\"role\":\"assistant\"}},\"type\":\"message-start\"}\n\n"
            .formatted(id));
  }

  @Override
  public byte[] keepAlive() {
    return OpenAiShape.KEEP_ALIVE;
  }

  @Override
  public void writeToken(ByteBuf out, int choice, Tokens tokens) {
    Block block = Block.of(tokens.piece());
    if (open != block) {
      out.writeBytes(utf8(closed() + opened(block)));
    }
    // A name alone stands in the call's opening.
    if (tokens.piece() != Piece.TOOL_NAME) {
      Template.of(delta(block)).write(out, tokens.escapedText());
    }
  }

  private String delta(Block block) {
    return switch (block) {
      case REASONING -> event("content-delta", "\"content\":{\"thinking\":\"\0\"}");
      case TEXT -> event("content-delta", "\"content\":{\"text\":\"\0\"}");
      case CALL -> event("tool-call-delta", "\"tool_calls\":{\"function\":{\"arguments\":\"\0\"}}");
    };
  }

  private String opened(Block block) {
    open = block;
    index++;
    return switch (block) {
      case REASONING ->
          event("content-start", "\"content\":{\"thinking\":\"\",\"type\":\"thinking\"}");
      case TEXT -> event("content-start", "\"content\":{\"text\":\"\",\"type\":\"text\"}");
      case CALL -> event("tool-call-start", "\"tool_calls\":" + call(""));
    };
  }

  private String call(String escapedArguments) {
    return "{\"id\":\"tool%s\",\"type\":\"function\",\"function\":{\"name\":\"get_level\",\"arguments\":\"%s\"}}"
        .formatted(id, escapedArguments);
  }

  private String event(String type, String message) {
    return "data: {\"index\":%d,\"delta\":{\"message\":{%s}},\"type\":\"%s\"}\n\n"
        .formatted(index, message, type);
  }

  private String closed() {
    return open == null
        ? ""
        : "data: {\"index\":%d,\"type\":\"%s-end\"}\n\n"
            .formatted(index, open == Block.CALL ? "tool-call" : "content");
  }

  @Override
  public List<byte[]> closing(AnswerTimes times) {
    String end =
        "data: {\"id\":\"%s\",\"delta\":{\"finish_reason\":\"%s\",\"usage\":%s},\"type\":\"message-end\"}\n\n"
            .formatted(id, finishReason(), usage());
    return List.of(utf8(closed()), utf8(end), DONE);
  }

  private String finishReason() {
    return plan.lengthReached() ? "MAX_TOKENS" : plan.tools() ? "TOOL_CALL" : "COMPLETE";
  }

  private String usage() {
    String tokens =
        "{\"input_tokens\":%d.0,\"output_tokens\":%d.0}"
            .formatted(plan.promptTokens(), plan.tokens());
    return "{\"billed_units\":%s,\"tokens\":%s,\"cached_tokens\":0.0}".formatted(tokens, tokens);
  }

  @Override
  public List<byte[]> failure() {
    String end =
        "data: {\"type\": \"message-end\", \"delta\": {\"error\": %s, \"finish_reason\": \"ERROR\"}}\n\n"
            .formatted(JsonText.quoted(ErrorBody.DIED));
    return List.of(utf8(end), DONE);
  }

  @Override
  public String wholeFailure() {
    return ErrorBody.cohere(ErrorBody.DIED);
  }

  @Override
  public String whole(String escapedText, String escapedReasoning, AnswerTimes times) {
    StringJoiner contents = new StringJoiner(",", "\"content\":[", "]");
    if (!escapedReasoning.isEmpty()) {
      contents.add("{\"type\":\"thinking\",\"thinking\":\"" + escapedReasoning + "\"}");
    }
    if (!plan.tools()) {
      contents.add("{\"type\":\"text\",\"text\":\"" + escapedText + "\"}");
    }
    String said = plan.tools() ? "\"tool_calls\":[" + call(escapedText) + "]" : contents.toString();
    return "{\"id\":\"%s\",\"finish_reason\":\"%s\",\"message\":{\"role\":\"assistant\",%s},\"usage\":%s}"
        .formatted(id, finishReason(), said, usage());
  }
}
