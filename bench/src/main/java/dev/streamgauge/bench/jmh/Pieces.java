package dev.streamgauge.bench.jmh;

/** One piece of a stream in each shape, as long as real servers make it. */
final class Pieces {
  private static final String CHAT =
      """
      data: {"id":"chatcmpl-5d3c0a7e9b1f4c62a8d0e4f7b6c5a391","object":"chat.completion.chunk",\
      "created":1795510800,"model":"bench","choices":[{"index":0,"delta":{"content":" token"},\
      "logprobs":null,"finish_reason":null,"token_ids":null}]}

      """;
  private static final String COMPLETION =
      """
      data: {"id":"cmpl-5d3c0a7e9b1f4c62a8d0e4f7b6c5a391","object":"text_completion",\
      "created":1795510800,"model":"bench","choices":[{"index":0,"text":" token",\
      "logprobs":null,"finish_reason":null,"stop_reason":null,"token_ids":null}],"usage":null}

      """;
  private static final String LLAMACPP =
      """
      data: {"index":0,"content":" token","tokens":[2037],"stop":false,"id_slot":-1,\
      "tokens_predicted":17,"tokens_evaluated":12}

      """;
  private static final String COMMENT = ": keep-alive\n\n";

  private Pieces() {}

  static String of(String shape) {
    return switch (shape) {
      case "openai_chat" -> CHAT;
      case "openai_completions" -> COMPLETION;
      case "llamacpp_completion" -> LLAMACPP;
      case "comment" -> COMMENT;
      default -> throw new IllegalArgumentException(shape + ": no such shape");
    };
  }
}
