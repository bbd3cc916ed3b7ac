package dev.streamgauge.parser;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The gRPC calls of model servers, by their paths: the service's full name and the method. */
enum GrpcMethod {
  VLLM_GENERATE("/vllm.grpc.engine.VllmEngine/Generate", Dialect.VLLM_GRPC, Operation.GENERATE),
  VLLM_EMBED("/vllm.grpc.engine.VllmEngine/Embed", Dialect.UNKNOWN, Operation.EMBEDDINGS),
  SGLANG_GENERATE(
      "/sglang.grpc.scheduler.SglangScheduler/Generate", Dialect.SGLANG_GRPC, Operation.GENERATE),
  SGLANG_EMBED(
      "/sglang.grpc.scheduler.SglangScheduler/Embed", Dialect.UNKNOWN, Operation.EMBEDDINGS),
  TRTLLM_GENERATE("/trtllm.TrtllmService/Generate", Dialect.TRTLLM_GRPC, Operation.GENERATE),
  TRTLLM_EMBED("/trtllm.TrtllmService/Embed", Dialect.UNKNOWN, Operation.EMBEDDINGS),
  KSERVE_INFER("/inference.GRPCInferenceService/ModelInfer", Dialect.KSERVE_GRPC, Operation.INFER),
  KSERVE_STREAM_INFER(
      "/inference.GRPCInferenceService/ModelStreamInfer", Dialect.KSERVE_GRPC, Operation.INFER);

  private static final Map<String, GrpcMethod> BY_PATH = byPath();

  private final String path;
  private final Dialect dialect;
  private final Operation operation;

  GrpcMethod(String path, Dialect dialect, Operation operation) {
    this.path = path;
    this.dialect = dialect;
    this.operation = operation;
  }

  private static Map<String, GrpcMethod> byPath() {
    Map<String, GrpcMethod> methods = new HashMap<>();
    for (GrpcMethod method : values()) {
      methods.put(method.path, method);
    }
    return methods;
  }

  /** Null for a path that is none of theirs. */
  static @Nullable GrpcMethod of(String path) {
    return BY_PATH.get(path);
  }

  /** {@link Dialect#UNKNOWN} where answers aren't read. */
  Dialect dialect() {
    return dialect;
  }

  Operation operation() {
    return operation;
  }

  /** Whether the server may answer with several messages. */
  boolean streams() {
    return switch (this) {
      case VLLM_GENERATE, SGLANG_GENERATE, TRTLLM_GENERATE, KSERVE_STREAM_INFER -> true;
      case VLLM_EMBED, SGLANG_EMBED, TRTLLM_EMBED, KSERVE_INFER -> false;
    };
  }
}
