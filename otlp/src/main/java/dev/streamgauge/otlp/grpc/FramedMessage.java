package dev.streamgauge.otlp.grpc;

import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A message behind its prefix: whether it is compressed, and its length. */
final class FramedMessage {
  private static final int PREFIX_BYTES = 5;

  private FramedMessage() {}

  static byte[] of(MessageWriter message, @Nullable Compressor compressor) throws IOException {
    ByteArrayOutputStream framed =
        new ByteArrayOutputStream(PREFIX_BYTES + Math.max(0, message.getContentLength()));
    framed.write(new byte[PREFIX_BYTES]);
    if (compressor == null) {
      message.writeMessage(framed);
    } else {
      try (OutputStream out = compressor.compress(framed)) {
        message.writeMessage(out);
      }
    }
    byte[] bytes = framed.toByteArray();
    ByteBuffer.wrap(bytes)
        .put((byte) (compressor == null ? 0 : 1))
        .putInt(bytes.length - PREFIX_BYTES);
    return bytes;
  }
}
