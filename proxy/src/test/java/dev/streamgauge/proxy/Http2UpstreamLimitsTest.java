package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.timeline.Outcome;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much of what costs a server nothing its connection of HTTP/2 takes, and whom it hits. */
@Timeout(60)
final class Http2UpstreamLimitsTest {
  private static final int FRAME_BYTES = 16 * 1024;

  /** Far above {@code --max-header-bytes}, and read to its end all the same. */
  private static final int FAR_ABOVE_BYTES = 400_000;

  /** What the server does where it is asked for {@code /bad}. */
  private interface Breach {
    void commit(Http2Peer server, int streamId) throws IOException;
  }

  /**
   * Begins an answer to {@code /long} and ends it when {@code /end} is asked for; breaks the rules
   * for {@code /bad}.
   */
  private static ScriptedUpstream breaching(Breach breach) throws IOException {
    return new ScriptedUpstream(
        Http2Peer.server(
            server -> {
              int open = 0;
              while (true) {
                Http2Frame request = server.nextRequest();
                int id = request.streamId();
                switch (String.valueOf(request.field(":path"))) {
                  case "/long" -> {
                    open = id;
                    server.headers(id, false, ":status", "200");
                    server.data(id, false, "be");
                  }
                  case "/end" -> {
                    server.data(open, true, "gun");
                    server.answerOk(id);
                  }
                  default -> breach.commit(server, id);
                }
              }
            }));
  }

  /** A head or a trailer in as many frames as it takes; text that does not pack. */
  private static void large(
      Http2Peer server, int streamId, boolean end, int bytes, String... before) throws IOException {
    char[] text = new char[bytes];
    Random random = new Random(7);
    for (int i = 0; i < bytes; i++) {
      text[i] = (char) ('!' + random.nextInt(90));
    }
    String[] fields = Arrays.copyOf(before, before.length + 2);
    fields[before.length] = "x-large";
    fields[before.length + 1] = new String(text);
    byte[] block = server.block(streamId, fields);
    for (int at = 0; at < block.length; at += FRAME_BYTES) {
      int to = Math.min(block.length, at + FRAME_BYTES);
      int flags = (to == block.length ? Http2Frame.END_HEADERS : 0);
      FrameType type = at == 0 ? FrameType.HEADERS : FrameType.CONTINUATION;
      flags |= at == 0 && end ? Http2Frame.END_STREAM : 0;
      server.frame(type.number(), flags, streamId, Arrays.copyOfRange(block, at, to));
    }
  }

  private static void othersGoOn(TestProxy proxy, Http2Peer other, ScriptedUpstream upstream)
      throws Exception {
    other.get(3, "/end");
    assertThat(other.answer(3).body()).isEqualTo("ok");
    assertThat(other.answer(1).body()).isEqualTo("begun");
    var _ = proxy.next(Outcome.OK, 200);
    var _ = proxy.next(Outcome.OK, 200);
    assertThat(upstream.connections).hasValue(1);
  }

