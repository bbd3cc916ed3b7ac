package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * Cuts a body into frames, wherever the body itself was cut. A frame that lies whole in the array
 * given is handed over in place.
 *
 * <p>Limit: {@code frameBytesMax} a frame; past it {@link #tooLarge} is set and nothing follows.
 */
abstract sealed class Framer
    permits SseFramer, LineFramer, WholeFramer, SkimmingFramer, GrpcFramer {
  /** Takes frames; observes the range during the call. */
  interface Frames {
    void frame(byte[] bytes, int start, int end, EventName event);
  }

  final EventName event = new EventName();

  private final int frameBytesMax;
  private final Carry carry;
  private final Frames frames;
  private boolean tooLarge;

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

  /** Why a coded frame can't be read; null if none was met. */
  @Nullable UnparsedReason fault() {
    return null;
  }

  final int frameBytesMax() {
    return frameBytesMax;
  }

  final boolean tooLarge() {
    return tooLarge;
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

  final void keep(byte[] bytes, int start, int end) {
    if (!tooLarge && !carry.append(bytes, start, end)) {
      stop();
    }
  }

  final boolean keepsAny() {
    return carry.length() > 0;
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

  final void handOverKept() {
    handOver(carry.bytes(), 0, carry.length());
  }

  final void handOver(byte[] bytes, int start, int end) {
    if (end - start > frameBytesMax) {
      stop();
    }
    if (!tooLarge) {
      frames.frame(bytes, start, end, event);
      carry.frameEnded();
    }
  }

  /** Nothing follows: what comes is above the limit. */
  final void stop() {
    tooLarge = true;
    carry.release();
  }
}
