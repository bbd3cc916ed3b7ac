package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.LiveMetrics.TlsSide;
import dev.streamgauge.timeline.Outcome;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is spoken to a server over TLS is what both agree on in the handshake (RFC 7301). */
@Timeout(60)
final class Http2UpstreamTlsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  @TempDir private Path folder;
  private TestCertificates certificates;
  private SSLContext context;
  private final AtomicBoolean http2 = new AtomicBoolean(true);
  private final AtomicBoolean asksForCertificate = new AtomicBoolean();
  private final ConcurrentLinkedQueue<String> schemes = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void authority() throws Exception {
    certificates = new TestCertificates(folder);
    context = certificates.context(certificates.issue("upstream"));
  }

  /** Answers each request; in HTTP/2 as long as it is to. */
  private ScriptedUpstream upstream() throws IOException {
    return new ScriptedUpstream(
        (_, _, plain) -> {
          SSLSocket tls =
              (SSLSocket) context.getSocketFactory().createSocket(plain, "client", 443, true);
          tls.setUseClientMode(false);
          boolean speaks = http2.get();
          tls.setNeedClientAuth(asksForCertificate.get());
          tls.setHandshakeApplicationProtocolSelector(
              (_, offered) -> speaks && offered.contains("h2") ? "h2" : "http/1.1");
          tls.startHandshake();
          if (tls.getApplicationProtocol().equals("h2")) {
            Http2Peer.server(this::serve).serve(tls.getInputStream(), tls.getOutputStream(), plain);
          } else {
            while (!readHead(tls.getInputStream()).isEmpty()) {
              tls.getOutputStream().write(ascii(OK));
            }
          }
        });
  }

  private void serve(Http2Peer server) throws IOException {
    while (true) {
      Http2Frame request = server.nextRequest();
      schemes.add(String.valueOf(request.field(":scheme")));
      server.answerOk(request.streamId());
    }
  }

  private TestProxy proxy(ScriptedUpstream upstream, String... more) throws IOException {
    List<String> options = new ArrayList<>(List.of(more));
    options.addAll(List.of("--upstream-tls-ca", certificates.authorityFile().toString()));
    return TestProxy.before(
        "https://127.0.0.1:" + upstream.port(), "127.0.0.1:0", options.toArray(new String[0]));
  }

  private static void ask(TestProxy proxy, Socket client) throws Exception {
    client.getOutputStream().write(ascii(GET));
    assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
    assertThat(client.getInputStream().readNBytes(2)).isEqualTo(ascii("ok"));
    var _ = proxy.next(Outcome.OK, 200);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bothAreServedOverOneConnection(boolean speaksHttp2) throws Exception {
    http2.set(speaksHttp2);
    try (ScriptedUpstream upstream = upstream();
        TestProxy proxy = proxy(upstream);
        Socket old = proxy.connect();
        Http2Peer client = Http2Peer.client(proxy)) {
      ask(proxy, old);
      for (int id = 1; id < 6; id += 2) {
        client.get(id, "/");
        assertThat(client.answer(id).body()).isEqualTo("ok");
        assertThat(proxy.next(Outcome.OK, 200).transfer().upstreamReused()).isTrue();
      }
      assertThat(upstream.connections).hasValue(1);
      assertThat(schemes).allMatch("https"::equals).hasSize(speaksHttp2 ? 4 : 0);
    }
  }

  /** With TLS 1.3 that comes when what is spoken has been agreed on. */
  @Test
  void aServerThatMissesOurCertificateIsToldOf() throws Exception {
    asksForCertificate.set(true);
    try (ScriptedUpstream upstream = upstream();
        TestProxy proxy = proxy(upstream);
        Socket client = proxy.send(GET)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 502 ");
      assertThat(proxy.next(Outcome.UPSTREAM_UNREACHABLE, 502).error())
          .startsWith("the upstream ended TLS: ")
          .contains("certificate");
      assertThat(proxy.gauges.handshakeFailures).containsExactly(TlsSide.UPSTREAM);
    }
  }

  /** The server was replaced by another, for example. */
  @Test
  void aServerThatSpeaksItNoMoreIsSpokenToAsItWants() throws Exception {
    try (ScriptedUpstream upstream = upstream();
        TestProxy proxy = proxy(upstream, "--upstream-keep-alive", "200ms");
        Socket client = proxy.connect()) {
      ask(proxy, client);
      http2.set(false);
      TestProxy.await("the idle connection is closed", () -> upstream.open.get() == 0);
      ask(proxy, client);
      assertThat(upstream.open).hasValue(1);
    }
  }

  /** What is spoken is not known before the first handshake: each of the first asks for itself. */
  @Test
  void theFirstRequestsThatComeAtOnceAreAllServed() throws Exception {
    try (ScriptedUpstream upstream = upstream();
        TestProxy proxy = proxy(upstream, "--http2-upstream-connections", "1");
        Http2Peer client = Http2Peer.client(proxy)) {
      for (int id = 1; id < 12; id += 2) {
        client.get(id, "/");
      }
      for (int id = 1; id < 12; id += 2) {
        assertThat(client.answer(id).body()).isEqualTo("ok");
        var _ = proxy.next(Outcome.OK, 200);
      }
      TestProxy.await("one connection is kept", () -> upstream.open.get() == 1);
    }
  }
}
