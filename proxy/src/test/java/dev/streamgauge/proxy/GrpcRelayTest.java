package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestRecord;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of gRPC: their status is in trailers, or in the only head, and decides the outcome. */
@Timeout(30)
final class GrpcRelayTest {
  /** A message of two bytes behind its prefix. */
  private static final byte[] MESSAGE = {0, 0, 0, 0, 2, 8, 1};

  private static final String TWICE =
      "grpc-status 0|grpc-message one|grpc-status 13|grpc-message two";

  private static final String[] CALL = {"content-type", "application/grpc", "te", "trailers"};

  private final BlockingQueue<Http2Frame> heads = new LinkedBlockingQueue<>();

  /** How the server answers a call that is whole. */
  private interface Answer {
    void write(Http2Peer server, int streamId) throws IOException;
  }

  private ScriptedUpstream answering(Answer answer) throws IOException {
    return new ScriptedUpstream(
        Http2Peer.server(
            server -> {
              while (true) {
                Http2Frame head = server.nextRequest();
                heads.add(head);
                if (!head.end()) {
                  assertThat(server.answer(head.streamId()).reset()).isNull();
                }
                answer.write(server, head.streamId());
              }
            }));
  }

  private static void call(Http2Peer client, int streamId) throws IOException {
    client.request(streamId, false, "POST", "/a.B/c", CALL);
    client.data(streamId, true, MESSAGE);
  }

  @Test
  void aCallGoesThroughWithItsTrailers() throws Exception {
    Answer ok =
        (server, id) -> {
          server.headers(id, false, ":status", "200", "content-type", "application/grpc");
          server.data(id, false, MESSAGE);
          server.data(id, false, MESSAGE);
          server.headers(id, true, "grpc-status", "0", "grpc-message", "", "x-bin", "AAE");
        };
    try (ScriptedUpstream upstream = answering(ok);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      call(client, 1);
      Http2Peer.Answer answer = client.answer(1);
      assertThat(answer.field("content-type")).isEqualTo("application/grpc");
      assertThat(answer.body()).hasSize(2 * MESSAGE.length);
      assertThat(answer.trailer())
          .containsExactly("grpc-status: 0", "grpc-message: ", "x-bin: AAE");
      RequestRecord record = proxy.next(Outcome.OK, 200);
      assertThat(record.protocol()).isEqualTo(Protocol.GRPC);
      assertThat(record.grpcStatus()).isZero();
      assertThat(record.path()).isEqualTo("/a.B/c");
      assertThat(record.transfer().requestBytes()).isEqualTo(MESSAGE.length);
      assertThat(record.transfer().responseBytes()).isEqualTo(2L * MESSAGE.length);
      Http2Frame head = heads.poll(10, TimeUnit.SECONDS);
      assertThat(head).isNotNull();
      assertThat(head.fields()).contains("te: trailers", "content-type: application/grpc");
      assertThat(head.field("content-length")).isNull();
    }
  }

  /** Clients take it so; they get both. */
  @Test
  void ofAStatusThatComesTwiceTheLastCounts() throws Exception {
    Answer twice =
        (server, id) -> {
          server.headers(id, false, ":status", "200", "content-type", "application/grpc");
          server.headers(id, true, Http2Peer.fields(TWICE));
        };
    try (ScriptedUpstream upstream = answering(twice);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      call(client, 1);
      assertThat(client.answer(1).trailer())
          .containsExactly(
              "grpc-status: 0", "grpc-message: one", "grpc-status: 13", "grpc-message: two");
      RequestRecord record = proxy.next(Outcome.UPSTREAM_ERROR, 200);
      assertThat(record.grpcStatus()).isEqualTo(13);
      assertThat(record.error()).isEqualTo("two");
    }
  }

