package dev.streamgauge.parser;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Makes gRPC messages of a text. {@code message} begins one, {@code message gzip} a compressed one;
 * below it a field a line: {@code 3: 7} an integer, {@code 3: "text"}, {@code 3: packed 1 2},
 * {@code 3: double 1.5}, {@code 3: strings "a" "b"} Triton's raw form of strings, {@code 3: group}
 * an empty group; an opening brace behind the number begins a message, up to the brace that closes
 * it; {@code hex 0aff} is bytes as they are.
 */
public final class GrpcText {
  private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
  private final ArrayDeque<ByteArrayOutputStream> open = new ArrayDeque<>();
  private final ArrayDeque<Integer> openFields = new ArrayDeque<>();
  private boolean gzip;

  private GrpcText() {}

  /** The messages, each with its prefix. */
  public static byte[] bytes(List<String> lines) throws IOException {
    GrpcText text = new GrpcText();
    for (String line : lines) {
      if (!line.isBlank()) {
        text.line(line.strip());
      }
    }
    text.endMessage();
    return text.stream.toByteArray();
  }

  private void line(String line) throws IOException {
    if (line.startsWith("message")) {
      endMessage();
      gzip = line.endsWith("gzip");
      open.push(new ByteArrayOutputStream());
    } else if (line.endsWith("{")) {
      openFields.push(Integer.valueOf(line.substring(0, line.length() - 1).strip()));
      open.push(new ByteArrayOutputStream());
    } else if (line.equals("}")) {
      byte[] inner = open.pop().toByteArray();
      delimited(openFields.pop(), inner);
    } else if (line.startsWith("hex ")) {
      open.element().write(HexFormat.of().parseHex(line.substring(4)));
    } else {
      int colon = line.indexOf(':');
      field(Integer.parseInt(line.substring(0, colon)), line.substring(colon + 1).strip());
    }
  }

  private void field(int field, String value) throws IOException {
    if (value.startsWith("\"")) {
      delimited(field, utf8(value.substring(1, value.length() - 1)));
    } else if (value.startsWith("packed")) {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      for (String number : value.substring("packed".length()).strip().split(" ", -1)) {
        varint(packed, Long.parseLong(number));
      }
      delimited(field, packed.toByteArray());
    } else if (value.startsWith("strings")) {
      delimited(field, strings(value));
    } else if (value.startsWith("double ")) {
      varint(open.element(), (field << 3) | 1);
      double number = Double.parseDouble(value.substring("double ".length()));
      open.element().write(little(Double.BYTES).putDouble(number).array());
    } else if (value.equals("group")) {
      varint(open.element(), (field << 3) | 3);
      varint(open.element(), (field << 3) | 4);
    } else {
      varint(open.element(), (long) field << 3);
      varint(open.element(), Long.parseLong(value));
    }
  }

  private static byte[] strings(String value) throws IOException {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    String[] parts = value.split("\"", -1);
    for (int i = 1; i < parts.length; i += 2) {
      byte[] bytes = utf8(parts[i]);
      raw.write(little(Integer.BYTES).putInt(bytes.length).array());
      raw.write(bytes);
    }
    return raw.toByteArray();
  }

  private void delimited(int field, byte[] value) throws IOException {
    varint(open.element(), (field << 3) | 2);
    varint(open.element(), value.length);
    open.element().write(value);
  }

  private void endMessage() throws IOException {
    if (open.isEmpty()) {
      return;
    }
    byte[] message = open.pop().toByteArray();
    byte[] sent = gzip ? gzip(message) : message;
    stream.write(gzip ? 1 : 0);
    stream.write(ByteBuffer.allocate(Integer.BYTES).putInt(sent.length).array());
    stream.write(sent);
  }

  private static byte[] gzip(byte[] message) throws IOException {
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(coded)) {
      out.write(message);
    }
    return coded.toByteArray();
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
