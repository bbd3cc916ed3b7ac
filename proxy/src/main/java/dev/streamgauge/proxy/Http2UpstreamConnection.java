package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http2.FrameCounts;
import dev.streamgauge.proxy.http2.FrameCounts.Kind;
import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.telemetry.LiveMetrics.ConnectionState;
import dev.streamgauge.telemetry.LiveMetrics.TlsSide;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One connection of HTTP/2 to the server. Ready once the server's SETTINGS say how many streams it
 * takes. Never pings: servers of gRPC end connections that ping idle or often ({@code
 * too_many_pings}). On one event loop.
 */
final class Http2UpstreamConnection extends Http2Side<Http2UpstreamStream> {
  private static final String NOT_HTTP2 = "the upstream does not speak HTTP/2";
  private static final String NO_HEAD = "a body without a head";

  private final Http2Pool pool;
  private final boolean secure;
  private final FrameCounts counts;
  private final PeerSilence silence;

  /** Given out; a stream of it may not be opened yet. */
  private final Set<Http2UpstreamStream> streams = new HashSet<>();

  private final List<Http2UpstreamStream> touched = new ArrayList<>();
  private boolean ready;

  /** Told to the pool, and never ready. */
  private boolean failed;

  private boolean goingAway;
  private boolean used;
  private boolean limitCounted;

  /** So that the one that is told last does not look as if it had been alone. */
  private boolean lostWithSeveral;

  private int lastStreamId = Integer.MAX_VALUE;
  private long goAwayCode;

  /** How it ends if it ends now. */
  private UpstreamEnd how = new UpstreamEnd.Closed();

  /** For which we end it; null: none. */
  private @Nullable String fault;

  private long idleSinceNanos;
  private long number;

  private Http2UpstreamConnection(Loop loop, Parts parts, Http2Pool pool, boolean secure) {
    super(loop, parts);
    this.pool = pool;
    this.secure = secure;
    this.idleSinceNanos = loop.nanos();
    this.silence = new PeerSilence(loop.tcpInfo, PeerSilence.LIMIT_NANOS);
    this.counts = new FrameCounts(settings.window().toNanos(), idleSinceNanos);
  }

  static Http2UpstreamConnection on(Loop loop, Http2Pool pool, boolean secure) {
    return new Builder<>(
            false, loop, parts -> new Http2UpstreamConnection(loop, parts, pool, secure))
        .made();
  }

  boolean secure() {
    return secure;
  }

  /** Which of the pool's connections it was to become ready; 0 before. */
  long number() {
    return number;
  }

  void isReadyAs(long itsNumber) {
    number = itsNumber;
  }

  boolean ready() {
    return ready && !goingAway;
  }

  /** How many more streams it takes now. */
  int room() {
    int max = Math.min(settings.upstreamStreamsMax(), connection().local().maxActiveStreams());
    return ready() && context().channel().isActive() ? max - streams.size() : 0;
  }

  boolean limitedByServer() {
    return connection().local().maxActiveStreams() < settings.upstreamStreamsMax();
  }

  boolean idle() {
    return ready() && streams.isEmpty();
  }

  void endIfSilent(long nowNanos) {
    if (silence.tooLong(context().channel(), nowNanos)) {
      how = new UpstreamEnd.Reset();
      close();
    }
  }

  Http2UpstreamStream give() {
    Http2UpstreamStream given = new Http2UpstreamStream(this, used);
    if (streams.isEmpty()) {
      loop.live().upstreamConnections(ConnectionState.IDLE, -1);
      loop.live().upstreamConnections(ConnectionState.ACTIVE, 1);
    }
    used = true;
    streams.add(given);
    return given;
  }

  boolean carriesOnly(Http2UpstreamStream stream) {
    return !lostWithSeveral && streams.size() == 1 && streams.contains(stream);
  }

  /** A stream that was given out is closed, or was never opened. */
  void left(Http2UpstreamStream stream) {
    if (!streams.remove(stream)) {
      return;
    }
    if (streams.isEmpty()) {
      idleSinceNanos = loop.nanos();
      loop.live().upstreamConnections(ConnectionState.ACTIVE, -1);
      loop.live().upstreamConnections(ConnectionState.IDLE, 1);
    }
    if (goingAway && streams.isEmpty()) {
      close();
    } else {
      context().executor().execute(pool::serveWaiting);
    }
  }

