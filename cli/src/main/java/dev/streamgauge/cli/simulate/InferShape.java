package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import dev.streamgauge.cli.simulate.AnswerShape.AnswerTimes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Triton 2.51's inference responses, of a model whose output is text: each piece's, in a stream;
 * all of it, in {@code ModelInfer}'s only one. A stream's responses say whether they are the last;
 * the last one has no output, and is sent to who asked for it.
 */
final class InferShape implements GrpcShape {
  private static final byte[] NOTHING = {};
  private static final int ERROR_MESSAGE = 1;
  private static final int INFER_RESPONSE = 2;
  private static final int MODEL_NAME = 1;
  private static final int MODEL_VERSION = 2;
  private static final int ID = 3;
  private static final int PARAMETERS = 4;
  private static final int OUTPUTS = 5;
  private static final int RAW_OUTPUT_CONTENTS = 6;

  private final GrpcRequest request;
  private final String model;
  private final long tokens;

  InferShape(GrpcRequest request, String defaultModel, long tokens) {
    this.request = request;
    this.model = request.model.isEmpty() ? defaultModel : request.model;
    this.tokens = tokens;
  }

  @Override
  public byte[] piece(int choice, long from, long end) {
    return request.stream ? streamed(withText(response(false), from, end)) : NOTHING;
  }

  @Override
  public List<byte[]> closing(long lastFrom, AnswerTimes times) {
    if (!request.stream) {
      return List.of(withText(named(), 0, tokens).written());
    }
    return request.emptyFinal ? List.of(streamed(response(true))) : List.of();
  }

  @Override
  public byte[] failure(String message) {
    if (!request.stream) {
      return NOTHING;
    }
    return new ProtoWriter()
        .text(ERROR_MESSAGE, message)
        .message(INFER_RESPONSE, new ProtoWriter().text(ID, request.id))
        .written();
  }

  private static byte[] streamed(ProtoWriter response) {
    return new ProtoWriter().message(INFER_RESPONSE, response).written();
  }

  private ProtoWriter named() {
    return new ProtoWriter().text(MODEL_NAME, model).text(MODEL_VERSION, "1").text(ID, request.id);
  }

  private ProtoWriter response(boolean last) {
    ProtoWriter parameter =
        new ProtoWriter()
            .text(1, "triton_final_response")
            .message(2, new ProtoWriter().number(1, last ? 1 : 0));
    return named().message(PARAMETERS, parameter);
  }

  /** One string, with its length before it. */
  private static ProtoWriter withText(ProtoWriter response, long from, long end) {
    byte[] text = utf8(Words.plain(Words.words(from, end)));
    ByteBuffer raw = ByteBuffer.allocate(Integer.BYTES + text.length);
    raw.order(ByteOrder.LITTLE_ENDIAN).putInt(text.length).put(text);
    ProtoWriter output =
        new ProtoWriter().text(1, "text_output").text(2, "BYTES").bytes(3, new byte[] {1});
    return response.message(OUTPUTS, output).bytes(RAW_OUTPUT_CONTENTS, raw.array());
  }
}
