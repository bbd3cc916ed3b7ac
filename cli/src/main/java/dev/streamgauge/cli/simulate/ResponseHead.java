package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/** Response heads as each kind of server writes them. No date: no clock is read for the bytes. */
final class ResponseHead {
  private ResponseHead() {}

  /** Of a stream. {@code untilClose}: its body ends with the connection. */
  static byte[] stream(EngineStyle style, boolean untilClose, boolean keepAlive) {
    String framing = untilClose ? "" : transferEncoding(style) + ": chunked\r\n";
    boolean kept = keepAlive && !untilClose;
    return utf8(
        switch (style) {
          case VLLM, SGLANG ->
              "HTTP/1.1 200 OK\r\nserver: uvicorn\r\n"
                  + "content-type: text/event-stream; charset=utf-8\r\nvary: Origin\r\n"
                  + framing
                  + (kept ? "" : "connection: close\r\n")
                  + "\r\n";
          case LLAMACPP ->
              "HTTP/1.1 200 OK\r\nServer: llama.cpp\r\nAccess-Control-Allow-Origin: \r\n"
                  + "X-Accel-Buffering: no\r\nContent-Type: text/event-stream\r\n"
                  + framing
                  + (kept ? "Keep-Alive: timeout=5, max=100\r\n" : "Connection: close\r\n")
                  + "\r\n";
        });
  }

  private static String transferEncoding(EngineStyle style) {
    return style == EngineStyle.VLLM ? "transfer-encoding" : "Transfer-Encoding";
  }

  /**
   * Of JSON.
   *
   * @param length the value of Content-Length; null for a body that ends with the connection
   */
  static byte[] json(EngineStyle style, int status, @Nullable String length, boolean keepAlive) {
    String start =
        "HTTP/1.1 " + status + " " + HttpResponseStatus.valueOf(status).reasonPhrase() + "\r\n";
    String retry = status == 429 ? "retry-after: 1\r\n" : "";
    boolean kept = keepAlive && length != null;
    return utf8(
        switch (style) {
          case VLLM, SGLANG ->
              start
                  + "server: uvicorn\r\n"
                  + (length == null ? "" : "content-length: " + length + "\r\n")
                  + "content-type: application/json\r\nvary: Origin\r\n"
                  + retry
                  + (kept ? "" : "connection: close\r\n")
                  + "\r\n";
          case LLAMACPP ->
              start
                  + "Server: llama.cpp\r\nAccess-Control-Allow-Origin: \r\n"
                  + "Content-Type: application/json; charset=utf-8\r\n"
                  + (length == null ? "" : "Content-Length: " + length + "\r\n")
                  + retry
                  + (kept ? "Keep-Alive: timeout=5, max=100\r\n" : "Connection: close\r\n")
                  + "\r\n";
        });
  }
}