  /** What the service's methods are nobody here knows. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 200})
  void aCallWithASecondMessageIsAStream(int messages) throws Exception {
    Answer answer =
        (server, id) -> {
          server.headers(id, false, ":status", "200", "content-type", "application/grpc");
          for (int i = 0; i < messages; i++) {
            server.data(id, false, MESSAGE);
          }
          server.headers(id, true, "grpc-status", "0");
        };
    try (ScriptedUpstream upstream = answering(answer);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      call(client, 1);
      assertThat(client.answer(1).body()).hasSize(messages * MESSAGE.length);
      assertThat(proxy.next(Outcome.OK, 200).stream()).isEqualTo(messages > 1);
    }
  }

  /** gRPC over HTTP/2, "Trailers-Only": one frame, which ends the stream. */
  @Test
  void anAnswerOfOneHeadStaysOne() throws Exception {
    Answer refusing =
        (server, id) ->
            server.headers(
                id,
                true,
                ":status",
                "200",
                "content-type",
                "application/grpc",
                "grpc-status",
                "5",
                "grpc-message",
                "no%20such model");
    try (ScriptedUpstream upstream = answering(refusing);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      call(client, 1);
      Http2Frame head = client.on(1);
      assertThat(head.end()).isTrue();
      assertThat(head.fields()).contains("grpc-status: 5", "grpc-message: no%20such model");
      RequestRecord record = proxy.next(Outcome.CALLER_ERROR, 200);
      assertThat(record.grpcStatus()).isEqualTo(5);
      assertThat(record.error()).isEqualTo("no such model");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, false, OK",
    "0, true, OK",
    "3, false, CALLER_ERROR",
    "8, true, CALLER_ERROR",
    "16, false, CALLER_ERROR",
    "4, false, UPSTREAM_TIMEOUT",
    "4, true, UPSTREAM_TIMEOUT",
    "2, false, UPSTREAM_ERROR",
    "2, true, UPSTREAM_STREAM_ERROR",
    "13, false, UPSTREAM_ERROR",
    "14, true, UPSTREAM_STREAM_ERROR",
    "1, false, UPSTREAM_ERROR",
    "x, false, UPSTREAM_ERROR",
  })
  void theStatusDecidesTheOutcome(String status, boolean message, Outcome outcome)
      throws Exception {
    Answer answer =
        (server, id) -> {
          server.headers(id, false, ":status", "200", "content-type", "application/grpc");
          if (message) {
            server.data(id, false, MESSAGE);
          }
          server.headers(id, true, "grpc-status", status);
        };
    try (ScriptedUpstream upstream = answering(answer);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      call(client, 1);
      assertThat(client.answer(1).trailer()).containsExactly("grpc-status: " + status);
      RequestRecord record = proxy.next(outcome, 200);
      assertThat(record.grpcStatus()).isEqualTo(status.equals("x") ? 2 : Integer.parseInt(status));
    }
  }

  @Test
  void anEndWithoutAStatusIsNoWholeAnswer() throws Exception {
    Answer silent =
        (server, id) -> {
          server.headers(id, false, ":status", "200", "content-type", "application/grpc");
          server.data(id, true, MESSAGE);
        };
    try (ScriptedUpstream upstream = answering(silent);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      call(client, 1);
      assertThat(client.answer(1).trailer()).isEmpty();
      assertThat(proxy.next(Outcome.UPSTREAM_TRUNCATED, 200).grpcStatus()).isNull();
    }
  }

  @Test
  void whatWeRefuseIsOneHead() throws Exception {
    ScriptedUpstream gone = Http2Peer.answering();
    gone.close();
    try (TestProxy proxy = TestProxy.beforeHttp2(gone);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(1, true, "POST", "/a.B/c", CALL);
      Http2Frame head = client.on(1);
      assertThat(head.end()).isTrue();
      assertThat(head.fields())
          .contains(":status: 200", "content-type: application/grpc", "grpc-status: 14");
      assertThat(head.field("grpc-message")).contains("did not accept");
      RequestRecord record = proxy.next(Outcome.UPSTREAM_UNREACHABLE, 200);
      assertThat(record.protocol()).isEqualTo(Protocol.GRPC);
      assertThat(record.grpcStatus()).isEqualTo(14);
    }
  }

