package dev.streamgauge.proxy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * When a call that is refused now may be tried again, as clients of gRPC read it: a
 * google.rpc.Status with one google.rpc.RetryInfo in the metadata {@code grpc-status-details-bin}.
 * Written by hand; it is three messages of two fields. Pure functions.
 */
final class GrpcRetry {
  private static final int VARINT = 0;
  private static final int BYTES = 2;
  private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

  private GrpcRetry() {}

  /** In Base64, as metadata whose name ends in -bin has it. */
  static String details(int code, String message, long seconds) {
    ByteArrayOutputStream delay = new ByteArrayOutputStream();
    number(delay, 1, seconds); // google.protobuf.Duration: seconds
    ByteArrayOutputStream info = new ByteArrayOutputStream();
    bytes(info, 1, delay.toByteArray()); // RetryInfo: retry_delay
    ByteArrayOutputStream any = new ByteArrayOutputStream();
    bytes(any, 1, RETRY_INFO.getBytes(StandardCharsets.US_ASCII)); // Any: type_url
    bytes(any, 2, info.toByteArray()); // value
    ByteArrayOutputStream status = new ByteArrayOutputStream();
    number(status, 1, code); // Status: code
    bytes(status, 2, message.getBytes(StandardCharsets.UTF_8)); // message
    bytes(status, 3, any.toByteArray()); // details
    return Base64.getEncoder().withoutPadding().encodeToString(status.toByteArray());
  }

  private static void number(ByteArrayOutputStream out, int field, long value) {
    varint(out, ((long) field << 3) | VARINT);
    varint(out, value);
  }

  private static void bytes(ByteArrayOutputStream out, int field, byte[] value) {
    varint(out, ((long) field << 3) | BYTES);
    varint(out, value.length);
    out.writeBytes(value);
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long left = value;
    while (left > 0x7f) {
      out.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }
}
