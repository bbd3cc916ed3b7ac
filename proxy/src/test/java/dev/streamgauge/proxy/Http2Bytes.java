package dev.streamgauge.proxy;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Frames of HTTP/2 written byte by byte (RFC 9113 section 4.1), for ends that do as they like. */
final class Http2Bytes {
  static final byte[] PREFACE = ScriptedUpstream.ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int ACK = 1;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  static final int INITIAL_WINDOW_SIZE = 4;
  static final int CANCEL = 8;
  private static final int HEAD_BYTES = 9;

  private Http2Bytes() {}

  /** A frame's head; what it carries is read and dropped. */
  record Seen(int type, int flags, int stream) {
    boolean isAck(int wanted) {
      return type == wanted && (flags & ACK) != 0;
    }
  }

  static Seen read(InputStream from) throws IOException {
    DataInputStream in = new DataInputStream(from);
    int lengthAndType = in.readInt();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    in.skipNBytes(lengthAndType >>> 8);
    return new Seen(lengthAndType & 0xFF, flags, stream);
  }

  static void write(OutputStream out, int type, int flags, int stream, byte[] carried)
      throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(HEAD_BYTES + carried.length);
    frame.putInt(carried.length << 8 | type).put((byte) flags).putInt(stream).put(carried);
    out.write(frame.array());
  }

  static byte[] setting(int name, int value) {
    return ByteBuffer.allocate(6).putShort((short) name).putInt(value).array();
  }

  static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  /** Names and values in turn, each a literal that nobody remembers (RFC 7541 section 6.2.2). */
  static byte[] fields(String... namesAndValues) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i++) {
      if (i % 2 == 0) {
        block.write(0);
      }
      byte[] text = namesAndValues[i].getBytes(StandardCharsets.US_ASCII);
      block.write(text.length);
      block.writeBytes(text);
    }
    return block.toByteArray();
  }
}
