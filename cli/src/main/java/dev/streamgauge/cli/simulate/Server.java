package dev.streamgauge.cli.simulate;

/** Which program's manners an answer has: its heads and the words of its errors. */
enum Server {
  VLLM("text/event-stream; charset=utf-8"),
  LLAMACPP("text/event-stream"),
  SGLANG("text/event-stream; charset=utf-8"),
  OLLAMA("application/x-ndjson"),
  TGI("text/event-stream"),
  TRITON("text/event-stream; charset=utf-8");

  private final String streamType;

  Server(String streamType) {
    this.streamType = streamType;
  }

  /** The content type of a stream. */
  String streamType() {
    return streamType;
  }
}
