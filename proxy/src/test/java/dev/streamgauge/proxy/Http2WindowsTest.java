package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who takes nothing holds up its own stream, no other one, in memory that has a limit. */
@Timeout(60)
final class Http2WindowsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final int PIECE_BYTES = 16 * 1024;
  private static final int BODY_BYTES = 16 * 1024 * 1024;

  /** The allocator keeps chunks of its own; the body would not fit. */
  private static final long BUFFERED_BYTES_MAX = 8L * 1024 * 1024;

  private final AtomicLong written = new AtomicLong();

  private static byte[] body() {
    byte[] body = new byte[BODY_BYTES];
    new Random(3).nextBytes(body);
    return body;
  }

  /** Answers {@code GET /large} with the body, all else with two bytes. */
  private ScriptedUpstream flooding(byte[] body) throws IOException {
    return new ScriptedUpstream(
        (in, out, _) -> {
          for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
            if (!head.startsWith("GET /large ")) {
              out.write(ascii(OK));
              continue;
            }
            out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n"));
            for (int at = 0; at < body.length; at += PIECE_BYTES) {
              out.write(body, at, PIECE_BYTES);
              written.addAndGet(PIECE_BYTES);
            }
          }
        });
  }

  @Test
  void aSlowReaderPausesItsOwnStreamAlone() throws Exception {
    byte[] body = body();
    try (ScriptedUpstream upstream = flooding(body);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy, Http2Peer.INITIAL_WINDOW_SIZE, 65_535)) {
      long before = usedBytes();
      client.get(1, "/large");
      awaitStall(written);
      assertThat(written.get()).isLessThan(BODY_BYTES);
      assertThat(usedBytes() - before).isLessThan(BUFFERED_BYTES_MAX);
      for (int id = 3; id < 30; id += 2) {
        client.get(id, "/ok");
        assertThat(client.answer(id).body()).isEqualTo("ok");
        var _ = proxy.next(Outcome.OK, 200);
      }
      client.windowUpdate(1, 1 << 30);
      assertThat(bytes(client)).isEqualTo(body);
      assertThat(proxy.next(Outcome.OK, 200).transfer().clientPausedNanos()).isPositive();
    }
  }

  /** The connection's window is the client's own way to stop all of its streams. */
  @Test
  void anAnswerWaitsForTheWindowOfItsStream() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy, Http2Peer.INITIAL_WINDOW_SIZE, 0)) {
      client.get(1, "/");
      assertThat(client.on(1).field(":status")).isEqualTo("200");
      client.fence();
      assertThat(client.noneUnread(FrameType.DATA)).isTrue();
      assertThat(proxy.server.inFlight()).isEqualTo(1);
      client.windowUpdate(1, 1);
      assertThat(client.on(1)).hasToString("DATA 1 o");
      client.settings(Http2Peer.INITIAL_WINDOW_SIZE, 1);
      assertThat(client.on(1)).hasToString("DATA 1 END k");
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void aPieceThatTheWindowCutsArrivesWhole() throws Exception {
    String body = "abcdefghijklmnopqrstuvwxyz";
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n" + body;
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(answer);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy, Http2Peer.INITIAL_WINDOW_SIZE, 0)) {
      for (int cut = 1; cut <= body.length(); cut++) {
        int id = 2 * cut - 1;
        client.get(id, "/");
        assertThat(client.on(id).field(":status")).isEqualTo("200");
        for (int at = 0; at < body.length(); at += cut) {
          client.windowUpdate(id, cut);
          int end = Math.min(at + cut, body.length());
          String last = end == body.length() ? "END " : "";
          assertThat(client.on(id))
              .hasToString("DATA " + id + " " + last + body.substring(at, end));
        }
        var _ = proxy.next(Outcome.OK, 200);
      }
    }
  }

  private static byte[] bytes(Http2Peer client) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Http2Frame frame;
    do {
      frame = client.on(1);
      assertThat(frame.type()).isNotEqualTo(FrameType.RST_STREAM);
      all.writeBytes(frame.payload());
    } while (!frame.end());
    return all.toByteArray();
  }

  @Test
  void anUploadThatTheServerDoesNotTakeGetsNoWindow() throws Exception {
    byte[] body = body();
    CompletableFuture<Boolean> goOn = new CompletableFuture<>();
    CompletableFuture<byte[]> got = new CompletableFuture<>();
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          if (readHead(in).startsWith("POST /up ")) {
            assertThat(goOn.join()).isTrue();
            got.complete(in.readNBytes(body.length));
          }
          out.write(ascii(OK));
          assertThat(in.readAllBytes()).isNotNull();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy);
        Http2Peer other = Http2Peer.client(proxy)) {
      long before = usedBytes();
      CompletableFuture<Boolean> sent = upload(client, body);
      awaitStall(written);
      assertThat(written.get()).isLessThan(BODY_BYTES);
      assertThat(usedBytes() - before).isLessThan(BUFFERED_BYTES_MAX);
      client.request(3, false, "POST", "/other");
      client.data(3, true, new byte[PIECE_BYTES]);
      assertThat(proxy.next(Outcome.OK, 200).path()).isEqualTo("/other");
      goOn.complete(true);
      assertThat(got.get(30, TimeUnit.SECONDS)).isEqualTo(body);
      assertThat(sent.get(30, TimeUnit.SECONDS)).isTrue();
      assertThat(proxy.next(Outcome.OK, 200).transfer().requestBytes()).isEqualTo(BODY_BYTES);
      other.fence();
    }
  }

  /** Sends as the proxy's windows allow; true once the answer is there. */
  private CompletableFuture<Boolean> upload(Http2Peer client, byte[] body) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            client.request(1, false, "POST", "/up", "content-length", "" + body.length);
            // The connection's window is given back as its bytes are read, so it is never short.
            long window = 65_535;
            for (int at = 0; at < body.length; at += PIECE_BYTES) {
              while (window < PIECE_BYTES) {
                window += client.next(FrameType.WINDOW_UPDATE, 1).number();
              }
              byte[] piece = java.util.Arrays.copyOfRange(body, at, at + PIECE_BYTES);
              client.data(1, at + PIECE_BYTES == body.length, piece);
              window -= PIECE_BYTES;
              written.addAndGet(PIECE_BYTES);
            }
            return client.answer(1).body().equals("ok");
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** Until nothing was taken for a fifth of a second: all buffers on the way are full. */
  private static void awaitStall(AtomicLong written) {
    long[] seen = {-1, System.nanoTime()};
    TestProxy.await(
        "the stall",
        () -> {
          if (written.get() != seen[0]) {
            seen[0] = written.get();
            seen[1] = System.nanoTime();
          }
          return written.get() > 0 && System.nanoTime() - seen[1] > 300_000_000L;
        });
  }

  private static long usedBytes() {
    return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
  }
}
