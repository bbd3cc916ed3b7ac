package dev.streamgauge.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes heads on: every end-to-end field with the bytes it came with and in its order, hop-by-hop
 * fields left out (RFC 9110 section 7.6.1). Pure functions.
 */
public final class HeadWriter {
  private static final Charset ISO = StandardCharsets.ISO_8859_1;

  /** What a head's buffer has room for: what comes of the body with it leaves in one piece. */
  private static final int ROOM_BYTES = 4096;

  private static final int NONE = -1;
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] COLON = {':', ' '};
  private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
  private static final byte[] RESPONSE_VERSION = ascii("HTTP/1.1 ");
  private static final byte[] HOST = ascii("Host: ");

  /** A field of ours, behind those that came. */
  public record Field(String name, String value) {}

  private HeadWriter() {}

  /**
   * The request head for the server, as HTTP/1.1 in origin form.
   *
   * @param keepUpgrade whether {@code Connection: upgrade} is meant for the server
   * @param fallbackHost what an HTTP/1.0 request without Host gets
   * @param dropped field names, in lower case, that are left out, or replaced in {@code added}
   */
  public static ByteBuf request(
      ByteBufAllocator allocator,
      Head head,
      boolean keepUpgrade,
      String fallbackHost,
      List<String> dropped,
      List<Field> added) {
    ByteBuf out = allocator.buffer(Math.max(ROOM_BYTES, head.bytes.length + 256));
    out.writeBytes(head.bytes, 0, head.targetStart());
    boolean absolute = writeTarget(out, head);
    out.writeBytes(VERSION);
    writeHost(out, head, absolute, fallbackHost);
    boolean names = connectionNamesFields(head);
    int unwritten = NONE;
    for (int field = 0; field < head.fieldCount(); field++) {
      boolean skip =
          isHopByHop(head, field, keepUpgrade)
              || (absolute && head.nameIs(field, "host"))
              || isDropped(head, field, dropped)
              || (names && !keepUpgrade && isNamed(head, field));
      unwritten = writeRun(out, head, unwritten, field, skip);
    }
    writeRun(out, head, unwritten, head.fieldCount(), true);
    return writeAdded(out, added);
  }

  /**
   * The response head for the client, as HTTP/1.1.
   *
   * @param switching the answer is 101: its Connection and Upgrade are the client's
   * @param bodyless no Content-Length and no Transfer-Encoding: the status forbids them
   * @param dropChunked no Transfer-Encoding, for a client of HTTP/1.0
   */
  public static ByteBuf response(
      ByteBufAllocator allocator,
      Head head,
      boolean switching,
      boolean bodyless,
      boolean dropChunked,
      List<Field> added) {
    ByteBuf out = allocator.buffer(Math.max(ROOM_BYTES, head.bytes.length + 96));
    out.writeBytes(RESPONSE_VERSION);
    int lineEnd = head.targetStart();
    while (head.bytes[lineEnd] != '\r') {
      lineEnd++;
    }
    out.writeBytes(head.bytes, head.targetStart(), lineEnd - head.targetStart());
    out.writeBytes(CRLF);
    boolean names = connectionNamesFields(head);
    int unwritten = NONE;
    for (int field = 0; field < head.fieldCount(); field++) {
      boolean skip =
          isHopByHop(head, field, switching)
              || (bodyless && head.nameIs(field, "content-length"))
              || ((bodyless || dropChunked) && head.nameIs(field, "transfer-encoding"))
              || (names && !switching && isNamed(head, field));
      unwritten = writeRun(out, head, unwritten, field, skip);
    }
    writeRun(out, head, unwritten, head.fieldCount(), true);
    return writeAdded(out, added);
  }

  /** Told of fields, by where they stand. */
  @FunctionalInterface
  public interface FieldSink {
    /** Observes the bytes. */
    void field(byte[] bytes, int nameStart, int nameEnd, int valueStart, int valueEnd);
  }

  /**
   * The fields that pass from connection to connection, in their order, without those that only
   * HTTP/1.1 needs: hop-by-hop ones, Host and Transfer-Encoding.
   *
   * @param dropped field names, in lower case, that are left out as well
   */
  public static void endToEnd(Head head, List<String> dropped, FieldSink sink) {
    boolean names = connectionNamesFields(head);
    for (int field = 0; field < head.fieldCount(); field++) {
      boolean skip =
          isHopByHop(head, field, false)
              || head.nameIs(field, "host")
              || head.nameIs(field, "transfer-encoding")
              || isDropped(head, field, dropped)
              || (names && isNamed(head, field));
      if (!skip) {
        sink.field(
            head.bytes,
            head.nameStart(field),
            head.nameEnd(field),
            head.valueStart(field),
            head.valueEnd(field));
      }
    }
  }

  /**
   * What ends a chunked body: the last chunk and the trailer, of which fields that frame or route a
   * message are left out (RFC 9110 section 6.5.1). The caller owns the buffer.
   */
  public static ByteBuf lastChunk(ByteBufAllocator allocator, @Nullable Head trailer) {
    ByteBuf out = allocator.buffer(16);
    out.writeByte('0').writeBytes(CRLF);
    for (int field = 0; trailer != null && field < trailer.fieldCount(); field++) {
      boolean forbidden =
          isHopByHop(trailer, field, false)
              || trailer.nameIs(field, "host")
              || trailer.nameIs(field, "content-length")
              || trailer.nameIs(field, "transfer-encoding");
      if (!forbidden) {
        writeField(out, trailer, field);
      }
    }
    return out.writeBytes(CRLF);
  }

  /**
   * A written head in which each field of this name has another value; name, place and all else
   * stay. Takes ownership of the head; the caller owns what comes back.
   */
  public static ByteBuf withValue(ByteBuf head, String name, String value) {
    ByteBuf out = head.alloc().buffer(head.readableBytes() + value.length());
    int line = head.readerIndex();
    int end = head.writerIndex();
    while (line < end) {
      int next = head.indexOf(line, end, (byte) '\n') + 1;
      int colon = head.indexOf(line, next, (byte) ':');
      boolean is = colon >= 0 && head.toString(line, colon - line, ISO).equalsIgnoreCase(name);
      if (is) {
        out.writeBytes(head, line, colon - line).writeBytes(COLON);
        out.writeCharSequence(value, ISO);
        out.writeBytes(CRLF);
      } else {
        out.writeBytes(head, line, next - line);
      }
      line = next;
    }
    head.release();
    return out;
  }

  private static boolean isDropped(Head head, int field, List<String> dropped) {
    for (int i = 0; i < dropped.size(); i++) {
      if (head.nameIs(field, dropped.get(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean writeTarget(ByteBuf out, Head head) {
    int start = head.pathStart();
    boolean absolute = head.authorityStart() >= 0;
    if (absolute && (start == head.targetEnd() || head.bytes[start] == '?')) {
      out.writeByte('/');
    }
    out.writeBytes(head.bytes, start, head.targetEnd() - start);
    return absolute;
  }

  private static void writeHost(ByteBuf out, Head head, boolean absolute, String fallbackHost) {
    if (absolute) {
      int start = head.authorityStart();
      out.writeBytes(HOST);
      out.writeBytes(head.bytes, start, head.pathStart() - start);
      out.writeBytes(CRLF);
    } else if (head.find("host") < 0) {
      out.writeBytes(HOST);
      out.writeCharSequence(fallbackHost, StandardCharsets.ISO_8859_1);
      out.writeBytes(CRLF);
    }
  }

  private static boolean isHopByHop(Head head, int field, boolean keepUpgrade) {
    return switch (head.nameEnd(field) - head.nameStart(field)) {
      case 2 -> head.nameIs(field, "te");
      case 7 -> !keepUpgrade && head.nameIs(field, "upgrade");
      case 10 ->
          (!keepUpgrade && head.nameIs(field, "connection")) || head.nameIs(field, "keep-alive");
      case 14 -> head.nameIs(field, "http2-settings");
      case 16 -> head.nameIs(field, "proxy-connection");
      default -> false;
    };
  }

  /** Whether Connection holds more than the usual single word. */
  private static boolean connectionNamesFields(Head head) {
    for (int field = 0; field < head.fieldCount(); field++) {
      if (head.nameIs(field, "connection") && !isUsual(head, field)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isUsual(Head head, int field) {
    int start = head.valueStart(field);
    int end = head.valueEnd(field);
    return Ascii.equalsIgnoreCase(head.bytes, start, end, "keep-alive")
        || Ascii.equalsIgnoreCase(head.bytes, start, end, "close");
  }

  /** A field that Connection names goes; never one on which the message's meaning depends. */
  private static boolean isNamed(Head head, int field) {
    boolean vital =
        head.nameIs(field, "host")
            || head.nameIs(field, "content-length")
            || head.nameIs(field, "transfer-encoding");
    return !vital && head.connectionNames(field);
  }

  private static void writeField(ByteBuf out, Head head, int field) {
    int start = head.nameStart(field);
    out.writeBytes(head.bytes, start, head.valueEnd(field) - start);
    out.writeBytes(CRLF);
  }

  /**
   * Fields whose lines stand behind each other are written in one piece.
   *
   * @param from the first field that is not yet written, or {@link #NONE}
   * @param field the next one, up to which all those are adjacent
   * @param skip whether it is left out
   * @return the first field that is not written now
   */
  private static int writeRun(ByteBuf out, Head head, int from, int field, boolean skip) {
    boolean adjacent = from != NONE && !skip && head.nameStart(field) == lineEnd(head, field - 1);
    if (adjacent) {
      return from;
    }
    if (from != NONE) {
      int start = head.nameStart(from);
      out.writeBytes(head.bytes, start, head.valueEnd(field - 1) - start);
      out.writeBytes(CRLF);
    }
    return skip ? NONE : field;
  }

  /** Behind the line's end, if that stands right behind the value. */
  private static int lineEnd(Head head, int field) {
    return head.valueEnd(field) + CRLF.length;
  }

  private static ByteBuf writeAdded(ByteBuf out, List<Field> added) {
    for (int i = 0; i < added.size(); i++) {
      Field field = added.get(i);
      out.writeBytes(field.name().getBytes(ISO)).writeBytes(COLON);
      out.writeBytes(field.value().getBytes(ISO)).writeBytes(CRLF);
    }
    return out.writeBytes(CRLF);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
