package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's Responses as vLLM 0.32 sends them; of SGLang 0.5 the last event's name, which tells an
 * incomplete answer from a whole one, and how it fails.
 */
final class ResponsesShape implements AnswerShape {
  private static final String NO_TEXT = "";

  private final EngineStyle style;
  private final AnswerPlan plan;
  private final String id;
  private final String model;
  private long sequence;
  private int outputIndex = -1;
  private @Nullable Block open;

  ResponsesShape(EngineStyle style, AnswerPlan plan, String id, String model) {
    this.style = style;
    this.plan = plan;
    this.id = id;
    this.model = model;
  }

  @Override
  public boolean headAtOnce() {
    return true;
  }

  @Override
  public boolean opensAtOnce() {
    return true;
  }

  @Override
  public byte[] opening(int choice) {
    String begun = "\"response\":" + response("in_progress", "null", "null");
    return utf8(event("response.created", begun) + event("response.in_progress", begun));
  }

  @Override
  public byte[] keepAlive() {
    return style == EngineStyle.LLAMACPP ? LlamaTimings.KEEP_ALIVE : OpenAiShape.KEEP_ALIVE;
  }

  @Override
  public void writeToken(ByteBuf out, int choice, Tokens tokens) {
    Block block = Block.of(tokens.piece());
    if (open != block) {
      out.writeBytes(utf8(closed() + opened(block)));
    }
    // A name alone stands in the item's opening.
    if (tokens.piece() != Piece.TOOL_NAME) {
      Template.of(delta(block)).write(out, tokens.escapedText());
    }
  }

  private String delta(Block block) {
    String delta = "\"delta\":\"\0\"," + place(block);
    return switch (block) {
      case REASONING -> event("response.reasoning_text.delta", "\"content_index\":0," + delta);
      case TEXT ->
          event("response.output_text.delta", "\"content_index\":0," + delta + ",\"logprobs\":[]");
      case CALL -> event("response.function_call_arguments.delta", delta);
    };
  }

  private String opened(Block block) {
    open = block;
    outputIndex++;
    String added =
        event(
            "response.output_item.added",
            "\"item\":" + item(block, null) + ",\"output_index\":" + outputIndex);
    return block == Block.CALL
        ? added
        : added
            + event(
                "response.content_part.added",
                "\"content_index\":0," + place(block) + ",\"part\":" + part(block, NO_TEXT));
  }

  /** What repeats the open block as a whole. */
  private String closed() {
    Block block = open;
    if (block == null) {
      return "";
    }
    String text = block.whole(plan);
    String told =
        switch (block) {
          case REASONING -> textDone("response.reasoning_text.done", block, text);
          case TEXT -> textDone("response.output_text.done", block, text);
          case CALL ->
              event(
                  "response.function_call_arguments.done",
                  "\"arguments\":\"" + text + "\"," + place(block) + ",\"name\":\"get_level\"");
        };
    return told
        + event(
            "response.output_item.done",
            "\"item\":" + item(block, text) + ",\"output_index\":" + outputIndex);
  }

  private String textDone(String name, Block block, String text) {
    String place = "\"content_index\":0," + place(block);
    return event(name, place + ",\"text\":\"" + text + '"')
        + event("response.content_part.done", place + ",\"part\":" + part(block, text));
  }

  private String place(Block block) {
    return "\"item_id\":\"" + itemId(block) + "\",\"output_index\":" + outputIndex;
  }

  private String itemId(Block block) {
    return switch (block) {
          case REASONING -> "rs_";
          case TEXT -> "msg_";
          case CALL -> "fc_";
        }
        + id;
  }

