package dev.streamgauge.proxy.http1;

import org.jspecify.annotations.Nullable;

/**
 * Content-Length and Transfer-Encoding of one head, read by the same strict rules in both
 * directions: each at most once, not both, a plain number, {@code chunked} alone and only in
 * HTTP/1.1 (RFC 9112 section 6).
 */
final class LengthFields {
  private final Head head;
  private long contentLength = -1;
  private boolean chunked;
  private @Nullable String error;

  LengthFields(Head head) {
    this.head = head;
  }

  /** Looks at one field; others than the two are passed over. */
  void read(int field) {
    switch (head.nameEnd(field) - head.nameStart(field)) {
      case 14 -> contentLength(field);
      case 17 -> transferEncoding(field);
      default -> {}
    }
  }

  /** Behind the last field: what is wrong with the two together. */
  void finish() {
    if (error == null && chunked && contentLength >= 0) {
      error = "both Content-Length and Transfer-Encoding";
    } else if (error == null && chunked && head.minorVersion() == 0) {
      error = "Transfer-Encoding in HTTP/1.0";
    }
  }

  /** What is wrong, or null. */
  @Nullable String error() {
    return error;
  }

  boolean chunked() {
    return chunked;
  }

  /** The number, or -1 without the field. */
  long contentLength() {
    return contentLength;
  }

  private void contentLength(int field) {
    if (!head.nameIs(field, "content-length")) {
      return;
    }
    if (contentLength >= 0) {
      error = "more than one Content-Length";
      return;
    }
    contentLength = FieldValues.length(head.bytes, head.valueStart(field), head.valueEnd(field));
    if (contentLength < 0) {
      error = "Content-Length is no number";
    }
  }

  private void transferEncoding(int field) {
    if (!head.nameIs(field, "transfer-encoding")) {
      return;
    }
    if (chunked || !FieldValues.isChunked(head, field)) {
      error = "Transfer-Encoding is not chunked alone";
    }
    chunked = true;
  }
}
