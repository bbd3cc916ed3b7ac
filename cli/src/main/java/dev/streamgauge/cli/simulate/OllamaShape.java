package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * Ollama's {@code /api/chat} and {@code /api/generate} as 0.17 writes them: one JSON object a line,
 * the head with the first of them, a tool call as a whole, and no way to keep a connection busy.
 */
final class OllamaShape implements AnswerShape {
  private final boolean chat;
  private final AnswerPlan plan;
  private final String start;

  OllamaShape(boolean chat, AnswerPlan plan, String model) {
    this.chat = chat;
    this.plan = plan;
    this.start =
        "{\"model\":\""
            + model
            + "\",\"created_at\":\""
            + Instant.ofEpochSecond(Serving.CREATED_SECONDS)
            + "\",";
  }

  @Override
  public boolean headAtOnce() {
    return false;
  }

  @Override
  public boolean callsAtOnce() {
    return true;
  }

  @Override
  public byte[] keepAlive() {
    return new byte[0];
  }

  @Override
  public void writeToken(ByteBuf out, int choice, Tokens tokens) {
    String text = new String(tokens.escapedText(), StandardCharsets.UTF_8);
    String output =
        switch (tokens.piece()) {
          case TEXT -> output(text, "");
          case REASONING -> output("", text);
          case TOOL_NAME, TOOL_ARGUMENTS -> call(text);
        };
    out.writeBytes(utf8(start + output + ",\"done\":false}\n"));
  }

  private String output(String text, String thinking) {
    String thought = thinking.isEmpty() ? "" : ",\"thinking\":\"" + thinking + '"';
    return chat
        ? "\"message\":{\"role\":\"assistant\",\"content\":\"" + text + '"' + thought + "}"
        : "\"response\":\"" + text + '"' + thought;
  }

  private static String call(String escapedArguments) {
    return "\"message\":{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"function\":"
        + "{\"index\":0,\"name\":\"get_level\",\"arguments\":"
        + Block.arguments(escapedArguments)
        + "}}]}";
  }

  @Override
  public List<byte[]> closing(AnswerTimes times) {
    return List.of(utf8(start + output("", "") + end(times) + "\n"));
  }

  @Override
  public List<byte[]> failure() {
    return List.of(utf8(wholeFailure() + "\n"));
  }

  @Override
  public String wholeFailure() {
    return ErrorBody.inStream(Server.OLLAMA);
  }

  @Override
  public String whole(String escapedText, String escapedReasoning, AnswerTimes times) {
    String output = plan.tools() ? call(escapedText) : output(escapedText, escapedReasoning);
    return start + output + end(times);
  }

  private String end(AnswerTimes times) {
    long promptNanos = nanos(times.promptMillis());
    long predictedNanos = nanos(times.predictedMillis());
    return ",\"done\":true,\"done_reason\":\""
        + (plan.lengthReached() ? "length" : "stop")
        + '"'
        + (chat ? "" : ",\"context\":[1,2,3]")
        + ",\"total_duration\":"
        + (promptNanos + predictedNanos)
        + ",\"load_duration\":1000000,\"prompt_eval_count\":"
        + plan.promptTokens()
        + ",\"prompt_eval_duration\":"
        + promptNanos
        + ",\"eval_count\":"
        + plan.tokens()
        + ",\"eval_duration\":"
        + predictedNanos
        + "}";
  }

  /** At least one: Ollama leaves out what is zero. */
  private static long nanos(double millis) {
    return Math.max(1, Math.round(millis * 1e6));
  }
}
