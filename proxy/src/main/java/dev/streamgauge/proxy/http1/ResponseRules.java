package dev.streamgauge.proxy.http1;

import org.jspecify.annotations.Nullable;

/**
 * What a response's fields mean: how its body is framed (RFC 9112 section 6.3) and whether the
 * connection serves another request. Read once from a head.
 */
public final class ResponseRules {
  private final Head head;
  private long contentLength = -1;
  private boolean chunked;
  private @Nullable String malformed;

  private ResponseRules(Head head) {
    this.head = head;
  }

  public static ResponseRules of(Head head) {
    ResponseRules rules = new ResponseRules(head);
    rules.read();
    return rules;
  }

  /** What is wrong with this response, or null. */
  public @Nullable String malformed() {
    return malformed;
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

  /** How the body is framed; an answer to HEAD has none. */
  public BodyFraming body(boolean toHead, HttpLimits limits) {
    int status = head.status();
    if (toHead || status < 200 || status == 204 || status == 304) {
      return BodyFraming.none();
    }
    if (chunked) {
      return BodyFraming.chunked(limits);
    }
    return contentLength >= 0 ? BodyFraming.counted(contentLength) : BodyFraming.untilClose();
  }

  private void read() {
    for (int field = 0; field < head.fieldCount() && malformed == null; field++) {
      switch (head.nameEnd(field) - head.nameStart(field)) {
        case 14 -> contentLength(field);
        case 17 -> transferEncoding(field);
        default -> {}
      }
    }
    if (malformed == null && chunked && contentLength >= 0) {
      malformed = "both Content-Length and Transfer-Encoding";
    } else if (malformed == null && chunked && head.minorVersion() == 0) {
      malformed = "Transfer-Encoding in HTTP/1.0";
    }
  }

  private void contentLength(int field) {
    if (!head.nameIs(field, "content-length")) {
      return;
    }
    if (contentLength >= 0) {
      malformed = "more than one Content-Length";
      return;
    }
    contentLength = FieldValues.length(head.bytes, head.valueStart(field), head.valueEnd(field));
    if (contentLength < 0) {
      malformed = "Content-Length is no number";
    }
  }

  private void transferEncoding(int field) {
    if (!head.nameIs(field, "transfer-encoding")) {
      return;
    }
    if (chunked || !FieldValues.isChunked(head, field)) {
      malformed = "Transfer-Encoding is not chunked alone";
    }
    chunked = true;
  }
}
