package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of any size pass whole, in memory that does not depend on their size. */
@Timeout(60)
final class BackPressureTest {
  private static final int PIECES = 2048;
  private static final int PIECE_BYTES = 32 * 1024;

  /** The allocator keeps chunks of its own; a body of 64 MiB would not fit. */
  private static final long BUFFERED_BYTES_MAX = 16L * 1024 * 1024;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLargeDownloadArrivesWholeThoughTheClientIsSlow(boolean chunked) throws Exception {
    CompletableFuture<String> sent = new CompletableFuture<>();
    AtomicLong written = new AtomicLong();
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii("HTTP/1.1 200 OK\r\n" + framing(chunked)));
          sent.complete(sendBody(out, chunked, written));
          assertThat(in.read()).isNegative();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
      long before = usedBytes();
      awaitStall(written);
      report("slow download", written.get(), usedBytes() - before);
      assertThat(usedBytes() - before).isLessThan(BUFFERED_BYTES_MAX);
      assertThat(digest(client.getInputStream(), bodyBytes(chunked)))
          .isEqualTo(sent.get(30, TimeUnit.SECONDS));
      RequestRecord record = proxy.next(Outcome.OK, 200);
      assertThat(record.transfer().responseBytes()).isEqualTo((long) PIECES * PIECE_BYTES);
      assertThat(record.transfer().clientPausedNanos()).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLargeUploadArrivesWholeThoughTheServerIsSlow(boolean chunked) throws Exception {
    CompletableFuture<String> received = new CompletableFuture<>();
    CompletableFuture<Boolean> goOn = new CompletableFuture<>();
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          assertThat(goOn.join()).isTrue();
          received.complete(digest(in, bodyBytes(chunked)));
          out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
          assertThat(in.read()).isNegative();
        };
    AtomicLong written = new AtomicLong();
    CompletableFuture<String> sent = new CompletableFuture<>();
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send("POST / HTTP/1.1\r\nHost: x\r\n" + framing(chunked))) {
      long before = usedBytes();
      Thread.ofPlatform().daemon().start(() -> sendAll(client, chunked, written, sent));
      awaitStall(written);
      report("slow upload", written.get(), usedBytes() - before);
      assertThat(usedBytes() - before).isLessThan(BUFFERED_BYTES_MAX);
      goOn.complete(true);
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
      assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(sent.get(30, TimeUnit.SECONDS));
      RequestRecord record = proxy.next(Outcome.OK, 200);
      assertThat(record.transfer().requestBytes()).isEqualTo((long) PIECES * PIECE_BYTES);
    }
  }

  /** Epoll tells of a reset though nothing is read; over NIO the server has to take more first. */
  @ParameterizedTest
  @MethodSource("dev.streamgauge.proxy.TestProxy#transports")
  void aClientThatResetsDuringAPausedUploadIsSeen(Transport transport) throws Exception {
    CompletableFuture<Long> gone = new CompletableFuture<>();
    CompletableFuture<Boolean> left = new CompletableFuture<>();
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          assertThat(left.join()).isTrue();
          try {
            var _ = in.transferTo(OutputStream.nullOutputStream());
          } finally {
            gone.complete(System.nanoTime());
          }
        };
    AtomicLong written = new AtomicLong();
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.over(transport, upstream);
        Socket client = proxy.send("POST / HTTP/1.1\r\nHost: x\r\n" + framing(false))) {
      Thread.ofPlatform()
          .daemon()
          .start(() -> sendAll(client, false, written, new CompletableFuture<>()));
      awaitStall(written);
      long leftNanos = System.nanoTime();
      TestProxy.reset(client);
      if (transport == Transport.NIO) {
        left.complete(true);
      }
      RequestRecord record = proxy.next(Outcome.CALLER_DISCONNECT, null);
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - leftNanos);
      System.out.println(
          "FIGURE left a paused upload, " + transport + ", ended after " + millis + " ms");
      assertThat(millis).isLessThan(2_000);
      left.complete(true);
      assertThat(gone.get(20, TimeUnit.SECONDS)).isPositive();
      assertThat(record.transfer().requestBytes()).isPositive();
    }
  }

  private static void sendAll(
      Socket client, boolean chunked, AtomicLong written, CompletableFuture<String> sent) {
    try {
      sent.complete(sendBody(client.getOutputStream(), chunked, written));
    } catch (IOException e) {
      sent.completeExceptionally(e);
    }
  }

  private static String framing(boolean chunked) {
    return chunked
        ? "Transfer-Encoding: chunked\r\n\r\n"
        : "Content-Length: " + (long) PIECES * PIECE_BYTES + "\r\n\r\n";
  }

  private static long bodyBytes(boolean chunked) {
    int around = Integer.toHexString(PIECE_BYTES).length() + 4;
    return (long) PIECES * (PIECE_BYTES + (chunked ? around : 0)) + (chunked ? 5 : 0);
  }

  /** A random body, and the hash of all that goes over the wire for it. */
  private static String sendBody(OutputStream out, boolean chunked, AtomicLong written)
      throws IOException {
    MessageDigest digest = sha256();
    Random random = new Random(7);
    byte[] piece = new byte[PIECE_BYTES];
    byte[] size = ascii(Integer.toHexString(PIECE_BYTES) + "\r\n");
    for (int i = 0; i < PIECES; i++) {
      random.nextBytes(piece);
      write(out, chunked ? size : new byte[0], digest);
      write(out, piece, digest);
      write(out, ascii(chunked ? "\r\n" : ""), digest);
      written.addAndGet(PIECE_BYTES);
    }
    write(out, ascii(chunked ? "0\r\n\r\n" : ""), digest);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void write(OutputStream out, byte[] bytes, MessageDigest digest)
      throws IOException {
    digest.update(bytes);
    out.write(bytes);
  }

  private static String digest(InputStream in, long length) throws IOException {
    MessageDigest digest = sha256();
    DigestInputStream reading = new DigestInputStream(in, digest);
    byte[] piece = new byte[16 * 1024];
    long left = length;
    while (left > 0) {
      int read = reading.read(piece, 0, (int) Math.min(piece.length, left));
      if (read < 0) {
        throw new IOException(left + " bytes are missing");
      }
      left -= read;
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

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
    assertThat(written.get()).isLessThan((long) PIECES * PIECE_BYTES);
  }

  private static void report(String what, long writtenBytes, long usedBytes) {
    System.out.println(
        "FIGURE " + what + ": stopped after " + writtenBytes + " B, " + usedBytes + " B buffered");
  }

  private static long usedBytes() {
    return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
  }
}
