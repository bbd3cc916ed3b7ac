package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Anthropic's Messages as vLLM 0.32 and SGLang 0.5 send them, with {@code ping} for a comment. */
final class MessagesShape implements AnswerShape {
  private static final byte[] PING = utf8(event("ping", ""));
  private static final byte[] STOP = utf8(event("message_stop", ""));

  private final EngineStyle style;
  private final AnswerPlan plan;
  private final String id;
  private final String model;
  private int index = -1;
  private @Nullable Block open;

  MessagesShape(EngineStyle style, AnswerPlan plan, String id, String model) {
    this.style = style;
    this.plan = plan;
    this.id = "msg_" + id;
    this.model = model;
  }

  @Override
  public boolean headAtOnce() {
    return true;
  }

  @Override
  public byte[] opening(int choice) {
    return utf8(
        event(
            "message_start",
            ",\"message\":{\"id\":\"%s\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],\"model\":\"%s\",\"stop_reason\":null,\"stop_sequence\":null,\"usage\":%s}"
                .formatted(id, model, usage(0))));
  }

  @Override
  public byte[] keepAlive() {
    return PING;
  }

  @Override
  public void writeToken(ByteBuf out, int choice, Tokens tokens) {
    Block block = Block.of(tokens.piece());
    if (open != block) {
      out.writeBytes(utf8(closed() + opened(block)));
    }
    // A name alone stands in the block's opening.
    if (tokens.piece() != Piece.TOOL_NAME) {
      Template.of(delta(block)).write(out, tokens.escapedText());
    }
  }

  private String delta(Block block) {
    return delta(
        switch (block) {
          case REASONING -> "{\"type\":\"thinking_delta\",\"thinking\":\"\0\"}";
          case TEXT -> "{\"type\":\"text_delta\",\"text\":\"\0\"}";
          case CALL -> "{\"type\":\"input_json_delta\",\"partial_json\":\"\0\"}";
        });
  }

  private String delta(String delta) {
    return event("content_block_delta", ",\"delta\":" + delta + ",\"index\":" + index);
  }

  private String opened(Block block) {
    open = block;
    index++;
    return event(
        "content_block_start",
        ",\"content_block\":" + content(block, "", "{}") + ",\"index\":" + index);
  }

  private String closed() {
    String signature =
        open == Block.REASONING
            ? delta("{\"type\":\"signature_delta\",\"signature\":\"" + id + "\"}")
            : "";
    return open == null ? "" : signature + event("content_block_stop", ",\"index\":" + index);
  }

  private String content(Block block, String text, String input) {
    return switch (block) {
      case REASONING -> "{\"type\":\"thinking\",\"thinking\":\"" + text + "\",\"signature\":\"\"}";
      case TEXT -> "{\"type\":\"text\",\"text\":\"" + text + "\"}";
      case CALL ->
          "{\"type\":\"tool_use\",\"id\":\"tool%s\",\"name\":\"get_level\",\"input\":%s}"
              .formatted(id, input);
    };
  }

  @Override
  public List<byte[]> closing(AnswerTimes times) {
    String stop =
        event(
            "message_delta",
            ",\"delta\":{\"stop_reason\":\"%s\",\"stop_sequence\":null},\"usage\":%s"
                .formatted(stopReason(), usage(plan.tokens())));
    return List.of(utf8(closed()), utf8(stop), STOP);
  }

  private String stopReason() {
    return plan.lengthReached() ? "max_tokens" : plan.tools() ? "tool_use" : "end_turn";
  }

  private String usage(long outputTokens) {
    return "{\"input_tokens\":" + plan.promptTokens() + ",\"output_tokens\":" + outputTokens + "}";
  }

  @Override
  public List<byte[]> failure() {
    return List.of(utf8("event: error\ndata: " + wholeFailure() + "\n\n"));
  }

  @Override
  public String wholeFailure() {
    return ErrorBody.anthropic(style.server(), 500, ErrorBody.DIED);
  }

  @Override
  public String whole(String escapedText, String escapedReasoning, AnswerTimes times) {
    StringJoiner contents = new StringJoiner(",");
    if (!escapedReasoning.isEmpty()) {
      contents.add(content(Block.REASONING, escapedReasoning, ""));
    }
    if (plan.tools()) {
      contents.add(content(Block.CALL, "", Block.arguments(escapedText)));
    } else if (!escapedText.isEmpty()) {
      contents.add(content(Block.TEXT, escapedText, ""));
    }
    return "{\"id\":\"%s\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[%s],\"model\":\"%s\",\"stop_reason\":\"%s\",\"usage\":%s}"
        .formatted(id, contents, model, stopReason(), usage(plan.tokens()));
  }

  private static String event(String type, String fields) {
    return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + fields + "}\n\n";
  }
}
