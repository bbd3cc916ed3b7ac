package dev.streamgauge.cluster.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.streamgauge.cluster.metrics.ClusterMetrics;
import dev.streamgauge.telemetry.PageForm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics}, {@code /healthz}, {@code /readyz} and {@code /status}, on virtual threads of
 * its own. At most eight pages are in hand at once; who comes beyond gets 503.
 */
public final class AdminServer implements AutoCloseable {
  private static final int PAGES_MAX = 8;
  private static final int BACKLOG = 64;

  /** What the role says of itself. Any thread. */
  public interface Role {
    /** Null while it is ready; else why it is not. */
    @Nullable String unready();

    /** For a person who wonders what it is doing. */
    JsonNode status();
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore pages = new Semaphore(PAGES_MAX);
  private final ClusterMetrics metrics;

  /**
   * Takes the address; nobody is answered yet.
   *
   * @throws IOException if it is not to be had
   */
  public AdminServer(InetSocketAddress address, ClusterMetrics metrics) throws IOException {
    this.metrics = metrics;
    server = HttpServer.create(address, BACKLOG);
    server.setExecutor(threads);
  }

  /** From now on it answers. */
  public void start(Role role) {
    server.createContext("/", exchange -> answer(exchange, role));
    server.start();
  }

  /** Where it listens: a port 0 is replaced by the one that was got. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange, Role role) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        text(exchange, 405, "only GET\n");
        return;
      }
      switch (exchange.getRequestURI().getPath()) {
        case "/metrics" -> page(exchange);
        case "/healthz" -> text(exchange, 200, "ok\n");
        case "/readyz" -> ready(exchange, role);
        case "/status" ->
            bytes(exchange, 200, "application/json", bytes(role.status().toPrettyString() + "\n"));
        default -> text(exchange, 404, "/metrics, /healthz, /readyz or /status\n");
      }
    }
  }

  private static void ready(HttpExchange exchange, Role role) throws IOException {
    String why = role.unready();
    text(exchange, why == null ? 200 : 503, why == null ? "ok\n" : why + "\n");
  }

  private void page(HttpExchange exchange) throws IOException {
    if (!pages.tryAcquire()) {
      exchange.getResponseHeaders().set("Retry-After", "1");
      text(exchange, 503, "eight pages are being read already\n");
      return;
    }
    try {
      PageForm form =
          PageForm.of(
              exchange.getRequestHeaders().getFirst("Accept"),
              exchange.getRequestHeaders().getFirst("Accept-Encoding"));
      ByteArrayOutputStream page = new ByteArrayOutputStream();
      metrics.render(form, page);
      String coding = form.contentEncoding();
      if (coding != null) {
        exchange.getResponseHeaders().set("Content-Encoding", coding);
      }
      exchange.getResponseHeaders().set("Vary", "Accept, Accept-Encoding");
      bytes(exchange, 200, metrics.contentType(form), page.toByteArray());
    } finally {
      pages.release();
    }
  }

  private static void text(HttpExchange exchange, int code, String text) throws IOException {
    bytes(exchange, code, "text/plain; charset=utf-8", bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void bytes(HttpExchange exchange, int code, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(code, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }
}
