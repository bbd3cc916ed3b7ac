package dev.streamgauge.parser;

/**
 * One {@code ModelInferResponse} of KServe's open inference protocol, alone or in Triton's {@code
 * ModelStreamInferResponse}, read but not yet told.
 */
final class InferFrame {
  private static final int ERROR_MESSAGE = 1;
  private static final int INFER_RESPONSE = 2;
  private static final int MODEL_NAME = 1;
  private static final int MODEL_VERSION = 2;
  private static final int ID = 3;
  private static final int PARAMETERS = 4;
  private static final int OUTPUTS = 5;
  private static final int RAW_OUTPUT_CONTENTS = 6;
  private static final byte[] FINAL_RESPONSE = Ascii.bytes("triton_final_response");

  final InferOutputs outputs = new InferOutputs();

  int modelStart;
  int modelEnd;
  int idStart;
  int idEnd;
  int errorStart;
  int errorEnd;

  /** The last response to its request. */
  boolean finalResponse;

  /** Responses so far came without Triton's message around them. */
  private boolean bare;

  /** Reads the message that the reader was set to. */
  void read(ProtoReader proto, boolean streamed) {
    clear();
    if (!streamed || isBare(proto)) {
      readResponse(proto);
      return;
    }
    while (proto.next()) {
      if (proto.field() == ERROR_MESSAGE && proto.filledValue()) {
        errorStart = proto.valueStart();
        errorEnd = proto.valueEnd();
      } else if (proto.field() == INFER_RESPONSE && proto.enter()) {
        readResponse(proto);
        proto.leave();
      }
    }
  }

  private void clear() {
    outputs.clear();
    modelStart = 0;
    modelEnd = 0;
    idStart = 0;
    idEnd = 0;
    errorStart = 0;
    errorEnd = 0;
    finalResponse = false;
  }

  /** Triton's message has no field above the second; a response that says anything has one. */
  private boolean isBare(ProtoReader proto) {
    if (!bare) {
      while (proto.next()) {
        bare |= proto.field() > MODEL_VERSION;
      }
      bare &= !proto.failed();
      proto.rewind();
    }
    return bare;
  }

  private void readResponse(ProtoReader proto) {
    while (proto.next()) {
      switch (proto.field()) {
        case MODEL_NAME -> {
          modelStart = proto.valueStart();
          modelEnd = proto.valueEnd();
        }
        case ID -> {
          idStart = proto.valueStart();
          idEnd = proto.valueEnd();
        }
        case PARAMETERS -> finalResponse |= InferParameters.isTrue(proto, FINAL_RESPONSE);
        case OUTPUTS -> outputs.readOutput(proto);
        case RAW_OUTPUT_CONTENTS -> outputs.readRaw(proto);
        default -> {}
      }
    }
  }
}
