package dev.streamgauge.proxy.http1;

import org.jspecify.annotations.Nullable;

/**
 * What a request's fields mean for a proxy, and which requests are ambiguous and therefore refused
 * (RFC 9112 sections 3.2, 6 and 11.2). Read once from a head.
 */
public final class RequestRules {
  private final Head head;
  private final LengthFields length;
  private int hosts;
  private @Nullable Malformed malformed;

  private RequestRules(Head head) {
    this.head = head;
    this.length = new LengthFields(head);
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

  /** Its Content-Length; -1 without the field. */
  public long contentLength() {
    return length.contentLength();
  }

  public BodyFraming body(HttpLimits limits) {
    if (length.chunked()) {
      return BodyFraming.chunked(limits);
    }
    return length.contentLength() > 0
        ? BodyFraming.counted(length.contentLength())
        : BodyFraming.none();
  }

  /** Whether the client's connection may serve another request after this one. */
  public boolean keepAlive() {
    return head.minorVersion() == 1 && !head.lists("connection", "close");
  }

  public boolean isHead() {
    return head.methodIs("HEAD");
  }

  /** Whether the client asks to leave HTTP, and so clearly that the server may be asked. */
  public boolean upgrade() {
    return head.minorVersion() == 1
        && head.lists("connection", "upgrade")
        && head.find("upgrade") >= 0
        && leavesHttp();
  }

  private boolean leavesHttp() {
    for (int field = 0; field < head.fieldCount(); field++) {
      if (head.nameIs(field, "upgrade")
          && !FieldValues.leavesHttp(head.bytes, head.valueStart(field), head.valueEnd(field))) {
        return false;
      }
    }
    return true;
  }

  private void read() {
    for (int field = 0; field < head.fieldCount() && malformed == null; field++) {
      host(field);
      length.read(field);
      String error = length.error();
      if (error != null) {
        malformed = Malformed.badRequest(error);
      }
    }
    if (malformed == null) {
      malformed = whole();
    }
  }

  private @Nullable Malformed whole() {
    length.finish();
    String error = length.error();
    if (error != null) {
      return Malformed.badRequest(error);
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
}
