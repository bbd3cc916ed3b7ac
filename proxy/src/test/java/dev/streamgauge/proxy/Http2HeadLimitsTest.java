package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestRecord;
import io.netty.handler.codec.http2.Http2Error;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A head above a limit is refused alone, by the rules of whoever sent it. */
@Timeout(30)
final class Http2HeadLimitsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private static void nextRequestWorks(TestProxy proxy, Http2Peer client, int id) throws Exception {
    client.get(id, "/ok");
    assertThat(client.answer(id).body()).isEqualTo("ok");
    var _ = proxy.next(Outcome.OK, 200);
  }

  /** The second is four fifths of what ends the connection. */
  @ParameterizedTest
  @ValueSource(ints = {900, 5_200})
  void aHeadThatIsTooLongIsRefusedAloneAndIsARequest(int bytes) throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream, "--max-header-bytes", "1KiB");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/a?b=c", "a", "a".repeat(bytes));
      Http2Peer.Answer answer = client.answer(1);
      assertThat(answer.status()).isEqualTo("431");
      assertThat(answer.body()).contains("the head is longer than 1024 bytes");
      assertThat(answer.reset()).isNull();
      RequestRecord record = proxy.next(Outcome.CALLER_INVALID, 431);
      assertThat(record.protocol()).isEqualTo(Protocol.H2);
      assertThat(record.method()).isEqualTo("GET");
      assertThat(record.path()).isEqualTo("/a");
      assertThat(proxy.gauges.limits).containsExactly(Limit.HEADER_LIST);
      client.fence();
      assertThat(client.noneUnread(FrameType.RST_STREAM)).isTrue();
      nextRequestWorks(proxy, client, 3);
    }
  }

  @Test
  void theRestOfARefusedRequestIsNotWanted() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream, "--max-header-bytes", "1KiB");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(1, false, "POST", "/", "a", "a".repeat(900));
      Http2Peer.Answer answer = client.answer(1);
      assertThat(answer.status()).isEqualTo("431");
      assertThat(answer.reset()).isNull();
      assertThat(client.on(1).error()).isEqualTo(Http2Error.NO_ERROR);
      var _ = proxy.next(Outcome.CALLER_INVALID, 431);
      nextRequestWorks(proxy, client, 3);
    }
  }

  @Test
  void otherRequestsOnTheConnectionGoOn() throws Exception {
    CompletableFuture<Boolean> goOn = new CompletableFuture<>();
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          var _ = readHead(in);
          assertThat(goOn.join()).isTrue();
          out.write(ascii(OK));
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream, "--max-header-bytes", "1KiB");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/");
      client.get(3, "/", "a", "a".repeat(5_200));
      assertThat(client.answer(3).status()).isEqualTo("431");
      var _ = proxy.next(Outcome.CALLER_INVALID, 431);
      goOn.complete(true);
      assertThat(client.answer(1).body()).isEqualTo("ok");
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  /** HPACK's table is filled by what stands behind the limit, too. */
  @Test
  void whatARefusedHeadPutIntoTheTableIsThereForTheNext() throws Exception {
    CompletableFuture<String> seen = new CompletableFuture<>();
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          seen.complete(readHead(in));
          out.write(ascii(OK));
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream, "--max-header-bytes", "1KiB");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/", "a", "a".repeat(900), "behind", "the limit");
      assertThat(client.answer(1).status()).isEqualTo("431");
      var _ = proxy.next(Outcome.CALLER_INVALID, 431);
      client.get(3, "/", "behind", "the limit");
      assertThat(client.answer(3).body()).isEqualTo("ok");
      assertThat(seen.join()).contains("behind: the limit");
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  /** What is read of it for nothing has a limit, too. */
  @Test
  void aHeadThatIsMuchTooLongEndsTheConnection() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream, "--max-header-bytes", "1KiB");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/", "a", "a".repeat(9_000));
      assertThat(client.next(FrameType.GOAWAY).error()).isNotEqualTo(Http2Error.NO_ERROR);
      assertThat(proxy.gauges.limits).containsExactly(Limit.HEADER_LIST);
    }
  }

  @Test
  void tooManyFieldsAreRefusedAloneAndAreARequest() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream, "--max-headers", "8");
        Http2Peer client = Http2Peer.client(proxy)) {
      String[] fields = new String[16];
      Arrays.fill(fields, "a");
      client.get(1, "/", fields);
      assertThat(client.answer(1).status()).isEqualTo("431");
      var _ = proxy.next(Outcome.CALLER_INVALID, 431);
      assertThat(proxy.gauges.limits).containsExactly(Limit.HEADERS);
      nextRequestWorks(proxy, client, 3);
    }
  }

  @Test
  void aCallIsRefusedByTheRulesOfGrpc() throws Exception {
    String[] fields = new String[18];
    Arrays.fill(fields, "a");
    refusesCall(Limit.HEADERS, "/a.B/c", "more than 8 header fields", fields);
    refusesCall(Limit.HEADER_LIST, "/a.B/c", "the head is longer", "a", "a".repeat(5_200));
    refusesCall(Limit.REQUEST_LINE, "/a.B/" + "c".repeat(600), "the start line is longer");
  }

  private static void refusesCall(Limit limit, String path, String why, String... fields)
      throws Exception {
    String[] options = {
      "--max-headers", "8", "--max-header-bytes", "1KiB", "--max-request-line-bytes", "512"
    };
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream, options);
        Http2Peer client = Http2Peer.client(proxy)) {
      String[] all = Arrays.copyOf(fields, fields.length + 2);
      System.arraycopy(fields, 0, all, 2, fields.length);
      all[0] = "content-type";
      all[1] = "application/grpc";
      client.request(1, true, "POST", path, all);
      Http2Frame head = client.on(1);
      assertThat(head.end()).isTrue();
      assertThat(head.fields())
          .contains(":status: 200", "content-type: application/grpc", "grpc-status: 8");
      assertThat(head.field("grpc-message")).startsWith(why);
      RequestRecord record = proxy.next(Outcome.CALLER_INVALID, 200);
      assertThat(record.protocol()).isEqualTo(Protocol.GRPC);
      assertThat(record.method()).isEqualTo("POST");
      assertThat(record.path()).isEqualTo(path);
      assertThat(record.grpcStatus()).isEqualTo(8);
      assertThat(proxy.gauges.limits).containsExactly(limit);
    }
  }

  /** Above the limit of trailers, and above that of all fields. */
  @ParameterizedTest
  @ValueSource(ints = {600, 1_100})
  void aTrailerThatIsTooLongIsToldAsSuch(int bytes) throws Exception {
    String[] options = {"--max-trailer-bytes", "512", "--max-header-bytes", "1KiB"};
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream, options);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(1, false, "POST", "/");
      client.headers(1, true, "a", "a".repeat(bytes));
      assertThat(client.answer(1).reset()).isEqualTo(Http2Error.PROTOCOL_ERROR);
      RequestRecord record = proxy.next(Outcome.CALLER_INVALID, null);
      assertThat(record.error()).isEqualTo("the trailers are longer than 512 bytes");
      assertThat(proxy.gauges.limits).containsExactly(Limit.TRAILERS);
      nextRequestWorks(proxy, client, 3);
    }
  }

  @Test
  void anAnswerToHeadHasNoBody() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream, "--max-header-bytes", "1KiB");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(1, true, "HEAD", "/", "a", "a".repeat(900));
      Http2Frame head = client.on(1);
      assertThat(head.field(":status")).isEqualTo("431");
      assertThat(head.end()).isTrue();
      var _ = proxy.next(Outcome.CALLER_INVALID, 431);
    }
  }
}
