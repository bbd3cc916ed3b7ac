package dev.streamgauge.proxy;

import dev.streamgauge.parser.ResponseHeaders;
import dev.streamgauge.proxy.http1.Head;
import org.jspecify.annotations.Nullable;

/** A head's fields, as the reader of a response asks for them. */
record HeadFields(Head head) implements ResponseHeaders {
  @Override
  public @Nullable String header(String lowerCase) {
    return head.header(lowerCase);
  }
}
