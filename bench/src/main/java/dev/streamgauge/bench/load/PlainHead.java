package dev.streamgauge.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Collects one head of HTTP/1.1 and says what the load wants to know of it. Knows no more HTTP than
 * that: a body is counted or there is none.
 */
final class PlainHead {
  static final int BYTES_MAX = 8192;

  private final byte[] bytes = new byte[BYTES_MAX];
  private int count;
  private @Nullable String text;

  /** Takes bytes up to the head's end; whether it is whole. A head that is too long never is. */
  boolean read(ByteBuffer from) {
    while (text == null && from.hasRemaining() && count < BYTES_MAX) {
      byte b = from.get();
      bytes[count++] = b;
      if (b == '\n' && count >= 4 && bytes[count - 3] == '\n') {
        text = new String(bytes, 0, count, US_ASCII).toLowerCase(Locale.ROOT);
      }
    }
    return text != null;
  }

  boolean tooLong() {
    return text == null && count == BYTES_MAX;
  }

  /** For the next one. */
  void clear() {
    count = 0;
    text = null;
  }

  /** Of an answer. */
  int status() {
    return Integer.parseInt(text().substring(9, 12));
  }

  boolean asks(String method) {
    return text().startsWith(method + " ");
  }

  /** Of a request. */
  String target() {
    int from = text().indexOf(' ') + 1;
    return text().substring(from, text().indexOf(' ', from));
  }

  boolean closes() {
    return text().contains("\r\nconnection: close\r\n");
  }

  /** 0 without the field; -1 of a chunked body, whose length is not known. */
  long contentLength() {
    if (text().contains("\r\ntransfer-encoding:")) {
      return -1;
    }
    String name = "\r\ncontent-length:";
    int at = text().indexOf(name);
    return at < 0
        ? 0
        : Long.parseLong(
            text().substring(at + name.length(), text().indexOf('\r', at + 2)).strip());
  }

  private String text() {
    if (text == null) {
      throw new IllegalStateException("not whole");
    }
    return text;
  }
}
