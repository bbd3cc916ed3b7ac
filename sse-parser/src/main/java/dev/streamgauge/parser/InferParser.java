package dev.streamgauge.parser;

/**
 * KServe's open inference protocol over gRPC: {@code ModelInfer}, and {@code ModelStreamInfer} as
 * Triton 2.51 and MLServer 1.7 speak it. Triton puts each response into a {@code
 * ModelStreamInferResponse}, beside which an {@code error_message} may stand while the call ends
 * well; MLServer sends the bare responses.
 *
 * <p>A token event is a response whose outputs carry text that is not empty, or values where no
 * output is text ({@link InferOutputs}). Of how many tokens nobody says, so nothing is counted.
 *
 * <p>One call may carry several inferences at once, matched by id: each is a choice of its own, to
 * the response with {@code triton_final_response}, which may be empty. The end marker is the call's
 * own end: clients need not ask for final responses, and MLServer has none.
 */
final class InferParser extends GrpcParser {
  private static final int ERROR_CHARS_MAX = 256;

  private final InferFrame frame = new InferFrame();
  private final InferIds ids = new InferIds();
  private boolean modelTold;

  InferParser(StreamSink sink) {
    super(sink);
  }

  @Override
  void readMessage(boolean streamed) {
    frame.read(proto, streamed);
  }

  @Override
  void tellMessage(boolean streamed) {
    if (!modelTold && frame.modelEnd > frame.modelStart) {
      modelTold = true;
      sink.model(proto.text(frame.modelStart, frame.modelEnd, MODEL_CHARS_MAX));
    }
    boolean error = frame.errorEnd > frame.errorStart;
    if (streamed) {
      sink.inference(proto.bytes(), frame.idStart, frame.idEnd, frame.modelStart, frame.modelEnd);
      tellInference();
    }
    if (error) {
      sink.error(proto.text(frame.errorStart, frame.errorEnd, ERROR_CHARS_MAX));
    }
    if (streamed && (error || frame.finalResponse)) {
      sink.inferenceEnded();
    }
  }

  @Override
  void endedCleanly() {
    endMarkerOnce();
  }

  private void tellInference() {
    boolean text = frame.outputs.carryText();
    if (!text && !frame.finalResponse) {
      return;
    }
    int choice = ids.choice(proto.bytes(), frame.idStart, frame.idEnd);
    if (ids.reused()) {
      sink.choiceBegins(choice);
    }
    if (text) {
      sink.tokenEvent(choice, TokenKind.TEXT, 0, null);
    }
    if (frame.finalResponse) {
      ids.ended(choice);
    }
  }
}
