import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What the ahead-of-time cache is made from: the packaged proxy before a trivial upstream, some
 * streams, some scrapes, SIGTERM. Run from its source: {@code java TrainingRun.java LAUNCHER CACHE}.
 */
final class TrainingRun {
  private static final int REQUESTS = 30;
  private static final int EVENTS = 40;
  private static final long PATIENCE_SECONDS = 60;
  private static final String REQUEST =
      "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  public static void main(String[] args) throws Exception {
    Path cache = Path.of(args[1]).toAbsolutePath();
    Files.deleteIfExists(cache);
    HttpServer upstream = upstream();
    int port = freePort();
    int admin = freePort();
    Process proxy = proxy(args[0], cache, upstream.getAddress().getPort(), port, admin);
    try {
      drive(port, admin, proxy);
    } finally {
      proxy.destroy(); // SIGTERM: the drain belongs to what is trained
    }
    // the JVM writes the cache on its way out
    if (!proxy.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      proxy.destroyForcibly();
    }
    upstream.stop(0);
    if (!Files.exists(cache)) {
      System.err.println("no cache was written: exit code " + proxy.exitValue());
      System.exit(1);
    }
  }

  private static HttpServer upstream() throws IOException {
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(free, 0);
    server.createContext("/", TrainingRun::answer);
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("content-type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream body = exchange.getResponseBody()) {
      for (int i = 0; i < EVENTS; i++) {
        body.write(event("{\"index\":0,\"delta\":{\"content\":\"word \"},\"finish_reason\":null}", ""));
        body.flush();
      }
      String usage = ",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":40,\"total_tokens\":45}";
      body.write(event("{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}", usage));
      body.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static byte[] event(String choice, String more) {
    String json =
        "{\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":["
            + choice
            + "]"
            + more
            + "}";
    return ("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  private static Process proxy(String launcher, Path cache, int upstream, int port, int admin)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            launcher,
            "proxy",
            "--listen=127.0.0.1:" + port,
            "--admin=127.0.0.1:" + admin,
            "--upstream=http://127.0.0.1:" + upstream,
            "--drain-timeout=5s");
    builder.environment().put("STREAMGAUGE_JAVA_OPTS", "-XX:AOTCacheOutput=" + cache);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return builder.start();
  }

  private static void drive(int port, int admin, Process proxy) throws Exception {
    try (HttpClient client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      awaitHealth(client, admin, proxy);
      for (int i = 0; i < REQUESTS; i++) {
        HttpRequest request =
            HttpRequest.newBuilder(uri(port, "/v1/chat/completions"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(REQUEST))
                .build();
        client.send(request, BodyHandlers.discarding());
      }
      for (String path : new String[] {"/metrics", "/readyz", "/status"}) {
        client.send(HttpRequest.newBuilder(uri(admin, path)).build(), BodyHandlers.discarding());
      }
    }
  }

  private static void awaitHealth(HttpClient client, int admin, Process proxy) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (proxy.isAlive() && System.nanoTime() < end) {
      try {
        client.send(HttpRequest.newBuilder(uri(admin, "/healthz")).build(), BodyHandlers.discarding());
        return;
      } catch (IOException e) {
        Thread.sleep(50); // not listening yet
      }
    }
    throw new IOException("the proxy did not start");
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
