package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * TGI's own {@code /generate_stream}, {@code /generate} and {@code /}: one event for each token, of
 * which several may share an HTTP chunk, and the whole text in the last. No end marker. Where the
 * model ends its answer, the last token is the special one that says so, and no part of the text.
 */
final class TgiShape implements AnswerShape {
  private static final byte[] KEEP_ALIVE = utf8(":\n\n");

  private final AnswerPlan plan;
  private final boolean details;
  private final boolean listed;
  private long tokensBefore;

  /**
   * @param details whether the request asked for them
   * @param listed whether a whole answer is a list of one
   */
  TgiShape(AnswerPlan plan, boolean details, boolean listed) {
    this.plan = plan;
    this.details = details;
    this.listed = listed;
  }

  @Override
  public boolean headAtOnce() {
    return true;
  }

  @Override
  public byte[] keepAlive() {
    return KEEP_ALIVE;
  }

  @Override
  public void writeToken(ByteBuf out, int choice, Tokens tokens) {
    for (long token = tokensBefore; token < tokens.end(); token++) {
      boolean last = token == plan.tokens() - 1;
      String text = last ? '"' + generatedText() + '"' : "null";
      String event =
          "data:{\"index\":%d,\"token\":%s,\"generated_text\":%s,\"details\":%s}\n\n"
              .formatted(
                  token + 1, token(token), text, last && details ? "{" + ended() + "}" : "null");
      out.writeBytes(utf8(event));
    }
    tokensBefore = tokens.end();
  }

  private String token(long token) {
    if (token == textTokens()) {
      return "{\"id\":2,\"text\":\"</s>\",\"logprob\":-0.5,\"special\":true}";
    }
    String text = new String(Words.word(token), StandardCharsets.UTF_8);
    return "{\"id\":%d,\"text\":\"%s\",\"logprob\":-0.5,\"special\":false}"
        .formatted(100 + token % 4000, text);
  }

  /** How many tokens are text. */
  private long textTokens() {
    return plan.lengthReached() ? plan.tokens() : plan.tokens() - 1;
  }

  private String generatedText() {
    return new String(Words.words(0, textTokens()), StandardCharsets.UTF_8);
  }

  private String ended() {
    return "\"finish_reason\":\"%s\",\"generated_tokens\":%d,\"seed\":null,\"input_length\":%d"
        .formatted(
            plan.lengthReached() ? "length" : "eos_token", plan.tokens(), plan.promptTokens());
  }

  @Override
  public List<byte[]> closing(AnswerTimes times) {
    return List.of();
  }

  @Override
  public List<byte[]> failure() {
    return List.of(utf8("data:" + wholeFailure() + "\n\n"));
  }

  @Override
  public String wholeFailure() {
    return ErrorBody.inStream(Server.TGI);
  }

  @Override
  public String whole(String escapedText, String escapedReasoning, AnswerTimes times) {
    String told =
        details
            ? ",\"details\":{"
                + ended().replace(",\"input_length\":" + plan.promptTokens(), "")
                + ",\"prefill\":[],\"tokens\":[]}"
            : "";
    String answer = "{\"generated_text\":\"" + generatedText() + '"' + told + "}";
    return listed ? "[" + answer + "]" : answer;
  }

  @Override
  public String wholeHeaders(AnswerTimes times) {
    long inference = Math.round(times.promptMillis() + times.predictedMillis());
    return header("x-compute-type", "cpu")
        + header("x-compute-time", inference / 1000.0)
        + header("x-total-time", inference)
        + header("x-validation-time", 0)
        + header("x-queue-time", 0)
        + header("x-inference-time", inference)
        + header("x-time-per-token", inference / plan.tokens())
        + header("x-prompt-tokens", plan.promptTokens())
        + header("x-generated-tokens", plan.tokens());
  }

  private static String header(String name, Object value) {
    return name + ": " + value + "\r\n";
  }
}