  boolean expired(long nowNanos, long keptNanos) {
    return ready && streams.isEmpty() && nowNanos - idleSinceNanos >= keptNanos;
  }

  void close() {
    goingAway = true;
    var _ = context().channel().close();
  }

  /** Null if the server takes no more streams, as told a moment ago. */
  @Nullable Http2Stream open(Http2UpstreamStream given, Http2Headers fields, boolean last) {
    int id = connection().local().incrementAndGetNextStreamId();
    ChannelHandlerContext to = context();
    ChannelPromise written = to.newPromise();
    if (id < 0) {
      goingAway = true; // No numbers are left: RFC 9113 section 5.1.1.
    } else {
      var _ = encoder().writeHeaders(to, id, fields, 0, last, written);
    }
    Http2Stream opened = id < 0 ? null : connection().stream(id);
    if (opened == null) {
      // The server's SETTINGS_MAX_HEADER_LIST_SIZE: it would be the same on each connection.
      boolean tooLarge = written.cause() instanceof Http2Exception.HeaderListSizeException;
      to.executor()
          .execute(
              tooLarge ? given::headTooLarge : () -> given.closed(new UpstreamEnd.Closed(), fault));
    } else {
      own(opened, given);
    }
    return opened;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws Exception {
    super.handlerAdded(added);
    if (added.channel().isActive()) {
      begun();
    }
  }

  private void begun() {
    widenWindow();
    flushSoon();
    long millis = loop.shared.settings().timeouts().upstreamConnect().toMillis();
    var _ = context().executor().schedule(this::closeIfNotReady, millis, TimeUnit.MILLISECONDS);
  }

  private void closeIfNotReady() {
    if (!ready) {
      close();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext from) throws Exception {
    super.channelActive(from);
    begun();
  }

  @Override
  public void channelInactive(ChannelHandlerContext from) throws Exception {
    boolean was = ready;
    ready = false;
    lostWithSeveral = streams.size() > 1;
    super.channelInactive(from);
    for (Http2UpstreamStream stream : streams.toArray(new Http2UpstreamStream[0])) {
      stream.closed(how, fault);
    }
    pool.closed(this, was);
    if (!was && !failed) {
      pool.failed(NOT_HTTP2, null);
    }
  }

  /** With TLS 1.3 a server's refusal of our certificate comes first; see UpstreamConnection. */
  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) throws Exception {
    if (cause instanceof IOException) {
      how = new UpstreamEnd.Reset();
    }
    if (cause instanceof SSLException && !ready && !failed) {
      failed = true;
      loop.live().tlsHandshakeFailed(TlsSide.UPSTREAM);
      pool.failed(UpstreamConnection.TLS_ENDED, cause);
    }
    super.exceptionCaught(from, cause);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext from, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent) {
      var _ = from.channel().close();
    } else {
      super.userEventTriggered(from, event);
    }
  }

  @Override
  Http2FrameListener frames() {
    return new Frames();
  }

  @Override
  void closed(Http2UpstreamStream stream) {
    boolean leftOut = stream.id() > lastStreamId;
    stream.closed(leftOut ? new UpstreamEnd.WentAway(goAwayCode) : how, fault);
  }

  @Override
  void broken(Http2UpstreamStream stream, Http2Exception fault) {
    if (fault instanceof Http2Exception.HeaderListSizeException) {
      stream.tooLarge();
    } else {
      if (CodecLimits.ofServer(fault.error(), fault.getMessage()) == Limit.UPSTREAM_WINDOW) {
        loop.live().limitHit(Limit.UPSTREAM_WINDOW);
      }
      stream.malformed(CodecLimits.wordsOfStream(fault));
    }
  }

  @Override
  void readOver() {
    // Flushed only when all is handed on: streams that share a client's connection go out in one
    // write.
    for (int i = 0; i < touched.size(); i++) {
      touched.get(i).handOver();
    }
    for (int i = 0; i < touched.size(); i++) {
      touched.get(i).flushClient();
    }
    touched.clear();
  }

