package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * Cuts a body into frames, wherever the body itself was cut. A frame that lies whole in the array
 * given is handed over in place.
 *
 * <p>Limit: {@code frameBytesMax} a frame. One above it is left out, and what follows is read
 * again.
 */
abstract sealed class Framer
    permits SseFramer, LineFramer, WholeFramer, SkimmingFramer, GrpcFramer {
  /** Takes frames; observes the range during the call. */
  interface Frames {
    void frame(byte[] bytes, int start, int end, EventName event);

    /** A frame above the limit went by, or begins to. */
    default void leftOut() {}
  }

  final EventName event = new EventName();

  private final int frameBytesMax;
  private final Carry carry;
  private final Frames frames;

  /** The present frame is above the limit: it passes by, and nothing of it is kept. */
  private boolean passing;

  Framer(int frameBytesMax, Frames frames) {
    this.frameBytesMax = frameBytesMax;
    this.carry = new Carry(frameBytesMax);
    this.frames = frames;
  }

  abstract void read(byte[] bytes, int start, int end);

  /** Whether what comes next begins a frame, as if nothing had come before. */
  abstract boolean betweenFrames();

  /** The body is complete: what is unfinished is a frame, too. */
  abstract void end();

  /** Why nothing more can be read; null if it can. */
  @Nullable UnparsedReason fault() {
    return null;
  }

  final int frameBytesMax() {
    return frameBytesMax;
  }

  /** Whether nothing more can come of this body, as all of it is one frame above the limit. */
  boolean over() {
    return false;
  }

  final boolean passing() {
    return passing;
  }

  /** Whether lines came that are of another framing than the body is said to have. */
  boolean foreign() {
    return false;
  }

  void release() {
    carry.release();
  }

  /** A frame like one before came and was not handed over. */
  final void passedOver() {
    carry.frameEnded();
  }

  final int heldBytes() {
    return carry.capacity();
  }

  /** Where the line that goes on at {@code start} ends; {@code end} if it goes on there, too. */
  static int lineEnd(byte[] bytes, int start, int end) {
    int last = end - Eights.LENGTH;
    int at = start;
    while (at <= last) {
      long found = Eights.lineEnds(Eights.at(bytes, at));
      if (found != 0) {
        return at + Eights.first(found);
      }
      at += Eights.LENGTH;
    }
    while (at < end && bytes[at] != '\n' && bytes[at] != '\r') {
      at++;
    }
    return at;
  }

  final void keep(byte[] bytes, int start, int end) {
    if (!passing && !carry.append(bytes, start, end)) {
      pass();
    }
  }

  /** Whether the beginning of a frame came. */
  final boolean keepsAny() {
    return passing || carry.length() > 0;
  }

  /** What will be kept is kept in this array as long as it fits; nothing may be kept yet. */
  final void keepIn(byte[] lent) {
    carry.begin(lent);
  }

  final byte[] keptBytes() {
    return carry.bytes();
  }

  final int keptLength() {
    return carry.length();
  }

  /** What is kept was taken otherwise than by {@link #handOverKept}. */
  final void dropKept() {
    carry.frameEnded();
  }

  /** The frame whose beginning was kept is whole, or went by. */
  final void handOverKept() {
    if (passing) {
      passing = false;
    } else {
      handOver(carry.bytes(), 0, carry.length());
    }
  }

  final void handOver(byte[] bytes, int start, int end) {
    if (end - start > frameBytesMax) {
      leftOut();
    } else {
      frames.frame(bytes, start, end, event);
      carry.frameEnded();
    }
  }

  /** The present frame is above the limit. */
  final void pass() {
    passing = true;
    carry.frameEnded(); // and is kept for the next one, that many such frames are not many arrays
    leftOut();
  }

  /** The frame that went by has ended. */
  final void passed() {
    passing = false;
  }

  /** A frame above the limit was met. */
  final void leftOut() {
    frames.leftOut();
  }
}
