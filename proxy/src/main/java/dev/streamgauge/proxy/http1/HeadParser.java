package dev.streamgauge.proxy.http1;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads message heads strictly by RFC 9112: lines end in CRLF, no folded lines, no white space
 * before a colon, no control characters. One per connection and direction, on its event loop; holds
 * bytes only while a head is unfinished. Observes the buffers.
 */
public final class HeadParser {
  /** What feeding led to. */
  public enum State {
    MORE,
    DONE,
    MALFORMED
  }

  /** How much is copied at once, so that a body behind a head is not copied with it. */
  private static final int STEP_BYTES = 1024;

  private static final int EMPTY_LINES_MAX = 4;
  private static final byte[] NONE = {};
  private static final byte[] HEAD = {'H', 'E', 'A', 'D', ' '};

  private final HttpLimits limits;
  private final boolean request;
  private byte[] bytes = NONE;
  private int length;
  private int scanned;
  private int lineStart;

  /** Bytes of empty lines that the current scan took out. */
  private int skipped;

  private int emptyLines;
  private boolean firstLineSeen;
  private @Nullable Head head;
  private @Nullable Malformed malformed;

  private HeadParser(HttpLimits limits, boolean request) {
    this.limits = limits;
    this.request = request;
  }

  public static HeadParser ofRequests(HttpLimits limits) {
    return new HeadParser(limits, true);
  }

  public static HeadParser ofResponses(HttpLimits limits) {
    return new HeadParser(limits, false);
  }

  /** Whether a part of a head was fed and its end is missing. */
  public boolean begun() {
    return length > 0;
  }

  /** How much it holds of an unfinished head. */
  public int heldBytes() {
    return bytes.length;
  }

  /** Whether what was fed of a request, good or not, is one of HEAD. */
  public boolean asksForHead() {
    return length >= HEAD.length && Arrays.equals(bytes, 0, HEAD.length, HEAD, 0, HEAD.length);
  }

  /** The head, after {@link State#DONE}. */
  public Head head() {
    Head parsed = head;
    if (parsed == null) {
      throw new IllegalStateException("no head");
    }
    return parsed;
  }

  /** What was wrong, after {@link State#MALFORMED}. */
  public Malformed malformed() {
    Malformed found = malformed;
    if (found == null) {
      throw new IllegalStateException("not malformed");
    }
    return found;
  }

  /** Forgets everything; ready for the next head. */
  public void reset() {
    bytes = NONE;
    length = 0;
    scanned = 0;
    lineStart = 0;
    skipped = 0;
    emptyLines = 0;
    firstLineSeen = false;
    head = null;
    malformed = null;
  }

  /** Takes bytes from the reader index on, up to the end of the head, and moves the index. */
  public State feed(ByteBuf in) {
    State state = State.MORE;
    while (state == State.MORE && in.isReadable()) {
      int room = limits.headBytesMax() + 1 - length;
      int take = Math.min(Math.min(in.readableBytes(), STEP_BYTES), room);
      int before = length;
      append(in, take);
      state = scan();
      in.skipBytes(state == State.DONE ? scanned + skipped - before : take);
    }
    return state;
  }

  private void append(ByteBuf in, int take) {
    if (length + take > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + take, 2 * length));
    }
    in.getBytes(in.readerIndex(), bytes, length, take);
    length += take;
  }

  private State scan() {
    skipped = 0;
    while (scanned < length) {
      byte b = bytes[scanned++];
      if (b == '\n') {
        State state = endOfLine();
        if (state != State.MORE) {
          return state;
        }
      } else if (scanned == 1 && !firstLineSeen && b != '\r' && !Ascii.isToken(b)) {
        return fail(Malformed.badRequest("the start line begins with no letter"));
      }
    }
    return pastLimit();
  }

  private State endOfLine() {
    int end = scanned - 2;
    if (end < lineStart || bytes[end] != '\r') {
      return fail(Malformed.badRequest("a line ends in LF without CR"));
    }
    boolean empty = end == lineStart;
    if (empty && !firstLineSeen) {
      return skipEmptyLine();
    }
    if (empty) {
      return parse();
    }
    if (!firstLineSeen && end > limits.startLineBytesMax()) {
      return fail(startLineTooLong());
    }
    firstLineSeen = true;
    lineStart = scanned;
    return State.MORE;
  }

  /** RFC 9112 section 2.2: an empty line before a request line is ignored. */
  private State skipEmptyLine() {
    skipped += scanned;
    if (!request || ++emptyLines > EMPTY_LINES_MAX) {
      return fail(Malformed.badRequest("empty lines in place of a start line"));
    }
    System.arraycopy(bytes, scanned, bytes, 0, length - scanned);
    length -= scanned;
    scanned = 0;
    lineStart = 0;
    return State.MORE;
  }

  private State pastLimit() {
    boolean crMayBeLast = scanned > 0 && bytes[scanned - 1] == '\r';
    if (!firstLineSeen && length - (crMayBeLast ? 1 : 0) > limits.startLineBytesMax()) {
      return fail(startLineTooLong());
    }
    if (length > limits.headBytesMax()) {
      return fail(headTooLong());
    }
    return State.MORE;
  }

  private Malformed startLineTooLong() {
    return new Malformed(
        414,
        "the start line is longer than " + limits.startLineBytesMax() + " bytes",
        HttpLimit.START_LINE);
  }

  private Malformed headTooLong() {
    return new Malformed(
        431, "the head is longer than " + limits.headBytesMax() + " bytes", HttpLimit.HEAD);
  }

  private State fail(Malformed found) {
    malformed = found;
    return State.MALFORMED;
  }

  private State parse() {
    if (scanned > limits.headBytesMax()) {
      return fail(headTooLong());
    }
    HeadLines lines = new HeadLines(bytes, scanned, limits.fieldsMax(), request);
    Malformed found = lines.parse();
    if (found != null) {
      return fail(found);
    }
    head = lines.head();
    return State.DONE;
  }
}
