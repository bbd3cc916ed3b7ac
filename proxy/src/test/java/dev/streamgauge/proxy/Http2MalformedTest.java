package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import io.netty.handler.codec.http2.Http2Error;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is malformed ends its own stream, with a body behind it or none; the next request works. */
@Timeout(30)
final class Http2MalformedTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String POST = ":method POST|:scheme http|:path /|:authority x";

  private ScriptedUpstream upstream;
  private TestProxy proxy;
  private Http2Peer client;

  @BeforeEach
  void start() throws Exception {
    upstream =
        new ScriptedUpstream(
            (in, out, _) -> {
              for (String head = readHead(in); head.startsWith("GET /ok "); head = readHead(in)) {
                out.write(ascii(OK));
              }
              assertThat(in.readAllBytes()).isNotNull();
            });
    proxy = TestProxy.before(upstream);
    client = Http2Peer.client(proxy);
  }

  /** The connection is alive, and nothing of what was malformed has reached the server. */
  @AfterEach
  void theNextRequestWorks() throws Exception {
    try (ScriptedUpstream server = upstream;
        TestProxy between = proxy;
        Http2Peer same = client) {
      same.get(101, "/ok");
      assertThat(same.answer(101).body()).isEqualTo("ok");
      assertThat(between.next(Outcome.OK, 200).path()).isEqualTo("/ok");
      assertThat(same.noneUnread(FrameType.GOAWAY)).isTrue();
      assertThat(server.connections).hasPositiveValue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":method POST|:scheme http|:authority x",
        ":method POST|:scheme http|:path a|:authority x",
        ":scheme http|:path /|:authority x",
        POST + "|:path /",
        POST + "|:status 200",
        POST + "|a b|:method POST",
        POST + "|connection close",
        POST + "|transfer-encoding chunked",
        POST + "|te gzip",
        POST + "|A b",
        POST + "|a b\r\nc: d",
        POST + "|host y",
        POST + "|content-length x",
        POST + "|content-length 1|content-length 2",
        POST + "|content-length -1",
      })
  void aHeadThatIsNoneResetsItsStream(String head) throws Exception {
    client.headers(1, true, Http2Peer.fields(head));
    assertThat(client.answer(1).reset()).isEqualTo(Http2Error.PROTOCOL_ERROR);
    client.headers(3, false, Http2Peer.fields(head));
    client.data(3, false, "some");
    client.data(3, true, "more");
    assertThat(client.answer(3).reset()).isEqualTo(Http2Error.PROTOCOL_ERROR);
  }

  /** Section 8.3: HPACK's blocks can be joined, and Netty's fields would be sorted. */
  @Test
  void aPseudoHeaderBehindAFieldResetsItsStream() throws Exception {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.writeBytes(client.block(1, ":method", "GET", ":scheme", "http", "a", "b"));
    block.writeBytes(client.block(1, ":path", "/", ":authority", "x"));
    int flags = Http2Frame.END_HEADERS | Http2Frame.END_STREAM;
    client.frame(FrameType.HEADERS.number(), flags, 1, block.toByteArray());
    assertThat(client.answer(1).reset()).isEqualTo(Http2Error.PROTOCOL_ERROR);
  }

  /** What HTTP/1.1's rules find is answered, and so is a request. */
  @Test
  void aHeadWithoutAHostIsABadRequest() throws Exception {
    client.headers(1, true, ":method", "GET", ":scheme", "http", ":path", "/");
    assertThat(client.answer(1).status()).isEqualTo("400");
    assertThat(proxy.next(Outcome.CALLER_INVALID, 400).path()).isEqualTo("/");
  }

  @Test
  void connectIsNotServed() throws Exception {
    client.headers(1, false, ":method", "CONNECT", ":authority", "x:443");
    assertThat(client.answer(1).status()).isEqualTo("405");
    assertThat(client.on(1)).hasToString("RST_STREAM 1 NO_ERROR");
    var _ = proxy.next(Outcome.CALLER_INVALID, 405);
  }

  /**
   * RFC 8441 section 3: without our setting its pseudo-header is unknown, and the head malformed.
   */
  @Test
  void aWebSocketIsRefusedAndIsARequest() throws Exception {
    client.headers(
        1,
        false,
        Http2Peer.fields(
            ":method CONNECT|:protocol websocket|:scheme http|:path /chat?a=b|:authority x"));
    assertThat(client.answer(1).reset()).isEqualTo(Http2Error.PROTOCOL_ERROR);
    RequestRecord record = proxy.next(Outcome.CALLER_INVALID, null);
    assertThat(record.method()).isEqualTo("CONNECT");
    assertThat(record.path()).isEqualTo("/chat");
    assertThat(record.error()).contains("RFC 8441");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "5"})
  void aBodyOfAnotherLengthThanSaidResetsItsStream(String length) throws Exception {
    client.request(1, false, "POST", "/", "content-length", length);
    client.data(1, true, "four");
    assertThat(client.answer(1).reset()).isEqualTo(Http2Error.PROTOCOL_ERROR);
    var _ = proxy.next(Outcome.CALLER_INVALID, null);
  }

  @Test
  void aBodyThatWasSaidAndDoesNotComeResetsItsStream() throws Exception {
    client.request(1, true, "POST", "/", "content-length", "5");
    assertThat(client.answer(1).reset()).isEqualTo(Http2Error.PROTOCOL_ERROR);
  }

  @ParameterizedTest
  @ValueSource(strings = {":path /", "connection close", "A b", "a b\nc: d"})
  void aTrailerThatIsNoneResetsItsStream(String trailer) throws Exception {
    client.request(1, false, "POST", "/");
    client.data(1, false, "some");
    client.headers(1, true, Http2Peer.fields(trailer));
    assertThat(client.answer(1).reset()).isEqualTo(Http2Error.PROTOCOL_ERROR);
    var _ = proxy.next(Outcome.CALLER_INVALID, null);
  }

  /** Section 8.1: a second head ends the stream, or there is none. */
  @Test
  void aTrailerThatDoesNotEndTheStreamResetsIt() throws Exception {
    client.request(1, false, "POST", "/");
    client.data(1, false, "some");
    client.headers(1, false, "a", "b");
    assertThat(client.answer(1).reset()).isEqualTo(Http2Error.PROTOCOL_ERROR);
    var _ = proxy.next(Outcome.CALLER_INVALID, null);
  }

  @Test
  void aStreamThatDependsOnItselfIsNoHarm() throws Exception {
    client.frame(FrameType.PRIORITY.number(), 0, 3, new byte[] {0, 0, 0, 3, 1});
    client.fence();
  }

  @Test
  void aWindowUpdateOfNothingResetsItsStream() throws Exception {
    client.request(1, false, "POST", "/");
    client.windowUpdate(1, 0);
    assertThat(client.answer(1).reset()).isEqualTo(Http2Error.PROTOCOL_ERROR);
    var _ = proxy.next(Outcome.CALLER_INVALID, null);
  }
}
