package dev.streamgauge.proxy;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HeadWriter;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** The request head as the server gets it: the client's, and what we are told to add. */
final class UpstreamHead {
  private static final String REQUEST_ID = "x-request-id";

  private UpstreamHead() {}

  /** The caller owns the buffer. */
  static ByteBuf of(Client client, Head head, RequestIdentity identity, boolean upgradeAsked) {
    Shared shared = client.loop().shared;
    ProxySettings.Headers headers = shared.settings().headers();
    List<HeadWriter.Field> added = new ArrayList<>(4);
    List<String> dropped = new ArrayList<>(3);
    if (headers.requestId() && identity.idMade()) {
      dropped.add(REQUEST_ID);
      added.add(new HeadWriter.Field(REQUEST_ID, identity.requestId()));
    }
    if (headers.traceparent() && identity.traceMade()) {
      // One that can't be read starts no trace: W3C Trace Context, "A traceparent is received",
      // has it replaced, and its tracestate, which belongs to no trace any more, left out.
      dropped.add("traceparent");
      dropped.add("tracestate");
      added.add(new HeadWriter.Field("traceparent", identity.traceparent()));
    }
    ForwardedHeaders.add(headers, head, client, added);
    return HeadWriter.request(
        client.alloc(), head, upgradeAsked, shared.upstream().host(), dropped, added);
  }
}
