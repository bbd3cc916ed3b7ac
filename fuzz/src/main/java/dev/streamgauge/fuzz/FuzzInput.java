package dev.streamgauge.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/**
 * What the bytes of one input mean: the first says how the rest is read, the second where it is
 * cut. So the fuzzer finds these out as it does all else.
 */
final class FuzzInput {
  static final int BYTE_BY_BYTE = 1;
  static final int COMPARED = 2;
  static final int WHOLE_ANSWER = 4;
  static final int SMALL_LIMITS = 8;
  static final int COMPRESSED = 16;
  static final int RECOGNISED = 32;
  static final int LENGTHS_MENDED = 64;

  private static final int PREFIX_BYTES = 5;

  private final int flags;

  /** Of the places where the body is cut. */
  private final int cutSeed;

  private final byte[] body;

  private FuzzInput(int flags, int cutSeed, byte[] body) {
    this.flags = flags;
    this.cutSeed = cutSeed;
    this.body = body;
  }

  static FuzzInput of(byte[] data, boolean grpc) {
    int flags = data.length > 0 ? data[0] : 0;
    int seed = data.length > 1 ? data[1] & 0xFF : 0;
    byte[] body = Arrays.copyOfRange(data, Math.min(2, data.length), data.length);
    FuzzInput plain = new FuzzInput(flags, seed, body);
    if (grpc) {
      return plain.has(LENGTHS_MENDED) ? plain.withLengths() : plain;
    }
    return plain.has(COMPRESSED) ? plain.compressed() : plain;
  }

  /** Not copied. */
  byte[] body() {
    return body;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** The next cut behind one, never the same place. */
  int cutBehind(int at) {
    if (has(BYTE_BY_BYTE)) {
      return Math.min(at + 1, body.length);
    }
    int step = 1 + ((((at * 31) + cutSeed) * 0x9E3779B1) >>> 26);
    return Math.min(at + step, body.length);
  }

  /** Mutation seldom leaves a message's length right: each that reaches past the end is cut. */
  private FuzzInput withLengths() {
    byte[] mended = body.clone();
    int at = 0;
    while (at + PREFIX_BYTES <= mended.length) {
      int left = mended.length - at - PREFIX_BYTES;
      int said = ((mended[at + 3] & 0xFF) << 8) | (mended[at + 4] & 0xFF);
      int length = Math.min(said, left);
      mended[at] &= 1;
      mended[at + 1] = 0;
      mended[at + 2] = 0;
      mended[at + 3] = (byte) (length >> 8);
      mended[at + 4] = (byte) length;
      at += PREFIX_BYTES + length;
    }
    return new FuzzInput(flags, cutSeed, mended);
  }

  private FuzzInput compressed() {
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(coded)) {
      out.write(body);
    } catch (IOException impossible) { // in memory
      throw new UncheckedIOException(impossible);
    }
    return new FuzzInput(flags, cutSeed, coded.toByteArray());
  }
}
