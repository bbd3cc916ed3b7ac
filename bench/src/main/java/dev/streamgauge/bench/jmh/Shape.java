package dev.streamgauge.bench.jmh;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** One piece of a stream in each dialect, as real servers write it; where it is asked for. */
public enum Shape {
  OPENAI_CHAT(
      "/v1/chat/completions",
      """
      data: {"id":"chatcmpl-5d3c0a7e9b1f4c62a8d0e4f7b6c5a391","object":"chat.completion.chunk",\
      "created":1795510800,"model":"bench","choices":[{"index":0,"delta":{"content":" token"},\
      "logprobs":null,"finish_reason":null,"token_ids":null}]}

      """),
  OPENAI_COMPLETIONS(
      "/v1/completions",
      """
      data: {"id":"cmpl-5d3c0a7e9b1f4c62a8d0e4f7b6c5a391","object":"text_completion",\
      "created":1795510800,"model":"bench","choices":[{"index":0,"text":" token",\
      "logprobs":null,"finish_reason":null,"stop_reason":null,"token_ids":null}],"usage":null}

      """),
  OPENAI_RESPONSES(
      "/v1/responses",
      """
      event: response.output_text.delta
      data: {"content_index":0,"delta":" token","item_id":"msg_1b7bc81a6751425ca81edc7425141406",\
      "logprobs":[],"output_index":0,"sequence_number":6,"type":"response.output_text.delta"}

      """),
  ANTHROPIC_MESSAGES(
      "/v1/messages",
      """
      event: content_block_delta
      data: {"type":"content_block_delta","delta":{"type":"text_delta","text":" token"},"index":0}

      """),
  LLAMACPP_COMPLETION(
      "/completion",
      """
      data: {"index":0,"content":" token","tokens":[2037],"stop":false,"id_slot":-1,\
      "tokens_predicted":100000000,"tokens_evaluated":12}

      """),
  OLLAMA(
      "/api/chat",
      """
      {"model":"bench","created_at":"2026-11-24T04:18:39.187321232Z",\
      "message":{"role":"assistant","content":" token"},"done":false}
      """),
  SGLANG_GENERATE(
      "/generate",
      """
      data: {"text":"A text so far that is cumulative and ends in a token","output_ids":[1793,3025,\
      2472,2371,2796,505,4010],"meta_info":{"id":"57da1902eebf49ef81726d3f5c3ea2cf",\
      "finish_reason":null,"prompt_tokens":7,"weight_version":"default","num_retractions":0,\
      "storage_prefetch_wait":0.0,"storage_staging_wait":0.0,\
      "forward_entry_time":1795493501.635756,"prefill_finished_time":1795493501.6585565,\
      "queue_time":0.0007671100001971354,"reasoning_tokens":0,"completion_tokens":100000000,\
      "cached_tokens":6,"cached_tokens_details":{"device":6,"host":0},"dp_rank":null}}

      """),
  TGI_GENERATE(
      "/generate_stream",
      """
      data:{"index":100000000,"token":{"id":4037,"text":" token","logprob":-0.26123047,\
      "special":false},"generated_text":null,"details":null}

      """),
  VLLM_GENERATE(
      "/inference/v1/generate",
      """
      data: {"request_id":"generate-tokens-b5bcab336b6091ab","usage":null,"output_mode":"tokens",\
      "choices":[{"index":0,"finish_reason":null,"stop_reason":null,"token_ids":[3559],\
      "routed_experts":null,"sampling_mask":null,"weight_versions":null,"logprobs":null}]}

      """),
  COHERE_CHAT(
      "/cohere/v2/chat",
      """
      data: {"index":0,"delta":{"message":{"content":{"text":" token"}}},"type":"content-delta"}

      """),
  TRITON_GENERATE(
      "/v2/models/bench/generate_stream",
      """
      data: {"model_name":"bench","model_version":"1","text_output":" token"}

      """),
  KSERVE_INFER(
      "/v2/models/bench/infer_stream",
      """
      data: {"model_name":"bench","id":"0d3c1b52-9d5e-4d08-8a7c-4f6f0f3c1d9e","parameters":{},\
      "outputs":[{"name":"output","shape":[1,1],"datatype":"BYTES","parameters":\
      {"content_type":"str"},"data":[" token"]}]}

      """),
  VLLM_GRPC("/vllm.grpc.engine.VllmEngine/Generate", chunk(1)),
  SGLANG_GRPC("/sglang.grpc.scheduler.SglangScheduler/Generate", chunk(2)),
  TRTLLM_GRPC("/trtllm.TrtllmService/Generate", chunk(2)),
  KSERVE_GRPC("/inference.GRPCInferenceService/ModelStreamInfer", inferred()),
  COMMENT("/v1/chat/completions", ": keep-alive\n\n");

  /** Counts that grow are written with so many digits, from this one. */
  private static final String GROWING = "100000000";

  private final String path;

  /** A character is a byte. */
  private final String piece;

  Shape(String path, String piece) {
    this.path = path;
    this.piece = piece;
  }

  Shape(String path, byte[] piece) {
    this(path, new String(piece, StandardCharsets.ISO_8859_1));
  }

  String path() {
    return path;
  }

  String contentType() {
    if (name().endsWith("_GRPC")) {
      return "application/grpc";
    }
    return this == OLLAMA ? "application/x-ndjson" : "text/event-stream";
  }

  byte[] piece() {
    return piece.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The same with another text, where it has one. */
  byte[] other() {
    String other = piece.replace("token\"", "fox\"");
    return other.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Where the last digit of the count that grows is; -1 if none does. */
  int growsAt() {
    int at = piece.indexOf(GROWING);
    return at < 0 ? -1 : at + GROWING.length() - 1;
  }

  /** A chunk with one token id and the counts, in vLLM's, SGLang's or TensorRT-LLM's field. */
  private static byte[] chunk(int field) {
    byte[] chunk = {0x0A, 0x02, (byte) 0xF5, 0x0F, 0x10, 0x0C, 0x18, 0x11, 0x20, 0x08};
    return message(field(field, chunk));
  }

  /** Triton's: model, version, id, one output's description, and its raw strings. */
  private static byte[] inferred() {
    ByteArrayOutputStream response = new ByteArrayOutputStream();
    response.writeBytes(field(1, ascii("bench")));
    response.writeBytes(field(2, ascii("1")));
    response.writeBytes(field(3, ascii("request-1")));
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    output.writeBytes(field(1, ascii("text_output")));
    output.writeBytes(field(2, ascii("BYTES")));
    output.writeBytes(field(3, new byte[] {1}));
    response.writeBytes(field(5, output.toByteArray()));
    response.writeBytes(field(6, ascii("\6\0\0\0 token")));
    return message(field(2, response.toByteArray()));
  }

  /** Below 128 bytes. */
  private static byte[] field(int number, byte[] value) {
    byte[] field = new byte[value.length + 2];
    field[0] = (byte) ((number << 3) | 2);
    field[1] = (byte) value.length;
    System.arraycopy(value, 0, field, 2, value.length);
    return field;
  }

  private static byte[] message(byte[] content) {
    byte[] message = new byte[content.length + 5];
    message[4] = (byte) content.length;
    System.arraycopy(content, 0, message, 5, content.length);
    return message;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
