import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The packaged proxy, started by its launcher before a trivial upstream, and what a day of it looks
 * like: streams, whole answers, over HTTP/1.1 and HTTP/2, clients that leave or break the rules,
 * scrapes, SIGTERM.
 */
final class DrivenProxy implements AutoCloseable {
  private static final int EVENTS = 40;
  private static final long PATIENCE_SECONDS = 60;
  private static final String HEALTH_REQUEST =
      "GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n";
  private static final String[] BAD_REQUESTS = {
    "GET / HTTP/1.1\r\n\r\n", // no host
    "GET / HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n",
    "nonsense\r\n\r\n"
  };
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** GET, http, /, and an authority of one letter: RFC 7541 appendix A. */
  private static final byte[] REQUEST_FIELDS = {
    (byte) 0x82, (byte) 0x86, (byte) 0x84, 0x01, 0x01, 'a'
  };

  private static final int STREAMS_TO_BREAK = 60;
  /** Not protobuf: few ask for it, and its classes would be a twentieth of the cache. */
  private static final String[] ACCEPTED = {
    "text/plain; version=0.0.4",
    "application/openmetrics-text; version=1.0.0"
  };

  private final HttpServer upstream;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Upgrades with its first request. */
  private final HttpClient http2 =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

  private final int port;
  private final int admin;
  private final long startNanos;
  private final Process process;

  /**
   * Starts both; {@link #awaitFirstAnswer} says when they are there.
   *
   * @param javaOptions more options for the JVM
   */
  DrivenProxy(String launcher, String javaOptions) throws IOException {
    port = freePort();
    admin = freePort();
    upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    upstream.createContext("/", DrivenProxy::answer);
    upstream.start();
    ProcessBuilder builder =
        new ProcessBuilder(
            launcher,
            "proxy",
            "--listen=127.0.0.1:" + port,
            "--admin=127.0.0.1:" + admin,
            "--upstream=http://127.0.0.1:" + upstream.getAddress().getPort(),
            "--drain-timeout=5s");
    builder.environment().put("STREAMGAUGE_JAVA_OPTS", javaOptions);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    startNanos = System.nanoTime();
    process = builder.start();
  }

  /** Milliseconds from exec to the first 200 through the proxy. */
  long awaitFirstAnswer() throws IOException, InterruptedException {
    while (System.nanoTime() - startNanos < TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
      if (!process.isAlive()) {
        throw new IOException("the proxy ended with " + process.exitValue());
      }
      if (answersOnce()) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
      }
      Thread.sleep(2); // not listening yet
    }
    throw new IOException("the proxy did not start");
  }

  // a plain socket: the client's own start would be part of the time
  private boolean answersOnce() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(HEALTH_REQUEST.getBytes(StandardCharsets.US_ASCII));
      byte[] start = socket.getInputStream().readNBytes(12);
      return new String(start, StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
    } catch (IOException e) {
      return false;
    }
  }

  /** Streams and whole answers in turn, then each page of the admin port. */
  void drive(int requests) throws IOException, InterruptedException {
    HttpRequest health = HttpRequest.newBuilder(uri(port, "/health")).build();
    HttpClient.Version version = http2.send(health, BodyHandlers.discarding()).version();
    if (version != HttpClient.Version.HTTP_2) {
      throw new IOException("the proxy answered in " + version);
    }
    for (int i = 0; i < requests; i++) {
      chat(i % 2 == 0 ? client : http2, i % 8 < 6);
    }
    leave(client);
    leave(http2);
    breakRules();
    for (String accepted : ACCEPTED) {
      get(admin, "/metrics", accepted);
    }
    for (String path : new String[] {"/healthz", "/readyz", "/status", "/nothing"}) {
      get(admin, path, "*/*");
    }
  }

  private void chat(HttpClient by, boolean stream) throws IOException, InterruptedException {
    int status = by.send(chatRequest(stream), BodyHandlers.discarding()).statusCode();
    if (status != 200) {
      throw new IOException("the proxy answered " + status);
    }
  }

  private HttpRequest chatRequest(boolean stream) {
    String body =
        "{\"model\":\"m\",\"stream\":" + stream + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    return HttpRequest.newBuilder(uri(port, "/v1/chat/completions"))
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  /** Each in its way: what is done for the first time is slow, and others would wait for it. */
  private void breakRules() throws IOException {
    for (String request : BAD_REQUESTS) {
      sendAndRead(request.getBytes(StandardCharsets.US_ASCII));
    }
    ByteBuffer frames = ByteBuffer.allocate(8 * 1024).put(PREFACE).put(frame(4, 0, 0));
    for (int id = 1; id < 2 * STREAMS_TO_BREAK; id += 2) {
      frames.put(frame(1, 0x5, id, REQUEST_FIELDS));
      if (id % 4 == 1) {
        frames.put(frame(3, 0, id, (byte) 0, (byte) 0, (byte) 0, (byte) 8)); // CANCEL
      } else {
        frames.put(frame(0, 0, id, (byte) 'x')); // behind the end
      }
    }
    sendAndRead(Arrays.copyOf(frames.array(), frames.position()));
  }

  /** RFC 9113 section 4.1. */
  private static byte[] frame(int type, int flags, int streamId, byte... payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putInt(payload.length << 8 | type)
        .put((byte) flags)
        .putInt(streamId)
        .put(payload)
        .array();
  }

  /** Until the proxy closes the connection. */
  private void sendAndRead(byte[] bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      socket.getOutputStream().write(bytes);
      var _ = socket.getInputStream().readAllBytes();
    } catch (SocketException e) {
      // Closed before all of it was read.
    }
  }

  /** Leaves within a stream. */
  private void leave(HttpClient by) throws IOException, InterruptedException {
    by.send(chatRequest(true), BodyHandlers.ofInputStream()).body().close();
  }

  private int get(int to, String path, String accept) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(uri(to, path)).header("accept", accept).build();
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }

  /** SIGTERM; the drain belongs to the day. The JVM writes a cache on its way out. */
  int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    client.close();
    http2.close();
    upstream.stop(0);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String request =
        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (request.contains("\"stream\":true")) {
      answerInPieces(exchange);
    } else {
      answerWhole(exchange);
    }
  }

  private static void answerWhole(HttpExchange exchange) throws IOException {
    byte[] body =
        json(
                "chat.completion",
                "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"word\"},"
                    + "\"finish_reason\":\"stop\"}",
                ",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":1,\"total_tokens\":6}")
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private static void answerInPieces(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("content-type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      for (int i = 0; i < EVENTS; i++) {
        piece(out, "{\"index\":0,\"delta\":{\"content\":\"word \"},\"finish_reason\":null}", "");
      }
      String usage = ",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":40,\"total_tokens\":45}";
      piece(out, "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}", usage);
      out.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void piece(OutputStream out, String choice, String more) throws IOException {
    String event = "data: " + json("chat.completion.chunk", choice, more) + "\n\n";
    out.write(event.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static String json(String object, String choice, String more) {
    return "{\"id\":\"1\",\"object\":\""
        + object
        + "\",\"created\":1,\"model\":\"m\",\"choices\":["
        + choice
        + "]"
        + more
        + "}";
  }

  private static URI uri(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
