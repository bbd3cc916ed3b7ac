package dev.streamgauge.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Messages with large counted bodies over one blocking connection; bodies are not looked at. */
final class BodyPipe {
  private static final int PIECE_BYTES = 64 * 1024;

  private final SocketChannel channel;
  private final ByteBuffer in = ByteBuffer.allocateDirect(PIECE_BYTES).limit(0);
  private final ByteBuffer out = ByteBuffer.allocateDirect(PIECE_BYTES);
  private final PlainHead head = new PlainHead();

  BodyPipe(SocketChannel channel) {
    this.channel = channel;
  }

  /** Waits for the next head; false if the connection ended before one. */
  boolean readHead() throws IOException {
    head.clear();
    while (!head.read(in)) {
      if (head.tooLong()) {
        throw new IOException("a head of more than " + PlainHead.BYTES_MAX + " bytes");
      }
      if (!fill()) {
        return false;
      }
    }
    return true;
  }

  PlainHead head() {
    return head;
  }

  /** Reads the body that the last head announced. */
  void passBody() throws IOException {
    long left = head.contentLength();
    if (left < 0) {
      throw new IOException("a body without a length");
    }
    while (left > 0) {
      if (!in.hasRemaining() && !fill()) {
        throw new EOFException(left + " bytes of a body are missing");
      }
      int taken = (int) Math.min(left, in.remaining());
      in.position(in.position() + taken);
      left -= taken;
    }
  }

  private boolean fill() throws IOException {
    in.clear();
    int count = channel.read(in);
    in.flip();
    return count >= 0;
  }

  void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** So many bytes of no meaning. */
  void writeBody(long bytes) throws IOException {
    for (long left = bytes; left > 0; left -= PIECE_BYTES) {
      out.clear().limit((int) Math.min(PIECE_BYTES, left));
      write(out);
    }
  }
}
