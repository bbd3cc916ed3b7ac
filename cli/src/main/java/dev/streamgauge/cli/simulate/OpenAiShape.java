package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import dev.streamgauge.cli.simulate.OpenAiUsage.Place;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * {@code /v1/chat/completions} and {@code /v1/completions}. Field order and null fields as recorded
 * from the engines.
 */
final class OpenAiShape implements AnswerShape {
  static final byte[] KEEP_ALIVE = utf8(": keep-alive\n\n");

  private static final byte[] DONE = utf8("data: [DONE]\n\n");
  private static final String VLLM_FINGERPRINT =
      ",\"system_fingerprint\":\"vllm-0.32.0-simulated\"";

  private final EngineStyle style;
  private final boolean chat;
  private final AnswerPlan plan;
  private final String id;
  private final String model;
  private final long createdSeconds;
  private final Map<Piece, Template> templates = new EnumMap<>(Piece.class);
  private final TokenDetails details;

  /** Of the tokens that are being written, as the first choice has it. */
  private String toldEvent = "";

  OpenAiShape(
      EngineStyle style,
      boolean chat,
      AnswerPlan plan,
      String id,
      String model,
      long createdSeconds) {
    this.style = style;
    this.chat = chat;
    this.plan = plan;
    this.id = id;
    this.model = model;
    this.createdSeconds = createdSeconds;
    this.details = new TokenDetails(style, chat, plan);
  }

  @Override
  public boolean headAtOnce() {
    return style.headAtOnce();
  }

  @Override
  public byte[] opening(int choice) {
    if (!chat) {
      return new byte[0];
    }
    return utf8(
        ofChoice(
            switch (style) {
              case VLLM ->
                  event(
                      "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
                          + "\"logprobs\":null,\"finish_reason\":null}",
                      (plan.continuousUsage() ? usageField(Place.PIECE, 0) : "")
                          + ",\"prompt_token_ids\":null,\"prompt_text\":null");
              case SGLANG ->
                  event(
                      "{\"index\":0,\"delta\":{\"reasoning_content\":null,\"role\":\"assistant\","
                          + "\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null,"
                          + "\"matched_stop\":null}",
                      "");
              case LLAMACPP ->
                  event(
                      "{\"finish_reason\":null,\"index\":0,"
                          + "\"delta\":{\"role\":\"assistant\",\"content\":null}}",
                      "");
            },
            choice));
  }

  @Override
  public boolean openingInFirstChunk() {
    return style == EngineStyle.LLAMACPP;
  }

  @Override
  public byte[] keepAlive() {
    return style == EngineStyle.LLAMACPP ? LlamaTimings.KEEP_ALIVE : KEEP_ALIVE;
  }

  /** llama.cpp's alone: each in an event with the role, as the opening is. */
  @Override
  public byte[] progress(int number, double promptMillis) {
    if (style != EngineStyle.LLAMACPP) {
      return new byte[0];
    }
    String choice =
        chat
            ? "{\"finish_reason\":null,\"index\":0,"
                + "\"delta\":{\"role\":\"assistant\",\"content\":null}}"
            : "{\"text\":\"\",\"index\":0,\"logprobs\":null,\"finish_reason\":null}";
    return utf8(event(choice, "", LlamaTimings.progress(plan, number, promptMillis)));
  }

  @Override
  public void writeToken(ByteBuf out, int choice, Tokens tokens) {
    if (plan.choices() > 1 || plan.logprobs() || plan.tokenIds()) {
      if (choice == 0) {
        String text = new String(tokens.escapedText(), StandardCharsets.UTF_8);
        String event = pieceEvent(tokens).replace("\0", text);
        toldEvent = details.told(event, tokens.piece(), tokens.end());
      }
      out.writeBytes(utf8(ofChoice(toldEvent, choice)));
    } else if ((plan.continuousUsage() && style != EngineStyle.LLAMACPP)
        || (tokens.last() && style == EngineStyle.VLLM)
        || (tokens.last() && style == EngineStyle.SGLANG && !chat)) {
      template(tokens).write(out, tokens.escapedText());
    } else {
      templates
          .computeIfAbsent(tokens.piece(), _ -> template(tokens.followed()))
          .write(out, tokens.escapedText());
    }
  }

