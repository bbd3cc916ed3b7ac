package dev.streamgauge.cluster.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * HTTPS for the API server: {@code POST /inject} with an AdmissionReview. Each request runs on a
 * virtual thread; how many bytes of reviews are in hand at once is bounded. How long a connection
 * may take for a request, may idle, and how many there may be, are properties of the JDK's server
 * that {@code bin/streamgauge} sets.
 */
final class WebhookServer implements AutoCloseable {
  /** The API server takes no request above 3 MiB, and a review holds the object once or twice. */
  static final int BODY_BYTES_MAX = 7 * 1024 * 1024;

  /** A pod is some ten kilobytes, and twice that in a review of its change. */
  static final int SMALL_BYTES_MAX = 256 * 1024;

  /** Of such bodies in hand together. */
  static final int SMALL_BODIES_BYTES_MAX = 4 * 1024 * 1024;

  /** Of all others, so that these do not take the place of those. */
  static final int LARGE_BODIES_BYTES_MAX = 8 * 1024 * 1024;

  /** Of a body that is refused unread. */
  private static final int PASSED_OVER_BYTES_MAX = 2 * BODY_BYTES_MAX;

  /** Below the time that the API server gives a webhook, so that it hears why. */
  private static final long WAIT_MILLIS_MAX = 1_000;

  private static final int BACKLOG = 512;
  private static final int CLOSE_SECONDS = 2;
  static final String PATH = "/inject";

  private final HttpsServer server;
  private final ExecutorService threads;
  private final Semaphore smallBytes = new Semaphore(SMALL_BODIES_BYTES_MAX, true);
  private final Semaphore largeBytes = new Semaphore(LARGE_BODIES_BYTES_MAX, true);
  private final Function<byte[], Answer> reviewing;

  /** What a request is answered with. */
  static final class Answer {
    private final int status;
    private final byte[] body;

    /**
     * Takes the body as it is.
     *
     * @param status of HTTP
     * @param body JSON for 200, else a line of text
     */
    Answer(int status, byte[] body) {
      this.status = status;
      this.body = body;
    }

    static Answer text(int status, String line) {
      return new Answer(status, (line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    int status() {
      return status;
    }

    /** Not copied: nobody changes it. */
    byte[] body() {
      return body;
    }
  }

  private WebhookServer(
      HttpsServer server, ExecutorService threads, Function<byte[], Answer> reviewing) {
    this.server = server;
    this.threads = threads;
    this.reviewing = reviewing;
  }

  /**
   * Listens from now on.
   *
   * @param reviewing from a body to its answer; on a virtual thread
   */
  static WebhookServer start(
      InetSocketAddress address, SSLContext tls, Function<byte[], Answer> reviewing)
      throws IOException {
    HttpsServer server = HttpsServer.create(address, BACKLOG);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("webhook-", 0).factory());
    WebhookServer webhook = new WebhookServer(server, threads, reviewing);
    server.setExecutor(threads);
    server.createContext("/", webhook::handle);
    server.start();
    return webhook;
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer refusal = refusal(exchange);
      if (refusal == null) {
        review(exchange);
      } else {
        passOver(exchange.getRequestBody());
        send(exchange, refusal);
      }
    }
  }

  private static @Nullable Answer refusal(HttpExchange exchange) {
    if (!exchange.getRequestURI().getPath().equals(PATH)) {
      return Answer.text(404, "not found (expected: " + PATH + ")");
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      exchange.getResponseHeaders().set("Allow", "POST");
      return Answer.text(405, "method not allowed (expected: POST)");
    }
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
      return Answer.text(415, "content-type is not application/json");
    }
    return declaredBytes(exchange) > BODY_BYTES_MAX ? tooLarge() : null;
  }

  private void review(HttpExchange exchange) throws IOException {
    long declared = declaredBytes(exchange);
    if (declared >= 0 && declared <= SMALL_BYTES_MAX) {
      reviewSmall(exchange, (int) declared);
    } else {
      reviewLarge(exchange, declared < 0 ? BODY_BYTES_MAX : (int) declared);
    }
  }

  /** Room is taken for what has come, so that who sends slowly keeps nobody out. */
  private void reviewSmall(HttpExchange exchange, int length) throws IOException {
    byte[] body = new byte[length];
    int held = 0;
    try {
      InputStream in = exchange.getRequestBody();
      for (int read = read(in, body, held); read > 0; read = read(in, body, held)) {
        if (!acquired(smallBytes, read)) {
          send(exchange, busy());
          return;
        }
        held += read;
      }
      if (held == length) {
        send(exchange, reviewing.apply(body));
      }
    } finally {
      smallBytes.release(held);
    }
  }

  private static int read(InputStream in, byte[] into, int from) throws IOException {
    return from == into.length ? 0 : in.read(into, from, into.length - from);
  }

  /** Room is taken for all of it: half read, several would wait for each other. */
  private void reviewLarge(HttpExchange exchange, int held) throws IOException {
    if (!acquired(largeBytes, held)) {
      send(exchange, busy());
      return;
    }
    try {
      byte[] body = body(exchange, held);
      send(exchange, body == null ? tooLarge() : reviewing.apply(body));
    } finally {
      largeBytes.release(held);
    }
  }

  /** The Content-Length, which the server has checked; -1 without one. */
  private static long declaredBytes(HttpExchange exchange) {
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    return length == null ? -1 : Long.parseLong(length.strip());
  }

  private static boolean acquired(Semaphore semaphore, int permits) {
    try {
      return semaphore.tryAcquire(permits, WAIT_MILLIS_MAX, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static byte @Nullable [] body(HttpExchange exchange, int bytesMax) throws IOException {
    InputStream in = exchange.getRequestBody();
    byte[] body = in.readNBytes(bytesMax);
    return in.read() < 0 ? body : null;
  }

  /** Who is still sending would not see the answer for the reset that a close is then. */
  private static void passOver(InputStream body) throws IOException {
    byte[] scratch = new byte[8192];
    int passed = 0;
    int read = body.read(scratch);
    while (read >= 0 && passed < PASSED_OVER_BYTES_MAX) {
      passed += read;
      read = body.read(scratch);
    }
  }

  private static Answer tooLarge() {
    return Answer.text(413, "larger than " + BODY_BYTES_MAX + " bytes");
  }

  private static Answer busy() {
    return Answer.text(503, "too many reviews at once");
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    String type = answer.status() == 200 ? "application/json" : "text/plain; charset=utf-8";
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(answer.status(), answer.body().length);
    exchange.getResponseBody().write(answer.body());
  }

  /** Those in hand are answered, within two seconds. */
  @Override
  public void close() {
    server.stop(CLOSE_SECONDS);
    var _ = threads.shutdownNow();
  }
}
