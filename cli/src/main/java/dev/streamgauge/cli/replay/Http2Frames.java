package dev.streamgauge.cli.replay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one direction of an HTTP/2 connection into the frames that say something of an exchange (RFC
 * 9113 section 4.1 and 6). Recordings are whole in memory anyway: limits are those of the format.
 */
final class Http2Frames {
  private static final int PREFACE_BYTES = 24;
  private static final int HEAD_BYTES = 9;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int CONTINUATION = 9;
  private static final int END_STREAM = 0x1;
  private static final int END_HEADERS = 0x4;
  private static final int PADDED = 0x8;
  private static final int PRIORITY = 0x20;
  private static final int PRIORITY_BYTES = 5;

  /** A frame of a stream. */
  sealed interface Frame permits Headers, Data, Reset {
    int stream();

    /** It is its sender's last on this stream. */
    boolean endsStream();
  }

  /** A header block, whole: of a request, a response, or trailers. */
  record Headers(int stream, boolean endsStream, Http2Headers fields) implements Frame {
    @Nullable String text(String name) {
      CharSequence value = fields.get(name);
      return value == null ? null : value.toString();
    }

    /** Of one that comes twice the last. */
    @Nullable String lastText(String name) {
      List<CharSequence> values = fields.getAll(name);
      return values.isEmpty() ? null : values.getLast().toString();
    }

    String text(String name, String otherwise) {
      String value = text(name);
      return value == null ? otherwise : value;
    }

    /** -1 where it is missing or no number. */
    int number(String name) {
      return fields.getInt(name, -1);
    }
  }

  /** Data, padding removed. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, and never compared
  record Data(int stream, boolean endsStream, byte[] bytes) implements Frame {}

  /** RST_STREAM. */
  record Reset(int stream) implements Frame {
    @Override
    public boolean endsStream() {
      return false;
    }
  }

  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
  private final ByteBuf bytes = Unpooled.buffer();
  private final ByteArrayOutputStream block = new ByteArrayOutputStream();
  private int toSkip;
  private boolean blockEndsStream;
  private boolean malformed;

  Http2Frames(boolean fromClient) {
    this.toSkip = fromClient ? PREFACE_BYTES : 0;
  }

  /** What was read could not be: nothing follows. */
  boolean malformed() {
    return malformed;
  }

  /** The frames that are whole now. */
  List<Frame> read(byte[] read) {
    bytes.writeBytes(read);
    List<Frame> frames = new ArrayList<>();
    int skipped = Math.min(toSkip, bytes.readableBytes());
    bytes.skipBytes(skipped);
    toSkip -= skipped;
    while (!malformed && bytes.readableBytes() >= HEAD_BYTES) {
      int length = bytes.getUnsignedMedium(bytes.readerIndex());
      if (bytes.readableBytes() < HEAD_BYTES + length) {
        break;
      }
      bytes.skipBytes(3);
      int type = bytes.readUnsignedByte();
      int flags = bytes.readUnsignedByte();
      int stream = bytes.readInt() & Integer.MAX_VALUE;
      byte[] payload = new byte[length];
      bytes.readBytes(payload);
      Frame frame = frame(type, flags, stream, payload);
      if (frame != null) {
        frames.add(frame);
      }
    }
    bytes.discardReadBytes();
    return frames;
  }

  private @Nullable Frame frame(int type, int flags, int stream, byte[] payload) {
    return switch (type) {
      case DATA -> new Data(stream, (flags & END_STREAM) != 0, unpadded(payload, flags, 0));
      case HEADERS -> {
        block.reset();
        blockEndsStream = (flags & END_STREAM) != 0;
        int priority = (flags & PRIORITY) == 0 ? 0 : PRIORITY_BYTES;
        yield block(stream, flags, unpadded(payload, flags, priority));
      }
      case CONTINUATION -> block(stream, flags, payload);
      case RST_STREAM -> new Reset(stream);
      default -> null;
    };
  }

  private byte[] unpadded(byte[] payload, int flags, int skipped) {
    boolean padded = (flags & PADDED) != 0;
    int start = skipped + (padded ? 1 : 0);
    int end = payload.length - (padded && payload.length > 0 ? payload[0] & 0xFF : 0);
    malformed |= start > end;
    return malformed ? new byte[0] : Arrays.copyOfRange(payload, start, end);
  }

  private @Nullable Frame block(int stream, int flags, byte[] part) {
    block.writeBytes(part);
    if ((flags & END_HEADERS) == 0) {
      return null;
    }
    try {
      Http2Headers fields =
          decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(block.toByteArray()));
      return new Headers(stream, blockEndsStream, fields);
    } catch (Http2Exception e) {
      malformed = true;
      return null;
    }
  }
}