  /** The first index in an event is the choice's. */
  private static String ofChoice(String event, int choice) {
    return choice == 0 ? event : event.replaceFirst("\"index\":0", "\"index\":" + choice);
  }

  private Template template(Tokens tokens) {
    return Template.of(pieceEvent(tokens));
  }

  private String pieceEvent(Tokens tokens) {
    Piece piece = tokens.piece();
    boolean last = tokens.last();
    String usage =
        plan.continuousUsage() && style != EngineStyle.LLAMACPP
            ? usageField(Place.PIECE, tokens.end())
            : style == EngineStyle.SGLANG && (!chat || isTool(piece)) ? ",\"usage\":null" : "";
    String finish = last ? '"' + plan.finishReason() + '"' : "null";
    return chat ? chatEvent(piece, finish, usage, last) : textEvent(finish, usage, last);
  }

  private static boolean isTool(Piece piece) {
    return piece == Piece.TOOL_NAME || piece == Piece.TOOL_ARGUMENTS;
  }

  private String chatEvent(Piece piece, String finish, String usage, boolean last) {
    return switch (style) {
      case VLLM ->
          event(
              "{\"index\":0,\"delta\":"
                  + OpenAiDelta.of(style, piece, id)
                  + ",\"logprobs\":null,\"finish_reason\":"
                  + finish
                  + (last ? ",\"stop_reason\":null" : "")
                  + ",\"token_ids\":null}",
              usage + (last && !plan.includeUsage() ? VLLM_FINGERPRINT : ""));
      case SGLANG ->
          event(
              "{\"index\":0,\"delta\":"
                  + OpenAiDelta.of(style, piece, id)
                  + ",\"logprobs\":null,\"finish_reason\":null,\"matched_stop\":null}",
              usage);
      case LLAMACPP ->
          event(
              "{\"finish_reason\":null,\"index\":0,\"delta\":"
                  + OpenAiDelta.of(style, piece, id)
                  + "}",
              "");
    };
  }

  private String textEvent(String finish, String usage, boolean last) {
    return switch (style) {
      case VLLM ->
          event(
              "{\"index\":0,\"text\":\"\0\",\"logprobs\":null,\"finish_reason\":"
                  + finish
                  + ",\"stop_reason\":null,\"prompt_token_ids\":null,\"token_ids\":null}",
              usage + (last && !plan.includeUsage() ? VLLM_FINGERPRINT : ""));
      case SGLANG ->
          event(
              "{\"index\":0,\"text\":\"\0\",\"logprobs\":null,\"finish_reason\":"
                  + finish
                  + ",\"matched_stop\":null}",
              usage);
      case LLAMACPP ->
          event("{\"text\":\"\0\",\"index\":0,\"logprobs\":null,\"finish_reason\":null}", "");
    };
  }

  /** One event; llama.cpp writes its fields in another order. */
  private String event(String choice, String afterChoices) {
    if (style != EngineStyle.LLAMACPP) {
      return "data: {\"id\":\""
          + fullId()
          + "\",\"object\":\""
          + object()
          + "\",\"created\":"
          + createdSeconds
          + ",\"model\":\""
          + model
          + "\",\"choices\":["
          + choice
          + "]"
          + afterChoices
          + "}\n\n";
    }
    return event(choice, "", afterChoices);
  }

  /** llama.cpp's; {@code beforeId} counts for completions only. */
  private String event(String choice, String beforeId, String last) {
    return "data: {\"choices\":[" + choice + "]," + llamaFields(beforeId, last) + "}\n\n";
  }

  private String llamaFields(String beforeId, String last) {
    String start = "\"created\":" + createdSeconds;
    String named =
        ",\"model\":\""
            + model
            + "\",\"system_fingerprint\":\"b0-simulated\",\"object\":\""
            + object()
            + "\"";
    String identity = ",\"id\":\"" + fullId() + "\"";
    return chat ? start + identity + named + last : start + named + beforeId + identity + last;
  }

  private String fullId() {
    return switch (style) {
      case VLLM -> (chat ? "chatcmpl-" : "cmpl-") + id;
      case SGLANG -> id;
      case LLAMACPP -> "chatcmpl-" + id;
    };
  }

  private String object() {
    return chat ? "chat.completion.chunk" : "text_completion";
  }

