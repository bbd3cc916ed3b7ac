package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.timeline.Outcome;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Frames for requests that are over come late from honest clients, and without end from others. */
@Timeout(30)
final class Http2LateFramesTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  /** What a client does once. */
  private interface Act {
    void run(Http2Peer client) throws IOException;
  }

  private static void nextRequestWorks(TestProxy proxy, Http2Peer client, int id) throws Exception {
    client.get(id, "/ok");
    assertThat(client.answer(id).body()).isEqualTo("ok");
    var _ = proxy.next(Outcome.OK, 200);
  }

  @Test
  void tooManyResetsOfRequestsThatAreOver() throws Exception {
    endsTheConnectionBehindARequest(
        12, client -> client.reset(1, Http2Error.CANCEL), "--http2-max-ignored-frames", "10");
  }

  @Test
  void tooManyWindowUpdatesOfRequestsThatAreOver() throws Exception {
    endsTheConnectionBehindARequest(10_100, client -> client.windowUpdate(1, 1));
  }

  private static void endsTheConnectionBehindARequest(int times, Act act, String... options)
      throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream, options);
        Http2Peer client = Http2Peer.client(proxy)) {
      nextRequestWorks(proxy, client, 1);
      for (int i = 0; i < times; i++) {
        act.run(client);
      }
      assertThat(client.next(FrameType.GOAWAY).error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
      assertThat(proxy.gauges.limits).containsExactly(Limit.EMPTY_FRAMES);
    }
  }

  /** As clients do that cancel what they have had enough of. */
  @Test
  void oneResetOfEachRequestThatIsOverIsNothing() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream, "--http2-max-ignored-frames", "10");
        Http2Peer client = Http2Peer.client(proxy)) {
      for (int id = 1; id < 40; id += 2) {
        nextRequestWorks(proxy, client, id);
        client.reset(id, Http2Error.CANCEL);
        client.windowUpdate(id, 2);
      }
      client.fence();
      assertThat(proxy.gauges.limits).isEmpty();
    }
  }
}
