package dev.streamgauge.timeline;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What {@code grpc-message} says: UTF-8, of which each byte that is not printable ASCII, and the
 * percent sign, is written as {@code %XX} (gRPC over HTTP/2, "Percent-Encoded"). Pure functions.
 */
public final class GrpcMessage {
  /** As of every error's text. */
  static final int CHARS_MAX = 256;

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** Of a character in UTF-8, each byte of three characters. */
  private static final int FIELD_CHARS_EACH_MAX = 12;

  private GrpcMessage() {}

  /**
   * The text for a log: at most {@value #CHARS_MAX} characters, control characters as spaces; null
   * for none. A percent sign that begins no such sequence stands for itself, as no client may fail
   * on one.
   */
  public static @Nullable String decoded(@Nullable CharSequence field) {
    if (field == null || field.isEmpty()) {
      return null;
    }
    int length = Math.min(field.length(), CHARS_MAX * FIELD_CHARS_EACH_MAX);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(length);
    int at = 0;
    while (at < length) {
      char c = field.charAt(at);
      boolean escape = c == '%' && at + 2 < field.length() && isHex(field, at + 1);
      // Fields are bytes; Netty and we read each as one character.
      bytes.write(escape ? HexFormat.fromHexDigits(field, at + 1, at + 3) : c);
      at += escape ? 3 : 1;
    }
    return plain(bytes.toString(StandardCharsets.UTF_8));
  }

  /** A message of ours, as a field's value. */
  public static String encoded(String message) {
    StringBuilder field = new StringBuilder(message.length());
    for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
      if (b < ' ' || b > '~' || b == '%') {
        field.append('%').append(HEX.toHexDigits(b));
      } else {
        field.append((char) b);
      }
    }
    return field.toString();
  }

  private static boolean isHex(CharSequence field, int at) {
    return HexFormat.isHexDigit(field.charAt(at)) && HexFormat.isHexDigit(field.charAt(at + 1));
  }

  private static String plain(String text) {
    StringBuilder plain = new StringBuilder(Math.min(text.length(), CHARS_MAX));
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      int chars = Character.charCount(point);
      if (plain.length() + chars > CHARS_MAX) {
        break;
      }
      plain.appendCodePoint(Character.isISOControl(point) ? ' ' : point);
      at += chars;
    }
    return plain.toString();
  }
}