  @Test
  void trailersFarAboveTheLimitBreakTheirOwnAnswerAlone() throws Exception {
    Breach trailers =
        (server, id) -> {
          server.headers(id, false, ":status", "200");
          server.data(id, false, "some");
          large(server, id, true, FAR_ABOVE_BYTES);
        };
    try (ScriptedUpstream upstream = breaching(trailers);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer other = Http2Peer.client(proxy);
        Http2Peer client = Http2Peer.client(proxy)) {
      other.get(1, "/long");
      assertThat(other.on(1).field(":status")).isEqualTo("200");
      client.get(1, "/bad");
      Http2Peer.Answer answer = client.answer(1);
      assertThat(answer.status()).isEqualTo("200");
      assertThat(answer.body()).isEqualTo("some");
      assertThat(answer.reset()).isEqualTo(Http2Error.INTERNAL_ERROR);
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 200).error())
          .contains("the trailers are longer than");
      assertThat(proxy.gauges.limits).containsExactly(Limit.TRAILERS);
      othersGoOn(proxy, other, upstream);
    }
  }

  @Test
  void trailersAboveTheLimitAreToldAsSuch() throws Exception {
    Breach trailers =
        (server, id) -> {
          server.headers(id, false, ":status", "200");
          large(server, id, true, 20_000);
        };
    try (ScriptedUpstream upstream = breaching(trailers);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/bad");
      assertThat(client.answer(1).reset()).isEqualTo(Http2Error.INTERNAL_ERROR);
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 200).error())
          .contains("the trailers are longer than");
      assertThat(proxy.gauges.limits).containsExactly(Limit.TRAILERS);
    }
  }

  @Test
  void aHeadFarAboveTheLimitIsABadGatewayForItsOwnRequestAlone() throws Exception {
    Breach head = (server, id) -> large(server, id, false, FAR_ABOVE_BYTES, ":status", "200");
    try (ScriptedUpstream upstream = breaching(head);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer other = Http2Peer.client(proxy);
        Http2Peer client = Http2Peer.client(proxy);
        Socket old = proxy.connect()) {
      other.get(1, "/long");
      assertThat(other.on(1).field(":status")).isEqualTo("200");
      client.get(1, "/bad");
      assertThat(client.answer(1).status()).isEqualTo("502");
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 502).error())
          .contains("the head is longer than");
      old.getOutputStream().write(ScriptedUpstream.ascii("GET /bad HTTP/1.1\r\nHost: x\r\n\r\n"));
      assertThat(readHead(old.getInputStream())).startsWith("HTTP/1.1 502 ");
      var _ = proxy.next(Outcome.UPSTREAM_RESET, 502);
      assertThat(proxy.gauges.limits).containsExactly(Limit.RESPONSE_HEAD, Limit.RESPONSE_HEAD);
      othersGoOn(proxy, other, upstream);
    }
  }

  @Test
  void aHeadWithoutEndEndsTheConnection() throws Exception {
    Breach head = (server, id) -> large(server, id, false, 2_000_000, ":status", "200");
    try (ScriptedUpstream upstream = breaching(head);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/bad");
      assertThat(client.answer(1).status()).isEqualTo("502");
      var _ = proxy.next(Outcome.UPSTREAM_RESET, 502);
      TestProxy.await("its end", () -> upstream.open.get() == 0);
      assertThat(proxy.gauges.limits).containsExactly(Limit.RESPONSE_HEAD);
    }
  }

  /** Type, payload and how many: PRIORITY, SETTINGS, and one of a type that nobody knows. */
  @ParameterizedTest
  @CsvSource({"2, 5, 1", "4, 0, 0", "66, 3, 0"})
  void tooManyControlFramesEndTheConnection(int type, int bytes, int streamId) throws Exception {
    Breach flood =
        (server, _) -> {
          server.fence(); // what was sent to it has been read, so that its end is no reset
          for (int i = 0; i < 101; i++) {
            server.frame(type, 0, streamId, new byte[bytes]);
          }
          server.awaitEnd();
        };
    try (ScriptedUpstream upstream = breaching(flood);
        TestProxy proxy = TestProxy.beforeHttp2(upstream, "--http2-max-upstream-frames", "100");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/bad");
      assertThat(client.answer(1).status()).isEqualTo("502");
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 502).error())
          .endsWith("too many frames on its connection");
      assertThat(proxy.gauges.limits).containsExactly(Limit.UPSTREAM_CONTROL_FRAMES);
    }
  }

  @Test
  void moreThanAStreamsWindowBreaksThatAnswer() throws Exception {
    Breach flood =
        (server, id) -> {
          server.headers(id, false, ":status", "200");
          for (int i = 0; i < 16; i++) {
            server.data(id, false, new byte[FRAME_BYTES]);
          }
        };
    try (ScriptedUpstream upstream = breaching(flood);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy, Http2Peer.INITIAL_WINDOW_SIZE, 0)) {
      client.get(1, "/bad");
      assertThat(client.answer(1).reset()).isEqualTo(Http2Error.INTERNAL_ERROR);
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 200).error())
          .endsWith("it is more than the window of its stream");
      assertThat(proxy.gauges.limits).containsExactly(Limit.UPSTREAM_WINDOW);
    }
  }

  /** A server that pings and takes nothing: what it is owed may not pile up here. */
  @Test
  void acknowledgementsThatAreNotTakenEndTheConnection() throws Exception {
    CountDownLatch full = new CountDownLatch(1);
    AtomicLong written = new AtomicLong();
    Breach pinging =
        (server, _) -> {
          server.socket().setReceiveBufferSize(FRAME_BYTES);
          await(full);
          for (int i = 0; i < 5_000; i++) {
            server.ping();
          }
          server.awaitEnd();
        };
    try (ScriptedUpstream upstream = breaching(pinging);
        TestProxy proxy = TestProxy.beforeHttp2(upstream, "--http2-max-queued-frames", "100");
        Socket client =
            proxy.send("POST /bad HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")) {
      Thread.ofPlatform().daemon().start(() -> fill(client, written));
      Standstill.await("a full socket", written::get);
      full.countDown();
      var _ = proxy.next(Outcome.UPSTREAM_RESET, 502);
      assertThat(proxy.gauges.limits).contains(Limit.QUEUED_FRAMES);
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void fill(Socket client, AtomicLong written) {
    byte[] piece = new byte[FRAME_BYTES];
    try {
      while (true) {
        client.getOutputStream().write(piece);
        written.addAndGet(piece.length);
      }
    } catch (IOException e) {
      // the connection ended, as it is meant to
    }
  }
}
