package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.HostPort;
import dev.streamgauge.proxy.tls.SecretWord;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.telemetry.TelemetrySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminAccessTest {
  @TempDir private Path folder;

  @Test
  void withoutATokenAllMayReadAndOnlyThisMachineMayDrain() throws Exception {
    AdminAccess access = new AdminAccess(null, null);
    InetSocketAddress far = from(new byte[] {10, 0, 0, 7});
    InetSocketAddress near = from(new byte[] {127, 0, 0, 1});
    InetSocketAddress near6 = from(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
    assertThat(access.verdict("/metrics", null, far)).isEqualTo(AdminAccess.Verdict.GRANTED);
    assertThat(access.verdict("/status", null, far)).isEqualTo(AdminAccess.Verdict.GRANTED);
    assertThat(access.verdict("/drain", null, far)).isEqualTo(AdminAccess.Verdict.NOT_FROM_THERE);
    assertThat(access.verdict("/drain", null, near)).isEqualTo(AdminAccess.Verdict.GRANTED);
    assertThat(access.verdict("/drain", null, near6)).isEqualTo(AdminAccess.Verdict.GRANTED);
    assertThat(access.verdict("/observe", null, far)).isEqualTo(AdminAccess.Verdict.NOT_FROM_THERE);
    assertThat(access.verdict("/observe", null, near)).isEqualTo(AdminAccess.Verdict.GRANTED);
  }

  @Test
  void theDrainsTokenIsGoodForADrainFromElsewhereAndForNothingElse() throws Exception {
    AdminAccess access = new AdminAccess(null, SecretWord.of("sixteen-or-more-1"));
    InetSocketAddress far = from(new byte[] {10, 0, 0, 7});
    assertThat(access.verdict("/drain", "Bearer sixteen-or-more-1", far))
        .isEqualTo(AdminAccess.Verdict.GRANTED);
    assertThat(access.verdict("/drain", "Bearer sixteen-or-more-2", far))
        .isEqualTo(AdminAccess.Verdict.NOT_FROM_THERE);
    assertThat(access.verdict("/drain", null, far)).isEqualTo(AdminAccess.Verdict.NOT_FROM_THERE);
    assertThat(access.verdict("/observe", "Bearer sixteen-or-more-1", far))
        .isEqualTo(AdminAccess.Verdict.NOT_FROM_THERE);
  }

  private static InetSocketAddress from(byte[] address) throws IOException {
    return new InetSocketAddress(InetAddress.getByAddress(address), 4711);
  }

  @Test
  void withATokenAllButTheProbesNeedIt() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "first\n");
    try (ScriptedUpstream upstream = ScriptedUpstream.answering("HTTP/1.1 204 No Content\r\n\r\n");
        TestProxy proxy =
            TestProxy.before(
                upstream,
                "--admin-token-file",
                token.toString(),
                "--tls-reload-interval",
                "20ms")) {
      AdminServer admin = new AdminServer(proxy.server, telemetry());
      HttpClient client = HttpClient.newHttpClient();
      URI base = uri("http", admin.start(new HostPort("127.0.0.1", 0)));
      assertThat(get(client, base, "/healthz", null).statusCode()).isEqualTo(200);
      assertThat(get(client, base, "/readyz", null).statusCode()).isEqualTo(200);
      HttpResponse<String> refused = get(client, base, "/metrics", null);
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("www-authenticate"))
          .hasValue("Bearer realm=\"streamgauge\"");
      assertThat(get(client, base, "/drain", null).statusCode()).isEqualTo(401);
      assertThat(get(client, base, "/nothing", null).statusCode()).isEqualTo(401);
      for (String wrong : new String[] {"Bearer firs", "Bearer first1", "Basic first", "Bearer"}) {
        assertThat(get(client, base, "/status", wrong).statusCode()).as(wrong).isEqualTo(401);
      }
      assertThat(proxy.server.draining()).isFalse();
      assertThat(get(client, base, "/status", "Bearer first").statusCode()).isEqualTo(200);
      assertThat(get(client, base, "/status", "bearer  first").statusCode()).isEqualTo(200);
      Files.writeString(token, "second-one\n");
      TestProxy.await("the new token", () -> accepts(client, base, "Bearer second-one"));
      assertThat(get(client, base, "/status", "Bearer first").statusCode()).isEqualTo(401);
      admin.close();
    }
  }

  @Test
  void theAdminPortSpeaksTls() throws Exception {
    TestCertificates certificates = new TestCertificates(folder);
    Path file = certificates.write("admin", certificates.issue("localhost"));
    try (ScriptedUpstream upstream = ScriptedUpstream.answering("HTTP/1.1 204 No Content\r\n\r\n");
        TestProxy proxy =
            TestProxy.before(
                upstream,
                "--admin-tls-cert",
                file.toString(),
                "--admin-tls-key",
                certificates.key("admin"))) {
      AdminServer admin = new AdminServer(proxy.server, telemetry());
      // Offers HTTP/2 first, as curl and Prometheus do.
      HttpClient client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_2)
              .sslContext(certificates.context(null))
              .build();
      URI base = uri("https", admin.start(new HostPort("127.0.0.1", 0)));
      assertThat(get(client, base, "/healthz", null).version())
          .isEqualTo(HttpClient.Version.HTTP_1_1);
      assertThat(get(client, base, "/healthz", null).body()).isEqualTo("ok\n");
      assertThat(get(client, base, "/metrics", null).body()).contains("streamgauge_");
      admin.close();
    }
  }

  private static Telemetry telemetry() {
    return new Telemetry(TelemetrySettings.defaults());
  }

  private static URI uri(String scheme, InetSocketAddress address) {
    return URI.create(scheme + "://127.0.0.1:" + address.getPort());
  }

  private static boolean accepts(HttpClient client, URI base, String authorization) {
    try {
      return get(client, base, "/status", authorization).statusCode() == 200;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpResponse<String> get(
      HttpClient client, URI base, String path, @Nullable String authorization)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
