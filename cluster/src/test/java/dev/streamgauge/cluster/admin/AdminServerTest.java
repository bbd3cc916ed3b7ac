package dev.streamgauge.cluster.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.streamgauge.cluster.metrics.ClusterMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
  private AdminServer server;
  private final HttpClient http = HttpClient.newHttpClient();
  private volatile @Nullable String unready = "the pods have not been listed yet";

  @BeforeEach
  void start() throws IOException {
    server =
        new AdminServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), new ClusterMetrics("1.2"));
    server.start(
        new AdminServer.Role() {
          @Override
          public @Nullable String unready() {
            return unready;
          }

          @Override
          public JsonNode status() {
            return JsonNodeFactory.instance.objectNode().put("leads", true);
          }
        });
  }

  @AfterEach
  void stop() {
    server.close();
    http.close();
  }

  @Test
  void itIsReadyOnceThePodsAreKnownAndAliveBefore() throws Exception {
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    unready = null;
    assertThat(get("/readyz").body()).isEqualTo("ok\n");
  }

  @Test
  void thePageComesInTheFormThatIsAskedFor() throws Exception {
    assertThat(get("/metrics").body()).contains("streamgauge_build_info{version=\"1.2\"} 1");
    HttpRequest openMetrics =
        request("/metrics").header("Accept", "application/openmetrics-text").GET().build();
    assertThat(http.send(openMetrics, BodyHandlers.ofString()).body()).endsWith("# EOF\n");
    HttpRequest zipped = request("/metrics").header("Accept-Encoding", "gzip").GET().build();
    HttpResponse<byte[]> answer = http.send(zipped, BodyHandlers.ofByteArray());
    assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(answer.body()).startsWith(0x1F, 0x8B);
  }

  @Test
  void anythingElseIsRefused() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/status").body()).contains("\"leads\" : true");
    HttpRequest post = request("/metrics").POST(BodyPublishers.ofString("x")).build();
    assertThat(http.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(request(path).GET().build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.address().getPort() + path));
  }
}
