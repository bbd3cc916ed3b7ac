package dev.streamgauge.parser;

/**
 * How much of one answer is held or inflated at most. Past a limit the reading of that answer ends;
 * the answer itself is never touched.
 *
 * @param frameBytesMax the largest frame (one SSE event's data, one NDJSON line, one whole JSON
 *     answer) that is read, 256 bytes or more
 * @param inflatedBytesMax how many bytes one compressed answer may inflate to
 */
public record ReaderLimits(int frameBytesMax, long inflatedBytesMax) {
  private static final int FRAME_BYTES_LEAST = 256;
  private static final ReaderLimits DEFAULTS = new ReaderLimits(1 << 20, 64L << 20);

  public ReaderLimits {
    if (frameBytesMax < FRAME_BYTES_LEAST) {
      throw new IllegalArgumentException(
          "frameBytesMax: " + frameBytesMax + " (expected: >= " + FRAME_BYTES_LEAST + ")");
    }
    if (inflatedBytesMax < 1) {
      throw new IllegalArgumentException(
          "inflatedBytesMax: " + inflatedBytesMax + " (expected: >= 1)");
    }
  }

  /** 1 MiB a frame, 64 MiB inflated. */
  public static ReaderLimits defaults() {
    return DEFAULTS;
  }
}
