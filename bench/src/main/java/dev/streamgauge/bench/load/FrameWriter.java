package dev.streamgauge.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Writes frames of HTTP/2 to one connection, those of one call in one write. Two threads of an
 * upstream share it.
 */
final class FrameWriter {
  private static final int SETTINGS_HEADER_TABLE_SIZE = 1;
  private static final int SETTINGS_MAX_CONCURRENT_STREAMS = 3;
  private static final int SETTINGS_INITIAL_WINDOW_SIZE = 4;
  private static final int STREAMS_MAX = 100_000;

  private final SocketChannel channel;
  private final ByteBuffer out = ByteBuffer.allocateDirect(16 * 1024);

  FrameWriter(SocketChannel channel) {
    this.channel = channel;
  }

  /** No dynamic table, so that heads need no decoder, and windows that are never used up. */
  synchronized FrameWriter settings(boolean server) {
    frame(FrameReader.SETTINGS, 0, 0, server ? 18 : 12);
    setting(SETTINGS_HEADER_TABLE_SIZE, 0).setting(SETTINGS_INITIAL_WINDOW_SIZE, Integer.MAX_VALUE);
    if (server) {
      setting(SETTINGS_MAX_CONCURRENT_STREAMS, STREAMS_MAX);
    }
    frame(FrameReader.WINDOW_UPDATE, 0, 0, 4);
    out.putInt(Integer.MAX_VALUE - 65_535);
    return this;
  }

  private FrameWriter setting(int id, int value) {
    out.putShort((short) id).putInt(value);
    return this;
  }

  synchronized FrameWriter bytes(byte[] raw) {
    out.put(raw);
    return this;
  }

  /** A whole head: {@code END_HEADERS} is set. */
  synchronized FrameWriter headers(int streamId, byte[] block, boolean end) {
    frame(FrameReader.HEADERS, 4 | (end ? FrameReader.END_STREAM : 0), streamId, block.length);
    out.put(block);
    return this;
  }

  synchronized FrameWriter data(int streamId, ByteBuffer payload, boolean end) {
    frame(FrameReader.DATA, end ? FrameReader.END_STREAM : 0, streamId, payload.remaining());
    out.put(payload);
    return this;
  }

  synchronized FrameWriter acknowledge(int type, ByteBuffer payload) {
    frame(type, FrameReader.ACK, 0, payload.remaining());
    out.put(payload);
    return this;
  }

  private void frame(int type, int flags, int streamId, int length) {
    out.putInt((length << 8) | type).put((byte) flags).putInt(streamId);
  }

  synchronized void flush() throws IOException {
    out.flip();
    try {
      while (out.hasRemaining()) {
        if (channel.write(out) == 0) {
          Thread.onSpinWait();
        }
      }
    } finally {
      out.clear();
    }
  }
}
