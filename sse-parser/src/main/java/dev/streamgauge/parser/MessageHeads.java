package dev.streamgauge.parser;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Cuts the messages that a client sends on a call (gRPC over HTTP/2, "Length-Prefixed-Message") and
 * tells the beginning of each when its last byte has come: requests carry images and tensors, and
 * what they ask for stands ahead of those.
 *
 * <p>Limits: the first {@value #HEAD_BYTES_MAX} bytes of a message, as it came and inflated; the
 * rest is counted and passed over, whatever its length. A message that lies whole in the array is
 * told in place, and one that is compressed from a copy, which is allocated each time. What can't
 * be inflated isn't told.
 */
final class MessageHeads {
  static final int HEAD_BYTES_MAX = 1024;

  private static final int PREFIX_BYTES = 5;
  private static final byte[] NOTHING = {};

  /** Takes beginnings; observes the range during the call. */
  interface Heads {
    /**
     * A message ended that begins so.
     *
     * @param whole whether the range is all of the message
     */
    void head(byte[] bytes, int start, int end, boolean whole);
  }

  private final ContentCoding coding;
  private final Heads heads;
  private final byte[] prefix = new byte[PREFIX_BYTES];
  private int prefixLength;
  private byte[] kept = NOTHING;
  private int keptLength;
  private long messageLength;
  private long missingBytes;

  MessageHeads(ContentCoding coding, Heads heads) {
    this.coding = coding;
    this.heads = heads;
  }

  void read(byte[] bytes, int start, int end) {
    int at = start;
    while (at < end) {
      at = prefixLength < PREFIX_BYTES ? prefix(bytes, at) : message(bytes, at, end);
    }
  }

  private int prefix(byte[] bytes, int at) {
    prefix[prefixLength++] = bytes[at];
    if (prefixLength == PREFIX_BYTES) {
      messageLength = 0;
      for (int i = 1; i < PREFIX_BYTES; i++) {
        messageLength = (messageLength << 8) | (prefix[i] & 0xFF);
      }
      missingBytes = messageLength;
      keptLength = 0;
      if (messageLength == 0) {
        ended(bytes, at + 1, at + 1);
      }
    }
    return at + 1;
  }

  private int message(byte[] bytes, int at, int end) {
    int stop = (int) Math.min(end, at + missingBytes);
    boolean inPlace = stop - at == messageLength;
    missingBytes -= stop - at;
    if (inPlace) {
      ended(bytes, at, stop);
    } else {
      keep(bytes, at, stop);
      if (missingBytes == 0) {
        ended(kept, 0, keptLength);
      }
    }
    return stop;
  }

  private void keep(byte[] bytes, int start, int end) {
    if (kept.length == 0) {
      kept = new byte[HEAD_BYTES_MAX];
    }
    int length = Math.min(end - start, HEAD_BYTES_MAX - keptLength);
    System.arraycopy(bytes, start, kept, keptLength, length);
    keptLength += length;
  }

  private void ended(byte[] bytes, int start, int end) {
    prefixLength = 0;
    int stop = Math.min(end, start + HEAD_BYTES_MAX);
    if (prefix[0] == 0) {
      heads.head(bytes, start, stop, messageLength <= HEAD_BYTES_MAX);
    } else {
      inflate(bytes, start, stop);
    }
  }

  private void inflate(byte[] bytes, int start, int end) {
    int data = coding == ContentCoding.GZIP ? endOfGzipHeader(bytes, start, end) : start;
    boolean known = coding == ContentCoding.GZIP || coding == ContentCoding.DEFLATE;
    if (!known || data == end) {
      return;
    }
    Inflater inflater = new Inflater(!isZlib(bytes, data, end));
    try {
      inflater.setInput(bytes, data, end - data);
      tellInflated(inflater);
    } catch (DataFormatException _) {
      // Not told: whoever it is for will say so.
    } finally {
      inflater.end();
    }
  }

  private void tellInflated(Inflater inflater) throws DataFormatException {
    byte[] head = new byte[HEAD_BYTES_MAX];
    int length = 0;
    int more = inflater.inflate(head);
    while (more > 0) {
      length += more;
      more = inflater.inflate(head, length, head.length - length);
    }
    heads.head(head, 0, length, inflater.finished());
  }

  private static int endOfGzipHeader(byte[] bytes, int start, int end) {
    GzipHeader header = new GzipHeader();
    int at = start;
    while (at < end && !header.endsWith(bytes[at])) {
      at++;
    }
    return header.corrupt() || at == end ? end : at + 1;
  }

  /** Zlib's head carries a check (RFC 1950); behind gzip's head the data are bare. */
  private boolean isZlib(byte[] bytes, int start, int end) {
    if (coding != ContentCoding.DEFLATE || end - start < 2) {
      return false;
    }
    int head = ((bytes[start] & 0xFF) << 8) | (bytes[start + 1] & 0xFF);
    return (bytes[start] & 0x0F) == 8 && head % 31 == 0;
  }
}
