package dev.streamgauge.proxy;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.proxy.http1.BodyFraming;
import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HeadParser;
import dev.streamgauge.proxy.http1.HttpLimits;
import dev.streamgauge.proxy.http1.Malformed;
import dev.streamgauge.proxy.http1.RequestRules;
import dev.streamgauge.proxy.tls.TlsClosing;
import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestTimeline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: reads heads, gives each request an {@link Exchange}, one after the
 * other, and holds back what is pipelined behind it. Stays readable during an answer, so that the
 * client's leaving is seen. On one event loop.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter
    implements Client, Connection, UnfinishedHeads.Holder {
  private final Loop loop;
  private final Channel channel;
  private final HeadParser parser;
  private @Nullable Exchange exchange;
  private final HeldBytes held;
  private final MemoryWait memory = new MemoryWait(this);
  private @Nullable DirectSocket socket;
  private @Nullable String address;

  /** No head was read yet. */
  private boolean first = true;

  private boolean shaking;
  private boolean closing;
  private @Nullable Lingering lingering;
  private boolean closed;
  private boolean reading = true;
  private boolean processing;
  private long waitingSinceNanos;

  /**
   * As it was accepted.
   *
   * @param shaking TLS has to be agreed on first
   */
  ClientConnection(Loop loop, Channel channel, boolean shaking) {
    this.loop = loop;
    this.shaking = shaking;
    this.channel = channel;
    this.held = new HeldBytes(channel);
    this.parser = HeadParser.ofRequests(loop.shared.limits());
    this.waitingSinceNanos = loop.nanos();
  }

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public ByteBufAllocator alloc() {
    return channel.alloc();
  }

  @Override
  public Protocol protocol(Head head) {
    return head.minorVersion() == 0 ? Protocol.HTTP_1_0 : Protocol.HTTP_1_1;
  }

  @Override
  public BodyFraming requestFraming(RequestRules rules, HttpLimits limits) {
    return rules.body(limits);
  }

  @Override
  public boolean takesResets() {
    return false;
  }

  @Override
  public boolean unframed(Protocol protocol) {
    return protocol == Protocol.HTTP_1_0;
  }

  @Override
  public ClientOutput output(Exchange started) {
    DirectSocket direct = socket;
    if (direct == null) {
      direct = DirectSocket.of(channel);
      socket = direct;
    }
    return new Http1Output(started, channel, direct);
  }

  @Override
  public boolean reading() {
    return reading;
  }

  @Override
  public boolean secure() {
    return TlsClosing.secure(channel);
  }

  @Override
  public @Nullable String address() {
    if (address == null && channel.remoteAddress() instanceof InetSocketAddress remote) {
      address = NetUtil.toAddressString(remote.getAddress());
    }
    return address;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    loop.add(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf buffer = (ByteBuf) message;
    Lingering ending = lingering;
    if (ending != null) {
      ending.read(buffer);
      return;
    }
    if (closing) {
      buffer.release();
      return;
    }
    held.add(buffer);
    process(loop.nanos());
    Exchange current = exchange;
    if (current != null) {
      memory.afterRead(current);
    }
  }

  private void process(long nowNanos) {
    if (processing) {
      return;
    }
    processing = true;
    try {
      boolean more = true;
      while (more && !closing) {
        ByteBuf buffer = held.readable();
        more = buffer != null && step(buffer, nowNanos);
      }
    } finally {
      processing = false;
    }
    if (closing) {
      held.release();
    } else {
      held.trim();
    }
  }

  /** What is held may go on now; no read will say so. */
  @Override
  public void processLater(long nowNanos) {
    loop.eventLoop.execute(
        () -> {
          process(Math.max(nowNanos, waitingSinceNanos));
          flushUpstream();
        });
  }

  /** Whether there may be more to do with what is held. */
  private boolean step(ByteBuf buffer, long nowNanos) {
    Exchange current = exchange;
    if (current == null) {
      return first ? readFirst(buffer, nowNanos) : readHead(buffer, nowNanos);
    }
    Tunnel upgraded = current.tunnel();
    if (upgraded != null) {
      current.clientTunnel(upgraded, buffer.readRetainedSlice(buffer.readableBytes()), nowNanos);
      return false;
    }
    if (current.requestDone()) {
      if (buffer.readableBytes() > loop.shared.settings().limits().pipelinedBytesMax()) {
        if (reading) {
          loop.live().limitHit(Limit.PIPELINED);
        }
        pauseReading();
      }
      return false;
    }
    if (!current.clientRead(buffer, nowNanos)) {
      refuseInExchange(400, current.requestError());
      return false;
    }
    return true;
  }

  /** The first bytes say whether HTTP/2 is spoken with prior knowledge (RFC 9113 section 3.3). */
  private boolean readFirst(ByteBuf buffer, long nowNanos) {
    if (!secure() && Preface.begins(buffer)) {
      if (buffer.readableBytes() < Preface.BYTES) {
        return false;
      }
      becomeHttp2(null, null);
      return false;
    }
    first = false;
    return readHead(buffer, nowNanos);
  }

  /**
   * From here on another handler has this connection.
   *
   * @param upgraded the request that asked for it; null with prior knowledge, or by TLS
   */
  private void becomeHttp2(@Nullable Head upgraded, @Nullable Http2Settings of) {
    Http2ClientConnection http2 = Http2ClientConnection.on(loop);
    ByteBuf rest = held.take();
    closing = true;
    closed = true;
    loop.heads.let(this);
    loop.remove(this);
    channel.pipeline().replace(this, null, http2);
    if (upgraded != null && of != null) {
      http2.beginUpgraded(upgraded, of);
    }
    if (rest != null) {
      http2.readAhead(rest);
    }
  }

  private boolean readHead(ByteBuf buffer, long nowNanos) {
    if (!parser.begun()) {
      waitingSinceNanos = nowNanos;
    }
    boolean unfinished = parser.begun();
    HeadParser.State state = parser.feed(buffer);
    if (state == HeadParser.State.MORE && parser.begun()) {
      loop.heads.holds(this, parser.heldBytes());
    } else if (unfinished) {
      loop.heads.let(this);
    }
    return switch (state) {
      case MORE -> false;
      case MALFORMED -> {
        refuse(null, parser.malformed(), nowNanos);
        yield false;
      }
      case DONE -> {
        Head head = parser.head();
        parser.reset();
        begin(head, nowNanos);
        yield true;
      }
    };
  }

  private void begin(Head head, long nowNanos) {
    RequestRules rules = RequestRules.of(head);
    Malformed malformed = rules.malformed();
    if (malformed != null) {
      refuse(head, malformed, nowNanos);
      return;
    }
    Http2Settings asked = H2cUpgrade.of(head, rules.body(loop.shared.limits()));
    if (asked != null && !secure()) {
      var _ = channel.write(H2cUpgrade.answer(channel.alloc()));
      becomeHttp2(head, asked);
      return;
    }
    if (loop.shared.guard().refuses()) {
      answerAlone(head, 503, Outcome.PROXY_ERROR, MemoryGuard.REFUSAL, nowNanos);
      return;
    }
    if (!loop.shared.drain().enter()) {
      answerAlone(head, 503, Outcome.POLICY_DRAINING, "draining", nowNanos);
      return;
    }
    Exchange started = new Exchange(this, head, rules, nowNanos);
    exchange = started;
    started.start();
  }

  /** Never within {@link #process}: what makes room was there before what is read now. */
  @Override
  public void makeRoom() {
    answerAlone(null, 503, Outcome.PROXY_ERROR, MemoryGuard.REFUSAL, waitingSinceNanos);
  }

  private void refuse(@Nullable Head head, Malformed malformed, long nowNanos) {
    HitLimits.ofRequest(loop.live(), malformed.limit());
    answerAlone(head, malformed.status(), Outcome.CALLER_INVALID, malformed.reason(), nowNanos);
  }

  /** Answers a head that never becomes an exchange, and closes. */
  private void answerAlone(
      @Nullable Head head, int status, Outcome outcome, String message, long receivedNanos) {
    RequestTimeline times =
        new RequestTimeline(receivedNanos, loop.shared.wallClock().at(receivedNanos));
    Protocol protocol = head == null ? Protocol.HTTP_1_1 : protocol(head);
    RefusedHead refused =
        new RefusedHead(
            head, protocol, times, status, outcome, message, address(), loop.shared.sampling());
    boolean toHead = head == null ? parser.asksForHead() : head.method().equals("HEAD");
    closing = true;
    loop.heads.let(this);
    parser.reset();
    boolean withId = loop.shared.settings().headers().requestId();
    long retryAfterSeconds = loop.shared.retryAfterSeconds();
    var _ =
        channel
            .writeAndFlush(refused.answer(channel.alloc(), withId, retryAfterSeconds, toHead))
            .addListener(
                written -> {
                  loop.shared.records().accept(refused.record(written.isSuccess(), loop.nanos()));
                  linger();
                });
  }

  @Override
  public void refuseInExchange(int status, String reason) {
    Exchange current = exchange;
    if (current != null) {
      closing = true;
      current.answer(status, Outcome.CALLER_INVALID, reason);
    }
  }

  @Override
  public void closeBehindAnswer() {
    closing = true;
  }

  @Override
  public void exchangeEnded(Exchange ended, long nowNanos) {
    if (exchange != ended) {
      return;
    }
    exchange = null;
    if (closed) {
      return;
    }
    if (closing) {
      linger();
      return;
    }
    waitingSinceNanos = nowNanos;
    resumeReading();
    if (loop.shared.drain().draining() && held.isEmpty()) {
      var _ = channel.close();
      return;
    }
    if (!held.isEmpty()) {
      processLater(nowNanos);
    }
  }

  private void linger() {
    if (lingering == null) {
      reading = true;
      lingering = Lingering.on(loop, channel);
    }
  }

  @Override
  public void shutdownOutput() {
    if (channel instanceof DuplexChannel duplex) {
      var _ = TlsClosing.endOutput(duplex);
    }
  }

  /** Closes behind what was written, or after a second if the client doesn't take it. */
  @Override
  public void breakOff(boolean reset, long errorCode) {
    closing = true;
    closed = true;
    waitingSinceNanos = loop.nanos();
    if (reset && channel.isOpen()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> TlsClosing.cut(channel));
  }

  /**
   * Epoll tells of the client's FIN or reset all the same; NIO does so only once it is read again,
   * so there a client that leaves during a paused upload is seen when the server has taken more
   * (docs/limits.md).
   */
  @Override
  public void pauseReading() {
    if (reading) {
      reading = false;
      channel.config().setAutoRead(false);
    }
  }

  @Override
  public void resumeReading() {
    if (!reading) {
      reading = true;
      channel.config().setAutoRead(true);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    flushUpstream();
  }

  private void flushUpstream() {
    Exchange current = exchange;
    if (current != null) {
      current.flushUpstream();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    Exchange current = exchange;
    if (current != null && channel.isWritable()) {
      current.clientWritable();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent shaken && shaken.isSuccess()) {
      shaking = false;
      waitingSinceNanos = loop.nanos();
      if (SecureConnect.agreedOnHttp2(channel)) {
        becomeHttp2(null, null);
      }
      return;
    }
    if (!(event instanceof ChannelInputShutdownEvent)) {
      return;
    }
    Exchange current = exchange;
    if (current == null) {
      var _ = context.close();
    } else {
      current.clientHalfClosed(loop.nanos());
      if (current.ended()) {
        TlsClosing.close(channel);
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    gone();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Exchange current = exchange;
    if (current != null && !(cause instanceof IOException)) {
      current.failed(cause);
    } else {
      gone();
      TlsClosing.close(channel);
    }
  }

  private void gone() {
    if (closed && exchange == null) {
      held.release();
      loop.remove(this);
      return;
    }
    closed = true;
    closing = true;
    Exchange current = exchange;
    if (current != null) {
      current.clientGone(loop.nanos());
    }
    held.release();
    loop.heads.let(this);
    parser.reset();
    loop.remove(this);
  }

  /** Who has just come is about to ask, and gets its answer. */
  @Override
  public void drain() {
    if (exchange == null && !parser.begun() && !closing && !justCame(loop.nanos())) {
      closing = true;
      var _ = channel.close();
    }
  }

  private boolean justCame(long nowNanos) {
    return shaking || (first && nowNanos - waitingSinceNanos < Loop.IDLE_ENOUGH_NANOS);
  }

  @Override
  public long idleSinceNanos() {
    return exchange == null && !parser.begun() && !closing ? waitingSinceNanos : Long.MAX_VALUE;
  }

  @Override
  public void describe(LoopState state) {
    Exchange current = exchange;
    if (current != null) {
      state.add(current.times.receivedNanos(), current.phase());
    }
  }

  @Override
  public void abortForDrain() {
    Exchange current = exchange;
    if (current != null) {
      current.abort(Outcome.POLICY_DRAINING, "the drain's time limit");
    } else if (!closing) {
      var _ = channel.close();
    }
  }

  @Override
  public void checkTimeouts(long nowNanos) {
    Exchange current = exchange;
    memory.check(current);
    Lingering ending = lingering;
    ProxySettings.Timeouts timeouts = loop.shared.settings().timeouts();
    if (current != null) {
      current.checkTimeouts(nowNanos);
    } else if (ending != null) {
      ending.check(nowNanos);
    } else if (closing) {
      if (nowNanos - waitingSinceNanos > 1_000_000_000L) {
        TlsClosing.cut(channel);
      }
    } else if (parser.begun() || !held.isEmpty()) {
      if (Timeouts.passed(timeouts.requestHead(), waitingSinceNanos, nowNanos)) {
        loop.live().limitHit(Limit.HEADER_TIMEOUT);
        String late = "no whole request head in time";
        answerAlone(null, 408, Outcome.CALLER_INVALID, late, waitingSinceNanos);
      }
    } else if (Timeouts.passed(timeouts.clientIdle(), waitingSinceNanos, nowNanos)) {
      loop.live().limitHit(Limit.IDLE_TIMEOUT);
      var _ = channel.close();
    } else if (loop.shared.drain().draining()) {
      drain();
    }
  }
}
