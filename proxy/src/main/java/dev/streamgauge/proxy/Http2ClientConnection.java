package dev.streamgauge.proxy;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HttpLimits;
import dev.streamgauge.proxy.http1.Malformed;
import dev.streamgauge.proxy.http2.FrameCounts.Kind;
import dev.streamgauge.proxy.http2.FrameScan;
import dev.streamgauge.proxy.http2.ReadHead;
import dev.streamgauge.proxy.http2.RecentStreams;
import dev.streamgauge.proxy.tls.TlsClosing;
import dev.streamgauge.telemetry.Limit;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection that speaks HTTP/2: each stream of it is an {@link Exchange}. What a
 * client can do for nothing is counted, and past a limit the connection ends with
 * ENHANCE_YOUR_CALM. On one event loop.
 */
final class Http2ClientConnection extends Http2Side<Http2ClientStream>
    implements Connection, UnfinishedHeads.Holder {
  /** Between the two GOAWAYs: what was on its way has come by then (RFC 9113 section 6.8). */
  private static final long GOAWAY_NANOS = 1_000_000_000L;

  /** How long a connection that was ended for its faults is held. */
  private static final long HELD_NANOS = 1_000_000_000L;

  private static final long DRAIN_PING = 0x73_74_67_61_75_67_65L;

  private final Set<Http2ClientStream> exchanges = new LinkedHashSet<>();
  private final List<Http2ClientStream> touched = new ArrayList<>();
  private final Http2ClientLimits limits;
  private final FrameScan frames = new FrameScan();
  private final RecentStreams recent = new RecentStreams();

  /**
   * Of the frames that were scanned; the codec does not tell of those for streams that are over.
   */
  private int resetsTold;

  private int windowUpdatesTold;
  private long idleSinceNanos;
  private long unfinishedSinceNanos;
  private boolean settingsRead;
  private boolean goingAway;
  private boolean lastGoAwaySent;
  private boolean failed;
  private @Nullable Lingering lingering;
  private long goingAwaySinceNanos;

  private Http2ClientConnection(Loop loop, Parts parts) {
    super(loop, parts);
    this.idleSinceNanos = loop.nanos();
    this.unfinishedSinceNanos = idleSinceNanos;
    this.limits = new Http2ClientLimits(loop.live(), settings, idleSinceNanos);
  }

  static Http2ClientConnection on(Loop loop) {
    return new Builder<>(true, loop, parts -> new Http2ClientConnection(loop, parts)).made();
  }

  boolean secure() {
    return TlsClosing.secure(context().channel());
  }

  @Nullable String address() {
    return context().channel().remoteAddress() instanceof InetSocketAddress remote
        ? NetUtil.toAddressString(remote.getAddress())
        : null;
  }

  /** A frame for which the client owes window updates. */
  void wrote() {
    limits.wrote();
  }

  void add(Http2ClientStream begun) {
    exchanges.add(begun);
  }

  void remove(Http2ClientStream ended) {
    exchanges.remove(ended);
    if (exchanges.isEmpty()) {
      idleSinceNanos = loop.nanos();
      if (lastGoAwaySent) {
        flushSoon();
        context().executor().execute(this::closeIfIdle);
      }
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws Exception {
    super.handlerAdded(added);
    ClientReads.ofFrames(added.channel());
    widenWindow();
    loop.add(this);
    HeapRoom room = loop.shared.guard().room();
    room.take(HeapRoom.HTTP2_BYTES);
    var _ = added.channel().closeFuture().addListener(_ -> room.giveBack(HeapRoom.HTTP2_BYTES));
    if (loop.shared.drain().draining()) {
      drain();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext from) throws Exception {
    loop.remove(this);
    loop.heads.let(this);
    super.channelInactive(from);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext from, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent) {
      // A client that sends no more cannot acknowledge or give windows: it is gone.
      TlsClosing.close(from.channel());
    } else {
      super.userEventTriggered(from, event);
    }
  }

  // ---- what the frames say

  @Override
  Http2FrameListener frames() {
    return new Http2ClientFrames(this);
  }

  /** A head, or what stands behind a body. */
  void headers(int streamId, Http2Headers fields, boolean end) throws Http2Exception {
    if (failed) {
      return; // what stood behind the fault in the same read
    }
    HttpLimits bounds = loop.shared.limits();
    Http2ClientStream known = ours(streamId);
    Http2Stream stream = connection().stream(streamId);
    ReadHead read =
        known == null ? ReadHead.request(fields, bounds) : ReadHead.trailer(fields, bounds);
    Head head = read.head();
    Malformed wrong = read.malformed();
    if (wrong != null && (known != null || wrong.status() == 400)) {
      recent.opened(streamId);
      HitLimits.ofRequest(loop.live(), wrong.limit());
      if (known != null) {
        known.broken(wrong.reason());
      } else if (head != null && stream != null) {
        new Http2ClientStream(this, stream).refuseUnanswered(head, wrong.reason(), readNanos());
      }
      throw Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, "%s", wrong.reason());
    }
    if (known != null && head != null) {
      known.trailer(head, readNanos());
      touched(known);
      return;
    }
    if (stream != null) {
      recent.opened(streamId);
      // What was answered without becoming an exchange counts until its answer is taken.
      if (connection().remote().numActiveStreams() > settings.streamsMax()) {
        loop.live().limitHit(Limit.STREAMS);
        throw Http2Exception.streamError(streamId, Http2Error.REFUSED_STREAM, "too many streams");
      }
      begin(stream, read, end);
    }
  }

  private void begin(Http2Stream stream, ReadHead read, boolean end) {
    Http2ClientStream begun = new Http2ClientStream(this, stream);
    own(stream, begun);
    limits.began();
    begun.begin(read, end, readNanos());
    touched(begun);
  }

  /** The request with which a connection of HTTP/1.1 became this one (RFC 7540 section 3.2). */
  void beginUpgraded(Head head, Http2Settings of) {
    try {
      onHttpServerUpgrade(of);
    } catch (Http2Exception e) {
      onError(context(), false, e);
      return;
    }
    recent.opened(1);
    begin(connection().stream(1), new ReadHead(head, null), true);
    readOver();
    flushSoon();
  }

  /** What had been read before this handler came. Takes ownership. */
  void readAhead(ByteBuf bytes) {
    try {
      // From index 0: telling of what is no preface, Netty (4.2.18) takes a distance for an index.
      channelRead(context(), bytes.slice());
      channelReadComplete(context());
    } catch (Exception e) {
      onError(context(), false, e);
    }
  }

  @Override
  void broken(Http2ClientStream stream, Http2Exception fault) {
    stream.broken("the stream broke the rules of HTTP/2");
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext from,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException fault) {
    if (!outbound && !begun(fault.streamId()) && gone(fault)) {
      return;
    }
    super.onStreamError(from, outbound, cause, outbound ? fault : named(fault));
    boolean refused = fault.error() == Http2Error.REFUSED_STREAM;
    Kind kind = refused ? Kind.REFUSED : Kind.RESET_SENT;
    if (!outbound && limits.passed(kind, readNanos())) {
      end(Http2Error.ENHANCE_YOUR_CALM, "too many streams had to be reset");
    }
  }

  /**
   * The connection is over: its requests have been left. It is read no further and held for a
   * second before it is closed, so that who did it on purpose is not served another one at once.
   */
  @Override
  protected void onConnectionError(
      ChannelHandlerContext from,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception fault) {
    if (failed) {
      return;
    }
    failed = true;
    Http2Error error = fault == null ? Http2Error.INTERNAL_ERROR : fault.error();
    limits.ended(error, fault == null ? null : fault.getMessage());
    for (Http2ClientStream stream : exchanges.toArray(new Http2ClientStream[0])) {
      stream.closed(limits.reason(error));
    }
    // The codec's own way to send it would close the connection with it.
    var _ =
        encoder()
            .frameWriter()
            .writeGoAway(
                from,
                connection().remote().lastStreamCreated(),
                error.code(),
                Unpooled.EMPTY_BUFFER,
                from.newPromise());
    from.channel().config().setAutoRead(false);
    flushNow();
    if (loop.heldBack.begin()) {
      var _ = from.executor().schedule(this::closeHeld, HELD_NANOS, TimeUnit.NANOSECONDS);
    } else {
      TlsClosing.close(from.channel());
    }
  }

  private void holdHead() {
    int bytes = failed ? 0 : frames.headBytes();
    if (bytes > 0) {
      loop.heads.holds(this, bytes);
    } else {
      loop.heads.let(this);
    }
  }

  /** Never within a read: what makes room was there before what is read now. */
  @Override
  public void makeRoom() {
    limits.known(Limit.MEMORY);
    end(Http2Error.ENHANCE_YOUR_CALM, MemoryGuard.REFUSAL);
  }

  private void closeHeld() {
    loop.heldBack.end();
    TlsClosing.close(context().channel());
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) throws Exception {
    if (failed) {
      ReferenceCountUtil.release(message);
      return;
    }
    int ended = 0;
    Lingering ending = lingering;
    if (ending != null && message instanceof ByteBuf late) {
      ending.read(late);
      return;
    }
    if (message instanceof ByteBuf read) {
      ended = frames.read(read);
      ClientReads.framesRead(from.channel(), ended, read.readableBytes());
    }
    super.channelRead(from, message);
    countUntold();
    holdHead();
    if (frames.clean() || (ended > 0 && !frames.headOpen())) {
      unfinishedSinceNanos = readNanos();
    }
    if (frames.paddingMissing()) {
      end(Http2Error.PROTOCOL_ERROR, "padded DATA without the padding's length");
    }
  }

  /**
   * What stands behind the fault in the same read is not looked at: it could be a thousand more.
   */
  @Override
  protected void decode(ChannelHandlerContext from, ByteBuf in, List<Object> out) throws Exception {
    if (failed || lingering != null) {
      in.skipBytes(in.readableBytes());
    } else {
      super.decode(from, in, out);
    }
  }

  /** The codec would read on, autoRead or not. */
  @Override
  public void channelReadComplete(ChannelHandlerContext from) throws Exception {
    if (!failed && lingering == null) {
      super.channelReadComplete(from);
    }
  }

  /** Whatever follows the end of a request is too late first (RFC 9113 section 5.1). */
  private Http2Exception.StreamException named(Http2Exception.StreamException fault) {
    Http2Stream stream = connection().stream(fault.streamId());
    boolean late =
        stream != null
            && !stream.state().remoteSideOpen()
            && fault.error() == Http2Error.PROTOCOL_ERROR
            && ours(fault.streamId()) != null;
    return late
        ? (Http2Exception.StreamException)
            Http2Exception.streamError(
                fault.streamId(), Http2Error.STREAM_CLOSED, "a frame behind the end")
        : fault;
  }

  /**
   * A head that can't be decoded is refused before its stream is there: it is opened then, for what
   * follows on it is late, and no fault of the connection.
   */
  private boolean begun(int streamId) {
    if (streamId % 2 == 0 || connection().streamMayHaveExisted(streamId)) {
      return false;
    }
    try {
      connection().remote().createStream(streamId, false);
      recent.opened(streamId);
    } catch (Http2Exception e) {
      // One too many, or below another: it is refused without having been there.
    }
    return true;
  }

  /** Whether the frame was for a stream that is closed, and nothing is left to be done. */
  private boolean gone(Http2Exception.StreamException fault) {
    int id = fault.streamId();
    if (fault.error() != Http2Error.STREAM_CLOSED || connection().stream(id) != null) {
      return false;
    }
    switch (recent.of(id)) {
      case RESET_BY_US -> ignored(); // it was on its way: RFC 9113 section 5.1
      case ENDED -> end(Http2Error.STREAM_CLOSED, "a frame for a stream that has ended");
      case NEVER_OPENED -> end(Http2Error.PROTOCOL_ERROR, "a frame for a stream below the last");
    }
    return true;
  }

  @Override
  public ChannelFuture resetStream(
      ChannelHandlerContext to, int streamId, long errorCode, ChannelPromise promise) {
    recent.resetByUs(streamId);
    return super.resetStream(to, streamId, errorCode, promise);
  }

  void resetTold() {
    resetsTold++;
  }

  void windowUpdateTold() {
    windowUpdatesTold++;
  }

  /** What this read had for streams that are over, the most of it late and harmless. */
  private void countUntold() {
    count(Kind.IGNORED, frames.resets() - resetsTold);
    count(Kind.WINDOW_UPDATE, frames.windowUpdates() - windowUpdatesTold);
    resetsTold = frames.resets();
    windowUpdatesTold = frames.windowUpdates();
  }

  private void count(Kind kind, int times) {
    for (int i = 0; i < times && !failed; i++) {
      if (limits.passed(kind, readNanos())) {
        end(Http2Error.ENHANCE_YOUR_CALM, "too many frames for streams that are over");
      }
    }
  }

  void settingsRead() {
    settingsRead = true;
  }

  /** Counts one of what costs a client nothing. */
  void count(Kind kind) throws Http2Exception {
    if (!failed && limits.passed(kind, readNanos())) {
      throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too many: %s", kind);
    }
  }

  /** A frame of a type that nobody knows (RFC 9113 section 4.1), or for a stream that we reset. */
  void ignored() {
    if (!failed && limits.passed(Kind.IGNORED, readNanos())) {
      end(Http2Error.ENHANCE_YOUR_CALM, "too many frames that say nothing");
    }
  }

  /** Its request goes on when this read is over. */
  void touched(Http2ClientStream stream) {
    if (stream.touch()) {
      touched.add(stream);
    }
  }

  @Override
  void closed(Http2ClientStream stream) {
    stream.closed(null);
  }

  @Override
  void readOver() {
    for (int i = 0; i < touched.size(); i++) {
      touched.get(i).flushUpstream();
    }
    touched.clear();
  }

  // ---- ends

  @Override
  public void drain() {
    if (goingAway) {
      return;
    }
    goingAway = true;
    goingAwaySinceNanos = loop.nanos();
    goAway(Integer.MAX_VALUE, Http2Error.NO_ERROR);
    ChannelHandlerContext to = context();
    var _ = encoder().writePing(to, false, DRAIN_PING, to.newPromise());
    flushSoon();
  }

  /** Whether it was the PING behind the first GOAWAY that is answered. */
  boolean pingAnswered(long data) {
    boolean awaited = data == DRAIN_PING && goingAway && !lastGoAwaySent;
    if (awaited) {
      lastGoAway();
    }
    return awaited;
  }

  /** From here on nothing new is taken. */
  private void lastGoAway() {
    if (!lastGoAwaySent) {
      lastGoAwaySent = true;
      goAway(connection().remote().lastStreamCreated(), Http2Error.NO_ERROR);
      flushSoon();
      context().executor().execute(this::closeIfIdle);
    }
  }

  private void goAway(int lastStreamId, Http2Error error) {
    ChannelHandlerContext to = context();
    var _ = goAway(to, lastStreamId, error.code(), Unpooled.EMPTY_BUFFER, to.newPromise());
  }

  private void closeIfIdle() {
    if (exchanges.isEmpty() && connection().numActiveStreams() == 0) {
      linger();
    }
  }

  /** All is said: what the kernel has yet to send must not be lost to what the client sends. */
  private void linger() {
    if (lingering == null && !failed) {
      loop.heads.let(this);
      lingering = Lingering.on(loop, context().channel());
    }
  }

  @Override
  public long idleSinceNanos() {
    return exchanges.isEmpty() && !goingAway && !failed ? idleSinceNanos : Long.MAX_VALUE;
  }

  @Override
  public void describe(LoopState state) {
    exchanges.forEach(stream -> stream.describe(state));
  }

  @Override
  public void abortForDrain() {
    for (Http2ClientStream stream : exchanges.toArray(new Http2ClientStream[0])) {
      stream.abortForDrain();
    }
    if (failed) {
      TlsClosing.close(context().channel());
    } else {
      lastGoAway();
      flushNow();
      linger();
    }
  }

  @Override
  public void checkTimeouts(long nowNanos) {
    if (failed) {
      return; // it is held, and closed when that is over
    }
    Lingering ending = lingering;
    if (ending != null) {
      ending.check(nowNanos);
      return;
    }
    for (Http2ClientStream stream : exchanges.toArray(new Http2ClientStream[0])) {
      stream.checkTimeouts(nowNanos);
    }
    ProxySettings.Timeouts timeouts = loop.shared.settings().timeouts();
    boolean late =
        !settingsRead && Timeouts.passed(timeouts.requestHead(), idleSinceNanos, nowNanos);
    boolean slow =
        (frames.headOpen() || (exchanges.isEmpty() && !frames.clean()))
            && Timeouts.passed(timeouts.requestHead(), unfinishedSinceNanos, nowNanos);
    if (late || slow) {
      limits.hit(Limit.HEADER_TIMEOUT);
      end(Http2Error.ENHANCE_YOUR_CALM, "too slow");
    } else if (goingAway && nowNanos - goingAwaySinceNanos >= GOAWAY_NANOS) {
      lastGoAway();
      flushNow();
      if (exchanges.isEmpty()) {
        linger(); // what is left are answers that nobody takes
      }
    } else if (!goingAway
        && exchanges.isEmpty()
        && Timeouts.passed(timeouts.clientIdle(), idleSinceNanos, nowNanos)) {
      loop.live().limitHit(Limit.IDLE_TIMEOUT);
      drain();
    }
  }

  /** For what this connection did. */
  void end(Http2Error error, String why) {
    onError(context(), false, Http2Exception.connectionError(error, "%s", why));
    flushSoon();
  }
}
