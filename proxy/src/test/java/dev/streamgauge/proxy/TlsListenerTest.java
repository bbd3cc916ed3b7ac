package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.telemetry.LiveMetrics.TlsSide;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 over TLS, towards the client. */
@Timeout(60)
final class TlsListenerTest {
  private static final String GET = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String EVENTS =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final int UPLOAD_BYTES = 20 * 1024 * 1024;

  @TempDir private Path folder;
  private TestCertificates certificates;
  private final CountDownLatch cutNow = new CountDownLatch(1);

  @BeforeEach
  void authority() throws Exception {
    certificates = new TestCertificates(folder);
  }

  private TestProxy proxy(ScriptedUpstream upstream, String... more) throws Exception {
    List<String> options = new ArrayList<>(certificates.listenOptions());
    options.addAll(List.of(more));
    return TestProxy.before(upstream, options.toArray(new String[0]));
  }

  private SSLSocket connect(TestProxy proxy) throws IOException {
    return TestCertificates.over(certificates.context(null), proxy.connect());
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(ascii(text));
  }

  private static String read(InputStream in, int bytes) throws IOException {
    return new String(in.readNBytes(bytes), StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void aStreamComesThroughByteForByte(String version) throws Exception {
    byte[] body = new byte[300_000];
    new Random(7).nextBytes(body);
    CountDownLatch firstRead = new CountDownLatch(1);
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii(EVENTS));
          for (int at = 0; at < body.length; at += 30_000) {
            out.write(ascii(Integer.toHexString(30_000) + "\r\n"));
            out.write(body, at, 30_000);
            out.write(ascii("\r\n"));
            waitFor(firstRead);
          }
          out.write(ascii("0\r\n\r\n"));
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = proxy(upstream);
        SSLSocket client = connectWith(proxy, version)) {
      write(client, GET);
      InputStream in = client.getInputStream();
      assertThat(readHead(in)).startsWith("HTTP/1.1 200 OK\r\n");
      ByteArrayOutputStream got = new ByteArrayOutputStream();
      for (int at = 0; at < body.length; at += 30_000) {
        assertThat(read(in, 6)).isEqualTo("7530\r\n");
        got.writeBytes(in.readNBytes(30_000));
        firstRead.countDown();
        assertThat(read(in, 2)).isEqualTo("\r\n");
      }
      assertThat(read(in, 5)).isEqualTo("0\r\n\r\n");
      assertThat(got.toByteArray()).isEqualTo(body);
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  private SSLSocket connectWith(TestProxy proxy, String version) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            certificates
                .context(null)
                .getSocketFactory()
                .createSocket(proxy.connect(), "localhost", 443, true);
    socket.setEnabledProtocols(new String[] {version});
    socket.startHandshake();
    return socket;
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aConnectionServesOneRequestAfterTheOther() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = proxy(upstream);
        SSLSocket client = connect(proxy)) {
      for (int i = 0; i < 3; i++) {
        write(client, GET);
        assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(read(client.getInputStream(), 2)).isEqualTo("ok");
        var _ = proxy.next(Outcome.OK, 200);
      }
      assertThat(upstream.connections).hasValue(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void theEndOfAConnectionIsToldByCloseNotify(String version) throws Exception {
    ScriptedUpstream.Script once =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii("HTTP/1.0 200 OK\r\n\r\nwhole"));
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(once);
        TestProxy proxy = proxy(upstream);
        SSLSocket client = connectWith(proxy, version)) {
      write(client, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      // A FIN without close_notify would be an exception here.
      assertThat(client.getInputStream().readAllBytes()).endsWith(ascii("whole"));
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void anAnswerThatWasCutIsNeverClosedAsIfItWereWhole() throws Exception {
    ScriptedUpstream.Script cut =
        (in, out, socket) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii("HTTP/1.1 200 OK\r\n\r\nha"));
          waitFor(cutNow);
          TestProxy.reset(socket);
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(cut);
        TestProxy proxy = proxy(upstream);
        SSLSocket client = connect(proxy)) {
      write(client, GET);
      InputStream in = client.getInputStream();
      assertThat(readHead(in)).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(read(in, 2)).isEqualTo("ha");
      cutNow.countDown();
      assertThatThrownBy(in::read).isInstanceOf(IOException.class);
      var _ = proxy.next(Outcome.UPSTREAM_RESET, 200);
    }
  }

  @Test
  void anUploadOf20MebibytesComesThrough() throws Exception {
    byte[] body = new byte[UPLOAD_BYTES];
    new Random(3).nextBytes(body);
    AtomicReference<byte[]> got = new AtomicReference<>(new byte[0]);
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          got.set(in.readNBytes(UPLOAD_BYTES));
          out.write(ascii(OK));
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = proxy(upstream);
        SSLSocket client = connect(proxy)) {
      write(client, "POST /up HTTP/1.1\r\nHost: x\r\nContent-Length: " + UPLOAD_BYTES + "\r\n\r\n");
      client.getOutputStream().write(body);
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(got.get()).isEqualTo(body);
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void aClientThatReadsNothingStopsTheServer() throws Exception {
    LeavingTest.Watched flood = new LeavingTest.Watched("HTTP/1.1 200 OK\r\n\r\n", true);
    try (ScriptedUpstream upstream = new ScriptedUpstream(flood);
        TestProxy proxy = proxy(upstream);
        SSLSocket client = connect(proxy)) {
      write(client, GET);
      flood.awaitStall();
      assertThat(client.getInputStream().readNBytes(8 * 1024 * 1024)).hasSize(8 * 1024 * 1024);
      TestProxy.leave(client);
      RequestRecord record = proxy.next(Outcome.CALLER_DISCONNECT, 200);
      assertThat(record.transfer().clientPausedNanos()).isPositive();
    }
  }

  @Test
  void aNewCertificateIsShownToNewConnectionsAndOldOnesGoOn() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = proxy(upstream, "--tls-reload-interval", "20ms");
        SSLSocket client = connect(proxy)) {
      X509Certificate first = shown(client);
      X509Bundle renewed = certificates.issue("localhost");
      var _ = certificates.write("listen", renewed);
      TestProxy.await("the new certificate", () -> shows(proxy, renewed.getCertificate()));
      write(client, GET);
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(read(client.getInputStream(), 2)).isEqualTo("ok");
      assertThat(first).isNotEqualTo(renewed.getCertificate());
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  private boolean shows(TestProxy proxy, X509Certificate expected) {
    try (SSLSocket socket = connect(proxy)) {
      return shown(socket).equals(expected);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509Certificate shown(SSLSocket socket) throws IOException {
    return (X509Certificate) socket.getSession().getPeerCertificates()[0];
  }

  @Test
  void aClientCertificateIsAskedForAndHasToBeSignedByTheAuthority() throws Exception {
    X509Bundle own = certificates.issue("caller");
    X509Bundle foreign = new TestCertificates(folder).authority;
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy =
            proxy(upstream, "--tls-client-ca", certificates.authorityFile().toString())) {
      assertThat(answer(proxy, own)).startsWith("HTTP/1.1 200 OK\r\n");
      var _ = proxy.next(Outcome.OK, 200);
      assertThatThrownBy(() -> answer(proxy, foreign)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> answer(proxy, null)).isInstanceOf(IOException.class);
      assertThat(upstream.connections).hasValue(1);
    }
  }

  private String answer(TestProxy proxy, @Nullable X509Bundle own) throws IOException {
    try (SSLSocket client = TestCertificates.over(certificates.context(own), proxy.connect())) {
      write(client, GET);
      return readHead(client.getInputStream());
    }
  }

  @Test
  void theServerIsToldThatTheClientSpeaksTls() throws Exception {
    AtomicReference<String> head = new AtomicReference<>("");
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          head.set(readHead(in));
          out.write(ascii(OK));
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = proxy(upstream, "--forwarded", "on");
        SSLSocket client = connect(proxy)) {
      write(client, GET);
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(head.get()).contains("\r\nX-Forwarded-Proto: https\r\n");
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  /** TLS 1.3 has a half-close; with TLS 1.2 the one end ends both. */
  @Test
  void anUpgradedConnectionEndsOneWayAfterTheOther() throws Exception {
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(
              ascii("HTTP/1.1 101 Switching\r\nUpgrade: echo\r\nConnection: upgrade\r\n\r\n"));
          byte[] all = in.readAllBytes();
          out.write(all);
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = proxy(upstream);
        SSLSocket client = connect(proxy)) {
      write(client, "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: echo\r\nConnection: upgrade\r\n\r\n");
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 101 ");
      write(client, "there and back");
      client.shutdownOutput();
      assertThat(client.getInputStream().readAllBytes()).isEqualTo(ascii("there and back"));
      var _ = proxy.next(Outcome.OK, 101);
    }
  }

  /** A ClientHello by hand, since no client of today speaks it. */
  @Test
  void tls11IsRefused() throws Exception {
    String hello = "160301 0031 01 00002d 0302" + "11".repeat(32) + "00 0006 c013 c014 002f 01 00";
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = proxy(upstream);
        Socket client = proxy.connect()) {
      client.getOutputStream().write(HexFormat.of().parseHex(hello.replace(" ", "")));
      byte[] answer = client.getInputStream().readAllBytes();
      // an alert record, fatal, protocol_version
      assertThat(HexFormat.of().formatHex(answer)).matches("15030[1-3]00020246");
    }
  }

  @Test
  void plainTextOnATlsPortIsClosedAndIsNoRequest() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = proxy(upstream);
        Socket client = proxy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")) {
      assertThat(client.getInputStream().readAllBytes()).hasSizeLessThan(16);
      assertThat(upstream.connections).hasValue(0);
      assertThat(proxy.gauges.handshakeFailures).containsExactly(TlsSide.CLIENT);
    }
  }

  @Test
  void handshakesThatAreLeftUnfinishedKeepNobodyOut() throws Exception {
    int most = 16;
    List<Socket> left = new ArrayList<>();
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = proxy(upstream, "--tls-max-handshakes", "" + most)) {
      for (int i = 0; i < most; i++) {
        left.add(proxy.connect());
      }
      TestProxy.await("all of them", () -> proxy.server.connections() == most);
      try (SSLSocket client = connect(proxy)) {
        assertThat(left.getFirst().getInputStream().read()).isNegative();
        assertThat(proxy.gauges.limits).containsExactly(Limit.HANDSHAKES);
        write(client, GET);
        assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(proxy.server.connections()).isEqualTo(most);
        var _ = proxy.next(Outcome.OK, 200);
      }
      for (Socket each : left) {
        each.close();
      }
    }
  }

  @Test
  void aHandshakeThatIsNotFinishedInTimeIsClosed() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = proxy(upstream, "--request-head-timeout", "50ms");
        Socket client = proxy.connect()) {
      assertThat(client.getInputStream().read()).isNegative();
      assertThat(proxy.gauges.limits).containsExactly(Limit.HANDSHAKE_TIMEOUTS);
      assertThat(proxy.gauges.handshakeFailures).containsExactly(TlsSide.CLIENT);
    }
  }
}
