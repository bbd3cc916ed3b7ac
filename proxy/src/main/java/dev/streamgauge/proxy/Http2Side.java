package dev.streamgauge.proxy;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.proxy.http2.ClientFields;
import dev.streamgauge.proxy.tls.TlsClosing;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.netty.util.AsciiString;
import java.util.function.LongUnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One connection that speaks HTTP/2, at either side: Netty reads and writes its frames and keeps
 * its windows, each stream of it is an object of ours. The connection's window is given back as
 * soon as bytes are read, so that a stream that waits holds up no other; a stream's own only as the
 * bytes are handed on. On one event loop.
 *
 * @param <S> what stands for a stream
 */
abstract class Http2Side<S> extends Http2ConnectionHandler {
  /** Of a connection: enough for a few streams between two looks at it. */
  private static final int CONNECTION_WINDOW_BYTES = 1024 * 1024;

  private static final float WINDOW_UPDATE_RATIO = 0.5f;

  /**
   * Of one head or trailer of a client, packed, times {@code --max-header-bytes}: up to here it is
   * refused alone. Its client may have a hundred calls under way on the same connection.
   */
  private static final int CLIENT_HEAD_TIMES = 4;

  /**
   * Of one head or trailer of a server, packed: up to here it is read to its end, so that HPACK's
   * table stays in step and its stream alone fails. The codec's own limit is a quarter above {@code
   * --max-header-bytes}.
   */
  private static final long SERVER_HEAD_BYTES_MAX = 512 * 1024L;

  /** Values that must not be guessed from the size of other requests (RFC 7541 section 7.1). */
  private static final Http2HeadersEncoder.SensitivityDetector SECRETS =
      (name, _) ->
          AsciiString.contentEquals(name, "authorization")
              || AsciiString.contentEquals(name, "cookie")
              || AsciiString.contentEquals(name, "proxy-authorization");

  /**
   * Netty's own words of this codec: a line for each late frame would be the peer's to write. Held,
   * for a logger that nobody holds forgets its level.
   */
  private static final Logger CODEC = Logger.getLogger("io.netty.handler.codec.http2");

  static {
    CODEC.setLevel(Level.WARNING);
  }

  final Loop loop;
  final ProxySettings.Http2 settings;
  private final Http2Connection.PropertyKey key;
  private @Nullable ChannelHandlerContext context;
  private long readNanos;
  private boolean flushAsked;

  /** Something was written by a stream behind the last flush. */
  private boolean unflushed;

  Http2Side(Loop loop, Parts parts) {
    super(parts.decoder(), parts.encoder(), parts.initial(), true);
    this.loop = loop;
    this.settings = loop.shared.settings().http2();
    this.key = connection().newKey();
    this.readNanos = loop.nanos();
    connection().addListener(new Closings());
  }

  /** What Netty builds a handler of. */
  record Parts(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings initial) {}

  /** A stream of ours is closed, by whomever. */
  abstract void closed(S stream);

  /** The peer broke the rules in this stream; it is reset by the caller. */
  abstract void broken(S stream, Http2Exception fault);

  /** One read is over: what came of it goes on. */
  abstract void readOver();

  final ChannelHandlerContext context() {
    ChannelHandlerContext added = context;
    if (added == null) {
      throw new IllegalStateException("not added");
    }
    return added;
  }

  /** When the read that is being looked at came. */
  final long readNanos() {
    return readNanos;
  }

  /** Ours; null where there is none, or none any more. */
  final @Nullable S ours(int streamId) {
    Http2Stream stream = connection().stream(streamId);
    return stream == null ? null : stream.<S>getProperty(key);
  }

  final void own(Http2Stream stream, S ours) {
    stream.setProperty(key, ours);
  }

  /** The peer may send as much more. */
  final void consume(Http2Stream stream, int bytes) {
    try {
      if (bytes > 0 && decoder().flowController().consumeBytes(stream, bytes)) {
        flushSoon();
      }
    } catch (Http2Exception e) {
      onError(context(), true, e);
    }
  }

  final void reset(int streamId, long errorCode) {
    ChannelHandlerContext to = context();
    var _ = resetStream(to, streamId, errorCode, to.newPromise());
    flushSoon();
  }

  /** Behind what this turn of the loop still writes. */
  final void flushSoon() {
    context().executor().execute(this::flushNow);
  }

  final void unflushed() {
    unflushed = true;
  }

  /** Once for all streams that were written to. */
  final void flushWritten() {
    if (unflushed) {
      flushNow();
    }
  }

  /** Once for all streams that ask for it in one turn of the loop. */
  final void flushOnce() {
    if (!flushAsked) {
      flushAsked = true;
      flushSoon();
    }
  }

