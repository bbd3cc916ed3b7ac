package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * SGLang's own {@code /generate} as 0.5 writes it: each event has all the text and tokens so far,
 * or, by an option of the server, those of its piece. The finish reason comes with the last token.
 */
final class SglangShape implements AnswerShape {
  private static final byte[] DONE = utf8("data: [DONE]\n\n");

  private final AnswerPlan plan;
  private final String id;
  private final boolean incremental;
  private long tokensBefore;

  SglangShape(AnswerPlan plan, String id, boolean incremental) {
    this.plan = plan;
    this.id = id;
    this.incremental = incremental;
  }

  @Override
  public boolean headAtOnce() {
    return true;
  }

  @Override
  public byte[] keepAlive() {
    return OpenAiShape.KEEP_ALIVE;
  }

  @Override
  public void writeToken(ByteBuf out, int choice, Tokens tokens) {
    long from = incremental ? tokensBefore : 0;
    if (choice == plan.choices() - 1) {
      tokensBefore = tokens.end();
    }
    byte[] text = incremental ? tokens.escapedText() : Words.words(0, tokens.end());
    String answer = answer(choice, new String(text, StandardCharsets.UTF_8), from, tokens.end());
    out.writeBytes(utf8("data: " + answer + "\n\n"));
  }

  @Override
  public List<byte[]> closing(AnswerTimes times) {
    return List.of(DONE);
  }

  @Override
  public List<byte[]> failure() {
    return List.of(utf8("data: " + wholeFailure() + "\n\n"), DONE);
  }

  @Override
  public String wholeFailure() {
    return "{\"error\":{\"message\":"
        + JsonText.quoted(ErrorBody.DIED)
        + ",\"type\":\"InternalServerError\",\"code\":500,\"retryable\":false}}";
  }

  @Override
  public String whole(String escapedText, String escapedReasoning, AnswerTimes times) {
    return plan.choices() == 1
        ? answer(0, escapedText, 0, plan.tokens())
        : IntStream.range(0, plan.choices())
            .mapToObj(choice -> answer(choice, escapedText, 0, plan.tokens()))
            .collect(Collectors.joining(",", "[", "]"));
  }

  private String answer(int choice, String escapedText, long from, long end) {
    StringBuilder ids = new StringBuilder();
    for (long token = from; token < end; token++) {
      ids.append(token == from ? "" : ",").append(100 + token % 4000);
    }
    return "{\"text\":\""
        + escapedText
        + "\",\"output_ids\":["
        + ids
        + "],\"meta_info\":{\"id\":\""
        + id
        + "-"
        + choice
        + "\",\"finish_reason\":"
        + (end >= plan.tokens() ? finishReason() : "null")
        + ",\"prompt_tokens\":"
        + plan.promptTokens()
        + ",\"weight_version\":\"default\",\"num_retractions\":0,\"reasoning_tokens\":0,"
        + "\"completion_tokens\":"
        + end
        + ",\"cached_tokens\":0,\"cached_tokens_details\":null,\"dp_rank\":null}"
        + (plan.choices() > 1 ? ",\"index\":" + choice + "}" : "}");
  }

  private String finishReason() {
    return plan.lengthReached()
        ? "{\"type\":\"length\",\"length\":" + plan.tokens() + "}"
        : "{\"type\":\"stop\",\"matched\":2}";
  }
}
