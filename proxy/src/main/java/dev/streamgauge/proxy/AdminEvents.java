package dev.streamgauge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/** Server-sent events on one admin connection, until it closes. On the admin thread. */
final class AdminEvents implements AdminLive.Viewer {
  private final Channel channel;

  AdminEvents(Channel channel) {
    this.channel = channel;
  }

  static HttpHeaders headers() {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream");
    headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    headers.set("X-Accel-Buffering", "no"); // for a proxy in front that would hold them back
    AdminFileAnswer.guard(headers);
    return headers;
  }

  /**
   * Sends the head.
   *
   * @param chunked false for a client that knows no chunks: the connection's end is the body's
   */
  void begin(boolean chunked) {
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers().set(headers());
    if (chunked) {
      HttpUtil.setTransferEncodingChunked(head, true);
    } else {
      head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    var _ = channel.write(head);
  }

  @Override
  public void send(ByteBuf events, Runnable taken) {
    var _ =
        channel
            .writeAndFlush(new DefaultHttpContent(events))
            .addListener(
                written -> {
                  if (written.isSuccess()) {
                    taken.run();
                  } else {
                    close();
                  }
                });
  }

  @Override
  public void close() {
    var _ = channel.close();
  }
}
