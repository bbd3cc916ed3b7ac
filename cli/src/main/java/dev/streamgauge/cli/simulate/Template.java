package dev.streamgauge.cli.simulate;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Bytes with one gap for the text. */
@SuppressWarnings("ArrayRecordComponent") // private to this package and never compared
record Template(byte[] before, byte[] after) {
  static Template of(String before, String after) {
    return new Template(utf8(before), utf8(after));
  }

  /** The gap is marked by a character that JSON has to escape; without one it is at the end. */
  static Template of(String event) {
    int gap = event.indexOf('\0');
    return gap < 0 ? of(event, "") : of(event.substring(0, gap), event.substring(gap + 1));
  }

  void write(ByteBuf out, byte[] text) {
    out.writeBytes(before).writeBytes(text).writeBytes(after);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
