package dev.streamgauge.bench.load;

import java.nio.ByteBuffer;

/** Passes over messages of HTTP/1.1 with counted bodies, one after another on one connection. */
final class PlainMessages {
  private final PlainHead head = new PlainHead();
  private boolean inBody;
  private long bodyBytesLeft;
  private boolean broken;

  /** Takes bytes up to the end of a message; whether one is whole, whose {@link #head} is read. */
  boolean read(ByteBuffer bytes) {
    if (!inBody && head.read(bytes)) {
      inBody = true;
      bodyBytesLeft = head.contentLength();
    }
    broken |= head.tooLong() || bodyBytesLeft < 0;
    if (!inBody || broken) {
      return false;
    }
    int taken = (int) Math.min(bytes.remaining(), bodyBytesLeft);
    bytes.position(bytes.position() + taken);
    bodyBytesLeft -= taken;
    return bodyBytesLeft == 0;
  }

  /** A head that is too long, or a body without a length. */
  boolean broken() {
    return broken;
  }

  /** Of the message that is whole. */
  PlainHead head() {
    return head;
  }

  /** To the next one. */
  void next() {
    head.clear();
    inBody = false;
  }
}