  final void flushNow() {
    flushAsked = false;
    unflushed = false;
    if (context().channel().isActive()) {
      flush(context());
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws Exception {
    context = added;
    super.handlerAdded(added);
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) throws Exception {
    readNanos = loop.nanos();
    super.channelRead(from, message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext from) throws Exception {
    readOver();
    super.channelReadComplete(from);
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext from,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException fault) {
    S stream = ours(fault.streamId());
    // What could not be written is no fault of the peer: it closes the stream, or has left.
    if (stream != null && !outbound) {
      broken(stream, fault);
    }
    super.onStreamError(from, outbound, cause, fault);
  }

  /** What is no fault of the protocol: the connection's end, or one of ours. */
  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) throws Exception {
    if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
      super.exceptionCaught(from, cause);
    } else {
      TlsClosing.close(from.channel());
    }
  }

  private final class Closings extends Http2ConnectionAdapter {
    @Override
    public void onStreamClosed(Http2Stream stream) {
      S ours = stream.removeProperty(key);
      if (ours != null) {
        closed(ours);
      }
    }
  }

  /** How a side is made of its parts. */
  @FunctionalInterface
  interface Maker<T extends Http2ConnectionHandler> {
    T make(Parts parts);
  }

  /** Builds one side. */
  static final class Builder<T extends Http2Side<?>>
      extends AbstractHttp2ConnectionHandlerBuilder<T, Builder<T>> {
    private final Maker<T> maker;
    private final boolean server;
    private final int continuationsMax;

    Builder(boolean server, Loop loop, Maker<T> maker) {
      this.maker = maker;
      this.server = server;
      this.continuationsMax = loop.shared.settings().http2().continuationsMax();
      ProxySettings settings = loop.shared.settings();
      Http2Connection connection = new DefaultHttp2Connection(server, 0);
      connection
          .local()
          .flowController(
              new DefaultHttp2LocalFlowController(connection, WINDOW_UPDATE_RATIO, true));
      connection
          .remote()
          .flowController(
              new DefaultHttp2RemoteFlowController(
                  connection, new UniformStreamByteDistributor(connection)));
      connection(connection);
      gracefulShutdownTimeoutMillis(0); // the builder's own value would be set over the handler's
      initialSettings(initial(server, settings));
      decoderEnforceMaxSmallContinuationFrames(continuationsMax);
      encoderEnforceMaxQueuedControlFrames(settings.http2().queuedFramesMax());
      // Counted by ourselves, with limits that can be set and a metric.
      decoderEnforceMaxConsecutiveEmptyDataFrames(0);
      decoderEnforceMaxRstFramesPerWindow(0, 0);
      encoderEnforceMaxRstFramesPerWindow(0, 0);
      headerSensitivityDetector(SECRETS);
    }

    private static Http2Settings initial(boolean server, ProxySettings settings) {
      Http2Settings initial =
          new Http2Settings()
              .initialWindowSize(settings.http2().streamWindowBytes())
              .maxHeaderListSize(settings.limits().headerBytesMax());
      return server
          ? initial.maxConcurrentStreams(settings.http2().streamsMax())
          : initial.pushEnabled(false);
    }

    @Override
    protected T build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings initial) {
      Http2ConnectionDecoder reading =
          server ? ofClient(encoder, initial) : ofServer(encoder, initial);
      T made = maker.make(new Parts(reading, encoder, initial));
      reading.frameListener(made.frames());
      return made;
    }

    /**
     * In place of the codec's, which refuses streams of its own above the limit: they are counted
     * where all others are.
     */
    private Http2ConnectionDecoder ofClient(Http2ConnectionEncoder encoder, Http2Settings initial) {
      connection().remote().maxActiveStreams(Integer.MAX_VALUE);
      long bytesMax = listed(initial);
      return reading(
          encoder,
          ClientFields.decoder(isValidateHeaders(), bytesMax),
          bytesMax,
          Builder::ofClient);
    }

    /** In place of the codec's, which ends the connection for a head that is far too large. */
    private Http2ConnectionDecoder ofServer(Http2ConnectionEncoder encoder, Http2Settings initial) {
      long bytesMax = listed(initial);
      DefaultHttp2HeadersDecoder heads =
          new DefaultHttp2HeadersDecoder(isValidateHeaders(), bytesMax);
      return reading(encoder, heads, bytesMax, Builder::ofServer);
    }

    private static long listed(Http2Settings initial) {
      Long listed = initial.maxHeaderListSize();
      return listed == null ? Http2CodecUtil.DEFAULT_HEADER_LIST_SIZE : listed;
    }

    private static long ofClient(long listBytesMax) {
      return CLIENT_HEAD_TIMES * listBytesMax;
    }

    private static long ofServer(long listBytesMax) {
      return Math.max(SERVER_HEAD_BYTES_MAX, 2 * listBytesMax);
    }

    private Http2ConnectionDecoder reading(
        Http2ConnectionEncoder encoder,
        DefaultHttp2HeadersDecoder heads,
        long bytesMax,
        LongUnaryOperator packedMax) {
      try {
        heads.configuration().maxHeaderListSize(bytesMax, packedMax.applyAsLong(bytesMax));
      } catch (Http2Exception e) {
        throw new IllegalStateException(e); // only for sizes below 0
      }
      DefaultHttp2FrameReader reader = new DefaultHttp2FrameReader(heads, continuationsMax);
      return new PackedLimit(connection(), encoder, reader, packedMax);
    }

    T made() {
      return build();
    }
  }

  /** Of a head, packed: as the builder says, also once the peer has acknowledged our SETTINGS. */
  private static final class PackedLimit extends DefaultHttp2ConnectionDecoder {
    private final LongUnaryOperator packedMax;

    private PackedLimit(
        Http2Connection connection,
        Http2ConnectionEncoder encoder,
        Http2FrameReader reader,
        LongUnaryOperator packedMax) {
      super(connection, encoder, reader);
      this.packedMax = packedMax;
    }

    @Override
    protected long calculateMaxHeaderListSizeGoAway(long listBytesMax) {
      return packedMax.applyAsLong(listBytesMax);
    }
  }

  /** What hears of the frames. */
  abstract Http2FrameListener frames();

  /** The connection's own window, beyond the 64 KiB with which each begins. */
  final void widenWindow() {
    try {
      Http2Stream whole = connection().connectionStream();
      decoder().flowController().incrementWindowSize(whole, CONNECTION_WINDOW_BYTES - 65_535);
    } catch (Http2Exception e) {
      onError(context(), true, e);
    }
  }
}
