package dev.streamgauge.proxy;

import io.netty.handler.codec.http2.Http2Error;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One frame as it stood on the wire (RFC 9113 section 4.1). */
final class Http2Frame {
  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;
  static final int PADDED = 8;

  private final FrameType type;
  private final int flags;
  private final int streamId;
  private final byte[] payload;
  private final List<String> fields;

  /**
   * As it was read.
   *
   * @param fields of a HEADERS frame and its CONTINUATIONs: {@code "name: value"} each
   */
  Http2Frame(FrameType type, int flags, int streamId, byte[] payload, List<String> fields) {
    this.type = type;
    this.flags = flags;
    this.streamId = streamId;
    this.payload = payload;
    this.fields = fields;
  }

  FrameType type() {
    return type;
  }

  int flags() {
    return flags;
  }

  int streamId() {
    return streamId;
  }

  byte[] payload() {
    return payload;
  }

  List<String> fields() {
    return fields;
  }

  boolean end() {
    return (flags & END_STREAM) != 0 && (type == FrameType.DATA || type == FrameType.HEADERS);
  }

  boolean ack() {
    return (flags & ACK) != 0 && (type == FrameType.SETTINGS || type == FrameType.PING);
  }

  String text() {
    return new String(payload, StandardCharsets.ISO_8859_1);
  }

  /** The value of the first field of that name. */
  @Nullable String field(String name) {
    return fields.stream()
        .filter(field -> field.startsWith(name + ": "))
        .map(field -> field.substring(name.length() + 2))
        .findFirst()
        .orElse(null);
  }

  /** What a RST_STREAM or GOAWAY says. */
  Http2Error error() {
    return Http2Error.valueOf(ByteBuffer.wrap(payload).getInt(type == FrameType.GOAWAY ? 4 : 0));
  }

  /** The last stream of a GOAWAY, the window of a WINDOW_UPDATE. */
  int number() {
    return ByteBuffer.wrap(payload).getInt(0) & Integer.MAX_VALUE;
  }

  @Override
  public String toString() {
    String what =
        switch (type) {
          case HEADERS -> " " + fields;
          case DATA -> " " + (payload.length > 100 ? payload.length + " bytes" : text());
          case RST_STREAM -> " " + error();
          case GOAWAY -> " " + number() + " " + error();
          case WINDOW_UPDATE -> " " + number();
          case PRIORITY, SETTINGS, PUSH_PROMISE, PING, CONTINUATION, UNKNOWN -> ack() ? " ACK" : "";
        };
    return type + " " + streamId + (end() ? " END" : "") + what;
  }
}
