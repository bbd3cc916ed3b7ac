package dev.streamgauge.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;

/** Hears of frames as both sides do: a head's priority says nothing (RFC 9113 section 5.3.2). */
abstract class Http2Frames extends Http2FrameAdapter {
  @Override
  public final void onHeadersRead(
      ChannelHandlerContext from,
      int streamId,
      Http2Headers fields,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean end)
      throws Http2Exception {
    onHeadersRead(from, streamId, fields, padding, end);
  }
}
