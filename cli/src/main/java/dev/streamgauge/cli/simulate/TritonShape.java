package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Triton's {@code generate} and {@code generate_stream} as 2.51 writes them, of a model whose
 * output is each piece's text. Nothing tells the end, the tokens or why it ended.
 */
final class TritonShape implements AnswerShape {
  private final Template event;
  private final String start;

  private TritonShape(String model, String version) {
    start =
        "{\"model_name\":\""
            + JsonText.escaped(model)
            + "\",\"model_version\":\""
            + version
            + "\",\"text_output\":\"";
    event = Template.of("data: " + start, "\"}\n\n");
  }

  /** Of the path that names the model. */
  static TritonShape of(String path) {
    String[] steps = path.split("/", -1);
    return new TritonShape(steps[3], steps.length > 5 ? steps[5] : "1");
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
    event.write(out, tokens.escapedText());
  }

  @Override
  public List<byte[]> closing(AnswerTimes times) {
    return List.of();
  }

  @Override
  public List<byte[]> failure() {
    return List.of(utf8("data: " + wholeFailure() + "\n\n"));
  }

  @Override
  public String wholeFailure() {
    return ErrorBody.inStream(Server.TRITON);
  }

  @Override
  public String whole(String escapedText, String escapedReasoning, AnswerTimes times) {
    return start + escapedText + "\"}";
  }
}
