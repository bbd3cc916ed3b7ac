package dev.streamgauge.proxy.http1;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Follows the framing of one message body by index (RFC 9112 section 6 and 7) and touches no byte
 * of it: bodies are relayed as they came, this only says where the data is and where the body ends.
 * Observes the buffers. One thread.
 */
public final class BodyFraming {
  /** How a body is delimited. */
  public enum Kind {
    NONE,
    COUNTED,
    CHUNKED,
    UNTIL_CLOSE,
    /** Up to the end of its HTTP/2 stream. */
    STREAM
  }

  /** Told of each range of body data. */
  @FunctionalInterface
  public interface Data {
    /** Observes the range. */
    void data(ByteBuf buffer, int start, int end);
  }

  private static final int SIZE_DIGITS_MAX = 15;

  private enum State {
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER_START,
    TRAILER_NAME,
    TRAILER_VALUE,
    TRAILER_LF,
    END_LF,
    DONE
  }

  private final Kind kind;
  private final HttpLimits limits;
  private State state;
  private long remaining;
  private int sizeDigits;
  private int lineBytes;
  private int trailerBytes;

  /** Trailer lines as they came; null until there is one. */
  private byte @Nullable [] trailer;

  private int trailerLength;
  private @Nullable String error;
  private @Nullable HttpLimit passed;

  private BodyFraming(Kind kind, long remaining, State state, HttpLimits limits) {
    this.kind = kind;
    this.remaining = remaining;
    this.state = state;
    this.limits = limits;
  }

  public static BodyFraming none() {
    return new BodyFraming(Kind.NONE, 0, State.DONE, HttpLimits.defaults());
  }

  public static BodyFraming counted(long length) {
    State state = length == 0 ? State.DONE : State.DATA;
    return new BodyFraming(Kind.COUNTED, length, state, HttpLimits.defaults());
  }

  public static BodyFraming chunked(HttpLimits limits) {
    return new BodyFraming(Kind.CHUNKED, 0, State.SIZE, limits);
  }

  public static BodyFraming untilClose() {
    return new BodyFraming(Kind.UNTIL_CLOSE, Long.MAX_VALUE, State.DATA, HttpLimits.defaults());
  }

  /** All that comes is data; its end is told by {@link #ended}. */
  public static BodyFraming stream() {
    return new BodyFraming(Kind.STREAM, Long.MAX_VALUE, State.DATA, HttpLimits.defaults());
  }

  /** The stream that carries it has ended. */
  public void ended() {
    state = State.DONE;
  }

  public Kind kind() {
    return kind;
  }

  /** The body ended by its own framing. */
  public boolean done() {
    return state == State.DONE;
  }

  /** What is wrong, or null. Nothing more may be fed then. */
  public @Nullable String error() {
    return error;
  }

  /** Which limit {@link #error} is about; null where it is about none. */
  public @Nullable HttpLimit passed() {
    return passed;
  }

  /**
   * Advances over {@code [from, to)} and returns the index behind the last byte that belongs to the
   * body: {@code to}, or less where the body ended or is malformed there.
   */
  public int advance(ByteBuf buffer, int from, int to, Data data) {
    int at = from;
    while (at < to && state != State.DONE && error == null) {
      at = state == State.DATA ? data(buffer, at, to, data) : framing(buffer.getByte(at), at);
    }
    return at;
  }

  private int data(ByteBuf buffer, int from, int to, Data data) {
    int take = (int) Math.min(to - from, remaining);
    data.data(buffer, from, from + take);
    if (kind == Kind.COUNTED || kind == Kind.CHUNKED) {
      remaining -= take;
    }
    if (remaining == 0) {
      state = kind == Kind.CHUNKED ? State.DATA_CR : State.DONE;
    }
    return from + take;
  }

