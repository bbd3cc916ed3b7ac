package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All upstreams of a loop are read into one buffer, and no answer gets bytes of another. */
@Timeout(60)
final class SharedReadsTest {
  private static final int CLIENTS = 12;
  private static final int BODY_BYTES = 3 << 20;

  @Test
  void answersToClientsOfAnySpeedArriveWhole() throws Exception {
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          int seed = Integer.parseInt(readHead(in).split("[/ ]", 4)[2]);
          out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n"));
          byte[] body = body(seed);
          Random random = new Random(seed);
          for (int at = 0; at < body.length; ) {
            int length = Math.min(body.length - at, 1 + random.nextInt(100_000));
            out.write(body, at, length);
            at += length;
          }
          assertThat(in.read()).isNegative();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> answers = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int seed = i;
        answers.add(clients.submit(() -> readBody(proxy, seed)));
      }
      for (Future<?> answer : answers) {
        answer.get(50, TimeUnit.SECONDS);
        var _ = proxy.next(Outcome.OK, 200);
      }
    }
  }

  /** Every third one takes its answer in small portions, with rests that fill the socket. */
  private static Void readBody(TestProxy proxy, int seed) throws IOException {
    byte[] expected = body(seed);
    try (Socket client = proxy.send("GET /" + seed + " HTTP/1.1\r\nHost: x\r\n\r\n")) {
      InputStream in = client.getInputStream();
      assertThat(readHead(in)).startsWith("HTTP/1.1 200 ");
      byte[] portion = new byte[seed % 3 == 0 ? 1_500 : 200_000];
      for (int at = 0; at < expected.length; ) {
        int read = in.readNBytes(portion, 0, Math.min(portion.length, expected.length - at));
        assertThat(read).isPositive();
        assertThat(Arrays.equals(portion, 0, read, expected, at, at + read)).isTrue();
        at += read;
      }
    }
    return null;
  }

  private static byte[] body(int seed) {
    byte[] body = new byte[BODY_BYTES];
    new Random(1_000L + seed).nextBytes(body);
    return body;
  }

  @Test
  void whatIsKeptIsNotReadOver() {
    ReadBuffer shared = new ReadBuffer();
    ByteBuf first = shared.newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);
    first.writeLong(1);
    ByteBuf second = shared.newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);
    second.writeLong(2);
    assertThat(first.getLong(0)).isEqualTo(1);
    first.release();
    second.release();
    ByteBuf third = shared.newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);
    assertThat(third).isSameAs(second);
    assertThat(third.readableBytes()).isZero();
    third.release();
    shared.release();
    assertThat(List.of(first.refCnt(), second.refCnt())).containsOnly(0);
  }
}
