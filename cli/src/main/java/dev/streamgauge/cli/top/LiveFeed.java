package dev.streamgauge.cli.top;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The events of {@code /api/live}, one after the other. One thread. */
final class LiveFeed implements AutoCloseable {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);

  /** Until the answer's head, and between events, of which there is one a second at least. */
  private static final Duration SILENCE_MAX = Duration.ofSeconds(15);

  /** Of a history or snapshot, several times what it can have. */
  private static final int LINE_CHARS_MAX = 1024 * 1024;

  private static final int OK = 200;
  private static final int WORDS_MAX = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client;
  private final Duration silenceMax;
  private final BufferedReader lines;
  private volatile boolean silent;

  private LiveFeed(HttpClient client, Duration silenceMax, InputStream body) {
    this.client = client;
    this.silenceMax = silenceMax;
    this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
  }

  /** One event. */
  record Event(String name, JsonNode data) {}

  /** Where events are to be had. */
  record Place(URI address, @Nullable String token, @Nullable SSLContext tls) {}

  /** What else than events came is told in the exception. */
  static LiveFeed open(Place place) throws IOException, InterruptedException {
    return open(place, SILENCE_MAX);
  }

  static LiveFeed open(Place place, Duration silenceMax) throws IOException, InterruptedException {
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_MAX);
    if (place.tls() != null) {
      builder.sslContext(place.tls());
    }
    HttpClient client = builder.build();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(place.address())
            .header("Accept", "text/event-stream")
            .timeout(silenceMax);
    if (place.token() != null) {
      request.header("Authorization", "Bearer " + place.token());
    }
    try {
      HttpResponse<InputStream> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      if (answer.statusCode() != OK) {
        throw new IOException(words(answer));
      }
      return new LiveFeed(client, silenceMax, answer.body());
    } catch (IOException e) {
      client.shutdownNow();
      throw new IOException(place.address() + ": " + why(e, silenceMax), e);
    }
  }

  private static String why(IOException e, Duration silenceMax) {
    return switch (e) {
      case HttpConnectTimeoutException _ ->
          "no connection within " + CONNECT_MAX.toSeconds() + " s";
      case HttpTimeoutException _ -> nothingFor(silenceMax);
      case ConnectException refused when refused.getCause() instanceof UnresolvedAddressException ->
          "no such host";
      default -> e.getMessage() == null ? "no connection" : e.getMessage();
    };
  }

  private static String nothingFor(Duration silence) {
    return "nothing came for " + silence.toSeconds() + " s";
  }

  private static String words(HttpResponse<InputStream> answer) throws IOException {
    try (InputStream body = answer.body()) {
      String said = new String(body.readNBytes(WORDS_MAX), StandardCharsets.UTF_8).strip();
      return "status " + answer.statusCode() + (said.isEmpty() ? "" : ": " + Plain.text(said));
    }
  }

  /** Null at the end. A peer that is gone without a word is given up. */
  @Nullable Event next() throws IOException {
    var alarm =
        CompletableFuture.runAsync(
            this::giveUp,
            CompletableFuture.delayedExecutor(silenceMax.toMillis(), TimeUnit.MILLISECONDS));
    try {
      return read();
    } catch (IOException e) {
      throw silent ? new IOException(nothingFor(silenceMax), e) : e;
    } finally {
      alarm.cancel(false);
    }
  }

  private void giveUp() {
    silent = true;
    client.shutdownNow();
  }

  private @Nullable Event read() throws IOException {
    String name = "";
    while (true) {
      String line = line();
      if (line == null) {
        return null;
      }
      if (line.startsWith("event: ")) {
        name = line.substring("event: ".length());
      } else if (line.startsWith("data: ")) {
        return event(name, line.substring("data: ".length()));
      }
    }
  }

  static Event event(String name, String data) throws IOException {
    try {
      return new Event(name, JSON.readTree(data));
    } catch (JsonProcessingException e) {
      throw new IOException("what came is not the live page's", e);
    }
  }

  private @Nullable String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = lines.read(); c != '\n'; c = lines.read()) {
      if (c < 0) {
        return null;
      }
      if (line.length() == LINE_CHARS_MAX) {
        throw new IOException("an event is too large");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
