package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** llama.cpp's own {@code /completion}: no {@code [DONE]}, an object with {@code stop:true}. */
final class LlamaCompletionShape implements AnswerShape {
  private final AnswerPlan plan;
  private final String model;
  private long tokensBefore;

  LlamaCompletionShape(AnswerPlan plan, String model) {
    this.plan = plan;
    this.model = model;
  }

  @Override
  public boolean headAtOnce() {
    return true;
  }

  @Override
  public byte[] keepAlive() {
    return LlamaTimings.KEEP_ALIVE;
  }

  /** As llama.cpp has it, an event of no tokens. */
  @Override
  public byte[] progress(int number, double promptMillis) {
    return utf8(
        "data: {\"index\":0,\"content\":\"\",\"tokens\":[],\"stop\":false,\"id_slot\":-1,"
            + "\"tokens_predicted\":0,\"tokens_evaluated\":"
            + plan.promptTokens()
            + LlamaTimings.progress(plan, number, promptMillis)
            + "}\n\n");
  }

  @Override
  public void writeToken(ByteBuf out, int choice, Tokens tokens) {
    StringBuilder rest = new StringBuilder(128).append("\",\"tokens\":[");
    for (long token = tokensBefore; token < tokens.end(); token++) {
      rest.append(token == tokensBefore ? "" : ",").append(100 + token % 4000);
    }
    rest.append("],\"stop\":false,\"id_slot\":-1,\"tokens_predicted\":")
        .append(tokens.end())
        .append(",\"tokens_evaluated\":")
        .append(plan.promptTokens())
        .append("}\n\n");
    if (choice == plan.choices() - 1) {
      tokensBefore = tokens.end();
    }
    ByteBufUtil.writeAscii(out, "data: {\"index\":" + choice + ",\"content\":\"");
    out.writeBytes(tokens.escapedText());
    ByteBufUtil.writeAscii(out, rest);
  }

  @Override
  public List<byte[]> closing(AnswerTimes times) {
    return IntStream.range(0, plan.choices())
        .mapToObj(choice -> utf8("data: " + last(choice, "", times) + "\n\n"))
        .toList();
  }

  @Override
  public List<byte[]> failure() {
    return List.of(utf8("data: " + wholeFailure() + "\n\n"));
  }

  @Override
  public String wholeFailure() {
    return ErrorBody.inStream(Server.LLAMACPP);
  }

  @Override
  public String whole(String escapedText, String escapedReasoning, AnswerTimes times) {
    if (plan.choices() == 1) {
      return last(0, escapedText, times);
    }
    return IntStream.range(0, plan.choices())
        .mapToObj(choice -> last(choice, escapedText, times))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private String last(int choice, String escapedText, AnswerTimes times) {
    return "{\"index\":"
        + choice
        + ",\"content\":\""
        + escapedText
        + "\",\"tokens\":[],\"id_slot\":0,\"stop\":true,\"model\":\""
        + model
        + "\",\"tokens_predicted\":"
        + plan.tokens()
        + ",\"tokens_evaluated\":"
        + plan.promptTokens()
        + ",\"generation_settings\":{\"n_predict\":"
        + plan.tokens()
        + "},\"prompt\":\"\",\"has_new_line\":false,\"truncated\":false,\"stop_type\":\""
        + (plan.lengthReached() ? "limit" : "eos")
        + "\",\"stopping_word\":\"\",\"tokens_cached\":"
        + (plan.promptTokens() + plan.tokens() - 1)
        + LlamaTimings.field(plan, times)
        + "}";
  }
}