  private int framing(byte b, int at) {
    switch (state) {
      case SIZE -> size(b);
      case EXTENSION -> extension(b);
      case SIZE_LF -> sizeLf(b);
      case DATA_CR -> expect(b, '\r', State.DATA_LF, "a chunk's data does not end in CRLF");
      case DATA_LF -> {
        expect(b, '\n', State.SIZE, "a chunk's data does not end in CRLF");
        sizeDigits = 0;
        lineBytes = 0;
      }
      case TRAILER_START -> trailerStart(b);
      case TRAILER_NAME -> trailerName(b);
      case TRAILER_VALUE -> trailerValue(b);
      case TRAILER_LF -> {
        expect(b, '\n', State.TRAILER_START, "a trailer line has a bare CR");
        keepTrailer(b);
      }
      case END_LF -> expect(b, '\n', State.DONE, "the chunked body does not end in CRLF");
      case DATA, DONE -> throw new IllegalStateException(state.name());
    }
    return error == null ? at + 1 : at;
  }

  private void size(byte b) {
    lineBytes++;
    int digit = Ascii.hexDigit(b);
    if (digit >= 0) {
      if (++sizeDigits > SIZE_DIGITS_MAX) {
        fail("a chunk size is too large");
      }
      remaining = (remaining << 4) | digit;
    } else if (sizeDigits == 0) {
      fail("a chunk size is no hexadecimal number");
    } else if (b == ';') {
      state = State.EXTENSION;
    } else {
      expect(b, '\r', State.SIZE_LF, "a chunk size is followed by something else than ';' or CRLF");
    }
  }

  private void extension(byte b) {
    if (b == '\r') {
      state = State.SIZE_LF;
    } else if (!Ascii.isFieldValue(b)) {
      fail("a chunk extension has a control character");
    } else if (++lineBytes > limits.chunkLineBytesMax()) {
      passed = HttpLimit.CHUNK_LINE;
      fail("a chunk line is longer than " + limits.chunkLineBytesMax() + " bytes");
    }
  }

  private void sizeLf(byte b) {
    expect(
        b, '\n', remaining == 0 ? State.TRAILER_START : State.DATA, "a chunk line has a bare CR");
  }

  private void trailerStart(byte b) {
    if (b == '\r') {
      state = State.END_LF;
    } else if (Ascii.isToken(b)) {
      state = State.TRAILER_NAME;
      countTrailer(b);
    } else {
      fail("a trailer line begins with no field name");
    }
  }

  private void trailerName(byte b) {
    if (b == ':') {
      state = State.TRAILER_VALUE;
    } else if (!Ascii.isToken(b)) {
      fail("a trailer line is no field name followed by a colon");
    }
    countTrailer(b);
  }

  private void trailerValue(byte b) {
    if (b == '\r') {
      state = State.TRAILER_LF;
    } else if (!Ascii.isFieldValue(b)) {
      fail("a trailer value has a control character");
    }
    countTrailer(b);
  }

  private void countTrailer(byte b) {
    if (++trailerBytes > limits.trailerBytesMax()) {
      passed = HttpLimit.TRAILERS;
      fail("the trailers are longer than " + limits.trailerBytesMax() + " bytes");
      return;
    }
    keepTrailer(b);
  }

  private void keepTrailer(byte b) {
    byte[] kept = trailer;
    if (kept == null || trailerLength == kept.length) {
      kept = kept == null ? new byte[128] : Arrays.copyOf(kept, 2 * kept.length);
      trailer = kept;
    }
    kept[trailerLength++] = b;
  }

  /** The trailer's fields once the body is done; null if there were none. */
  public @Nullable Head trailer() {
    byte[] kept = trailer;
    return kept == null ? null : HeadLines.trailer(kept, trailerLength, limits.fieldsMax());
  }

  private void expect(byte b, char expected, State next, String otherwise) {
    if (b == expected) {
      state = next;
    } else {
      fail(otherwise);
    }
  }

  private void fail(String what) {
    error = what;
  }
}
