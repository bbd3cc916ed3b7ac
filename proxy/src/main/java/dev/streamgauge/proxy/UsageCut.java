package dev.streamgauge.proxy;

import dev.streamgauge.parser.UsagePiece;
import dev.streamgauge.parser.UsageRemoval;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes out of one answer what is there only because we asked for usage: the piece that bears it,
 * or TGI's details, and what asking changed in the pieces before ({@link UsagePiece}). Holds back
 * an event that has not wholly come, one with a finish reason until the next event, and the chunk
 * in which either lies: a chunk's size stands before it. Nothing else waits. Past the limit what is
 * held goes out as it came, up to where an event and a chunk end together. On one event loop.
 */
final class UsageCut {
  private static final byte[] DATA = {'d', 'a', 't', 'a', ':'};
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  /** How TGI begins what is to be a null; in no string of JSON, where quotes are escaped. */
  private static final String DETAILS = "\"details\":{";

  private final HeldBody body;
  private final boolean chunked;
  private final int heldBytesMax;
  private final UsagePiece piece = new UsagePiece();
  private final ByteBuf out;

  /** Indexes into the held data: where the event being read begins, and how far it was scanned. */
  private int eventStart;

  private int scanned;

  /** The line being scanned is empty so far; the byte before was CR; lines end in CRLF. */
  private boolean lineEmpty = true;

  private boolean afterCr;
  private boolean crlf;

  /** The CR of an empty line came, its LF will. */
  private boolean blankOpen;

  /** The finishing event that waits for the next one; -1 if none does. */
  private int finishingStart = -1;

  /** Where a field may be put into it, and which it has. */
  private int finishingEnd;

  private boolean finishingHasFingerprint;
  private boolean finishingHasTimings;

  /** More was held than may be: the rest of this event, or chunk, goes out unread. */
  private boolean passing;

  private boolean passedAny;
  private boolean ownUsage;
  private boolean removed;
  private long removedBytes;

  /** Takes ownership of {@code out}, which is written to and cleared by whoever relays it. */
  UsageCut(HeldBody.Form form, int heldBytesMax, ByteBuf out) {
    this.body = new HeldBody(form);
    this.chunked = form == HeldBody.Form.CHUNKED;
    this.heldBytesMax = heldBytesMax;
    this.out = out;
  }

  /** What may go to the client now; to be cleared. */
  ByteBuf out() {
    return out;
  }

  long removedBytes() {
    return removedBytes;
  }

  UsageRemoval result() {
    if (removed) {
      return UsageRemoval.REMOVED;
    }
    if (ownUsage) {
      return UsageRemoval.UNASKED;
    }
    return passedAny ? UsageRemoval.UNREADABLE : UsageRemoval.ABSENT;
  }

  /** Bytes of the body as they came, well formed. Observes. */
  void read(ByteBuf buffer, int from, int to) {
    int at = from;
    while (at < to) {
      at = body.feed(buffer, at, to);
      scan();
      emit();
    }
  }

  /** The body ended as its framing says. */
  void end() {
    if (eventStart < body.length() && !passing) {
      event(body.length());
    }
    finishingStart = -1;
    body.writeTo(out);
  }

  /**
   * The answer breaks off here: what is held goes out, unless it begins as the extra piece does,
   * and up to where details begin.
   */
  void breakOff() {
    if (!passing) {
      body.remove(shownOfBegun(), body.length());
    }
    body.writeTo(out);
  }

  /** Up to where what is held may be shown. */
  private int shownOfBegun() {
    int length = body.length();
    String begun =
        new String(body.data(), eventStart, length - eventStart, StandardCharsets.ISO_8859_1);
    if (begun.replace(" ", "").contains("\"choices\":[]")) {
      return eventStart;
    }
    int details = begun.indexOf(DETAILS);
    boolean tgis = details >= 0 && begun.contains("\"generated_text\":");
    return tgis ? eventStart + details + DETAILS.length() - 1 : length;
  }

  private void emit() {
    if (passing) {
      pass();
      return;
    }
    int safe = finishingStart >= 0 ? finishingStart : eventStart;
    if (chunked ? body.betweenChunks() && safe == body.length() : safe == body.length()) {
      body.writeTo(out);
      restart(0);
    } else if (!chunked && safe > 0) {
      body.writeTo(out, safe);
      restart(body.length());
    } else if (body.heldBytes() > heldBytesMax) {
      passing = true;
      passedAny = true;
      finishingStart = -1;
      pass();
    }
  }

