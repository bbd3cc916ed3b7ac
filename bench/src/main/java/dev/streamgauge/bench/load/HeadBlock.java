package dev.streamgauge.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;

/** A head as HPACK has it without its dynamic table (RFC 7541 section 6.2.2). */
final class HeadBlock {
  private static final int AUTHORITY = 1;
  private static final int METHOD_GET = 0x82;
  private static final int METHOD_POST = 0x83;
  private static final int PATH = 4;
  private static final int SCHEME_HTTP = 0x86;
  static final int STATUS_200 = 0x88;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  static HeadBlock request(boolean post, String path) {
    HeadBlock block = new HeadBlock();
    block.bytes.write(post ? METHOD_POST : METHOD_GET);
    block.bytes.write(SCHEME_HTTP);
    block.bytes.write(PATH);
    block.text(path);
    block.bytes.write(AUTHORITY);
    block.text("127.0.0.1");
    return block;
  }

  static HeadBlock ok() {
    HeadBlock block = new HeadBlock();
    block.bytes.write(STATUS_200);
    return block;
  }

  HeadBlock field(String name, String value) {
    bytes.write(0);
    text(name);
    text(value);
    return this;
  }

  /** Below 127 bytes, which take one byte of length. */
  private void text(String text) {
    bytes.write(text.length());
    bytes.writeBytes(text.getBytes(US_ASCII));
  }

  byte[] done() {
    return bytes.toByteArray();
  }
}
