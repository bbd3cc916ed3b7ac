package dev.streamgauge.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * Reads one answer after another on one connection: head, chunked body, and within the body the
 * stamps of the token events. However a proxy cuts the pieces, the stamps come out whole. Knows no
 * more HTTP than the load needs; anything else is {@link #broken()}.
 */
final class AnswerReader {
  private static final int HEAD_BYTES_MAX = 8192;

  /** Told of each token event and of each whole answer, during {@link #read}. */
  interface Listener {
    void token(long stampNanos);

    void answered(int status, int tokens);
  }

  private enum State {
    HEAD,
    SIZE,
    DATA,
    DATA_END,
    TRAILER,
    BROKEN
  }

  private final Listener listener;
  private State state = State.HEAD;
  private final byte[] head = new byte[HEAD_BYTES_MAX];
  private int headBytes;
  private int status;
  private long size;
  private boolean sizeEnded;
  private int trailerLineBytes;
  private int tokens;
  private final DigitStamp stamp = new DigitStamp();

  AnswerReader(Listener listener) {
    this.listener = listener;
  }

  boolean broken() {
    return state == State.BROKEN;
  }

  void read(ByteBuffer bytes) {
    while (bytes.hasRemaining() && state != State.BROKEN) {
      byte b = bytes.get();
      switch (state) {
        case HEAD -> head(b);
        case SIZE -> size(b);
        case DATA -> data(b);
        case DATA_END -> dataEnd(b);
        case TRAILER -> trailer(b);
        case BROKEN -> {}
      }
    }
  }

  private void head(byte b) {
    if (headBytes == head.length) {
      state = State.BROKEN;
      return;
    }
    head[headBytes++] = b;
    if (b != '\n' || headBytes < 4 || head[headBytes - 3] != '\n') {
      return;
    }
    String text = new String(head, 0, headBytes, US_ASCII).toLowerCase(java.util.Locale.ROOT);
    headBytes = 0;
    if (!text.startsWith("http/1.1 ") || !text.contains("transfer-encoding: chunked")) {
      state = State.BROKEN;
      return;
    }
    status = Integer.parseInt(text.substring(9, 12));
    tokens = 0;
    startSize();
  }

  private void startSize() {
    state = State.SIZE;
    size = 0;
    sizeEnded = false;
  }

  private void size(byte b) {
    int digit = Character.digit(b, 16);
    if (b == '\n') {
      state = size == 0 ? State.TRAILER : State.DATA;
      trailerLineBytes = 0;
    } else if (digit >= 0 && !sizeEnded) {
      size = size * 16 + digit;
    } else {
      sizeEnded = true;
    }
  }

  private void data(byte b) {
    if (stamp.take(b)) {
      tokens++;
      listener.token(stamp.nanos());
    }
    size--;
    if (size == 0) {
      state = State.DATA_END;
    }
  }

  private void dataEnd(byte b) {
    if (b == '\n') {
      startSize();
    }
  }

  private void trailer(byte b) {
    if (b == '\n' && trailerLineBytes == 0) {
      state = State.HEAD;
      listener.answered(status, tokens);
    } else if (b == '\n') {
      trailerLineBytes = 0;
    } else if (b != '\r') {
      trailerLineBytes++;
    }
  }
}
