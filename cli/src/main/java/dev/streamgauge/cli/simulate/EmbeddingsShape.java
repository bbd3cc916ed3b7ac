package dev.streamgauge.cli.simulate;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Vectors as the OpenAI route of vLLM 0.32 answers with, or Ollama's own; never streamed. */
final class EmbeddingsShape implements AnswerShape {
  private static final String VECTOR = "[0.25,-0.5,0.125,0.75,-0.375,0.0625,-0.25,0.5]";

  private final Server server;
  private final AnswerPlan plan;
  private final String id;
  private final String model;

  EmbeddingsShape(Server server, AnswerPlan plan, String id, String model) {
    this.server = server;
    this.plan = plan;
    this.id = id;
    this.model = model;
  }

  @Override
  public String whole(String escapedText, String escapedReasoning, AnswerTimes times) {
    return server == Server.OLLAMA
        ? "{\"model\":\"%s\",\"embeddings\":[%s],\"total_duration\":%d,\"load_duration\":1000000,\"prompt_eval_count\":%d}"
            .formatted(
                model,
                vectors("", ""),
                Math.max(1, Math.round(times.promptMillis() * 1e6)),
                plan.promptTokens())
        : "{\"id\":\"embd-%s\",\"object\":\"list\",\"created\":%d,\"model\":\"%s\",\"data\":[%s],\"usage\":{\"prompt_tokens\":%d,\"total_tokens\":%d,\"completion_tokens\":0,\"prompt_tokens_details\":null,\"completion_tokens_details\":null}}"
            .formatted(
                id,
                Serving.CREATED_SECONDS,
                model,
                vectors("{\"index\":%d,\"object\":\"embedding\",\"embedding\":", "}"),
                plan.promptTokens(),
                plan.promptTokens());
  }

  private String vectors(String before, String after) {
    return IntStream.range(0, plan.choices())
        .mapToObj(index -> before.formatted(index) + VECTOR + after)
        .collect(Collectors.joining(","));
  }

  @Override
  public String wholeFailure() {
    return ErrorBody.inStream(server);
  }

  @Override
  public boolean headAtOnce() {
    return false;
  }

  @Override
  public byte[] keepAlive() {
    return new byte[0];
  }

  @Override
  public void writeToken(ByteBuf out, int choice, Tokens tokens) {
    throw new UnsupportedOperationException("no stream");
  }

  @Override
  public List<byte[]> closing(AnswerTimes times) {
    return List.of();
  }

  @Override
  public List<byte[]> failure() {
    return List.of();
  }
}
