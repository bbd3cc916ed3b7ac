package dev.streamgauge.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.streamgauge.config.HostPort;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Metrics and health of {@code streamgauge cluster}. */
final class ClusterAdmin implements AutoCloseable {
  private static final int BACKLOG = 16;

  private final HttpServer server;
  private final PrometheusRegistry registry;
  private final Supplier<@Nullable String> waitsFor;

  ClusterAdmin(HostPort at, PrometheusRegistry registry, Supplier<@Nullable String> waitsFor)
      throws IOException {
    this.registry = registry;
    this.waitsFor = waitsFor;
    server = HttpServer.create(new InetSocketAddress(at.host(), at.port()), BACKLOG);
    server.setExecutor(
        Executors.newSingleThreadExecutor(
            work -> Thread.ofPlatform().daemon().name("admin").unstarted(work)));
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (exchange.getRequestURI().getPath()) {
        case "/healthz" -> send(exchange, 200, "ok\n".getBytes(StandardCharsets.UTF_8));
        case "/readyz" -> ready(exchange);
        case "/metrics" -> metrics(exchange);
        default -> send(exchange, 404, "not found\n".getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private void ready(HttpExchange exchange) throws IOException {
    String missing = waitsFor.get();
    String line = missing == null ? "ok\n" : "waits for: " + missing + "\n";
    send(exchange, missing == null ? 200 : 503, line.getBytes(StandardCharsets.UTF_8));
  }

  private void metrics(HttpExchange exchange) throws IOException {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(page, registry.scrape());
    exchange.getResponseHeaders().set("Content-Type", PrometheusTextFormatWriter.CONTENT_TYPE);
    send(exchange, 200, page.toByteArray());
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
