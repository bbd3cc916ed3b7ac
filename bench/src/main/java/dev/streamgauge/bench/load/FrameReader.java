package dev.streamgauge.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Cuts what one connection of HTTP/2 brings into frames (RFC 9113 section 4.1). */
final class FrameReader {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int HEAD_BYTES = 9;
  private static final int FRAME_BYTES_MAX = 16 * 1024;

  /** Told of each whole frame during {@link #read}; the payload is valid until it returns. */
  interface Listener {
    void frame(int type, int flags, int streamId, ByteBuffer payload) throws IOException;
  }

  private final ByteBuffer bytes = ByteBuffer.allocateDirect(4 * FRAME_BYTES_MAX);
  private final Listener listener;
  private int skipBytes;

  /**
   * Reads what one side sends.
   *
   * @param skipBytes of what comes first: a server passes over the preface
   */
  FrameReader(Listener listener, int skipBytes) {
    this.listener = listener;
    this.skipBytes = skipBytes;
  }

  /** One read; false at the end of the connection. The time of it is noted right behind it. */
  boolean read(SocketChannel channel, Runnable justRead) throws IOException {
    int count = channel.read(bytes);
    justRead.run();
    bytes.flip();
    if (skipBytes > 0 && bytes.remaining() >= skipBytes) {
      bytes.position(skipBytes);
      skipBytes = 0;
    }
    while (skipBytes == 0 && bytes.remaining() >= HEAD_BYTES) {
      int at = bytes.position();
      int length = bytes.getInt(at) >>> 8;
      if (length > FRAME_BYTES_MAX) {
        throw new IOException("a frame of " + length + " bytes");
      }
      if (bytes.remaining() < HEAD_BYTES + length) {
        break;
      }
      int type = bytes.get(at + 3);
      int flags = bytes.get(at + 4);
      int streamId = bytes.getInt(at + 5) & 0x7fff_ffff;
      listener.frame(type, flags, streamId, bytes.slice(at + HEAD_BYTES, length));
      bytes.position(at + HEAD_BYTES + length);
    }
    bytes.compact();
    return count >= 0;
  }
}
