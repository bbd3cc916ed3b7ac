package dev.streamgauge.proxy.http2;

import io.netty.buffer.ByteBuf;

/**
 * Follows the frames of a client's bytes as they come (RFC 9113 section 4.1), beside the codec that
 * reads them: whether a frame or a head is begun and not ended, which the codec does not tell, and
 * a frame that it passes over. Observes. On one event loop.
 */
public final class FrameScan {
  private static final int PREFACE_BYTES = 24;
  private static final int HEADER_BYTES = 9;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int WINDOW_UPDATE = 8;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 0x4;
  private static final int PADDED = 0x8;

  private int skipped = PREFACE_BYTES;
  private int headerBytes;
  private int payloadBytes;
  private int type;
  private int flags;
  private boolean headOpen;
  private int headBytes;
  private boolean paddingMissing;
  private int resets;
  private int windowUpdates;

  /** Goes over a read, from the reader index on. How many frames ended in it. */
  public int read(ByteBuf buffer) {
    int ended = 0;
    int at = buffer.readerIndex();
    int end = buffer.writerIndex();
    while (at < end) {
      if (skipped > 0) {
        int step = Math.min(skipped, end - at);
        skipped -= step;
        at += step;
        ended += skipped == 0 ? 1 : 0;
      } else if (headerBytes < HEADER_BYTES) {
        header(buffer.getByte(at++) & 0xff);
        ended += headerBytes == HEADER_BYTES && payloadBytes == 0 ? 1 : 0;
      } else {
        int step = Math.min(payloadBytes, end - at);
        payloadBytes -= step;
        at += step;
        ended += payloadBytes == 0 ? 1 : 0;
        headBytes += ofHead() ? step : 0;
      }
      if (headerBytes == HEADER_BYTES && payloadBytes == 0) {
        headerBytes = 0;
        resets += type == RST_STREAM ? 1 : 0;
        windowUpdates += type == WINDOW_UPDATE ? 1 : 0;
        headBytes = headOpen ? headBytes : 0;
      }
    }
    return ended;
  }

  private boolean ofHead() {
    return type == HEADERS || type == CONTINUATION;
  }

  private void header(int b) {
    switch (headerBytes++) {
      case 0 -> payloadBytes = b << 16;
      case 1 -> payloadBytes |= b << 8;
      case 2 -> payloadBytes |= b;
      case 3 -> type = b;
      case 4 -> flags(b);
      default -> {} // the stream's number
    }
  }

  private void flags(int b) {
    flags = b;
    if (ofHead()) {
      headOpen = (flags & END_HEADERS) == 0;
    }
    boolean padded = type == DATA && (flags & PADDED) != 0;
    paddingMissing |= padded && payloadBytes == 0;
  }

  /** RST_STREAM frames that have ended so far. */
  public int resets() {
    return resets;
  }

  /** WINDOW_UPDATE frames that have ended so far. */
  public int windowUpdates() {
    return windowUpdates;
  }

  /** Between two frames, and not within a head. */
  public boolean clean() {
    return skipped == 0 && headerBytes == 0 && !headOpen;
  }

  /** A head was begun whose end is missing. */
  public boolean headOpen() {
    return headOpen;
  }

  /** What came so far of a head that is not whole. */
  public int headBytes() {
    return headBytes;
  }

  /** DATA says that it is padded, and has not even the byte that says how much (section 6.1). */
  public boolean paddingMissing() {
    return paddingMissing;
  }
}
