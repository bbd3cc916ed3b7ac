package dev.streamgauge.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * vLLM's {@code Generate}, messages as its servicer sends them (smg-grpc-proto 0.4.28,
 * vllm_engine.proto): one token id each, 17 bytes with the prefix. The token's id is the stamp, in
 * microseconds.
 */
final class GrpcService implements Service {
  private static final int PREFIX_BYTES = 5;
  private static final int STAMP_OFFSET = PREFIX_BYTES + 4;
  private static final int STAMP_BITS = 28;
  private static final long STAMP_MASK = (1L << STAMP_BITS) - 1;
  private static final byte CHUNK = 0x0a;

  /** {@code chunk} of 10 bytes: {@code token_ids} of 4, 17 prompt tokens, 1 completion token. */
  private final ByteBuffer token =
      message(new byte[] {CHUNK, 10, 0x0a, 4, 0, 0, 0, 0, 0x10, 17, 0x18, 1});

  private final ByteBuffer complete;

  GrpcService(int tokens) {
    ByteArrayOutputStream last = new ByteArrayOutputStream();
    last.writeBytes(new byte[] {0x12, 6});
    last.writeBytes("length".getBytes(US_ASCII));
    last.writeBytes(new byte[] {0x18, 17, 0x20});
    varint(last, tokens);
    ByteArrayOutputStream outer = new ByteArrayOutputStream();
    outer.write(0x12);
    outer.write(last.size());
    outer.writeBytes(last.toByteArray());
    complete = message(outer.toByteArray());
  }

  private static void varint(ByteArrayOutputStream out, int number) {
    int rest = number;
    while (rest > 127) {
      out.write((rest & 127) | 128);
      rest >>>= 7;
    }
    out.write(rest);
  }

  private static ByteBuffer message(byte[] bytes) {
    return ByteBuffer.allocateDirect(PREFIX_BYTES + bytes.length)
        .put((byte) 0)
        .putInt(bytes.length)
        .put(bytes)
        .flip();
  }

  @Override
  public byte[] requestHead() {
    return HeadBlock.request(true, "/vllm.grpc.engine.VllmEngine/Generate")
        .field("te", "trailers")
        .field("content-type", "application/grpc")
        .field("user-agent", "grpc-bench")
        .field("grpc-accept-encoding", "identity, deflate, gzip")
        .done();
  }

  /** An id, a text, at most 512 tokens, streamed. */
  @Override
  public byte[] requestBody() {
    String text = "Tell me about a river.";
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(new byte[] {0x0a, 5});
    body.writeBytes("bench".getBytes(US_ASCII));
    body.writeBytes(new byte[] {0x1a, (byte) text.length()});
    body.writeBytes(text.getBytes(US_ASCII));
    body.writeBytes(new byte[] {0x22, 3, 0x40, (byte) 0x80, 4, 0x28, 1});
    ByteBuffer framed = message(body.toByteArray());
    byte[] bytes = new byte[framed.remaining()];
    framed.get(bytes);
    return bytes;
  }

  @Override
  public byte[] answerHead() {
    return HeadBlock.ok()
        .field("content-type", "application/grpc")
        .field("grpc-accept-encoding", "identity, deflate, gzip")
        .done();
  }

  @Override
  public @Nullable ByteBuffer opening() {
    return null;
  }

  @Override
  public ByteBuffer token(long nanos) {
    long micros = nanos / 1000;
    for (int i = 0; i < 4; i++) {
      int more = i < 3 ? 128 : 0;
      token.put(STAMP_OFFSET + i, (byte) (((micros >>> (7 * i)) & 127) | more));
    }
    return token.rewind();
  }

  @Override
  public ByteBuffer[] tail() {
    return new ByteBuffer[] {complete.rewind()};
  }

  @Override
  public byte @Nullable [] trailer() {
    HeadBlock trailer = new HeadBlock();
    return trailer.field("grpc-status", "0").done();
  }

  @Override
  public Reader reader() {
    return new Stamps();
  }

  /** Follows the messages' lengths, however they are cut. */
  private static final class Stamps implements Reader {
    private int at;
    private int length;
    private boolean chunk;
    private long micros;
    private int tokens;

    @Override
    public void read(ByteBuffer data, Delays delays) {
      while (data.hasRemaining()) {
        take(data.get(), delays);
      }
    }

    private void take(byte b, Delays delays) {
      if (at == 0) {
        length = 0;
        micros = 0;
      } else if (at < PREFIX_BYTES) {
        length = (length << 8) | (b & 255);
      } else if (at == PREFIX_BYTES) {
        chunk = b == CHUNK;
      } else if (at >= STAMP_OFFSET && at < STAMP_OFFSET + 4) {
        micros |= (b & 127L) << (7 * (at - STAMP_OFFSET));
      }
      at++;
      if (at >= PREFIX_BYTES && at == PREFIX_BYTES + length) {
        end(delays);
      }
    }

    private void end(Delays delays) {
      at = 0;
      if (chunk) {
        tokens++;
        long age = (delays.readNanos() / 1000 - micros) & STAMP_MASK;
        delays.token(delays.readNanos() - age * 1000);
      }
    }

    @Override
    public int tokens() {
      return tokens;
    }
  }
}
