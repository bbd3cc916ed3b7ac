package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streamgauge.telemetry.LiveMetrics.TlsSide;
import dev.streamgauge.timeline.Outcome;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/1.1 over TLS, towards the model server. */
@Timeout(60)
final class TlsUpstreamTest {
  private static final String GET = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  @TempDir private Path folder;
  private TestCertificates certificates;
  private final CountDownLatch goOn = new CountDownLatch(1);

  @BeforeEach
  void authority() throws Exception {
    certificates = new TestCertificates(folder);
  }

  private ScriptedUpstream upstream(ScriptedUpstream.Script script) throws Exception {
    SSLContext context = certificates.context(certificates.issue("upstream"));
    return new ScriptedUpstream(TestCertificates.served(context, script));
  }

  private static final ScriptedUpstream.Script ANSWERING =
      (in, out, _) -> {
        for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
          out.write(ascii(OK));
        }
      };

  private TestProxy proxy(ScriptedUpstream upstream, String... more) throws IOException {
    List<String> options = new ArrayList<>(List.of(more));
    options.addAll(List.of("--upstream-tls-ca", certificates.authorityFile().toString()));
    return TestProxy.before(
        "https://127.0.0.1:" + upstream.port(), "127.0.0.1:0", options.toArray(new String[0]));
  }

  /** The head and the first two bytes of the answer. */
  private static String ask(Socket client) throws IOException {
    client.getOutputStream().write(ascii(GET));
    InputStream in = client.getInputStream();
    return readHead(in) + new String(in.readNBytes(2), StandardCharsets.US_ASCII);
  }

  private static String refusal(TestProxy proxy) throws IOException, InterruptedException {
    try (Socket client = proxy.connect()) {
      assertThat(ask(client)).startsWith("HTTP/1.1 502 ");
      String error = proxy.next(Outcome.UPSTREAM_UNREACHABLE, 502).error();
      return error == null ? "" : error;
    }
  }

  @Test
  void aConnectionOfTlsIsKeptAndUsedAgain() throws Exception {
    try (ScriptedUpstream upstream = upstream(ANSWERING);
        TestProxy proxy = proxy(upstream);
        Socket client = proxy.connect()) {
      for (int i = 0; i < 3; i++) {
        assertThat(ask(client)).startsWith("HTTP/1.1 200 OK").endsWith("ok");
        var _ = proxy.next(Outcome.OK, 200);
      }
      assertThat(upstream.connections).hasValue(1);
    }
  }

  @Test
  void aLargeAnswerComesThroughByteForByte() throws Exception {
    byte[] body = new byte[5_000_000];
    new Random(5).nextBytes(body);
    ScriptedUpstream.Script large =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n"));
          out.write(body);
          out.flush();
          assertThat(in.read()).isNegative();
        };
    try (ScriptedUpstream upstream = upstream(large);
        TestProxy proxy = proxy(upstream);
        Socket client = proxy.send(GET)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 OK");
      assertThat(client.getInputStream().readNBytes(body.length)).isEqualTo(body);
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void aServerOfAnotherNameIsNotSpokenTo() throws Exception {
    try (ScriptedUpstream upstream = upstream(ANSWERING);
        TestProxy proxy = proxy(upstream, "--upstream-tls-name", "other.example")) {
      assertThat(refusal(proxy)).contains("the certificate is for another name");
      assertThat(proxy.gauges.handshakeFailures).containsExactly(TlsSide.UPSTREAM);
    }
  }

  @Test
  void theNameIsCheckedAndSentAsSni() throws Exception {
    AtomicReference<String> asked = new AtomicReference<>("");
    SSLContext context = certificates.context(certificates.issue("model.example"));
    ScriptedUpstream.Script script =
        (_, _, plain) -> {
          SSLSocket tls =
              (SSLSocket) context.getSocketFactory().createSocket(plain, "client", 443, true);
          tls.setUseClientMode(false);
          SSLParameters parameters = tls.getSSLParameters();
          parameters.setSNIMatchers(List.of(SNIHostName.createSNIMatcher(".*")));
          tls.setSSLParameters(parameters);
          tls.startHandshake();
          asked.set(((ExtendedSSLSession) tls.getSession()).getRequestedServerNames().toString());
          ANSWERING.serve(tls.getInputStream(), tls.getOutputStream(), plain);
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = proxy(upstream, "--upstream-tls-name", "model.example");
        Socket client = proxy.connect()) {
      assertThat(ask(client)).startsWith("HTTP/1.1 200 OK");
      assertThat(asked.get()).contains("model.example");
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void aServerThatNobodyTrustedSignedForIsNotSpokenTo() throws Exception {
    SSLContext foreign = certificates.context(new TestCertificates(folder).issue("upstream"));
    try (ScriptedUpstream upstream =
            new ScriptedUpstream(TestCertificates.served(foreign, ANSWERING));
        TestProxy proxy = proxy(upstream)) {
      assertThat(refusal(proxy)).contains("the certificate is");
    }
  }

  @Test
  void aServerThatSpeaksPlainTextIsNotSpokenTo() throws Exception {
    ScriptedUpstream.Script greeting = (in, out, _) -> out.write(ascii(OK));
    try (ScriptedUpstream upstream = new ScriptedUpstream(greeting);
        TestProxy proxy = proxy(upstream)) {
      assertThat(refusal(proxy)).contains("the other side spoke no TLS").doesNotContain("48545450");
    }
  }

  @Test
  void aServerThatIsSilentInTheHandshakeIsGivenUpInTime() throws Exception {
    ScriptedUpstream.Script silent = (in, _, _) -> assertThat(in.readAllBytes()).isNotEmpty();
    try (ScriptedUpstream upstream = new ScriptedUpstream(silent);
        TestProxy proxy = proxy(upstream, "--upstream-connect-timeout", "50ms")) {
      assertThat(refusal(proxy)).contains("no TLS handshake in time");
    }
  }

  @Test
  void aClientThatLeavesDuringTheHandshakeEndsIt() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    ScriptedUpstream.Script silent =
        (in, _, _) -> {
          assertThat(in.read()).isPositive();
          begun.countDown();
          assertThat(in.readAllBytes()).isNotEmpty();
          gone.countDown();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(silent);
        TestProxy proxy = proxy(upstream)) {
      Socket client = proxy.send(GET);
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
      TestProxy.leave(client);
      assertThat(gone.await(2, TimeUnit.SECONDS)).isTrue();
      var _ = proxy.next(Outcome.CALLER_DISCONNECT, null);
    }
  }

  /** Anybody on the way could have cut it there. */
  @Test
  void anAnswerUpToTheEndOfTheConnectionIsWholeOnlyWithCloseNotify() throws Exception {
    ScriptedUpstream.Script cut =
        (in, out, plain) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii("HTTP/1.1 200 OK\r\n\r\nha"));
          await(goOn);
          plain.close();
        };
    try (ScriptedUpstream upstream = upstream(cut);
        TestProxy proxy = proxy(upstream);
        Socket client = proxy.connect()) {
      assertThat(ask(client)).startsWith("HTTP/1.1 200 OK").endsWith("ha");
      goOn.countDown();
      assertThatThrownBy(client.getInputStream()::read).isInstanceOf(IOException.class);
      var _ = proxy.next(Outcome.UPSTREAM_RESET, 200);
    }
    ScriptedUpstream.Script whole =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii("HTTP/1.1 200 OK\r\n\r\nhallo"));
        };
    try (ScriptedUpstream upstream = upstream(whole);
        TestProxy proxy = proxy(upstream);
        Socket client = proxy.send(GET)) {
      assertThat(client.getInputStream().readAllBytes()).endsWith(ascii("hallo"));
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aServerThatAsksForACertificateGetsOurs() throws Exception {
    X509Bundle own = certificates.issue("sidecar");
    String file = certificates.write("sidecar", own).toString();
    SSLContext context = certificates.context(certificates.issue("upstream"));
    ScriptedUpstream.Script asking =
        (_, _, plain) -> {
          SSLSocket tls =
              (SSLSocket) context.getSocketFactory().createSocket(plain, "client", 443, true);
          tls.setUseClientMode(false);
          tls.setNeedClientAuth(true);
          try (tls) {
            ANSWERING.serve(tls.getInputStream(), tls.getOutputStream(), plain);
          }
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(asking);
        TestProxy proxy =
            proxy(
                upstream,
                "--upstream-tls-cert",
                file,
                "--upstream-tls-key",
                certificates.key("sidecar"));
        Socket client = proxy.connect()) {
      assertThat(ask(client)).startsWith("HTTP/1.1 200 OK").endsWith("ok");
      var _ = proxy.next(Outcome.OK, 200);
    }
    try (ScriptedUpstream upstream = new ScriptedUpstream(asking);
        TestProxy proxy = proxy(upstream);
        Socket client = proxy.connect()) {
      assertThat(ask(client)).startsWith("HTTP/1.1 502 ");
      assertThat(proxy.next().outcome()).isIn(Outcome.UPSTREAM_UNREACHABLE, Outcome.UPSTREAM_RESET);
    }
  }
}