  /** The rest of the call is not wanted then, and says so without an error. */
  @Test
  void whatWeRefuseOfACallThatGoesOnIsReset() throws Exception {
    ScriptedUpstream gone = Http2Peer.answering();
    gone.close();
    try (TestProxy proxy = TestProxy.beforeHttp2(gone);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(1, false, "POST", "/a.B/c", CALL);
      assertThat(client.on(1).field("grpc-status")).isEqualTo("14");
      assertThat(client.on(1)).hasToString("RST_STREAM 1 NO_ERROR");
      var _ = proxy.next(Outcome.UPSTREAM_UNREACHABLE, 200);
    }
  }

  @Test
  void aCallThatItsCallerCancelsIsCancelledAtTheServer() throws Exception {
    BlockingQueue<Http2Frame> ends = new LinkedBlockingQueue<>();
    Http2Peer.Script begun =
        server -> {
          int id = server.nextRequest().streamId();
          server.headers(id, false, ":status", "200", "content-type", "application/grpc");
          server.data(id, false, MESSAGE);
          ends.add(server.next(FrameType.RST_STREAM, id));
          server.awaitEnd();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(Http2Peer.server(begun));
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(1, false, "POST", "/a.B/c", CALL);
      assertThat(client.on(1).field(":status")).isEqualTo("200");
      client.reset(1, Http2Error.CANCEL);
      assertThat(proxy.next(Outcome.CALLER_DISCONNECT, 200).grpcStatus()).isNull();
      Http2Frame end = ends.poll(10, TimeUnit.SECONDS);
      assertThat(end).isNotNull();
      assertThat(end.error()).isEqualTo(Http2Error.CANCEL);
    }
  }

  /** A stream of messages both ways: each goes on before the next is sent. */
  @Test
  void messagesGoBothWaysAtOnce() throws Exception {
    Http2Peer.Script echo =
        server -> {
          int id = server.nextRequest().streamId();
          server.headers(id, false, ":status", "200", "content-type", "application/grpc");
          for (Http2Frame data = server.on(id); ; data = server.on(id)) {
            if (data.payload().length > 0) {
              server.data(id, false, data.payload());
            }
            if (data.end()) {
              break;
            }
          }
          server.headers(id, true, "grpc-status", "0");
          server.awaitEnd();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(Http2Peer.server(echo));
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(1, false, "POST", "/a.B/c", CALL);
      assertThat(client.on(1).field(":status")).isEqualTo("200");
      for (int i = 0; i < 5; i++) {
        client.data(1, false, MESSAGE);
        assertThat(client.on(1).payload()).isEqualTo(MESSAGE);
      }
      client.data(1, true, new byte[0]);
      assertThat(client.answer(1).head()).isNotNull();
      assertThat(proxy.next(Outcome.OK, 200).grpcStatus()).isZero();
    }
  }

  /** gRPC asks for HTTP/2 end to end; a server of HTTP/1.1 answers something else. */
  @Test
  void aPageOfAnotherServerIsPassedOn() throws Exception {
    String page =
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nno";
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(page);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(1, true, "POST", "/a.B/c", CALL);
      assertThat(client.answer(1).status()).isEqualTo("404");
      assertThat(proxy.next(Outcome.CALLER_ERROR, 404).grpcStatus()).isNull();
    }
  }

  /** Over HTTP/1.1 nothing is gRPC: trailers may be lost on the way. */
  @Test
  void aCallOverHttp1IsPlainHttp() throws Exception {
    try (ScriptedUpstream upstream = Http2Peer.answering();
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Socket client =
            proxy.send(
                "POST /a.B/c HTTP/1.1\r\nHost: x\r\nContent-Type: application/grpc\r\n\r\n")) {
      assertThat(ScriptedUpstream.readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
      assertThat(proxy.next(Outcome.OK, 200).protocol()).isEqualTo(Protocol.HTTP_1_1);
    }
  }
}
