package dev.streamgauge.config;

import org.jspecify.annotations.Nullable;

/** A number of bytes, as {@code 16384}, {@code 64KiB} or {@code 1MiB}; bounds inclusive. */
public record Size(int minBytes, int maxBytes) implements ValueType<Integer> {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * 1024;

  @Override
  public @Nullable Integer parse(String text) {
    int unitBytes = text.endsWith("KiB") ? KIB : text.endsWith("MiB") ? MIB : 1;
    String number = unitBytes == 1 ? text : text.substring(0, text.length() - 3);
    long value = WholeNumber.digits(number);
    long bytes = value * unitBytes;
    return value >= 0 && bytes >= minBytes && bytes <= maxBytes ? (int) bytes : null;
  }

  /** The written form, in the largest unit that keeps it whole. */
  static String text(int bytes) {
    if (bytes >= MIB && bytes % MIB == 0) {
      return bytes / MIB + "MiB";
    }
    return bytes >= KIB && bytes % KIB == 0 ? bytes / KIB + "KiB" : Integer.toString(bytes);
  }

  @Override
  public String placeholder() {
    return "SIZE";
  }

  @Override
  public String allowed() {
    return "a size such as 16384, 64KiB or 1MiB, from " + text(minBytes) + " to " + text(maxBytes);
  }
}
