package dev.streamgauge.otlp.grpc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code google.rpc.RetryInfo} out of the field {@code grpc-status-details-bin}: a {@code
 * google.rpc.Status} in base64, whose details (field 3) are messages of any type. What cannot be
 * read is not there.
 */
final class RetryInfo {
  private static final String TYPE = "/google.rpc.RetryInfo";
  private static final int DETAILS = 3;
  private static final int ANY_TYPE = 1;
  private static final int ANY_VALUE = 2;
  private static final int DELAY = 1;
  private static final int SECONDS = 1;
  private static final int NANOS = 2;
  private static final long SECONDS_MAX = 24 * 3600;
  private static final long NANOS_MAX = 999_999_999;
  private static final int VARINT_BITS = 64;

  private RetryInfo() {}

  /** How long to wait at least, a day at most; null where nothing is said. */
  static @Nullable Duration delay(@Nullable CharSequence details) {
    if (details == null) {
      return null;
    }
    try {
      byte[] status = Base64.getDecoder().decode(details.toString());
      return inStatus(new Fields(ByteBuffer.wrap(status)));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable Duration inStatus(Fields status) {
    while (status.next()) {
      Duration found = status.number == DETAILS ? inAny(new Fields(status.bytes)) : null;
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable Duration inAny(Fields any) {
    String type = "";
    ByteBuffer value = Fields.NONE;
    while (any.next()) {
      if (any.number == ANY_TYPE) {
        type = StandardCharsets.UTF_8.decode(any.bytes).toString();
      } else if (any.number == ANY_VALUE) {
        value = any.bytes;
      }
    }
    return type.endsWith(TYPE) ? inRetryInfo(new Fields(value)) : null;
  }

  /** One without a delay says that it may be tried again, and no more. */
  private static Duration inRetryInfo(Fields info) {
    Duration delay = Duration.ZERO;
    while (info.next()) {
      if (info.number == DELAY) {
        delay = duration(new Fields(info.bytes));
      }
    }
    return delay;
  }

  private static Duration duration(Fields fields) {
    long seconds = 0;
    long nanos = 0;
    while (fields.next()) {
      switch (fields.number) {
        case SECONDS -> seconds = Math.clamp(fields.value, 0, SECONDS_MAX);
        case NANOS -> nanos = Math.clamp(fields.value, 0, NANOS_MAX);
        default -> {} // there are no others
      }
    }
    return Duration.ofSeconds(seconds, nanos);
  }

  /** The fields of one message of protobuf, one after the other; ends where it is malformed. */
  private static final class Fields {
    static final ByteBuffer NONE = ByteBuffer.allocate(0);
    private static final int WIRE_BITS = 3;
    private static final int WIRE_MASK = 7;

    private final ByteBuffer rest;
    int number;
    long value;
    ByteBuffer bytes = NONE;

    Fields(ByteBuffer message) {
      this.rest = message;
    }

    boolean next() {
      if (!rest.hasRemaining()) {
        return false;
      }
      long tag = varint();
      number = (int) (tag >>> WIRE_BITS);
      value = 0;
      bytes = NONE;
      return switch ((int) tag & WIRE_MASK) {
        case 0 -> {
          value = varint();
          yield true;
        }
        case 1 -> skip(Long.BYTES);
        case 2 -> {
          long length = varint();
          yield length >= 0 && length <= rest.remaining() && take((int) length);
        }
        case 5 -> skip(Integer.BYTES);
        default -> false;
      };
    }

    private boolean take(int length) {
      bytes = rest.slice(rest.position(), length);
      return skip(length);
    }

    private boolean skip(int length) {
      if (length > rest.remaining()) {
        return false;
      }
      rest.position(rest.position() + length);
      return true;
    }

    private long varint() {
      long number = 0;
      for (int shift = 0; shift < VARINT_BITS && rest.hasRemaining(); shift += 7) {
        byte next = rest.get();
        number |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return number;
        }
      }
      return number;
    }
  }
}
