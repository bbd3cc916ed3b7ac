package dev.streamgauge.proxy.http1;

import org.jspecify.annotations.Nullable;

/**
 * What a request's fields mean for a proxy, and which requests are ambiguous and therefore refused
 * (RFC 9112 sections 3.2, 6 and 11.2). Read once from a head.
 */
public final class RequestRules {
  private final Head head;
  private long contentLength = -1;
  private boolean chunked;
  private int hosts;
  private @Nullable Malformed malformed;

  private RequestRules(Head head) {
    this.head = head;
  }

  public static RequestRules of(Head head) {
    RequestRules rules = new RequestRules(head);
    rules.read();
    return rules;
  }

  /** Why this request is refused, or null. */
  public @Nullable Malformed malformed() {
    return malformed;
  }

  public BodyFraming body(HttpLimits limits) {
    if (chunked) {
      return BodyFraming.chunked(limits);
    }
    return contentLength > 0 ? BodyFraming.counted(contentLength) : BodyFraming.none();
  }

  /** Whether the client's connection may serve another request after this one. */
  public boolean keepAlive() {
    return head.minorVersion() == 1 && !head.lists("connection", "close");
  }

  public boolean isHead() {
    return head.methodIs("HEAD");
  }

  /** Whether the client asks to leave HTTP, for something else than HTTP/2. */
  public boolean upgrade() {
    return head.minorVersion() == 1
        && head.lists("connection", "upgrade")
        && head.find("upgrade") >= 0
        && !head.lists("upgrade", "h2c");
  }

  private void read() {
    for (int field = 0; field < head.fieldCount() && malformed == null; field++) {
      switch (head.nameEnd(field) - head.nameStart(field)) {
        case 4 -> host(field);
        case 14 -> contentLength(field);
        case 17 -> transferEncoding(field);
        default -> {}
      }
    }
    if (malformed == null) {
      malformed = whole();
    }
  }

  private @Nullable Malformed whole() {
    if (chunked && contentLength >= 0) {
      return Malformed.badRequest("both Content-Length and Transfer-Encoding");
    }
    if (chunked && head.minorVersion() == 0) {
      return Malformed.badRequest("Transfer-Encoding in HTTP/1.0");
    }
    if (hosts == 0 && head.minorVersion() == 1) {
      return Malformed.badRequest("no Host");
    }
    return target();
  }

  private @Nullable Malformed target() {
    byte first = head.bytes[head.targetStart()];
    boolean asterisk = first == '*' && head.targetEnd() - head.targetStart() == 1;
    if (head.methodIs("CONNECT")) {
      return new Malformed(405, "CONNECT is not served by a reverse proxy");
    }
    if (first == '/' || (asterisk && head.methodIs("OPTIONS"))) {
      return null;
    }
    int authority = head.authorityStart();
    if (authority < 0 || !FieldValues.isHost(head.bytes, authority, head.pathStart())) {
      return Malformed.badRequest("the request target is neither a path nor an http URL");
    }
    return null;
  }

  private void host(int field) {
    if (!head.nameIs(field, "host")) {
      return;
    }
    if (++hosts > 1) {
      malformed = Malformed.badRequest("more than one Host");
    } else if (!FieldValues.isHost(head.bytes, head.valueStart(field), head.valueEnd(field))) {
      malformed = Malformed.badRequest("Host is no host and port");
    }
  }

  private void contentLength(int field) {
    if (!head.nameIs(field, "content-length")) {
      return;
    }
    if (contentLength >= 0) {
      malformed = Malformed.badRequest("more than one Content-Length");
      return;
    }
    contentLength = FieldValues.length(head.bytes, head.valueStart(field), head.valueEnd(field));
    if (contentLength < 0) {
      malformed = Malformed.badRequest("Content-Length is no number");
    }
  }

  private void transferEncoding(int field) {
    if (!head.nameIs(field, "transfer-encoding")) {
      return;
    }
    if (chunked || !FieldValues.isChunked(head, field)) {
      malformed = Malformed.badRequest("Transfer-Encoding is not chunked alone");
    }
    chunked = true;
  }
}
