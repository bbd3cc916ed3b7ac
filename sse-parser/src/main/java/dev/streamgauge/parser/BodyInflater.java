package dev.streamgauge.parser;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates a copy of a gzip (also of several members) or deflate (zlib or bare) body and passes it
 * on piece by piece through a scratch of {@value #SCRATCH_BYTES} bytes.
 *
 * <p>Limits: {@code inflatedBytesMax} in all, and {@value #RATIO_MAX} times the bytes that came
 * once {@value #RATIO_FREE_BYTES} bytes are out. Checksums are not verified: what was read can't be
 * taken back.
 */
final class BodyInflater {
  /** Why nothing more comes. */
  enum Fault {
    TOO_LARGE,
    CORRUPT
  }

  static final int RATIO_MAX = 400;
  static final int RATIO_FREE_BYTES = 1 << 20;

  private static final int SCRATCH_BYTES = 8192;
  private static final int GZIP_TRAILER_BYTES = 8;
  private static final byte[] NOTHING = {};

  private enum Step {
    GZIP_HEADER,
    ZLIB_OR_BARE,
    DATA,
    TRAILER,
    /** Behind a gzip member: another one, or padding. */
    BETWEEN,
    IGNORED
  }

  private final boolean gzip;
  private final long inflatedBytesMax;
  private final Framer out;
  private final byte[] scratch = new byte[SCRATCH_BYTES];
  private final byte[] zlibHead = new byte[2];
  private final GzipHeader header = new GzipHeader();

  private Step step;
  private int stepAt;
  private long bytesIn;
  private long bytesOut;
  private @Nullable Inflater inflater;
  private @Nullable Fault fault;

  BodyInflater(boolean gzip, long inflatedBytesMax, Framer out) {
    this.gzip = gzip;
    this.inflatedBytesMax = inflatedBytesMax;
    this.out = out;
    this.step = gzip ? Step.GZIP_HEADER : Step.ZLIB_OR_BARE;
  }

  @Nullable Fault fault() {
    return fault;
  }

  void read(byte[] bytes, int start, int end) {
    bytesIn += end - start;
    int at = start;
    while (at < end && fault == null && step != Step.IGNORED) {
      at =
          switch (step) {
            case GZIP_HEADER -> gzipHeader(bytes[at], at);
            case ZLIB_OR_BARE -> zlibOrBare(bytes[at], at);
            case DATA -> data(bytes, at, end);
            case TRAILER -> trailer(at);
            case BETWEEN -> between(bytes[at], at);
            case IGNORED -> end;
          };
    }
  }

  /** What comes next is coded by itself; the limits are for all that came. */
  void restart() {
    header.restart();
    step = gzip ? Step.GZIP_HEADER : Step.ZLIB_OR_BARE;
    stepAt = 0;
  }

  /** Whether the coded data came to its end. */
  boolean whole() {
    return fault == null && (step == Step.BETWEEN || step == Step.IGNORED);
  }

  void close() {
    if (inflater != null) {
      inflater.end();
      inflater = null;
    }
    step = Step.IGNORED;
  }

  private int gzipHeader(byte next, int at) {
    if (header.endsWith(next)) {
      restartInflater(true);
      step = Step.DATA;
    }
    if (header.corrupt()) {
      fault = Fault.CORRUPT;
    }
    return at + 1;
  }

  private void restartInflater(boolean bare) {
    if (inflater == null) {
      inflater = new Inflater(bare);
    } else {
      inflater.reset();
    }
  }

  /** Both are sent under the name deflate; zlib's first two bytes carry a check (RFC 1950). */
  private int zlibOrBare(byte next, int at) {
    zlibHead[stepAt++] = next;
    if (stepAt == zlibHead.length) {
      int head = ((zlibHead[0] & 0xFF) << 8) | (zlibHead[1] & 0xFF);
      boolean zlib = (zlibHead[0] & 0x0F) == 8 && head % 31 == 0;
      restartInflater(!zlib);
      step = Step.DATA;
      var _ = data(zlibHead, 0, zlibHead.length);
    }
    return at + 1;
  }

  /** Answers where the data ended, or {@code end}. */
  private int data(byte[] bytes, int start, int end) {
    Inflater inflating = inflater;
    if (inflating == null) {
      return end;
    }
    inflating.setInput(bytes, start, end - start);
    inflate(inflating);
    if (inflater == null) {
      return end; // closed by whoever takes what is inflated
    }
    int rest = inflating.getRemaining();
    boolean finished = inflating.finished();
    inflating.setInput(NOTHING);
    if (!finished) {
      return end;
    }
    step = gzip ? Step.TRAILER : Step.IGNORED;
    stepAt = 0;
    return end - rest;
  }

  /**
   * Passes on all that comes before a limit or a fault, so that what is told does not depend on
   * where the body was cut.
   */
  private void inflate(Inflater inflating) {
    while (fault == null && inflater != null && !out.over()) {
      int count = toScratch(inflating);
      int passed =
          isBomb(bytesOut + count) ? 0 : (int) Math.min(count, inflatedBytesMax - bytesOut);
      bytesOut += count;
      if (passed < count) {
        fault = Fault.TOO_LARGE;
      }
      if (passed > 0) {
        out.read(scratch, 0, passed);
      }
      if (count == 0) {
        return;
      }
    }
  }

  /** How many bytes; what came before corrupt data is written, too. */
  private int toScratch(Inflater inflating) {
    long before = inflating.getBytesWritten();
    try {
      int count = inflating.inflate(scratch);
      if (count == 0 && inflating.needsDictionary()) {
        fault = Fault.CORRUPT;
      }
      return count;
    } catch (DataFormatException e) {
      fault = Fault.CORRUPT;
      return (int) (inflating.getBytesWritten() - before);
    }
  }

  private boolean isBomb(long inflatedBytes) {
    return inflatedBytes > RATIO_FREE_BYTES && inflatedBytes / RATIO_MAX > bytesIn;
  }

  private int trailer(int at) {
    if (++stepAt == GZIP_TRAILER_BYTES) {
      step = Step.BETWEEN;
    }
    return at + 1;
  }

  private int between(byte next, int at) {
    header.restart();
    step = next == 0x1F ? Step.GZIP_HEADER : Step.IGNORED;
    return at;
  }
}
