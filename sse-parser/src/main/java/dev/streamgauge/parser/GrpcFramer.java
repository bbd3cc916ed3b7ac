package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * gRPC's messages: a byte that says whether the message is compressed, four bytes of its length,
 * the message (gRPC over HTTP/2, "Length-Prefixed-Message"). A compressed one is inflated as a
 * copy, by what {@code grpc-encoding} names.
 *
 * <p>Limits: {@code frameBytesMax} a message with its prefix, and inflated: one above it goes by;
 * {@code inflatedBytesMax} for all inflated ones of an answer. An empty message is no frame:
 * nothing is said by it.
 */
final class GrpcFramer extends Framer {
  private static final int PREFIX_BYTES = 5;

  private final ContentCoding coding;
  private final ReaderLimits limits;

  /** Where a compressed message is put together. */
  private final Framer inflated;

  /** Null until a compressed message comes. */
  private @Nullable BodyInflater inflater;

  /** How much is still to come of a message that goes by. */
  private long passingBytes;

  private @Nullable UnparsedReason fault;

  GrpcFramer(ContentCoding coding, ReaderLimits limits, Frames frames) {
    super(limits.frameBytesMax(), frames);
    this.coding = coding;
    this.limits = limits;
    this.inflated =
        new WholeFramer(
            limits.frameBytesMax(), null, (bytes, start, end, none) -> handOver(bytes, start, end));
  }

  @Override
  void read(byte[] bytes, int start, int end) {
    int at = start;
    while (at < end && fault == null) {
      if (passing()) {
        at = passBy(at, end);
      } else {
        at = keepsAny() ? join(bytes, at, end) : inPlace(bytes, at, end);
      }
    }
  }

  @Override
  boolean betweenFrames() {
    return !keepsAny();
  }

  /** A message that was cut off says nothing. */
  @Override
  void end() {}

  @Override
  void release() {
    super.release();
    inflated.release();
    if (inflater != null) {
      inflater.close();
      inflater = null;
    }
  }

  @Override
  @Nullable UnparsedReason fault() {
    return fault;
  }

  private int inPlace(byte[] bytes, int at, int end) {
    int rest = end - at;
    if (rest >= PREFIX_BYTES) {
      long length = lengthAt(bytes, at);
      if (length > messageBytesMax()) {
        passMessage(length);
        return at + PREFIX_BYTES;
      }
      if (rest - PREFIX_BYTES >= length) {
        int stop = at + PREFIX_BYTES + (int) length;
        message(bytes, at, stop);
        return stop;
      }
    }
    keep(bytes, at, end);
    return end;
  }

  /** Adds to what is kept just what its message still needs. */
  private int join(byte[] bytes, int at, int end) {
    int stop = end;
    if (keptLength() < PREFIX_BYTES) {
      stop = Math.min(end, at + PREFIX_BYTES - keptLength());
    } else {
      stop = Math.min(end, at + missingBytes());
    }
    keep(bytes, at, stop);
    if (keptLength() >= PREFIX_BYTES) {
      checkKept();
    }
    return stop;
  }

  private void checkKept() {
    long length = lengthAt(keptBytes(), 0);
    if (length > messageBytesMax()) {
      passMessage(length);
    } else if (missingBytes() == 0) {
      message(keptBytes(), 0, keptLength());
      dropKept();
    }
  }

  private void passMessage(long length) {
    pass();
    passingBytes = length;
  }

  private int passBy(int at, int end) {
    int stop = (int) Math.min(end, at + passingBytes);
    passingBytes -= stop - at;
    if (passingBytes == 0) {
      passed();
    }
    return stop;
  }

  private int messageBytesMax() {
    return frameBytesMax() - PREFIX_BYTES;
  }

  private int missingBytes() {
    return PREFIX_BYTES + (int) lengthAt(keptBytes(), 0) - keptLength();
  }

  private void message(byte[] bytes, int start, int end) {
    int from = start + PREFIX_BYTES;
    if (from == end) {
      return;
    }
    if (bytes[start] == 0) {
      handOver(bytes, from, end);
    } else {
      inflate(bytes, from, end);
    }
  }

  private void inflate(byte[] bytes, int start, int end) {
    if (coding != ContentCoding.GZIP && coding != ContentCoding.DEFLATE) {
      fault = UnparsedReason.ENCODING;
      return;
    }
    BodyInflater inflating = inflater;
    if (inflating == null) {
      boolean gzip = coding == ContentCoding.GZIP;
      inflating = new BodyInflater(gzip, limits.inflatedBytesMax(), inflated);
      inflater = inflating;
    }
    inflating.restart();
    inflating.read(bytes, start, end);
    if (inflated.over()) {
      inflated.passed();
      leftOut();
    } else if (inflating.fault() == BodyInflater.Fault.TOO_LARGE) {
      fault = UnparsedReason.TOO_LARGE;
    } else if (inflating.whole()) {
      inflated.end();
    } else {
      fault = UnparsedReason.FAILURE;
    }
  }

  private static long lengthAt(byte[] bytes, int prefix) {
    long length = 0;
    for (int i = 1; i < PREFIX_BYTES; i++) {
      length = (length << 8) | (bytes[prefix + i] & 0xFF);
    }
    return length;
  }
}
