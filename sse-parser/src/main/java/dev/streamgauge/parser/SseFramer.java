package dev.streamgauge.parser;

/**
 * Server-sent events as <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">
 * the HTML standard</a> frames them: LF, CRLF or CR; comments and fields other than {@code data}
 * and {@code event} are skipped; several data lines are joined by LF; a byte order mark may lead.
 * Splits on CR and LF only: other line separators occur raw within JSON.
 *
 * <p>Not as the standard: an event without its blank line is delivered where the body ended
 * cleanly, since servers leave that line out.
 */
final class SseFramer extends Framer {
  private enum State {
    LINE_START,
    NAME,
    DATA,
    EVENT,
    SKIPPED
  }

  private static final byte[] DATA_NAME = Ascii.bytes("data");
  private static final byte[] EVENT_NAME = Ascii.bytes("event");
  private static final byte[] DATA_FIELD = Ascii.bytes("data:");
  private static final byte[] LINE_FEED = {'\n'};
  private static final byte[] NOTHING = {};

  private State state = State.LINE_START;

  /** How much of the byte order mark came so far; -1 where none can come any more. */
  private int markAt;

  private boolean afterCarriageReturn;

  /** Which name the line's start may still become, and how much of it came. */
  private byte[] name = DATA_NAME;

  private int nameAt;

  /** Whether a space here belongs to the field's syntax. */
  private boolean spaceAllowed;

  /** Whether this event has a finished data line. */
  private boolean hasData;

  /** Whether the start of the present data line is kept already. */
  private boolean lineKept;

  private boolean foreign;

  /** Where the event's only data line lies in the array being read; -1 if it is kept, or none. */
  private int placeStart = -1;

  private int placeEnd;

  SseFramer(int frameBytesMax, Frames frames) {
    super(frameBytesMax, frames);
  }

  @Override
  void read(byte[] bytes, int start, int end) {
    int at = start;
    while (at < end) {
      at =
          switch (state) {
            case LINE_START -> lineStart(bytes, at, end);
            case NAME -> fieldName(bytes, at, end);
            case DATA -> data(bytes, at, end);
            case EVENT -> eventName(bytes, at, end);
            case SKIPPED -> skipped(bytes, at, end);
          };
    }
    keepPlace(bytes);
  }

  @Override
  boolean betweenFrames() {
    return state == State.LINE_START
        && markAt < 0
        && !afterCarriageReturn
        && !hasData
        && !lineKept
        && event.isEmpty();
  }

  /** A line that begins as JSON does: NDJSON under the wrong name. */
  @Override
  boolean foreign() {
    return foreign;
  }

  @Override
  void end() {
    if (state == State.DATA) {
      dataLine(NOTHING, 0, 0);
    }
    dispatch(NOTHING);
  }

  private int lineStart(byte[] bytes, int at, int end) {
    byte next = bytes[at];
    boolean restOfLineEnd = afterCarriageReturn && next == '\n';
    afterCarriageReturn = false;
    if (restOfLineEnd) {
      return at + 1;
    }
    if (markAt >= 0) {
      return byteOrderMark(next, at);
    }
    if (next == '\n' || next == '\r') {
      dispatch(bytes);
      afterCarriageReturn = next == '\r';
      return at + 1;
    }
    int afterField = at + DATA_FIELD.length;
    if (afterField <= end && Ascii.equal(bytes, at, afterField, DATA_FIELD)) {
      begin(State.DATA, true);
      return afterField;
    }
    foreign |= next == '{';
    name = next == 'e' ? EVENT_NAME : DATA_NAME;
    nameAt = 0;
    state = State.NAME;
    return at;
  }

  private int byteOrderMark(byte next, int at) {
    if (next == ByteOrderMark.at(markAt)) {
      markAt = markAt + 1 == ByteOrderMark.LENGTH ? -1 : markAt + 1;
      return at + 1;
    }
    state = markAt > 0 ? State.SKIPPED : State.LINE_START;
    markAt = -1;
    return at;
  }

  private int fieldName(byte[] bytes, int start, int end) {
    int at = start;
    while (at < end && nameAt < name.length && bytes[at] == name[nameAt]) {
      at++;
      nameAt++;
    }
    if (at == end) {
      return at;
    }
    byte next = bytes[at];
    if (nameAt < name.length || (next != ':' && next != '\n' && next != '\r')) {
      state = State.SKIPPED;
      return at;
    }
    begin(name.length == DATA_NAME.length ? State.DATA : State.EVENT, next == ':');
    return next == ':' ? at + 1 : at;
  }

  private void begin(State value, boolean afterColon) {
    state = value;
    spaceAllowed = afterColon;
    if (value == State.EVENT) {
      event.clear();
    }
  }

  private int data(byte[] bytes, int at, int end) {
    int start = valueStart(bytes, at);
    int stop = lineEnd(bytes, start, end);
    if (stop < end) {
      dataLine(bytes, start, stop);
      return lineEnded(bytes, stop);
    }
    keepLineStart(bytes, start, stop);
    return stop;
  }

  private int eventName(byte[] bytes, int at, int end) {
    int start = valueStart(bytes, at);
    int stop = lineEnd(bytes, start, end);
    event.append(bytes, start, stop);
    return stop < end ? lineEnded(bytes, stop) : stop;
  }

  private int skipped(byte[] bytes, int at, int end) {
    int stop = lineEnd(bytes, at, end);
    return stop < end ? lineEnded(bytes, stop) : stop;
  }

  private int valueStart(byte[] bytes, int at) {
    boolean skip = spaceAllowed && bytes[at] == ' ';
    spaceAllowed = false;
    return skip ? at + 1 : at;
  }

  private int lineEnded(byte[] bytes, int at) {
    state = State.LINE_START;
    afterCarriageReturn = bytes[at] == '\r';
    return at + 1;
  }

  /** A data line is complete; this is what came of it just now. */
  private void dataLine(byte[] bytes, int start, int end) {
    if (hasData || lineKept) {
      keepLineStart(bytes, start, end);
    } else {
      placeStart = start;
      placeEnd = end;
    }
    hasData = true;
    lineKept = false;
  }

  private void keepLineStart(byte[] bytes, int start, int end) {
    keepPlace(bytes);
    if (hasData && !lineKept) {
      keep(LINE_FEED, 0, 1);
    }
    keep(bytes, start, end);
    lineKept = true;
  }

  private void keepPlace(byte[] bytes) {
    if (placeStart >= 0) {
      keep(bytes, placeStart, placeEnd);
      placeStart = -1;
    }
  }

  /** A blank line: the event is complete. */
  private void dispatch(byte[] bytes) {
    if (hasData && placeStart >= 0) {
      handOver(bytes, placeStart, placeEnd);
    } else if (hasData) {
      handOverKept();
    }
    hasData = false;
    lineKept = false;
    placeStart = -1;
    event.clear();
  }
}
