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
  static ByteBuf of(
      ClientConnection client, Head head, RequestIdentity identity, boolean upgradeAsked) {
    Shared shared = client.loop().shared;
    ProxySettings.Headers headers = shared.settings().headers();
    List<HeadWriter.Field> added = new ArrayList<>(4);
    boolean newId = headers.requestId() && identity.idMade();
    if (newId) {
      added.add(new HeadWriter.Field(REQUEST_ID, identity.requestId()));
    }
    if (headers.traceparent() && identity.traceMade() && head.header("traceparent") == null) {
      added.add(new HeadWriter.Field("traceparent", identity.traceparent()));
    }
    ForwardedHeaders.add(headers, head, client, added);
    return HeadWriter.request(
        client.channel().alloc(),
        head,
        upgradeAsked,
        shared.upstream().host(),
        newId ? REQUEST_ID : "",
        added);
  }
}
