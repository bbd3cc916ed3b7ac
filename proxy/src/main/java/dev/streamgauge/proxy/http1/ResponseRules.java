package dev.streamgauge.proxy.http1;

import org.jspecify.annotations.Nullable;

/**
 * What a response's fields mean: how its body is framed (RFC 9112 section 6.3) and whether the
 * connection serves another request. Read once from a head.
 */
public final class ResponseRules {
  private final Head head;
  private final LengthFields length;

  private ResponseRules(Head head) {
    this.head = head;
    this.length = new LengthFields(head);
  }

  public static ResponseRules of(Head head) {
    ResponseRules rules = new ResponseRules(head);
    rules.read();
    return rules;
  }

  /** What is wrong with this response, or null. */
  public @Nullable String malformed() {
    return length.error();
  }

  /** An interim response; another head follows. 101 is final: HTTP ends there. */
  public boolean interim() {
    return head.status() < 200 && head.status() != 101;
  }

  public boolean switchingProtocols() {
    return head.status() == 101;
  }

  public boolean keepAlive() {
    if (head.minorVersion() == 0) {
      return head.lists("connection", "keep-alive");
    }
    return !head.lists("connection", "close");
  }

  /** Whether no body follows, whatever the fields say (RFC 9112 section 6.3). */
  public boolean bodyless(boolean toHead) {
    int status = head.status();
    return toHead || status < 200 || status == 204 || status == 304;
  }

  /** Its Content-Length; -1 without the field. */
  public long contentLength() {
    return length.contentLength();
  }

  /** How the body is framed; an answer to HEAD has none. */
  public BodyFraming body(boolean toHead, HttpLimits limits) {
    if (bodyless(toHead)) {
      return BodyFraming.none();
    }
    if (length.chunked()) {
      return BodyFraming.chunked(limits);
    }
    return length.contentLength() >= 0
        ? BodyFraming.counted(length.contentLength())
        : BodyFraming.untilClose();
  }

  private void read() {
    for (int field = 0; field < head.fieldCount() && length.error() == null; field++) {
      length.read(field);
    }
    length.finish();
  }
}
