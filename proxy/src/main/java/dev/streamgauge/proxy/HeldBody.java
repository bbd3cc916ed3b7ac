package dev.streamgauge.proxy;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Bytes of one body that are held back, and the changes to be made in them: data joined in one
 * array, the lines of the chunks beside it. Written out with each byte as it came but for the
 * changes; a chunk that was changed has its size written anew in the spelling it had, one that is
 * left empty is left out. Fed only what {@code BodyFraming} found well formed; whoever feeds bounds
 * the length. On one event loop.
 */
final class HeldBody {
  /** How the data lies in the bytes. */
  enum Form {
    /** Counted, or up to the close: all is data. */
    PLAIN,
    CHUNKED,
    /** In chunks that the other side is not to see. */
    DECHUNKED
  }

  private enum State {
    LINE,
    DATA,
    END,
    TAIL
  }

  /** A place in the data, what goes from there on, and what comes instead. */
  private static final class Change {
    private final int at;
    private final int removed;
    private final byte[] text;

    Change(int at, int removed, byte[] text) {
      this.at = at;
      this.removed = removed;
      this.text = text;
    }
  }

  private static final byte[] NOTHING = {};
  private static final byte[] CRLF = {'\r', '\n'};

  private final Form form;
  private final List<Change> changes = new ArrayList<>(3);
  private byte[] data = new byte[1024];
  private int length;
  private byte[] lines = new byte[64];
  private int linesLength;

  /** Of each chunk that is held: where its line ends, where its data begins, and its size. */
  private int[] lineEnds = new int[4];

  private int[] dataStarts = new int[4];
  private long[] sizes = new long[4];
  private int chunks;
  private State state;
  private long remaining;
  private int endBytes;

  /** The first chunk's line and the data before what is held are written already. */
  private boolean begun;

  /** Whether sizes are spelled in capitals; as the last one with a letter was. */
  private boolean capitals;

  HeldBody(Form form) {
    this.form = form;
    this.state = form == Form.PLAIN ? State.DATA : State.LINE;
    this.remaining = form == Form.PLAIN ? Long.MAX_VALUE : 0;
  }

  byte[] data() {
    return data;
  }

  int length() {
    return length;
  }

  /** What is held, framing included. */
  int heldBytes() {
    return length + linesLength;
  }

  /** No chunk is open: what is held can be written out as a whole. */
  boolean betweenChunks() {
    int before = chunks == 0 ? 0 : lineEnds[chunks - 1];
    return state == State.TAIL || (state == State.LINE && linesLength == before);
  }

  /**
   * Inside a chunk's data: what is held can be written out, and the rest of the chunk behind it.
   */
  boolean insideChunk() {
    return state == State.DATA;
  }

  /** Takes in a stretch, up to the end of a chunk at most; answers where it ended. Observes. */
  int feed(ByteBuf buffer, int from, int to) {
    return switch (state) {
      case DATA -> feedData(buffer, from, to);
      case LINE -> feedLine(buffer, from, to);
      case END -> {
        endBytes++;
        if (endBytes == CRLF.length) {
          endBytes = 0;
          state = State.LINE;
        }
        yield from + 1;
      }
      case TAIL -> {
        addLine(buffer, from, to);
        yield to;
      }
    };
  }

  private int feedData(ByteBuf buffer, int from, int to) {
    int take = (int) Math.min(to - from, remaining);
    if (length + take > data.length) {
      data = Arrays.copyOf(data, Math.max(length + take, 2 * data.length));
    }
    buffer.getBytes(from, data, length, take);
    length += take;
    if (form != Form.PLAIN) {
      remaining -= take;
    }
    if (remaining == 0) {
      state = State.END;
    }
    return from + take;
  }

  private int feedLine(ByteBuf buffer, int from, int to) {
    int lf = buffer.indexOf(from, to, (byte) '\n');
    int end = lf < 0 ? to : lf + 1;
    addLine(buffer, from, end);
    if (lf >= 0) {
      lineEnded();
    }
    return end;
  }

  private void addLine(ByteBuf buffer, int from, int to) {
    int take = to - from;
    if (linesLength + take > lines.length) {
      lines = Arrays.copyOf(lines, Math.max(linesLength + take, 2 * lines.length));
    }
    buffer.getBytes(from, lines, linesLength, take);
    linesLength += take;
  }

