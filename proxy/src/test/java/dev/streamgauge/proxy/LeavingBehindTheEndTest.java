package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients close as soon as they have read the end marker, many of them with a reset, since the last
 * chunk lies there unread. They have had the whole answer: it is no disconnect.
 */
@Timeout(60)
final class LeavingBehindTheEndTest {
  private static final String CHAT =
      "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n"
          + "{\"stream\":true}";
  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String PIECE =
      chunk("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n");
  private static final String FINISH =
      chunk("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n");
  private static final String DONE = chunk("data: [DONE]\n\n");
  private static final String LAST_CHUNK = "0\r\n\r\n";

  static Stream<Arguments> cases() {
    return TestProxy.transports().stream()
        .flatMap(
            transport ->
                Stream.of(LeavingTest.Way.values()).map(way -> Arguments.of(transport, way)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aheadOfTheLastChunkItIsOk(Transport transport, LeavingTest.Way way) throws Exception {
    check(transport, way, List.of(HEAD, PIECE, FINISH, DONE), "", "[DONE]", Outcome.OK);
  }

  /** The last chunk is written at once when the client has left: which one wins doesn't matter. */
  @ParameterizedTest
  @MethodSource("cases")
  void whileTheLastChunkComesItIsOk(Transport transport, LeavingTest.Way way) throws Exception {
    check(transport, way, List.of(HEAD, PIECE, FINISH, DONE), LAST_CHUNK, "[DONE]", Outcome.OK);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void behindTheLastChunkItIsOk(Transport transport, LeavingTest.Way way) throws Exception {
    // both: a head whose x-request-id ends in 0 looks like a last chunk
    String end = DONE + LAST_CHUNK;
    check(transport, way, List.of(HEAD, PIECE, end), "", end, Outcome.OK);
  }

  /** Usage comes behind the finish reason: the client left without it. */
  @ParameterizedTest
  @MethodSource("cases")
  void behindAFinishReasonItIsADisconnect(Transport transport, LeavingTest.Way way)
      throws Exception {
    List<String> answer = List.of(HEAD, PIECE, FINISH);
    check(transport, way, answer, "", "\"stop\"}]}\n\n\r\n", Outcome.CALLER_DISCONNECT);
  }

  private static void check(
      Transport transport,
      LeavingTest.Way way,
      List<String> answer,
      String behind,
      String leavesAt,
      Outcome outcome)
      throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          assertThat(in.readNBytes(15)).hasSize(15);
          write(out, answer);
          await(left);
          out.write(ascii(behind));
          assertThat(in.read()).isNegative();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.over(transport, upstream)) {
      Socket client = proxy.send(CHAT);
      readUpTo(client, leavesAt);
      way.leave(client);
      left.countDown();
      assertThat(proxy.next(outcome, 200).generation()).isNotNull();
    }
  }

  private static void write(OutputStream out, List<String> pieces) throws IOException {
    for (String piece : pieces) {
      out.write(ascii(piece));
    }
  }

  private static void await(CountDownLatch left) {
    try {
      assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void readUpTo(Socket client, String text) throws IOException {
    StringBuilder all = new StringBuilder();
    while (all.indexOf(text) < 0) {
      int read = client.getInputStream().read();
      assertThat(read).as("after %s", all).isNotNegative();
      all.append((char) read);
    }
  }

  private static String chunk(String data) {
    return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
  }
}
