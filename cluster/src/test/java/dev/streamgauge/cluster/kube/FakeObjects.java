package dev.streamgauge.cluster.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Keeps objects by their path, as an API server does: versions, conflicts, what is not there. */
final class FakeObjects implements AutoCloseable {
  private final ObjectMapper mapper = new ObjectMapper();
  private final HttpServer server;
  private final Map<String, ObjectNode> objects = new TreeMap<>();
  private int version;
  private boolean broken;

  FakeObjects() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 20);
    server.createContext("/", this::answer);
    server.start();
  }

  KubeClient client() {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return new KubeClient(new Endpoint(uri, null, () -> "secret", "own"), RequestObserver.none());
  }

  /** From now on each request gets a 500, or none does. */
  synchronized void breakDown(boolean down) {
    broken = down;
  }

  synchronized void forgetAll() {
    objects.clear();
  }

  synchronized Map<String, ObjectNode> all() {
    return new TreeMap<>(objects);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode body = mapper.readTree(exchange.getRequestBody());
      Done done = handle(exchange.getRequestMethod(), exchange.getRequestURI().getPath(), body);
      byte[] bytes = done.body().toString().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(done.code(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private record Done(int code, JsonNode body) {}

  private synchronized Done handle(String method, String path, JsonNode body) {
    ObjectNode now = objects.get(path);
    if (broken) {
      return refused(500, "InternalError");
    }
    return switch (method) {
      case "POST" -> {
        String made = path + "/" + body.path("metadata").path("name").asText();
        yield objects.containsKey(made)
            ? refused(409, "AlreadyExists")
            : stored(made, (ObjectNode) body, 201);
      }
      case "PUT" -> {
        String sent = body.path("metadata").path("resourceVersion").asText();
        boolean current =
            now != null && sent.equals(now.path("metadata").path("resourceVersion").asText());
        yield current ? stored(path, (ObjectNode) body, 200) : refused(409, "Conflict");
      }
      case "PATCH" -> {
        if (now == null) {
          yield refused(404, "NotFound");
        }
        now.setAll((ObjectNode) body);
        yield stored(path, now, 200);
      }
      default -> now == null ? refused(404, "NotFound") : new Done(200, now);
    };
  }

  private Done stored(String path, ObjectNode object, int code) {
    object.withObject("/metadata").put("resourceVersion", Integer.toString(++version));
    objects.put(path, object);
    return new Done(code, object);
  }

  private Done refused(int code, String reason) {
    return new Done(
        code,
        mapper.createObjectNode().put("kind", "Status").put("code", code).put("reason", reason));
  }
}
