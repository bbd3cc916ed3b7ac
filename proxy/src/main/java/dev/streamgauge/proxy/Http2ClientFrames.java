package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http2.FrameCounts.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;

/** What the frames of a client's connection say, and to whom. On one event loop. */
final class Http2ClientFrames extends Http2Frames {
  private final Http2ClientConnection connection;

  Http2ClientFrames(Http2ClientConnection connection) {
    this.connection = connection;
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext from, int streamId, ByteBuf data, int padding, boolean end)
      throws Http2Exception {
    if (!data.isReadable() && !end) {
      connection.count(Kind.EMPTY);
    }
    Http2ClientStream stream = connection.ours(streamId);
    if (stream == null) {
      return data.readableBytes() + padding;
    }
    connection.touched(stream);
    try {
      return stream.read(data, padding, end, connection.readNanos());
    } catch (RuntimeException e) {
      stream.failed(e);
      return data.readableBytes() + padding;
    }
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext from, int streamId, Http2Headers fields, int padding, boolean end)
      throws Http2Exception {
    try {
      connection.headers(streamId, fields, end);
    } catch (RuntimeException e) {
      Http2ClientStream stream = connection.ours(streamId);
      if (stream == null) {
        throw e;
      }
      stream.failed(e);
    }
  }

  @Override
  public void onPriorityRead(
      ChannelHandlerContext from, int streamId, int dependency, short weight, boolean exclusive)
      throws Http2Exception {
    connection.count(Kind.IGNORED);
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext from, int streamId, long errorCode)
      throws Http2Exception {
    Http2ClientStream stream = connection.ours(streamId);
    if (stream != null) {
      stream.clientReset(errorCode);
    }
    connection.resetTold();
    connection.count(Kind.RESET_RECEIVED);
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext from, Http2Settings of) throws Http2Exception {
    connection.settingsRead();
    connection.count(Kind.SETTINGS);
  }

  /** The codec takes any number from here on: too many are refused one by one, in headers. */
  @Override
  public void onSettingsAckRead(ChannelHandlerContext from) throws Http2Exception {
    connection.connection().remote().maxActiveStreams(Integer.MAX_VALUE);
    connection.count(Kind.SETTINGS);
  }

  @Override
  public void onPingRead(ChannelHandlerContext from, long data) throws Http2Exception {
    connection.count(Kind.PING);
  }

  @Override
  public void onPingAckRead(ChannelHandlerContext from, long data) throws Http2Exception {
    if (!connection.pingAnswered(data)) {
      connection.count(Kind.PING);
    }
  }

  @Override
  public void onGoAwayRead(
      ChannelHandlerContext from, int lastStreamId, long errorCode, ByteBuf debugData)
      throws Http2Exception {
    connection.count(Kind.IGNORED);
  }

  @Override
  public void onWindowUpdateRead(ChannelHandlerContext from, int streamId, int increment)
      throws Http2Exception {
    connection.windowUpdateTold();
    connection.count(Kind.WINDOW_UPDATE);
  }

  @Override
  public void onUnknownFrame(
      ChannelHandlerContext from, byte type, int streamId, Http2Flags flags, ByteBuf payload) {
    connection.ignored();
  }
}
