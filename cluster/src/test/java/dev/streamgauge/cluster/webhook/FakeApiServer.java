package dev.streamgauge.cluster.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.streamgauge.cluster.kube.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * As much of an API server as the webhook's chores need: objects by their paths, merge patches and
 * JSON patches of {@code test} and {@code add}, and refusals of old versions.
 */
final class FakeApiServer implements AutoCloseable {
  private final ObjectMapper mapper = JsonMapper.builder().build();
  private final HttpServer server;
  private final Map<String, ObjectNode> objects = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger versions = new AtomicInteger();

  FakeApiServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  Endpoint endpoint() {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return new Endpoint(uri, null, () -> null, "own");
  }

  /** Stores an object, or a list under the path of its kind. */
  ObjectNode put(String path, String json) throws IOException {
    ObjectNode object = (ObjectNode) mapper.readTree(json.replace('\'', '"'));
    object.withObject("/metadata").put("resourceVersion", nextVersion());
    objects.put(path, object);
    return object;
  }

  ObjectNode at(String path) {
    ObjectNode object = objects.get(path);
    if (object == null) {
      throw new IllegalArgumentException(path);
    }
    return object;
  }

  /** Method and path of each. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private String nextVersion() {
    return Integer.toString(versions.incrementAndGet());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      JsonNode body = mapper.readTree(exchange.getRequestBody());
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      switch (exchange.getRequestMethod()) {
        case "GET" -> send(exchange, objects.containsKey(path) ? 200 : 404, objects.get(path));
        case "POST" -> send(exchange, 201, body);
        case "PATCH" -> patch(exchange, path, body);
        default -> send(exchange, 405, null);
      }
    }
  }

  private void patch(HttpExchange exchange, String path, JsonNode patch) throws IOException {
    ObjectNode old = objects.get(path);
    ObjectNode now = old == null ? null : old.deepCopy();
    if (now == null) {
      send(exchange, 404, null);
    } else if (patch instanceof ArrayNode operations
        ? !apply(now, operations)
        : !merge(now, patch)) {
      send(exchange, patch.isArray() ? 422 : 409, null);
    } else {
      now.withObject("/metadata").put("resourceVersion", nextVersion());
      objects.put(path, now);
      send(exchange, 200, now);
    }
  }

  private static boolean merge(ObjectNode object, JsonNode patch) {
    JsonNode version = patch.path("metadata").path("resourceVersion");
    if (!version.isMissingNode() && !version.equals(object.at("/metadata/resourceVersion"))) {
      return false;
    }
    mergeFields(object, patch);
    return true;
  }

  private static void mergeFields(ObjectNode object, JsonNode patch) {
    for (Map.Entry<String, JsonNode> field : patch.properties()) {
      if (field.getValue().isNull()) {
        object.remove(field.getKey());
      } else if (field.getValue().isObject()) {
        mergeFields(object.withObjectProperty(field.getKey()), field.getValue());
      } else {
        object.set(field.getKey(), field.getValue());
      }
    }
  }

  private static boolean apply(ObjectNode object, ArrayNode operations) {
    for (JsonNode operation : operations) {
      String path = operation.path("path").asText();
      if (operation.path("op").asText().equals("test")) {
        if (!object.at(path).equals(operation.path("value"))) {
          return false;
        }
      } else {
        int slash = path.lastIndexOf('/');
        ObjectNode parent = (ObjectNode) object.at(path.substring(0, slash));
        parent.set(path.substring(slash + 1), operation.path("value"));
      }
    }
    return true;
  }

  private void send(HttpExchange exchange, int code, @Nullable JsonNode body) throws IOException {
    String status = "{\"kind\":\"Status\",\"code\":" + code + ",\"message\":\"told to\"}";
    byte[] bytes =
        body == null ? status.getBytes(StandardCharsets.UTF_8) : mapper.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
