package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Phase;
import dev.streamgauge.timeline.RequestRecord;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The queue in front of the server, on real sockets. */
@Timeout(60)
final class QueueTest {
  private static final String BODY = "{\"stream\":true}";
  private static final String EVENTS =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String TOKEN =
      "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,"
          + "\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n";
  private static final String DONE = "data: [DONE]\n\n";
  private static final String[] CALL = {"content-type", "application/grpc", "te", "trailers"};

  /** Streams may end, one for each permit. */
  private final Semaphore ends = new Semaphore(0);

  /** Paths in the order in which the server saw them. */
  private final BlockingQueue<String> served = new LinkedBlockingQueue<>();

  private ScriptedUpstream holding() throws IOException {
    return new ScriptedUpstream(
        (in, out, _) -> {
          for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
            served.add(head.substring(0, head.indexOf(" HTTP")));
            answer(head, in, out);
          }
        });
  }

  private void answer(String head, InputStream in, OutputStream out) throws IOException {
    if (head.startsWith("GET")) {
      out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
      return;
    }
    String length = head.toLowerCase(Locale.ROOT).split("content-length: ", -1)[1];
    var _ = in.readNBytes(Integer.parseInt(length.substring(0, length.indexOf('\r'))));
    out.write(ascii(EVENTS + chunk(TOKEN)));
    ends.acquireUninterruptibly();
    out.write(ascii(chunk(DONE) + "0\r\n\r\n"));
  }

  private static String chunk(String data) {
    return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
  }

  private static String chat(String path, String... fields) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: x\r\n"
        + String.join("", fields)
        + "Content-Length: "
        + BODY.length()
        + "\r\n\r\n"
        + BODY;
  }

  private static String chat() {
    return chat("/v1/chat/completions");
  }

  private String nextServed() throws InterruptedException {
    String path = served.poll(10, TimeUnit.SECONDS);
    assertThat(path).isNotNull();
    return path;
  }

  private static void awaitQueued(TestProxy proxy, int waiting) {
    TestProxy.await("so many wait", () -> proxy.gauges.in(Phase.QUEUED) == waiting);
  }

  @Test
  void aPermitLastsToTheEndOfTheStream() throws Exception {
    try (ScriptedUpstream upstream = holding();
        TestProxy proxy = TestProxy.before(upstream, "--max-concurrency", "1")) {
      Socket first = proxy.send(chat());
      assertThat(readHead(first.getInputStream())).startsWith("HTTP/1.1 200");
      TestProxy.await("a token came", () -> proxy.gauges.in(Phase.GENERATING) == 1);
      Socket second = proxy.send(chat());
      awaitQueued(proxy, 1);
      assertThat(upstream.connections.get()).isEqualTo(1);
      ends.release();
      assertThat(readHead(second.getInputStream())).startsWith("HTTP/1.1 200");
      ends.release();
      assertThat(proxy.next(Outcome.OK, 200).points().admitted()).isZero();
      RequestRecord waited = proxy.next(Outcome.OK, 200);
      assertThat(waited.points().admitted()).isPositive();
      assertThat(waited.points().connected()).isGreaterThanOrEqualTo(waited.points().admitted());
      first.close();
      second.close();
    }
  }

  @Test
  void pastTheQueueTheAnswerSaysWhenToComeAgainAndTheConnectionStays() throws Exception {
    try (ScriptedUpstream upstream = holding();
        TestProxy proxy =
            TestProxy.before(upstream, "--max-concurrency", "1", "--max-queue", "0")) {
      Socket first = proxy.send(chat());
      assertThat(nextServed()).startsWith("POST");
      Socket second = proxy.send(chat());
      String head = readHead(second.getInputStream());
      assertThat(head).startsWith("HTTP/1.1 503").contains("retry-after: 1\r\n");
      assertThat(new String(second.getInputStream().readNBytes(20), StandardCharsets.US_ASCII))
          .startsWith("{\"error\"");
      RequestRecord refused = proxy.next(Outcome.POLICY_QUEUE_FULL, 503);
      assertThat(refused.points().admitted()).isNull();
      assertThat(refused.queuedNanos()).isPositive().isLessThan(refused.points().ended());
      ends.release();
      var _ = proxy.next(Outcome.OK, 200);
      second.getOutputStream().write(ascii(chat()));
      assertThat(nextServed()).startsWith("POST");
      ends.release();
      var _ = proxy.next(Outcome.OK, 200);
      first.close();
      second.close();
    }
  }

  @Test
  void whoHasWaitedTooLongIsSentAway() throws Exception {
    try (ScriptedUpstream upstream = holding();
        TestProxy proxy =
            TestProxy.before(upstream, "--max-concurrency", "1", "--queue-timeout", "50ms")) {
      Socket first = proxy.send(chat());
      assertThat(nextServed()).startsWith("POST");
      Socket second = proxy.send(chat());
      assertThat(readHead(second.getInputStream())).startsWith("HTTP/1.1 503");
      RequestRecord late = proxy.next(Outcome.POLICY_QUEUE_TIMEOUT, 503);
      assertThat(late.points().admitted()).isNull();
      assertThat(late.points().ended()).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
      ends.release();
      var _ = proxy.next(Outcome.OK, 200);
      first.close();
      second.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoLeavesTheQueueGivesItsPlaceBackAtOnce(boolean reset) throws Exception {
    try (ScriptedUpstream upstream = holding();
        TestProxy proxy =
            TestProxy.before(upstream, "--max-concurrency", "1", "--max-queue", "1")) {
      Socket first = proxy.send(chat());
      assertThat(nextServed()).startsWith("POST");
      Socket second = proxy.send(chat());
      awaitQueued(proxy, 1);
      if (reset) {
        TestProxy.reset(second);
      } else {
        TestProxy.leave(second);
      }
      assertThat(proxy.next(Outcome.CALLER_DISCONNECT, null).points().admitted()).isNull();
      Socket third = proxy.send(chat());
      awaitQueued(proxy, 1);
      ends.release(2);
      assertThat(readHead(third.getInputStream())).startsWith("HTTP/1.1 200");
      var _ = proxy.next(Outcome.OK, 200);
      var _ = proxy.next(Outcome.OK, 200);
      assertThat(upstream.connections.get()).isLessThanOrEqualTo(2);
      first.close();
      third.close();
    }
  }

  /** Its body is read no further, and yet the kernel tells of its FIN. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void soDoesOneWhoseBodyIsReadNoFurther(boolean reset) throws Exception {
    assumeTrue(Transport.best() == Transport.EPOLL);
    try (ScriptedUpstream upstream = holding();
        TestProxy proxy =
            TestProxy.before(upstream, "--max-concurrency", "1", "--retry-body-bytes", "16KiB")) {
      Socket first = proxy.send(chat());
      assertThat(nextServed()).startsWith("POST");
      String head = "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n";
      Socket second = proxy.send(head + "x".repeat(20_000));
      awaitQueued(proxy, 1);
      second.getOutputStream().write(ascii("x".repeat(20_000)));
      long leftNanos = System.nanoTime();
      if (reset) {
        TestProxy.reset(second);
      } else {
        TestProxy.leave(second);
      }
      RequestRecord gone = proxy.next(Outcome.CALLER_DISCONNECT, null);
      long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - leftNanos);
      System.out.printf("FIGURE left the queue within %d us%n", micros);
      assertThat(gone.points().admitted()).isNull();
      assertThat(gone.points().bodyReceived()).isNull();
      ends.release();
      var _ = proxy.next(Outcome.OK, 200);
      first.close();
    }
  }

  @Test
  void whatTheDrainCutsOffInTheQueueHasWaited() throws Exception {
    try (ScriptedUpstream upstream = holding()) {
      TestProxy proxy = TestProxy.before(upstream, "--max-concurrency", "1");
      Socket first = proxy.send(chat());
      assertThat(nextServed()).startsWith("POST");
      TestProxy.await("a token came", () -> proxy.gauges.in(Phase.GENERATING) == 1);
      Socket second = proxy.send(chat("/v1/completions"));
      awaitQueued(proxy, 1);
      proxy.server.close();
      for (int i = 0; i < 2; i++) {
        RequestRecord cut = proxy.next();
        assertThat(cut.outcome()).isEqualTo(Outcome.POLICY_DRAINING);
        if (cut.operation() == Operation.COMPLETION) {
          assertThat(cut.points().admitted()).isNull();
          assertThat(cut.queuedNanos()).isPositive();
        } else {
          assertThat(cut.queuedNanos()).isZero();
        }
      }
      ends.release();
      first.close();
      second.close();
    }
  }

  @Test
  void healthChecksAndListsOfModelsPassBesideTheQueue() throws Exception {
    try (ScriptedUpstream upstream = holding();
        TestProxy proxy =
            TestProxy.before(upstream, "--max-concurrency", "1", "--max-queue", "0")) {
      Socket first = proxy.send(chat());
      assertThat(nextServed()).startsWith("POST");
      for (String path : new String[] {"/health", "/v1/models", "/metrics"}) {
        try (Socket beside = proxy.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")) {
          assertThat(readHead(beside.getInputStream())).startsWith("HTTP/1.1 200");
          var _ = proxy.next(Outcome.OK, 200);
        }
      }
      ends.release();
      var _ = proxy.next(Outcome.OK, 200);
      first.close();
    }
  }

  @Test
  void aLongBodyThatWaitedArrivesWhole() throws Exception {
    String text = "{\"x\":\"" + "y".repeat(500_000) + "\"}";
    try (ScriptedUpstream upstream = holding();
        TestProxy proxy = TestProxy.before(upstream, "--max-concurrency", "1")) {
      Socket first = proxy.send(chat());
      assertThat(nextServed()).startsWith("POST");
      Socket second = proxy.connect();
      Thread upload =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      String head = "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: ";
                      second
                          .getOutputStream()
                          .write(ascii(head + text.length() + "\r\n\r\n" + text));
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
      awaitQueued(proxy, 1);
      ends.release(2);
      assertThat(readHead(second.getInputStream())).startsWith("HTTP/1.1 200");
      upload.join();
      var _ = proxy.next(Outcome.OK, 200);
      assertThat(proxy.next(Outcome.OK, 200).transfer().requestBytes()).isEqualTo(text.length());
      first.close();
      second.close();
    }
  }

  @Test
  void theMoreUrgentGoesFirst() throws Exception {
    try (ScriptedUpstream upstream = holding();
        TestProxy proxy =
            TestProxy.before(upstream, "--max-concurrency", "1", "--priority-header", "priority")) {
      Socket first = proxy.send(chat());
      assertThat(nextServed()).startsWith("POST");
      Socket usual = proxy.send(chat("/v1/completions"));
      awaitQueued(proxy, 1);
      Socket urgent = proxy.send(chat("/v1/chat/completions", "Priority: u=0, i\r\n"));
      awaitQueued(proxy, 2);
      ends.release(3);
      assertThat(nextServed()).isEqualTo("POST /v1/chat/completions");
      assertThat(nextServed()).isEqualTo("POST /v1/completions");
      for (int i = 0; i < 3; i++) {
        var _ = proxy.next(Outcome.OK, 200);
      }
      first.close();
      usual.close();
      urgent.close();
    }
  }

  @Test
  void aCallOfGrpcIsTurnedAwayInItsOwnWords() throws Exception {
    ScriptedUpstream.Script silent =
        Http2Peer.server(
            server -> {
              server.nextRequest();
              server.awaitEnd(); // its leaving would be another outcome
            });
    try (ScriptedUpstream upstream = new ScriptedUpstream(silent);
        TestProxy proxy =
            TestProxy.beforeHttp2(upstream, "--max-concurrency", "1", "--max-queue", "0");
        Http2Peer client = Http2Peer.client(proxy)) {
      String path = "/vllm.grpc.engine.VllmEngine/Generate";
      client.request(1, false, "POST", path, CALL);
      TestProxy.await("it has gone on", () -> proxy.gauges.in(Phase.PREFILL) == 1);
      client.request(3, false, "POST", path, CALL);
      Http2Peer.Answer answer = client.answer(3);
      assertThat(answer.field("grpc-status")).isEqualTo("14");
      assertThat(answer.field("grpc-retry-pushback-ms")).isEqualTo("1000");
      String details = answer.field("grpc-status-details-bin");
      assertThat(details).isNotNull();
      assertThat(new String(Base64.getDecoder().decode(details), StandardCharsets.ISO_8859_1))
          .contains("type.googleapis.com/google.rpc.RetryInfo");
      var _ = proxy.next(Outcome.POLICY_QUEUE_FULL, 200);
      client.reset(1, Http2Error.CANCEL);
      var _ = proxy.next(Outcome.CALLER_DISCONNECT, null);
    }
  }
}
