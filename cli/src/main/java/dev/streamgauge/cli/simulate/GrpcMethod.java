package dev.streamgauge.cli.simulate;

import org.jspecify.annotations.Nullable;

/** What a gRPC path is for. */
enum GrpcMethod {
  VLLM_GENERATE("/vllm.grpc.engine.VllmEngine/Generate", GrpcEngine.VLLM),
  SGLANG_GENERATE("/sglang.grpc.scheduler.SglangScheduler/Generate", GrpcEngine.SGLANG),
  TRTLLM_GENERATE("/trtllm.TrtllmService/Generate", GrpcEngine.TRTLLM),
  MODEL_INFER("/inference.GRPCInferenceService/ModelInfer", null),
  /** Several requests on one call. */
  MODEL_STREAM_INFER("/inference.GRPCInferenceService/ModelStreamInfer", null),
  SERVER_LIVE("/inference.GRPCInferenceService/ServerLive", null),
  SERVER_READY("/inference.GRPCInferenceService/ServerReady", null);

  private final String path;
  private final @Nullable GrpcEngine engine;

  GrpcMethod(String path, @Nullable GrpcEngine engine) {
    this.path = path;
    this.engine = engine;
  }

  /** Null if there is none. */
  static @Nullable GrpcMethod of(CharSequence path) {
    for (GrpcMethod method : values()) {
      if (method.path.contentEquals(path)) {
        return method;
      }
    }
    return null;
  }

  /** Whose {@code Generate} it is; null where it is none. */
  @Nullable GrpcEngine engine() {
    return engine;
  }

  /** Whether a model would answer. */
  boolean answers() {
    return this != SERVER_LIVE && this != SERVER_READY;
  }

  boolean reasons() {
    return engine != null && engine.reasons();
  }
}
