package dev.streamgauge.parser;

/**
 * What the first message of a gRPC call's request says of itself, by the fields' numbers in the
 * engines' protos (smg-grpc-proto 0.4.28) and KServe's. A compressed one says nothing.
 */
final class CallFacts {
  private static final int PREFIX_BYTES = 5;
  private static final int MODEL_CHARS_MAX = 256;

  /** No field has this number. */
  private static final int NONE = 0;

  private CallFacts() {}

  /** Observes the body, which may be a prefix of the real one. */
  static RequestFacts read(
      GrpcMethod call, String method, String path, byte[] body, int start, int end) {
    Operation operation = Operations.of(method, path);
    if (end - start < PREFIX_BYTES || body[start] != 0) {
      return new RequestFacts(method, path, operation, null, null);
    }
    long length = 0;
    for (int i = 1; i < PREFIX_BYTES; i++) {
      length = (length << 8) | (body[start + i] & 0xFF);
    }
    int from = start + PREFIX_BYTES;
    ProtoReader proto = new ProtoReader();
    proto.reset(body, from, (int) Math.min(end, from + length));
    String model = null;
    Boolean stream = null;
    while (proto.next()) {
      if (proto.field() == modelField(call) && proto.filledValue()) {
        model = proto.text(proto.valueStart(), proto.valueEnd(), MODEL_CHARS_MAX);
      } else if (proto.field() == streamField(call)) {
        stream = proto.number() != 0;
      }
    }
    boolean whole = from + length <= end && !proto.failed();
    if (stream == null && whole && streamField(call) != NONE) {
      stream = false; // a false that is not written
    }
    return new RequestFacts(method, path, operation, model, stream);
  }

  private static int modelField(GrpcMethod call) {
    return switch (call) {
      case KSERVE_INFER, KSERVE_STREAM_INFER -> 1;
      case VLLM_GENERATE,
          VLLM_EMBED,
          SGLANG_GENERATE,
          SGLANG_EMBED,
          TRTLLM_GENERATE,
          TRTLLM_EMBED ->
          NONE;
    };
  }

  private static int streamField(GrpcMethod call) {
    return switch (call) {
      case VLLM_GENERATE -> 5;
      case SGLANG_GENERATE -> 17;
      case TRTLLM_GENERATE -> 6;
      case VLLM_EMBED, SGLANG_EMBED, TRTLLM_EMBED, KSERVE_INFER, KSERVE_STREAM_INFER -> NONE;
    };
  }
}
