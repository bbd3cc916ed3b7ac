package dev.streamgauge.proxy;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.proxy.http1.BodyFraming;
import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HeadWriter;
import dev.streamgauge.proxy.http2.Http2Heads;
import dev.streamgauge.timeline.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.List;

/**
 * The request head as the server gets it: the client's, and what we are told to add. Written anew
 * for each connection that it is sent over, as that one speaks.
 */
final class UpstreamHead {
  private static final String REQUEST_ID = "x-request-id";

  private final Head head;
  private final BodyFraming.Kind body;
  private final boolean upgradeAsked;
  private final String fallbackHost;
  private final List<String> dropped = new ArrayList<>(3);
  private final List<HeadWriter.Field> added = new ArrayList<>(4);

  /** Fields whose value is another one than the client's. */
  private final List<HeadWriter.Field> changed = new ArrayList<>(0);

  private UpstreamHead(
      Head head, BodyFraming.Kind body, boolean upgradeAsked, String fallbackHost) {
    this.head = head;
    this.body = body;
    this.upgradeAsked = upgradeAsked;
    this.fallbackHost = fallbackHost;
  }

  static UpstreamHead of(
      Client client,
      Head head,
      Protocol protocol,
      BodyFraming.Kind body,
      RequestIdentity identity,
      boolean upgradeAsked) {
    Shared shared = client.loop().shared;
    UpstreamHead made = new UpstreamHead(head, body, upgradeAsked, shared.upstream().host());
    ProxySettings.Headers headers = shared.settings().headers();
    if (headers.requestId() && identity.idMade()) {
      made.dropped.add(REQUEST_ID);
      made.added.add(new HeadWriter.Field(REQUEST_ID, identity.requestId()));
    }
    String traceparent = identity.traceparent();
    if (headers.traceparent() && traceparent != null) {
      // One that can't be read starts no trace: W3C Trace Context, "A traceparent is received",
      // has it replaced, and its tracestate, which belongs to no trace any more, left out. Where a
      // span of ours stands between client and server, it is the server's parent.
      made.dropped.add("traceparent");
      made.added.add(new HeadWriter.Field("traceparent", traceparent));
      if (identity.stateDropped()) {
        made.dropped.add("tracestate");
      }
    }
    ForwardedHeaders.add(headers, head, protocol, client, made.added);
    return made;
  }

  /** How the client framed the body. */
  BodyFraming.Kind body() {
    return body;
  }

  /** Gives each field of that name another value; none is added. */
  void change(String lowerCaseName, String value) {
    changed.add(new HeadWriter.Field(lowerCaseName, value));
  }

  /** Whether a body of the client has to be put into chunks where HTTP/1.1 is spoken. */
  boolean needsChunks() {
    return body == BodyFraming.Kind.STREAM && head.header("content-length") == null;
  }

  /** The caller owns the buffer. */
  ByteBuf http1(ByteBufAllocator allocator) {
    List<HeadWriter.Field> all = added;
    if (needsChunks()) {
      all = new ArrayList<>(added);
      all.add(new HeadWriter.Field("transfer-encoding", "chunked"));
    }
    ByteBuf out = HeadWriter.request(allocator, head, upgradeAsked, fallbackHost, dropped, all);
    for (HeadWriter.Field field : changed) {
      out = HeadWriter.withValue(out, field.name(), field.value());
    }
    return out;
  }

  Http2Headers http2(boolean secure) {
    Http2Headers out =
        Http2Heads.request(head, secure ? "https" : "http", fallbackHost, dropped, added);
    for (HeadWriter.Field field : changed) {
      if (out.contains(field.name())) {
        out.set(field.name(), field.value());
      }
    }
    return out;
  }
}