  /** Behind writing out: what is left of the data begins at index 0. */
  private void restart(int left) {
    int shift = scanned - left;
    eventStart -= shift;
    scanned = left;
    if (finishingStart >= 0) {
      finishingStart -= shift;
      finishingEnd -= shift;
    }
  }

  private void pass() {
    boolean over = eventStart == body.length() && (!chunked || body.betweenChunks());
    if (over || !chunked || body.insideChunk()) {
      body.writeTo(out);
      eventStart = over ? 0 : -1;
      scanned = 0;
      passing = !over;
    }
  }

  private void scan() {
    byte[] data = body.data();
    int length = body.length();
    for (int at = scanned; at < length; at++) {
      byte b = data[at];
      if (b == '\n') {
        lineFeed(at + 1);
      } else if (b == '\r') {
        carriageReturn(at + 1);
      } else {
        if (blankOpen) {
          event(at);
        }
        lineEmpty = false;
      }
      afterCr = b == '\r';
    }
    scanned = length;
  }

  private void lineFeed(int behind) {
    crlf |= afterCr;
    if (afterCr ? blankOpen : lineEmpty) {
      event(behind);
    }
    lineEmpty = true;
  }

  private void carriageReturn(int behind) {
    if (lineEmpty && crlf) {
      blankOpen = true;
    } else if (lineEmpty) {
      event(behind);
    }
    lineEmpty = true;
  }

  /** An event ended. */
  private void event(int end) {
    int start = eventStart;
    eventStart = end;
    blankOpen = false;
    if (passing) {
      passing = chunked; // without chunks the next event is read again
    } else {
      read(start, end);
    }
  }

  private void read(int start, int end) {
    byte[] data = body.data();
    int at = dataOf(data, start, end);
    int stop = at;
    while (stop >= 0 && stop < end && data[stop] != '\n' && data[stop] != '\r') {
      stop++;
    }
    if (at < 0 || dataOf(data, stop, end) >= 0) {
      finishingStart = -1;
      return;
    }
    piece.read(data, at, stop);
    if (piece.extra()) {
      extra(start, end);
    } else if (!piece.details().isEmpty()) {
      details(piece.details());
    } else {
      ordinary(start);
    }
  }

  /** Where the first data line's value begins; -1 without one. */
  private static int dataOf(byte[] bytes, int from, int to) {
    boolean lineBegins = true;
    for (int at = from; at + DATA.length <= to; at++) {
      if (lineBegins && Arrays.equals(bytes, at, at + DATA.length, DATA, 0, DATA.length)) {
        return at + DATA.length;
      }
      lineBegins = bytes[at] == '\n' || bytes[at] == '\r';
    }
    return -1;
  }

  private void extra(int start, int end) {
    if (!ownUsage) {
      if (finishingStart >= 0) {
        giveBack(piece.fingerprint(), finishingHasFingerprint);
        giveBack(piece.timings(), finishingHasTimings);
      }
      body.remove(start, end);
      removed = true;
      removedBytes += end - start;
    }
    finishingStart = -1;
  }

  private void details(UsagePiece.Range value) {
    int length = value.end() - value.start();
    body.change(value.start(), length, NULL);
    removed = true;
    removedBytes += length - NULL.length;
    finishingStart = -1;
  }

  private void giveBack(UsagePiece.Range field, boolean hasIt) {
    if (!field.isEmpty() && !hasIt) {
      byte[] text = Arrays.copyOfRange(body.data(), field.start(), field.end());
      body.change(finishingEnd, 0, text);
      removedBytes -= text.length;
    }
  }

  private void ordinary(int start) {
    ownUsage |= piece.ownUsage();
    UsagePiece.Range asked = piece.askedUsage();
    if (!asked.isEmpty() && !ownUsage) {
      body.remove(asked.start(), asked.end());
      removedBytes += asked.end() - asked.start();
    }
    finishingStart = piece.finishing() && !ownUsage ? start : -1;
    finishingEnd = piece.lastValueEnd();
    finishingHasFingerprint = !piece.fingerprint().isEmpty();
    finishingHasTimings = !piece.timings().isEmpty();
  }
}
