package dev.streamgauge.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.streamgauge.config.OtlpSettings;
import dev.streamgauge.config.OtlpSettings.Protocol;
import dev.streamgauge.config.OtlpSettings.Signal;
import dev.streamgauge.config.OtlpSettings.Target;
import dev.streamgauge.config.ProxySettings.PodFacts;
import dev.streamgauge.telemetry.PushCounts;
import dev.streamgauge.telemetry.PushCounts.Result;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.telemetry.TelemetrySettings;
import dev.streamgauge.telemetry.TelemetrySettings.AccessLogging;
import dev.streamgauge.telemetry.TelemetrySettings.Semconv;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OtlpPushTest {
  private final Telemetry telemetry = new Telemetry(TelemetrySettings.defaults());
  private final Map<String, String> received = new ConcurrentHashMap<>();
  private final HttpServer collector = server();

  @BeforeEach
  void start() {
    collector.start();
  }

  @AfterEach
  void stop() {
    collector.stop(0);
  }

  /** What waits goes at the end, so that a drained process has told of all its requests. */
  @Test
  void eachSignalGoesToItsOwnPathWithTheHeadersThatWereAskedFor() throws IOException {
    try (OtlpPush push = start(OtlpSettingsOf.all(targets(Protocol.HTTP_PROTOBUF, null)))) {
      push.accept(Finished.stream().record());
    }
    assertThat(received.keySet()).containsExactlyInAnyOrder("/traces", "/metrics", "/logs");
    assertThat(received.get("/traces")).contains("chat served", "prefill");
    assertThat(received.get("/logs")).contains("streamgauge.access", "req-1");
    assertThat(received.get("/metrics")).contains("streamgauge_requests");
    assertThat(sent(PushCounts.Signal.TRACES)).isEqualTo(1);
    assertThat(sent(PushCounts.Signal.LOGS)).isEqualTo(1);
    assertThat(sent(PushCounts.Signal.METRICS)).isEqualTo(1);
  }

  @Test
  void aRequestThatIsNotSampledIsInTheLogAlone() throws IOException {
    try (OtlpPush push = start(OtlpSettingsOf.all(targets(Protocol.HTTP_PROTOBUF, null)))) {
      push.accept(Finished.stream().span(null).record());
    }
    assertThat(received.keySet()).containsExactlyInAnyOrder("/metrics", "/logs");
  }

  /** A collector is not asked in the clear because a certificate could not be read. */
  @Test
  void aFileOfTlsThatCannotBeReadEndsTheStart() {
    for (Protocol protocol : Protocol.values()) {
      OtlpSettings settings = OtlpSettingsOf.all(targets(protocol, Path.of("nowhere.pem")));
      assertThatThrownBy(() -> start(settings))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("nowhere.pem");
    }
  }

  private long sent(PushCounts.Signal signal) {
    return telemetry.pushes().get(signal, Result.SENT);
  }

  private OtlpPush start(OtlpSettings settings) throws IOException {
    return OtlpPush.start(
        settings,
        new OtlpPush.Told(
            new PodFacts(null, null, null),
            "1",
            Semconv.V1_41,
            AccessLogging.defaults(),
            false,
            InstantSource.system()),
        telemetry);
  }

  private Map<Signal, Target> targets(Protocol protocol, @Nullable Path trusted) {
    Map<Signal, Target> targets = new EnumMap<>(Signal.class);
    for (Signal signal : Signal.values()) {
      String endpoint =
          "http://127.0.0.1:" + collector.getAddress().getPort() + "/" + signal.label();
      targets.put(signal, OtlpSettingsOf.target(endpoint, protocol, trusted));
    }
    return targets;
  }

  private HttpServer server() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", this::take);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void take(HttpExchange exchange) throws IOException {
    assertThat(exchange.getRequestHeaders().getFirst("x-tenant")).isEqualTo("a");
    try (exchange;
        InputStream body = new GZIPInputStream(exchange.getRequestBody())) {
      received.put(
          exchange.getRequestURI().getPath(),
          new String(body.readAllBytes(), StandardCharsets.ISO_8859_1));
      exchange.sendResponseHeaders(200, -1);
    }
  }
}
