package dev.streamgauge.bench.load;

/** Finds the stamps of {@link Answer}'s token events, however the bytes are cut. */
final class DigitStamp {
  private int digits = -1;
  private long nanos;

  /** Whether a stamp is whole with this byte. */
  boolean take(byte b) {
    if (b == Answer.STAMP_MARK) {
      digits = 0;
      nanos = 0;
    } else if (digits >= 0) {
      nanos = nanos * 10 + (b - '0');
      digits++;
      if (digits == Answer.STAMP_DIGITS) {
        digits = -1;
        return true;
      }
    }
    return false;
  }

  /** The last whole one. */
  long nanos() {
    return nanos;
  }
}