  private void lineEnded() {
    long size = 0;
    int at = chunks == 0 ? 0 : lineEnds[chunks - 1];
    for (int digit = hexDigit(lines[at]); digit >= 0; digit = hexDigit(lines[++at])) {
      size = (size << 4) | digit;
      capitals = digit > 9 ? lines[at] <= 'F' : capitals;
    }
    if (size == 0) {
      state = State.TAIL;
      return;
    }
    if (chunks == sizes.length) {
      lineEnds = Arrays.copyOf(lineEnds, 2 * chunks);
      dataStarts = Arrays.copyOf(dataStarts, 2 * chunks);
      sizes = Arrays.copyOf(sizes, 2 * chunks);
    }
    lineEnds[chunks] = linesLength;
    dataStarts[chunks] = length;
    sizes[chunks] = size;
    chunks++;
    remaining = size;
    state = State.DATA;
  }

  /** Notes a change; in rising order, and never in a chunk that is partly written. */
  void change(int at, int removed, byte[] text) {
    changes.add(new Change(at, removed, text));
  }

  void remove(int from, int to) {
    change(from, to - from, NOTHING);
  }

  /**
   * Writes out all that is held and forgets it; a chunk that is still open is written with the size
   * it will have. To go on behind that, only {@link #betweenChunks} or {@link #insideChunk}.
   */
  void writeTo(ByteBuf out) {
    if (form == Form.CHUNKED) {
      writeChunks(out);
    } else {
      writeData(out, 0, length);
    }
    changes.clear();
    length = 0;
  }

  /** Writes out the beginning of data without chunks, and forgets it; no change crosses its end. */
  void writeTo(ByteBuf out, int upTo) {
    writeData(out, 0, upTo);
    changes.removeIf(change -> change.at < upTo);
    changes.replaceAll(change -> new Change(change.at - upTo, change.removed, change.text));
    System.arraycopy(data, upTo, data, 0, length - upTo);
    length -= upTo;
  }

  private void writeChunks(ByteBuf out) {
    boolean open = state == State.DATA || state == State.END;
    if (begun) {
      int end = chunks == 0 ? length : dataStarts[0];
      writeData(out, 0, end);
      begun = open && chunks == 0;
      out.writeBytes(CRLF, 0, begun ? 0 : CRLF.length);
    }
    for (int chunk = 0; chunk < chunks; chunk++) {
      begun = open && chunk == chunks - 1;
      writeChunk(out, chunk);
    }
    int written = chunks == 0 ? 0 : lineEnds[chunks - 1];
    out.writeBytes(lines, written, linesLength - written);
    chunks = 0;
    linesLength = 0;
  }

  private void writeChunk(ByteBuf out, int chunk) {
    int from = dataStarts[chunk];
    int to = chunk == chunks - 1 ? length : dataStarts[chunk + 1];
    int grown = grownBy(from, to);
    if (sizes[chunk] + grown > 0) {
      writeLine(out, chunk, grown);
      writeData(out, from, to);
      out.writeBytes(CRLF, 0, begun ? 0 : CRLF.length);
    }
  }

  private void writeLine(ByteBuf out, int chunk, int grown) {
    int from = chunk == 0 ? 0 : lineEnds[chunk - 1];
    int to = lineEnds[chunk];
    if (grown != 0) {
      String size = Long.toHexString(sizes[chunk] + grown);
      for (int i = 0; i < size.length(); i++) {
        char digit = size.charAt(i);
        out.writeByte(capitals && digit >= 'a' ? digit - ('a' - 'A') : digit);
      }
      while (hexDigit(lines[from]) >= 0) {
        from++;
      }
    }
    out.writeBytes(lines, from, to - from);
  }

  /** By how much the changes make a range of the data longer. */
  private int grownBy(int from, int to) {
    int grown = 0;
    for (Change change : changes) {
      int end = change.at + change.removed;
      grown -= Math.max(0, Math.min(end, to) - Math.max(change.at, from));
      grown += change.at >= from && change.at < to ? change.text.length : 0;
    }
    return grown;
  }

  private void writeData(ByteBuf out, int from, int to) {
    int at = from;
    for (Change change : changes) {
      if (change.at >= from && change.at < to) {
        out.writeBytes(data, at, change.at - at);
        out.writeBytes(change.text);
        at = change.at;
      }
      int end = Math.min(change.at + change.removed, to);
      if (change.at < to && end > at) {
        at = end;
      }
    }
    out.writeBytes(data, at, to - at);
  }

  private static int hexDigit(byte b) {
    return Character.digit(b, 16);
  }
}