  /** An item with this text, or as it is begun. */
  private String item(Block block, @Nullable String text) {
    String status = text == null ? "in_progress" : "completed";
    String content = text == null ? "" : part(block, text);
    return switch (block) {
      case REASONING ->
          "{\"id\":\"%s\",\"summary\":[],\"type\":\"reasoning\",\"content\":%s,\"encrypted_content\":null,\"status\":\"%s\"}"
              .formatted(itemId(block), text == null ? "null" : "[" + content + "]", status);
      case TEXT ->
          "{\"id\":\"%s\",\"content\":[%s],\"role\":\"assistant\",\"status\":\"%s\",\"type\":\"message\",\"phase\":null}"
              .formatted(itemId(block), content, status);
      case CALL ->
          "{\"arguments\":\"%s\",\"call_id\":\"call_%s\",\"name\":\"get_level\",\"type\":\"function_call\",\"id\":\"%s\",\"status\":\"%s\"}"
              .formatted(text == null ? NO_TEXT : text, id, itemId(block), status);
    };
  }

  private static String part(Block block, String text) {
    return block == Block.REASONING
        ? "{\"text\":\"" + text + "\",\"type\":\"reasoning_text\"}"
        : "{\"annotations\":[],\"text\":\""
            + text
            + "\",\"type\":\"output_text\",\"logprobs\":null}";
  }

  @Override
  public List<byte[]> closing(AnswerTimes times) {
    String name =
        plan.lengthReached() && style == EngineStyle.SGLANG
            ? "response.incomplete"
            : "response.completed";
    return List.of(utf8(closed()), utf8(event(name, "\"response\":" + ended())));
  }

  @Override
  public List<byte[]> failure() {
    String error =
        "{\"code\":\"server_error\",\"message\":" + JsonText.quoted(ErrorBody.DIED) + "}";
    return List.of(
        utf8(
            style == EngineStyle.SGLANG
                ? event("response.failed", "\"response\":" + response("failed", error, "null"))
                : event(
                    "error",
                    "\"code\":\"server_error\",\"message\":"
                        + JsonText.quoted(ErrorBody.DIED)
                        + ",\"param\":null")));
  }

  @Override
  public String wholeFailure() {
    return ErrorBody.inStream(style.server());
  }

  @Override
  public String whole(String escapedText, String escapedReasoning, AnswerTimes times) {
    return ended();
  }

  private String ended() {
    return response(plan.lengthReached() ? "incomplete" : "completed", "null", usage());
  }

  private String usage() {
    return ("{\"input_tokens\":%d,\"input_tokens_details\":{\"cached_tokens\":0,\"cache_write_tokens\":0},"
            + "\"output_tokens\":%d,\"output_tokens_details\":{\"reasoning_tokens\":%d},\"total_tokens\":%d}")
        .formatted(
            plan.promptTokens(),
            plan.tokens(),
            plan.reasoningTokens(),
            plan.promptTokens() + plan.tokens());
  }

  private String response(String status, String error, String usage) {
    boolean whole = status.equals("completed") || status.equals("incomplete");
    return "{\"id\":\"resp_"
        + id
        + "\",\"created_at\":"
        + Serving.CREATED_SECONDS
        + ",\"error\":"
        + error
        + ",\"incomplete_details\":"
        + (status.equals("incomplete") ? "{\"reason\":\"max_output_tokens\"}" : "null")
        + ",\"instructions\":null,\"metadata\":null,\"model\":\""
        + model
        + "\",\"object\":\"response\",\"output\":["
        + (whole ? items() : "")
        + "],\"parallel_tool_calls\":true,\"temperature\":1.0,\"tool_choice\":\"auto\",\"tools\":[],"
        + "\"top_p\":1.0,\"status\":\""
        + status
        + "\",\"text\":null,\"truncation\":\"disabled\",\"usage\":"
        + usage
        + ",\"user\":null}";
  }

  private String items() {
    StringJoiner items = new StringJoiner(",");
    if (plan.tools()) {
      return item(Block.CALL, Block.CALL.whole(plan));
    }
    for (Block block : new Block[] {Block.REASONING, Block.TEXT}) {
      String text = block.whole(plan);
      if (!text.isEmpty()) {
        items.add(item(block, text));
      }
    }
    return items.toString();
  }

  private String event(String name, String fields) {
    String event =
        "event: %s\ndata: {%s,\"sequence_number\":%d,\"type\":\"%s\"}\n\n"
            .formatted(name, fields, sequence, name);
    sequence++;
    return event;
  }
}
