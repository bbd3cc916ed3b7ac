package dev.streamgauge.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * What the model servers without a model answer at once, over HTTP/1.1. A gateway asks for the
 * models before it passes a chat on.
 */
final class PlainAnswers {
  private static final String MODELS_TARGET = "/v1/models";
  private static final ByteBuffer EMPTY = direct("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  private static final ByteBuffer CHAT = json(UnaryBodies.ANSWER);
  private static final ByteBuffer MODELS =
      json(
          "{\"object\":\"list\",\"data\":[{\"id\":\"bench\",\"object\":\"model\","
              + "\"created\":1795510800,\"owned_by\":\"vllm\",\"root\":\"bench\","
              + "\"max_model_len\":8192}]}");

  private PlainAnswers() {}

  static ByteBuffer empty() {
    return EMPTY.duplicate();
  }

  /** A chat that is not streamed. */
  static ByteBuffer chat() {
    return CHAT.duplicate();
  }

  static ByteBuffer toGet(String target) {
    return target.equals(MODELS_TARGET) ? MODELS.duplicate() : empty();
  }

  static ByteBuffer direct(String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private static ByteBuffer json(String body) {
    return direct(
        String.join(
            "\r\n",
            "HTTP/1.1 200 OK",
            "date: Tue, 24 Nov 2026 09:00:00 GMT",
            "server: uvicorn",
            "content-type: application/json",
            "content-length: " + body.length(),
            "",
            body));
  }
}
