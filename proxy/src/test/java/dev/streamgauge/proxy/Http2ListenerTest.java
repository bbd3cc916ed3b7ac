package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestRecord;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in which a client comes to speak HTTP/2 on the one port. */
@Timeout(30)
final class Http2ListenerTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String UPGRADE =
      "Host: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: ";

  @Test
  void byPriorKnowledge() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/health");
      Http2Peer.Answer answer = client.answer(1);
      assertThat(answer.status()).isEqualTo("200");
      assertThat(answer.body()).isEqualTo("ok");
      RequestRecord record = proxy.next(Outcome.OK, 200);
      assertThat(record.protocol()).isEqualTo(Protocol.H2);
      assertThat(record.path()).isEqualTo("/health");
      assertThat(record.transfer().client()).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void byAPrefaceThatComesByteForByte() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream);
        Socket socket = proxy.connect()) {
      byte[] preface = ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      for (byte b : preface) {
        socket.getOutputStream().write(b);
        proxy.server.eventLoops().getFirst().submit(() -> {}).sync();
      }
      Http2Peer client = new Http2Peer(socket.getInputStream(), socket.getOutputStream(), socket);
      client.settings();
      client.get(1, "/");
      assertThat(client.answer(1).status()).isEqualTo("200");
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void notByAMethodThatBeginsLikeThePreface() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send("PR")) {
      proxy.server.eventLoops().getFirst().submit(() -> {}).sync();
      client.getOutputStream().write(ascii("OPFIND / HTTP/1.1\r\nHost: x\r\n\r\n"));
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(proxy.next(Outcome.OK, 200).protocol()).isEqualTo(Protocol.HTTP_1_1);
    }
  }

  /** Java's own client asks so on its first request, and stays. */
  @Test
  void byAnUpgradeOfHttp1() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream);
        HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> answer =
            client.send(
                HttpRequest.newBuilder(uri(proxy, "/" + i)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(answer.body()).isEqualTo("ok");
        RequestRecord record = proxy.next(Outcome.OK, 200);
        assertThat(record.protocol()).isEqualTo(Protocol.H2);
        assertThat(record.path()).isEqualTo("/" + i);
      }
      assertThat(proxy.server.connections()).isEqualTo(1);
    }
  }

  private static URI uri(TestProxy proxy, String path) {
    return URI.create("http://127.0.0.1:" + proxy.address().getPort() + path);
  }

  /** RFC 7540 section 3.2.1: the settings in the request count as if they had come in a frame. */
  @Test
  void anUpgradeBringsTheClientsSettings() throws Exception {
    byte[] windowOf3 = {0, Http2Peer.INITIAL_WINDOW_SIZE, 0, 0, 0, 3};
    String long6 = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef";
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(long6);
        TestProxy proxy = TestProxy.before(upstream);
        Socket socket =
            proxy.send(
                "GET / HTTP/1.1\r\n"
                    + UPGRADE
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(windowOf3)
                    + "\r\n\r\n")) {
      assertThat(readHead(socket.getInputStream()))
          .startsWith("HTTP/1.1 101 ")
          .containsIgnoringCase("\r\nupgrade: h2c\r\n");
      Http2Peer client = new Http2Peer(socket.getInputStream(), socket.getOutputStream(), socket);
      client.write(ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
      client.settings();
      assertThat(client.on(1).field(":status")).isEqualTo("200");
      assertThat(client.on(1)).hasToString("DATA 1 abc");
      client.windowUpdate(1, 100);
      assertThat(client.on(1)).hasToString("DATA 1 END def");
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  /** Behind the 101 there is no HTTP/1.1 any more (RFC 9110 section 7.8). */
  @Test
  void whatIsPipelinedBehindAnUpgradeIsABrokenPreface() throws Exception {
    String second = "GET /second HTTP/1.1\r\nHost: x\r\n\r\n";
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream);
        Socket socket = proxy.send("GET / HTTP/1.1\r\n" + UPGRADE + "AAMAAABk\r\n\r\n" + second)) {
      assertThat(readHead(socket.getInputStream())).startsWith("HTTP/1.1 101 ");
      Http2Peer client = new Http2Peer(socket.getInputStream(), socket.getOutputStream(), socket);
      assertThat(client.next(FrameType.GOAWAY)).hasToString("GOAWAY 0 1 PROTOCOL_ERROR");
      assertThat(proxy.next().outcome()).isEqualTo(Outcome.CALLER_DISCONNECT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"!!!!", "AAMAAABk;", "AAMAAABkAA", "AAIAAAAC"})
  void settingsThatAreNoneAreNoUpgrade(String settings) throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send("GET / HTTP/1.1\r\n" + UPGRADE + settings + "\r\n\r\n")) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(proxy.next(Outcome.OK, 200).protocol()).isEqualTo(Protocol.HTTP_1_1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 2\r\n\r\nhi", "\r\n"})
  void anUpgradeWithABodyOrWithoutSettingsIsServedAsItCame(String rest) throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).doesNotContainIgnoringCase("upgrade", "http2-settings");
          asked.countDown();
          out.write(ascii(OK));
          assertThat(in.readAllBytes()).isNotNull();
        };
    String head = "POST / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n";
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(head + rest)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(asked.getCount()).isZero();
      assertThat(proxy.next(Outcome.OK, 200).protocol()).isEqualTo(Protocol.HTTP_1_1);
    }
  }

  @ParameterizedTest
  @CsvSource({"h2;http/1.1, h2", "http/1.1;h2, h2", "http/1.1, http/1.1", "'', ''"})
  void byTlsWhatBothSpeak(String offered, String agreed, @TempDir Path folder) throws Exception {
    TestCertificates certificates = new TestCertificates(folder);
    String[] options = certificates.listenOptions().toArray(new String[0]);
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream, options);
        SSLSocket tls = (SSLSocket) connect(certificates, proxy)) {
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setApplicationProtocols(offered.isEmpty() ? new String[0] : offered.split(";"));
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      assertThat(tls.getApplicationProtocol()).isEqualTo(agreed);
      if (agreed.equals("h2")) {
        Http2Peer client = Http2Peer.client(tls);
        client.get(1, "/");
        assertThat(client.answer(1).body()).isEqualTo("ok");
        assertThat(proxy.next(Outcome.OK, 200).protocol()).isEqualTo(Protocol.H2);
      } else {
        tls.getOutputStream().write(ascii("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
        assertThat(readHead(tls.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(proxy.next(Outcome.OK, 200).protocol()).isEqualTo(Protocol.HTTP_1_1);
      }
    }
  }

  private static Socket connect(TestCertificates certificates, TestProxy proxy) throws Exception {
    return certificates
        .context(null)
        .getSocketFactory()
        .createSocket(proxy.connect(), "localhost", 443, true);
  }
}