  private void touched(Http2UpstreamStream stream) {
    if (stream.touch()) {
      touched.add(stream);
    }
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext from,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception thrown) {
    if (thrown != null) {
      limitHit(CodecLimits.ofServer(thrown.error(), thrown.getMessage()));
      fault = CodecLimits.wordsOfConnection(thrown);
    }
    // Nothing is read any more; it may take a while until the GOAWAY is out.
    goingAway = true;
    pool.leaves(this);
    super.onConnectionError(from, outbound, cause, thrown);
  }

  /** With which the connection ends: counted once. */
  private void limitHit(@Nullable Limit passed) {
    if (passed != null && !limitCounted) {
      limitCounted = true;
      loop.live().limitHit(passed);
    }
  }

  private boolean tooMany(Kind kind) {
    boolean passed = counts.passes(kind, settings.upstreamFramesMax(), readNanos());
    if (passed) {
      limitHit(Limit.UPSTREAM_CONTROL_FRAMES);
    }
    return passed;
  }

  private void count(Kind kind) throws Http2Exception {
    if (tooMany(kind)) {
      throw Http2Exception.connectionError(
          Http2Error.ENHANCE_YOUR_CALM, "more than %d: %s", settings.upstreamFramesMax(), kind);
    }
  }

  private final class Frames extends Http2Frames {
    @Override
    public int onDataRead(
        ChannelHandlerContext from, int streamId, ByteBuf data, int padding, boolean end)
        throws Http2Exception {
      if (!data.isReadable() && !end) {
        count(Kind.EMPTY);
      }
      Http2UpstreamStream stream = ours(streamId);
      if (stream == null) {
        return data.readableBytes() + padding;
      }
      if (!stream.headRead()) {
        stream.malformed(NO_HEAD);
        throw Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, NO_HEAD);
      }
      touched(stream);
      try {
        return stream.read(data, padding, end, readNanos());
      } catch (RuntimeException e) {
        stream.failed(e);
        return data.readableBytes() + padding;
      }
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext from, int streamId, Http2Headers fields, int padding, boolean end)
        throws Http2Exception {
      Http2UpstreamStream stream = ours(streamId);
      if (stream == null) {
        return;
      }
      touched(stream);
      boolean good = true;
      try {
        good = stream.headers(fields, end, readNanos());
      } catch (RuntimeException e) {
        stream.failed(e);
      }
      if (!good) {
        throw Http2Exception.streamError(
            streamId, Http2Error.PROTOCOL_ERROR, "the head is malformed");
      }
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext from, int streamId, long errorCode) {
      Http2UpstreamStream stream = ours(streamId);
      if (stream != null) {
        stream.serverReset(errorCode);
      }
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext from, Http2Settings of) throws Http2Exception {
      count(Kind.SETTINGS);
      if (!ready) {
        ready = true;
        idleSinceNanos = readNanos();
        pool.ready(Http2UpstreamConnection.this);
      } else {
        context().executor().execute(pool::serveWaiting); // more streams may be allowed
      }
    }

    @Override
    public void onPingRead(ChannelHandlerContext from, long data) throws Http2Exception {
      count(Kind.PING);
    }

    @Override
    public void onPriorityRead(
        ChannelHandlerContext from, int streamId, int dependency, short weight, boolean exclusive)
        throws Http2Exception {
      count(Kind.IGNORED);
    }

    @Override
    public void onGoAwayRead(
        ChannelHandlerContext from, int lastKnownStreamId, long errorCode, ByteBuf debugData) {
      // Streams above it are closed by the connection, behind this call or before.
      lastStreamId = lastKnownStreamId;
      goAwayCode = errorCode;
      goingAway = true;
      pool.leaves(Http2UpstreamConnection.this);
      if (streams.isEmpty()) {
        close();
      }
    }

    @Override
    public void onUnknownFrame(
        ChannelHandlerContext from, byte type, int streamId, Http2Flags flags, ByteBuf payload) {
      if (tooMany(Kind.IGNORED)) {
        fault = CodecLimits.TOO_MANY_FRAMES;
        close();
      }
    }
  }
}
