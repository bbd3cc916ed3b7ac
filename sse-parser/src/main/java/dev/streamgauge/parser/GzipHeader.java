package dev.streamgauge.parser;

/** Finds the end of a gzip member's header (RFC 1952, section 2.3), byte by byte. */
final class GzipHeader {
  private static final int FIXED_BYTES = 10;
  private static final int FLAG_CHECKSUM = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;

  private enum Part {
    FIXED,
    EXTRA_LENGTH,
    EXTRA,
    NAME,
    COMMENT,
    CHECKSUM,
    DONE
  }

  private Part part = Part.FIXED;
  private int at;
  private int flags;
  private int extraLength;
  private boolean corrupt;

  void restart() {
    part = Part.FIXED;
    at = 0;
  }

  boolean corrupt() {
    return corrupt;
  }

  /** Takes one byte; true if it was the header's last. */
  boolean endsWith(byte next) {
    int value = next & 0xFF;
    switch (part) {
      case FIXED -> fixed(value);
      case EXTRA_LENGTH -> extraLength(value);
      case EXTRA -> goOnIf(++at == extraLength, FLAG_EXTRA);
      case NAME -> goOnIf(value == 0, FLAG_NAME);
      case COMMENT -> goOnIf(value == 0, FLAG_COMMENT);
      case CHECKSUM -> goOnIf(++at == 2, FLAG_CHECKSUM);
      case DONE -> {}
    }
    return part == Part.DONE;
  }

  private void fixed(int value) {
    switch (at++) {
      case 0 -> corrupt |= value != 0x1F;
      case 1 -> corrupt |= value != 0x8B;
      case 2 -> corrupt |= value != 8;
      case 3 -> flags = value;
      default -> goOnIf(at == FIXED_BYTES, 0);
    }
  }

  private void extraLength(int value) {
    extraLength = at++ == 0 ? value : extraLength | (value << 8);
    if (at == 2) {
      at = 0;
      part = Part.EXTRA;
      goOnIf(extraLength == 0, FLAG_EXTRA);
    }
  }

  private void goOnIf(boolean partEnded, int flagDone) {
    if (!partEnded) {
      return;
    }
    flags &= ~flagDone;
    at = 0;
    part =
        (flags & FLAG_EXTRA) != 0
            ? Part.EXTRA_LENGTH
            : (flags & FLAG_NAME) != 0
                ? Part.NAME
                : (flags & FLAG_COMMENT) != 0
                    ? Part.COMMENT
                    : (flags & FLAG_CHECKSUM) != 0 ? Part.CHECKSUM : Part.DONE;
  }
}
