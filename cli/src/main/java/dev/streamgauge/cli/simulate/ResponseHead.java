package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/** Response heads as each kind of server writes them. No date: no clock is read for the bytes. */
final class ResponseHead {
  private ResponseHead() {}

  /** Of a stream. {@code untilClose}: its body ends with the connection. */
  static byte[] stream(Server server, boolean untilClose, boolean keepAlive) {
    String framing = untilClose ? "" : transferEncoding(server) + ": chunked\r\n";
    boolean kept = keepAlive && !untilClose;
    return utf8(
        switch (server) {
          case VLLM, SGLANG ->
              "HTTP/1.1 200 OK\r\nserver: uvicorn\r\n"
                  + type("content-type", server)
                  + "vary: Origin\r\n"
                  + framing
                  + (kept ? "" : "connection: close\r\n")
                  + "\r\n";
          case LLAMACPP ->
              "HTTP/1.1 200 OK\r\nServer: llama.cpp\r\nAccess-Control-Allow-Origin: \r\n"
                  + "X-Accel-Buffering: no\r\n"
                  + type("Content-Type", server)
                  + framing
                  + (kept ? "Keep-Alive: timeout=5, max=100\r\n" : "Connection: close\r\n")
                  + "\r\n";
          case TGI ->
              "HTTP/1.1 200 OK\r\n"
                  + type("content-type", server)
                  + "cache-control: no-cache\r\nx-compute-type: cpu\r\nx-accel-buffering: no\r\n"
                  + framing
                  + (kept ? "" : "connection: close\r\n")
                  + "\r\n";
          case OLLAMA, TRITON ->
              "HTTP/1.1 200 OK\r\n"
                  + type("Content-Type", server)
                  + framing
                  + (kept ? "" : "Connection: close\r\n")
                  + "\r\n";
        });
  }

  private static String type(String name, Server server) {
    return name + ": " + server.streamType() + "\r\n";
  }

  private static String transferEncoding(Server server) {
    return server == Server.VLLM ? "transfer-encoding" : "Transfer-Encoding";
  }

  /**
   * Of JSON.
   *
   * @param more further lines
   * @param length the value of Content-Length; null for a body that ends with the connection
   */
  static byte[] json(
      Server server, int status, String more, @Nullable String length, boolean keepAlive) {
    String start =
        "HTTP/1.1 " + status + " " + HttpResponseStatus.valueOf(status).reasonPhrase() + "\r\n";
    String retry = status == 429 ? "retry-after: 1\r\n" : "";
    boolean kept = keepAlive && length != null;
    return utf8(
        switch (server) {
          case VLLM, SGLANG ->
              start
                  + "server: uvicorn\r\n"
                  + (length == null ? "" : "content-length: " + length + "\r\n")
                  + "content-type: application/json\r\nvary: Origin\r\n"
                  + more
                  + retry
                  + (kept ? "" : "connection: close\r\n")
                  + "\r\n";
          case LLAMACPP ->
              start
                  + "Server: llama.cpp\r\nAccess-Control-Allow-Origin: \r\n"
                  + "Content-Type: application/json; charset=utf-8\r\n"
                  + more
                  + (length == null ? "" : "Content-Length: " + length + "\r\n")
                  + retry
                  + (kept ? "Keep-Alive: timeout=5, max=100\r\n" : "Connection: close\r\n")
                  + "\r\n";
          case OLLAMA, TGI, TRITON ->
              start
                  + "Content-Type: application/json"
                  + (server == Server.OLLAMA ? "; charset=utf-8\r\n" : "\r\n")
                  + (length == null ? "" : "Content-Length: " + length + "\r\n")
                  + more
                  + retry
                  + (kept ? "" : "Connection: close\r\n")
                  + "\r\n";
        });
  }
}
