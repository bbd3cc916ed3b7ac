package dev.streamgauge.cluster.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streamgauge.cluster.kube.Await;
import dev.streamgauge.cluster.webhook.WebhookServer.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WebhookServerTest {
  private static final String JSON = "application/json";
  private static Authority authority;
  private static ServingIdentity serving;

  private final CurrentIdentity identity = new CurrentIdentity();
  private @Nullable WebhookServer server;

  @BeforeAll
  static void certificates() throws IOException {
    authority = TestKeytool.KEYTOOL.authority("test", 2);
    serving = TestKeytool.KEYTOOL.serving(authority, List.of("localhost"), 1);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void aReviewIsAnsweredOverTls() throws Exception {
    TlsClient client = start(body -> new Answer(200, body));
    Answer answer = client.post(trusted(), "/inject", "application/json; charset=utf-8", bytes(7));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(bytes(7));
  }

  @Test
  void whatIsNoReviewIsRefusedBeforeItIsRead() throws Exception {
    TlsClient client = start(_ -> new Answer(200, new byte[0]));
    assertThat(client.post(trusted(), "/other", JSON, bytes(1)).status()).isEqualTo(404);
    assertThat(client.get(trusted(), "/inject").status()).isEqualTo(405);
    assertThat(client.post(trusted(), "/inject", "text/plain", bytes(1)).status()).isEqualTo(415);
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() throws Exception {
    TlsClient client = start(_ -> new Answer(200, new byte[0]));
    Answer answer =
        client.post(trusted(), "/inject", JSON, bytes(WebhookServer.BODY_BYTES_MAX + 1));
    assertThat(answer.status()).isEqualTo(413);
  }

  @Test
  void moreReviewsThanThereIsRoomForAreToldSo() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    AtomicInteger inHand = new AtomicInteger();
    TlsClient client =
        start(
            body -> {
              inHand.incrementAndGet();
              try {
                held.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return new Answer(200, body);
            });
    int places = WebhookServer.SMALL_BODIES_BYTES_MAX / WebhookServer.SMALL_BYTES_MAX;
    List<CompletableFuture<Integer>> answers = new ArrayList<>();
    for (int i = 0; i < places; i++) {
      answers.add(
          CompletableFuture.supplyAsync(
              () -> status(client, WebhookServer.SMALL_BYTES_MAX), Thread::startVirtualThread));
    }
    Await.until("all places are taken", () -> inHand.get() == places);
    assertThat(status(client, 1)).isEqualTo(503);
    held.countDown();
    assertThat(answers).allSatisfy(answer -> assertThat(answer.get()).isEqualTo(200));
  }

  @Test
  void whoAnnouncesMuchAndSendsLittleKeepsNoPodOut() throws Exception {
    TlsClient client = start(body -> new Answer(200, body));
    SSLSocketFactory sockets = TlsClient.trusting(trusted()).getSocketFactory();
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        Socket socket = sockets.createSocket(InetAddress.getLoopbackAddress(), client.port());
        slow.add(socket);
        int announced = i % 2 == 0 ? WebhookServer.SMALL_BYTES_MAX : 7_000_000;
        String head =
            "POST /inject HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: "
                + announced
                + "\r\n\r\n{";
        socket.getOutputStream().write(head.getBytes(UTF_8));
      }
      assertThat(status(client, 30_000)).isEqualTo(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void aConnectionThatSaysNothingHoldsUpNobody() throws Exception {
    TlsClient client = start(body -> new Answer(200, body));
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), client.port())) {
      silent.getOutputStream().write(new byte[] {22, 3, 1});
      assertThat(status(client)).isEqualTo(200);
    }
  }

  @Test
  void theNextHandshakeShowsTheNewCertificate() throws Exception {
    TlsClient client = start(body -> new Answer(200, body));
    assertThat(status(client)).isEqualTo(200);
    Authority other = TestKeytool.KEYTOOL.authority("other", 2);
    identity.use(TestKeytool.KEYTOOL.serving(other, List.of("localhost"), 1));
    assertThatThrownBy(() -> client.post(trusted(), "/inject", JSON, bytes(1)))
        .isInstanceOf(SSLException.class);
    List<X509Certificate> others = List.of(other.certificate());
    assertThat(client.post(others, "/inject", JSON, bytes(1)).status()).isEqualTo(200);
  }

  private TlsClient start(Function<byte[], Answer> reviewing) throws IOException {
    identity.use(serving);
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    WebhookServer started = WebhookServer.start(any, identity.tls(), reviewing);
    server = started;
    return new TlsClient(started.address());
  }

  private static int status(TlsClient client) {
    return status(client, 1);
  }

  private static int status(TlsClient client, int bodyBytes) {
    try {
      return client.post(trusted(), "/inject", JSON, bytes(bodyBytes)).status();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<X509Certificate> trusted() {
    return List.of(authority.certificate());
  }

  private static byte[] bytes(int count) {
    return "x".repeat(count).getBytes(UTF_8);
  }
}
