package dev.streamgauge.cluster.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Talks with the API server, in HTTP/1.1: a watch has its connection for itself, so that one which
 * is read slowly holds up no other. Any thread; each call waits for its answer.
 */
public final class KubeClient implements AutoCloseable {
  private static final int PAGE_OBJECTS = 500;

  /** etcd takes 1.5 MiB; in JSON, and with what the API server adds, an object may be larger. */
  static final int OBJECT_BYTES_MAX = 8 * 1024 * 1024;

  private static final int STATUS_BYTES_MAX = 64 * 1024;
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  private static final Duration HEAD_MAX = Duration.ofSeconds(30);
  private static final Duration IDLE_MAX = Duration.ofSeconds(150);
  private static final String JSON = "application/json";

  private final Endpoint endpoint;
  private final RequestObserver observer;
  private final HttpClient http;
  private final IdleGuard guard;
  private final ObjectMapper mapper = JsonMapper.builder().build();
  private final ListReader lists = new ListReader(mapper);

  public KubeClient(Endpoint endpoint, RequestObserver observer) {
    this(endpoint, observer, IDLE_MAX);
  }

  /**
   * @param idleMax after which an answer that brings nothing is given up; bookmarks of a watch come
   *     every minute
   */
  KubeClient(Endpoint endpoint, RequestObserver observer, Duration idleMax) {
    this.endpoint = endpoint;
    this.observer = observer;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_MAX)
            .followRedirects(HttpClient.Redirect.NEVER);
    if (endpoint.tls() != null) {
      builder.sslContext(endpoint.tls());
    }
    http = builder.build();
    guard = new IdleGuard(idleMax);
  }

  /** Where things of our own are, unless said otherwise. */
  public String ownNamespace() {
    return endpoint.namespace();
  }

  /** For making objects. */
  public ObjectMapper mapper() {
    return mapper;
  }

  public Answer get(ObjectRef object) {
    return ask(object.resource(), "get", request(object.path()).GET());
  }

  /**
   * Makes an object.
   *
   * @param namespace null where the kind has none
   */
  public Answer create(Resource resource, @Nullable String namespace, ObjectNode object) {
    return ask(
        resource,
        "create",
        request(resource.path(namespace)).header("Content-Type", JSON).POST(body(object)));
  }

  /** Replaces an object; its resource version, where it has one, has to be the current one. */
  public Answer update(ObjectRef ref, ObjectNode object) {
    return ask(
        ref.resource(),
        "update",
        request(ref.path()).header("Content-Type", JSON).PUT(body(object)));
  }

  public Answer patch(ObjectRef ref, PatchType type, JsonNode patch) {
    return ask(
        ref.resource(),
        "patch",
        request(ref.path())
            .header("Content-Type", type.contentType())
            .method("PATCH", body(patch)));
  }

  public Answer delete(ObjectRef ref) {
    return ask(ref.resource(), "delete", request(ref.path()).DELETE());
  }

  /** What came of a list. */
  public sealed interface Listing {
    /** All objects were handed on. */
    record Listed(String version, int objects) implements Listing {}

    /** Some may have been handed on. */
    record Failed(Answer.Failure failure) implements Listing {}
  }

  /** Hands on each object of a kind, page by page, one at a time. */
  public Listing list(Resource resource, Selectors selectors, Consumer<ObjectNode> each) {
    String next = null;
    int objects = 0;
    while (true) {
      String query = selectors.query("limit", Integer.toString(PAGE_OBJECTS), "continue", next);
      HttpRequest request = request(resource.path(selectors.namespace()) + query).GET().build();
      try (Opened opened = open(resource, "list", request)) {
        if (opened.refused() != null) {
          return new Listing.Failed(opened.refused());
        }
        ListReader.Page page = lists.read(opened.in(), each);
        objects += page.objects();
        next = page.next();
        if (next == null) {
          return new Listing.Listed(page.version(), objects);
        }
      } catch (IOException e) {
        return new Listing.Failed(new Answer.Unreachable(text(e)));
      }
    }
  }

  /** Opens a watch from a version on. The caller closes it. */
  Opened watch(Resource resource, Selectors selectors, String version, Duration longest)
      throws IOException {
    String query =
        selectors.query(
            "watch",
            "true",
            "allowWatchBookmarks",
            "true",
            "resourceVersion",
            version,
            "timeoutSeconds",
            Long.toString(Math.max(1, longest.toSeconds())));
    return open(
        resource, "watch", request(resource.path(selectors.namespace()) + query).GET().build());
  }

  @Override
  public void close() {
    guard.close();
    http.shutdownNow();
  }

  /**
   * An answer whose head has come.
   *
   * @param refused null where it was a success, and then the stream has its body
   */
  record Opened(InputStream in, Answer.@Nullable Refused refused) implements AutoCloseable {
    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException goneAlready) {
        return;
      }
    }
  }

  private HttpRequest.Builder request(String pathAndQuery) {
    return HttpRequest.newBuilder(URI.create(endpoint.server() + pathAndQuery))
        .header("Accept", JSON)
        .header("User-Agent", "streamgauge-cluster");
  }

  private HttpRequest.BodyPublisher body(JsonNode node) {
    return BodyPublishers.ofString(node.toString());
  }

  private Answer ask(Resource resource, String verb, HttpRequest.Builder builder) {
    try (Opened opened = open(resource, verb, builder.build())) {
      if (opened.refused() != null) {
        return opened.refused();
      }
      byte[] bytes = opened.in().readNBytes(OBJECT_BYTES_MAX + 1);
      if (bytes.length > OBJECT_BYTES_MAX) {
        return new Answer.Unreachable("an answer larger than 8 MiB");
      }
      return mapper.readTree(bytes) instanceof ObjectNode object
          ? new Answer.Done(object)
          : new Answer.Unreachable("an answer that is no object");
    } catch (IOException e) {
      return new Answer.Unreachable(text(e));
    }
  }

  private Opened open(Resource resource, String verb, HttpRequest request) throws IOException {
    HttpResponse<InputStream> response;
    try {
      response = send(withToken(request));
    } catch (IOException e) {
      observer.answered(resource, verb, 0);
      throw e;
    }
    observer.answered(resource, verb, response.statusCode());
    InputStream in = guard.guard(response.body());
    if (response.statusCode() / 100 == 2) {
      return new Opened(in, null);
    }
    return new Opened(in, refused(response, in));
  }

  /**
   * Waits for the head of the answer. Not by the request's own time-out: from JDK 26 on that would
   * count a watch's body, too.
   */
  private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    CompletableFuture<HttpResponse<InputStream>> answer =
        http.sendAsync(request, BodyHandlers.ofInputStream());
    try {
      return answer.get(HEAD_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("no answer within " + HEAD_MAX.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException fault
          ? fault
          : new IOException(String.valueOf(e.getCause()), e);
    }
  }

  private HttpRequest withToken(HttpRequest request) throws IOException {
    String token = endpoint.token().token();
    return token == null
        ? request
        : HttpRequest.newBuilder(request, (_, _) -> true)
            .header("Authorization", "Bearer " + token)
            .build();
  }

  private Answer.Refused refused(HttpResponse<InputStream> response, InputStream in)
      throws IOException {
    int code = response.statusCode();
    byte[] bytes = in.readNBytes(STATUS_BYTES_MAX);
    Answer.Refused status = refused(code, status(bytes));
    Duration retryAfter = retryAfter(response);
    return new Answer.Refused(status.code(), status.reason(), status.message(), retryAfter);
  }

  private JsonNode status(byte[] bytes) throws IOException {
    try {
      return mapper.readTree(bytes);
    } catch (JsonProcessingException notOfTheApiServer) {
      return mapper.createObjectNode();
    }
  }

  /** Of a Status object; its code where it has one. */
  static Answer.Refused refused(int httpCode, JsonNode status) {
    int code = status.path("code").asInt(httpCode);
    String word = status.path("reason").asText("");
    String message = status.path("message").asText("");
    StatusReason reason = StatusReason.of(word.isEmpty() ? null : word, code);
    return new Answer.Refused(code, reason, message.isEmpty() ? "without a word" : message, null);
  }

  private static @Nullable Duration retryAfter(HttpResponse<?> response) {
    String text = response.headers().firstValue("Retry-After").orElse("");
    boolean digits =
        !text.isEmpty() && text.length() <= 4 && text.chars().allMatch(Character::isDigit);
    return digits ? Duration.ofSeconds(Long.parseLong(text)) : null;
  }

  /** An exception without words says at least what it is. */
  static String text(IOException e) {
    String message = e.getMessage();
    return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
  }
}
