package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A caller resets its call while the server's status is on its way to it, as both do at a deadline.
 * The caller takes no data, and so the trailers behind it wait.
 */
@Timeout(60)
final class GrpcLeavingTest {
  private static final byte[] MESSAGE = {0, 0, 0, 0, 2, 8, 1};
  private static final byte[] REQUEST =
      Http2Bytes.fields(
          ":method",
          "POST",
          ":scheme",
          "http",
          ":authority",
          "x",
          ":path",
          "/inference.GRPCInferenceService/ModelStreamInfer",
          "content-type",
          "application/grpc",
          "te",
          "trailers");

  @Test
  void behindAFailureThatTheServerToldItIsThatFailure() throws Exception {
    assertThat(resetBehindStatus("4").outcome()).isEqualTo(Outcome.UPSTREAM_TIMEOUT);
    assertThat(resetBehindStatus("13").outcome()).isEqualTo(Outcome.UPSTREAM_STREAM_ERROR);
  }

  @Test
  void beforeItsGoodEndIsOutItIsADisconnect() throws Exception {
    assertThat(resetBehindStatus("0").outcome()).isEqualTo(Outcome.CALLER_DISCONNECT);
  }

  private static RequestRecord resetBehindStatus(String status) throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          answer(in, out, status);
          answered.countDown();
          assertThat(in.readAllBytes()).isNotNull();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before("grpc://127.0.0.1:" + upstream.port(), "127.0.0.1:0");
        Socket client = proxy.connect()) {
      OutputStream out = client.getOutputStream();
      out.write(Http2Bytes.PREFACE);
      byte[] noWindow = Http2Bytes.setting(Http2Bytes.INITIAL_WINDOW_SIZE, 0);
      Http2Bytes.write(out, Http2Bytes.SETTINGS, 0, 0, noWindow);
      int whole = Http2Bytes.END_HEADERS | Http2Bytes.END_STREAM;
      Http2Bytes.write(out, Http2Bytes.HEADERS, whole, 1, REQUEST);
      assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
      byte[] cancel = Http2Bytes.number(Http2Bytes.CANCEL);
      Http2Bytes.write(out, Http2Bytes.RST_STREAM, 0, 1, cancel);
      RequestRecord record = proxy.next();
      assertThat(record.grpcStatus()).isEqualTo(Integer.valueOf(status));
      return record;
    }
  }

  /** Head, message, status; then a ping, whose answer says that all of it was read. */
  private static void answer(InputStream in, OutputStream out, String status) throws IOException {
    in.skipNBytes(Http2Bytes.PREFACE.length);
    Http2Bytes.write(out, Http2Bytes.SETTINGS, 0, 0, new byte[0]);
    Http2Bytes.Seen seen = Http2Bytes.read(in);
    while (seen.type() != Http2Bytes.HEADERS) {
      seen = Http2Bytes.read(in);
    }
    int stream = seen.stream();
    byte[] head = Http2Bytes.fields(":status", "200", "content-type", "application/grpc");
    Http2Bytes.write(out, Http2Bytes.HEADERS, Http2Bytes.END_HEADERS, stream, head);
    Http2Bytes.write(out, Http2Bytes.DATA, 0, stream, MESSAGE);
    int last = Http2Bytes.END_HEADERS | Http2Bytes.END_STREAM;
    byte[] trailers = Http2Bytes.fields("grpc-status", status);
    Http2Bytes.write(out, Http2Bytes.HEADERS, last, stream, trailers);
    Http2Bytes.write(out, Http2Bytes.PING, 0, 0, new byte[8]);
    while (!seen.isAck(Http2Bytes.PING)) {
      seen = Http2Bytes.read(in);
    }
  }
}
