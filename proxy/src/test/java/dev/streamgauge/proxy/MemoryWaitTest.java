package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where buffers are scarce a body under way waits at its client, and goes on when they are not. */
@Timeout(60)
final class MemoryWaitTest {
  private static final int PIECE_BYTES = 16 * 1024;
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final AtomicLong taken = new AtomicLong();
  private final List<ByteBuf> held = new ArrayList<>();

  /** Answers when it has read so much of a body without framing of its own. */
  private ScriptedUpstream taking(int bytes) throws IOException {
    return new ScriptedUpstream(
        (in, out, _) -> {
          readHead(in);
          while (taken.get() < bytes) {
            taken.addAndGet(in.readNBytes((int) Math.min(PIECE_BYTES, bytes - taken.get())).length);
          }
          out.write(ascii(OK));
        });
  }

  private TestProxy scarceFrom(double ratio, ScriptedUpstream upstream) throws IOException {
    return TestProxy.before(upstream, "--memory-guard", Double.toString(ratio));
  }

  private void holdBuffers() {
    Memory own = Memory.ofThisProcess();
    while (own.directRatio() < 0.25) {
      held.add(PooledByteBufAllocator.DEFAULT.directBuffer(4 * 1024 * 1024));
    }
  }

  @AfterEach
  void giveBack() {
    held.forEach(ByteBuf::release);
    held.clear();
  }

  private void awaitTaken(long bytes) {
    TestProxy.await(bytes + " bytes", () -> taken.get() == bytes);
  }

  @Test
  void aClientIsReadNoFurther() throws Exception {
    String head = "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: " + 3 * PIECE_BYTES + "\r\n\r\n";
    byte[] piece = new byte[PIECE_BYTES];
    try (ScriptedUpstream upstream = taking(3 * PIECE_BYTES);
        TestProxy proxy = scarceFrom(0.2, upstream);
        Socket client = proxy.send(head)) {
      client.getOutputStream().write(piece);
      awaitTaken(PIECE_BYTES);
      holdBuffers();
      client.getOutputStream().write(piece);
      awaitTaken(2 * PIECE_BYTES);
      client.getOutputStream().write(piece);
      try (Socket other = proxy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")) {
        assertThat(readHead(other.getInputStream())).startsWith("HTTP/1.1 503 ");
      }
      assertThat(taken).as("the loop has been round since").hasValue(2 * PIECE_BYTES);
      giveBack();
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
      var _ = proxy.next(Outcome.PROXY_ERROR, 503);
      assertThat(proxy.next(Outcome.OK, 200).transfer().requestBytes()).isEqualTo(3 * PIECE_BYTES);
    }
  }

  @Test
  void aWindowOfHttp2IsNotOpened() throws Exception {
    int window = 64 * 1024;
    byte[] piece = new byte[PIECE_BYTES];
    try (ScriptedUpstream upstream = taking(window);
        TestProxy proxy = scarceFrom(0.2, upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(1, false, "POST", "/x", "content-length", Integer.toString(window));
      client.fence();
      holdBuffers();
      for (int sent = PIECE_BYTES; sent < window; sent += PIECE_BYTES) {
        client.data(1, false, piece);
      }
      client.get(3, "/");
      assertThat(client.answer(3).status()).isEqualTo("503");
      awaitTaken(window - PIECE_BYTES);
      client.fence();
      assertThat(client.unread())
          .noneMatch(frame -> frame.type() == FrameType.WINDOW_UPDATE && frame.streamId() == 1);
      giveBack();
      assertThat(client.next(FrameType.WINDOW_UPDATE, 1).streamId()).isEqualTo(1);
      client.data(1, true, piece);
      assertThat(client.answer(1).body()).isEqualTo("ok");
      var _ = proxy.next(Outcome.PROXY_ERROR, 503);
      assertThat(proxy.next(Outcome.OK, 200).transfer().requestBytes()).isEqualTo(window);
    }
  }
}
