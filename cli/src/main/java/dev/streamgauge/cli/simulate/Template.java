package dev.streamgauge.cli.simulate;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Bytes with one gap for the text. */
@SuppressWarnings("ArrayRecordComponent") // private to this package and never compared
record Template(byte[] before, byte[] after) {
  static Template of(String before, String after) {
    return new Template(utf8(before), utf8(after));
  }

  void write(ByteBuf out, byte[] text) {
    out.writeBytes(before).writeBytes(text).writeBytes(after);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
