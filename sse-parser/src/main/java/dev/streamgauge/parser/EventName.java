package dev.streamgauge.parser;

/** The {@code event:} of the frame being handed over; empty where the server named none. */
final class EventName {
  static final int BYTES_MAX = 64;

  private static final byte[] NOTHING = {};

  /** Most streams name no event, and so never need the place. */
  private byte[] bytes = NOTHING;

  private int length;

  boolean isEmpty() {
    return length == 0;
  }

  /** Names above the limit are cut, and so equal no constant of ours. */
  boolean is(byte[] name) {
    return Ascii.equal(bytes, 0, length, name);
  }

  void clear() {
    length = 0;
  }

  void append(byte[] source, int start, int end) {
    if (bytes.length == 0) {
      bytes = new byte[BYTES_MAX];
    }
    int added = Math.min(end - start, BYTES_MAX - length);
    System.arraycopy(source, start, bytes, length, added);
    length += added;
  }
}