  private String usageField(Place place, long tokens) {
    return "," + OpenAiUsage.field(style, place, chat, plan, tokens);
  }

  @Override
  public List<byte[]> closing(AnswerTimes times) {
    List<byte[]> events = new ArrayList<>(2 + plan.choices());
    String finish = finishEvent(times);
    for (int choice = 0; !finish.isEmpty() && choice < plan.choices(); choice++) {
      events.add(utf8(ofChoice(finish, choice)));
    }
    if (plan.includeUsage() && (chat || style != EngineStyle.LLAMACPP)) {
      String afterUsage =
          switch (style) {
            case VLLM -> VLLM_FINGERPRINT;
            case SGLANG -> "";
            case LLAMACPP -> LlamaTimings.field(plan, times);
          };
      // llama.cpp tells it once for each choice, the others once for all.
      int each = style == EngineStyle.LLAMACPP ? plan.choices() : 1;
      long tokens = plan.tokens() * plan.choices() / each;
      String usage = event("", usageField(Place.OWN_EVENT, tokens) + afterUsage);
      events.addAll(Collections.nCopies(each, utf8(usage)));
    }
    events.add(DONE);
    return events;
  }

  private String finishEvent(AnswerTimes times) {
    String reason = '"' + plan.finishReason() + '"';
    return switch (style) {
      case VLLM -> "";
      case SGLANG ->
          chat
              ? event(
                  "{\"index\":0,\"delta\":{\"reasoning_content\":null},\"logprobs\":null,"
                      + "\"finish_reason\":"
                      + reason
                      + ",\"matched_stop\":null}",
                  "")
              : "";
      case LLAMACPP -> {
        String timings = LlamaTimings.field(plan, times);
        yield chat
            ? event(
                "{\"finish_reason\":" + reason + ",\"index\":0,\"delta\":{}}",
                plan.includeUsage() ? "" : timings)
            : event(
                "{\"text\":\"\",\"index\":0,\"logprobs\":null,\"finish_reason\":" + reason + "}",
                usageField(Place.PIECE, plan.tokens()),
                timings);
      }
    };
  }

  @Override
  public List<byte[]> failure() {
    byte[] event = utf8("data: " + wholeFailure() + "\n\n");
    return switch (style) {
      case VLLM, SGLANG -> List.of(event, DONE);
      case LLAMACPP -> List.of(event);
    };
  }

  @Override
  public String wholeFailure() {
    return ErrorBody.inStream(style.server());
  }

  @Override
  public String whole(String escapedText, String escapedReasoning, AnswerTimes times) {
    String object = chat ? "chat.completion" : "text_completion";
    String choices = wholeChoices(escapedText, escapedReasoning);
    String usage = usageField(Place.WHOLE, plan.tokens() * plan.choices());
    if (style == EngineStyle.LLAMACPP) {
      return "{\"choices\":["
          + choices
          + "],\"created\":"
          + createdSeconds
          + ",\"model\":\""
          + model
          + "\",\"system_fingerprint\":\"b0-simulated\",\"object\":\""
          + object
          + "\""
          + usage
          + ",\"id\":\""
          + fullId()
          + "\""
          + LlamaTimings.field(plan, times)
          + "}";
    }
    return "{\"id\":\""
        + fullId()
        + "\",\"object\":\""
        + object
        + "\",\"created\":"
        + createdSeconds
        + ",\"model\":\""
        + model
        + "\",\"choices\":["
        + choices
        + "]"
        + (style == EngineStyle.VLLM ? ",\"service_tier\":null" + VLLM_FINGERPRINT : "")
        + usage
        + OpenAiUsage.afterWhole(style, chat, plan.tokens())
        + "}";
  }

  private String wholeChoices(String escapedText, String escapedReasoning) {
    String choice = OpenAiUsage.wholeChoice(style, chat, plan, escapedText, escapedReasoning, id);
    Piece piece = plan.tools() ? Piece.TOOL_ARGUMENTS : Piece.TEXT;
    String told = details.told(choice, piece, plan.tokens());
    StringJoiner choices = new StringJoiner(",");
    for (int i = 0; i < plan.choices(); i++) {
      choices.add(ofChoice(told, i));
    }
    return choices.toString();
  }
}
