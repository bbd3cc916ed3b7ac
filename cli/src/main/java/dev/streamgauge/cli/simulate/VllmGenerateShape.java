package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * vLLM's {@code /inference/v1/generate} as 0.32 writes it: token ids, with the text beside them
 * where it is asked for. The finish reason comes with the last token.
 */
final class VllmGenerateShape implements AnswerShape {
  private static final byte[] DONE = utf8("data: [DONE]\n\n");

  private static final String WHOLE_DETAILS =
      "{\"cached_tokens\":0,\"created_cache_tokens\":null,\"multimodal_tokens\":null},"
          + "\"completion_tokens_details\":null";

  private final AnswerPlan plan;
  private final String id;
  private final String model;
  private final boolean text;
  private final String mode;
  private long tokensBefore;

  VllmGenerateShape(AnswerPlan plan, String id, String model, boolean text) {
    this.plan = plan;
    this.id = id;
    this.model = model;
    this.text = text;
    this.mode = text ? "text" : "tokens";
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
    String finish = tokens.last() ? "\"" + plan.finishReason() + "\"" : "null";
    String escaped = new String(tokens.escapedText(), StandardCharsets.UTF_8);
    String usage =
        plan.continuousUsage()
            ? usage(tokens.end(), "null,\"completion_tokens_details\":null")
            : "null";
    String piece = choice(choice, finish, tokensBefore, tokens.end(), escaped);
    out.writeBytes(utf8(event(usage, piece)));
    if (choice == plan.choices() - 1) {
      tokensBefore = tokens.end();
    }
  }

  private String event(String usage, String choices) {
    return "data: {\"request_id\":\"generate-tokens-%s\",\"usage\":%s,\"output_mode\":\"%s\",\"choices\":[%s]}\n\n"
        .formatted(id, usage, mode, choices);
  }

  private String choice(int index, String finish, long from, long end, String escapedText) {
    String ids =
        LongStream.range(from, end)
            .mapToObj(token -> Long.toString(100 + token % 4000))
            .collect(Collectors.joining(","));
    return "{\"index\":%d,\"finish_reason\":%s,\"stop_reason\":null,\"token_ids\":[%s],\"routed_experts\":null,\"sampling_mask\":null,\"weight_versions\":%s%s,\"logprobs\":null}"
        .formatted(
            index, finish, ids, versions(end), text ? ",\"text\":\"" + escapedText + "\"" : "");
  }

  /** Told with a choice's last token. */
  private String versions(long end) {
    return end < plan.tokens()
        ? "null"
        : "[{\"version\":\"default\",\"start\":0,\"end\":" + end + "}]";
  }

  private String usage(long tokens, String details) {
    return "{\"prompt_tokens\":%d,\"total_tokens\":%d,\"completion_tokens\":%d,\"prompt_tokens_details\":%s}"
        .formatted(plan.promptTokens(), plan.promptTokens() + tokens, tokens, details);
  }

  private long allTokens() {
    return plan.tokens() * plan.choices();
  }

  @Override
  public List<byte[]> closing(AnswerTimes times) {
    return plan.includeUsage()
        ? List.of(utf8(event(usage(allTokens(), "{\"cached_tokens\":0}"), "")), DONE)
        : List.of(DONE);
  }

  @Override
  public List<byte[]> failure() {
    return List.of(utf8("data: " + wholeFailure() + "\n\n"), DONE);
  }

  @Override
  public String wholeFailure() {
    return ErrorBody.inStream(Server.VLLM);
  }

  @Override
  public String whole(String escapedText, String escapedReasoning, AnswerTimes times) {
    String finish = "\"" + plan.finishReason() + "\"";
    String choices =
        IntStream.range(0, plan.choices())
            .mapToObj(index -> choice(index, finish, 0, plan.tokens(), escapedText))
            .collect(Collectors.joining(","));
    return "{\"request_id\":\"generate-tokens-%s\",\"model\":\"%s\",\"created\":%d,\"usage\":%s,\"prompt_logprobs\":null,\"prompt_token_id_logprobs\":null,\"prompt_token_ids\":null,\"mm_placeholders\":null,\"metrics\":null,\"kv_transfer_params\":null,\"ec_transfer_params\":null,\"output_mode\":\"%s\",\"choices\":[%s]}"
        .formatted(
            id, model, Serving.CREATED_SECONDS, usage(allTokens(), WHOLE_DETAILS), mode, choices);
  }
}
