package dev.streamgauge.proxy;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.proxy.http1.BodyFraming;
import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HeadParser;
import dev.streamgauge.proxy.http1.HeadWriter;
import dev.streamgauge.proxy.http1.ResponseRules;
import dev.streamgauge.telemetry.LiveMetrics.TokenEvents;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.TokenTimeline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Server to client: the head first, then each piece of the body as it was read, stamped at the read
 * and looked at in passing. Decides how the exchange ended. On one event loop.
 */
final class ResponseRelay {
  private static final int INTERIM_MAX = 20;

  private final Exchange exchange;
  private final Loop loop;
  private @Nullable HeadParser parser;
  private @Nullable BodyFraming framing;
  private @Nullable ResponseTap tap;
  private @Nullable TokenEvents live;
  private int status;
  private int interim;
  private boolean dechunk;
  private boolean closeBehind;
  private boolean reusable;
  private boolean tunnel;
  private boolean finished;
  private boolean halfClosed;
  private boolean firstByteSeen;
  private long awaitedSinceNanos;
  private long lastReadNanos;
  private long pausedSinceNanos;
  private boolean paused;
  private boolean afterPause;
  private long writtenAtNanos;
  private boolean unflushed;
  private long tunnelBytes;

  ResponseRelay(Exchange exchange) {
    this.exchange = exchange;
    this.loop = exchange.loop;
  }

  int status() {
    return status;
  }

  /** Whether anything of a final answer went to the client, ours included. */
  boolean begun() {
    return status != 0;
  }

  boolean tunnel() {
    return tunnel;
  }

  @Nullable ResponseTap tap() {
    return tap;
  }

  @Nullable TokenTimeline tokens() {
    return tap == null ? null : tap.tokens();
  }

  /** What the client's FIN makes of the exchange; good only if the socket has taken all so far. */
  Outcome outcomeOfCallerLeft() {
    TokenTimeline tokens = tokens();
    ChannelOutboundBuffer pending = channel().unsafe().outboundBuffer();
    boolean taken = pending != null && pending.totalPendingWriteBytes() == 0;
    return tokens == null || !taken
        ? Outcome.CALLER_DISCONNECT
        : tokens.outcomeOfCallerLeft(status);
  }

  long bytes() {
    return tunnel ? tunnelBytes : tap == null ? 0 : tap.dataBytes();
  }

  /** The request is sent: from here on the server owes an answer. */
  void awaited(long nowNanos) {
    awaitedSinceNanos = nowNanos;
  }

  /** Takes ownership. */
  void read(ByteBuf buffer, long nowNanos) {
    try {
      lastReadNanos = nowNanos;
      if (finished || exchange.ended()) {
        return;
      }
      if (tunnel) {
        tunnelBytes += buffer.readableBytes();
        write(buffer.retain(), nowNanos);
      } else if (framing != null || readHeads(buffer, nowNanos)) {
        relayBody(buffer, nowNanos);
      }
    } finally {
      buffer.release();
    }
  }

  /** Whether the final head is there and its body may follow. */
  private boolean readHeads(ByteBuf buffer, long nowNanos) {
    HeadParser heads = parser;
    if (heads == null) {
      heads = HeadParser.ofResponses(loop.shared.limits());
      parser = heads;
    }
    while (true) {
      switch (heads.feed(buffer)) {
        case MORE -> {
          return false;
        }
        case MALFORMED -> {
          malformed(heads.malformed().reason());
          return false;
        }
        case DONE -> {
          Head head = heads.head();
          ResponseRules rules = ResponseRules.of(head);
          heads.reset();
          String wrong = rules.malformed();
          if (wrong != null) {
            malformed(wrong);
            return false;
          }
          if (!rules.interim()) {
            parser = null;
            begin(head, rules, nowNanos);
            return !finished;
          }
          if (!interim(head, nowNanos)) {
            return false;
          }
        }
      }
    }
  }

  private boolean interim(Head head, long nowNanos) {
    if (++interim > INTERIM_MAX) {
      malformed("more than " + INTERIM_MAX + " interim responses");
      return false;
    }
    if (exchange.protocol != Protocol.HTTP_1_0) {
      write(HeadWriter.response(channel().alloc(), head, false, true, false, List.of()), nowNanos);
    }
    return true;
  }

  private void begin(Head head, ResponseRules rules, long nowNanos) {
    if (rules.switchingProtocols() && !exchange.upgradeAsked) {
      malformed("101 to a request that asked for no upgrade");
      return;
    }
    exchange.times.headers(nowNanos);
    status = head.status();
    tunnel = rules.switchingProtocols();
    BodyFraming body = rules.body(exchange.toHead, loop.shared.limits());
    framing = body;
    boolean http10 = exchange.protocol == Protocol.HTTP_1_0;
    dechunk = http10 && body.kind() == BodyFraming.Kind.CHUNKED;
    reusable = rules.keepAlive() && body.kind() != BodyFraming.Kind.UNTIL_CLOSE;
    closeBehind =
        !exchange.keepAlive
            || body.kind() == BodyFraming.Kind.UNTIL_CLOSE
            || loop.shared.drain().draining();
    tap =
        ResponseTap.open(
            loop,
            exchange.inspection.facts(),
            status,
            head.header("content-type"),
            head.header("content-encoding"));
    boolean noLength = status == 204 || tunnel;
    write(
        HeadWriter.response(channel().alloc(), head, tunnel, noLength, dechunk, added(head)),
        nowNanos);
    if (body.done() && !tunnel) {
      bodyEnded();
    }
  }

  private List<HeadWriter.Field> added(Head head) {
    List<HeadWriter.Field> added = new ArrayList<>(3);
    ProxySettings.Headers headers = loop.shared.settings().headers();
    if (headers.requestId() && head.header("x-request-id") == null) {
      added.add(new HeadWriter.Field("x-request-id", exchange.identity.requestId()));
    }
    String via = headers.via();
    if (via != null) {
      added.add(new HeadWriter.Field("Via", "1.1 " + via));
    }
    if (closeBehind && !tunnel) {
      added.add(new HeadWriter.Field("Connection", "close"));
    }
    return added;
  }

  private void relayBody(ByteBuf buffer, long nowNanos) {
    BodyFraming body = framing;
    ResponseTap looking = tap;
    if (body == null || looking == null) {
      return;
    }
    if (tunnel) {
      if (buffer.isReadable()) {
        tunnelBytes += buffer.readableBytes();
        write(buffer.retain(), nowNanos);
      }
      return;
    }
    int from = buffer.readerIndex();
    long before = looking.dataBytes();
    int eventsBefore = looking.tokens().tokenEvents();
    looking.readAt(nowNanos, afterPause);
    afterPause = false;
    int end = body.advance(buffer, from, buffer.writerIndex(), dechunk ? this::dechunked : looking);
    if (looking.dataBytes() > before && !firstByteSeen) {
      firstByteSeen = true;
      exchange.times.firstByte(nowNanos);
    }
    int events = looking.tokens().tokenEvents() - eventsBefore;
    if (events > 0) {
      exchange.tokenEvents(looking.tokens(), events);
    }
    if (end > from && !dechunk) {
      boolean whole = from == buffer.readerIndex() && end == buffer.writerIndex();
      write(whole ? buffer.retain() : buffer.retainedSlice(from, end - from), nowNanos);
    }
    if (body.error() != null) {
      abort(Outcome.UPSTREAM_RESET, "the response's framing is malformed: " + body.error());
    } else if (body.done()) {
      reusable &= end == buffer.writerIndex();
      bodyEnded();
    }
  }

  private void dechunked(ByteBuf buffer, int start, int end) {
    ResponseTap looking = tap;
    if (looking != null) {
      looking.data(buffer, start, end);
    }
    write(buffer.retainedSlice(start, end - start), lastReadNanos);
  }

  private void bodyEnded() {
    ResponseTap looking = tap;
    if (looking == null) {
      throw new IllegalStateException("no head");
    }
    looking.end();
    TokenTimeline tokens = looking.tokens();
    finish(tokens.outcomeOfCleanEnd(status, looking.readToItsEnd()), tokens.error(), reusable);
  }

  /** All is written; the exchange ends when the socket has taken it. */
  private void finish(Outcome outcome, @Nullable String error, boolean upstreamReusable) {
    finished = true;
    resumeUpstream();
    exchange.releaseUpstream(upstreamReusable);
    if (closeBehind || !exchange.requestDone()) {
      exchange.client.closeBehindAnswer();
    }
    unflushed = false;
    var _ =
        channel()
            .writeAndFlush(Unpooled.EMPTY_BUFFER)
            .addListener(
                done -> {
                  long now = loop.nanos();
                  noteOverhead(now);
                  if (done.isSuccess()) {
                    exchange.end(outcome, error, now);
                  } else {
                    exchange.clientGone(now);
                  }
                });
  }

  /** An answer of ours. */
  void answer(int code, Outcome outcome, String message) {
    if (begun()) {
      abort(outcome, message);
      return;
    }
    status = code;
    closeBehind = !exchange.keepAlive || !exchange.requestDone() || loop.shared.drain().draining();
    ByteBuf out =
        Answers.error(
            channel().alloc(),
            code,
            outcome,
            message,
            exchange.identity.requestId(),
            closeBehind,
            exchange.toHead);
    write(out, loop.nanos());
    finish(outcome, message, false);
  }

  private void malformed(String reason) {
    exchange.answer(502, Outcome.UPSTREAM_RESET, "the upstream's response is malformed: " + reason);
  }

  void upstreamGone(boolean reset) {
    if (finished) {
      return;
    }
    BodyFraming body = framing;
    if (tunnel) {
      finishTunnel(reset);
    } else if (body == null) {
      exchange.answer(
          502,
          Outcome.UPSTREAM_RESET,
          reset ? "the upstream reset the connection" : "the upstream closed without an answer");
    } else if (body.kind() == BodyFraming.Kind.UNTIL_CLOSE && !reset) {
      bodyEnded();
    } else {
      abort(
          Outcome.UPSTREAM_RESET,
          reset ? "the upstream reset the connection" : "the upstream closed inside the body");
    }
  }

  private void finishTunnel(boolean reset) {
    if (reset) {
      abort(Outcome.UPSTREAM_RESET, "the upstream reset the connection");
    } else if (halfClosed) {
      closeBehind = true;
      finish(Outcome.OK, null, false);
    } else {
      halfClosed = true;
      exchange.client.shutdownOutput();
    }
  }

  /** The client's FIN in an upgraded connection. */
  void clientHalfClosed(UpstreamConnection upstream) {
    if (halfClosed) {
      closeBehind = true;
      finish(Outcome.OK, null, false);
    } else {
      halfClosed = true;
      upstream.shutdownOutput();
    }
  }

  /** What was sent stays; the client's connection breaks as the server's did. */
  void abort(Outcome outcome, String error) {
    if (finished) {
      return;
    }
    finished = true;
    BodyFraming body = framing;
    boolean reset = body != null && body.kind() == BodyFraming.Kind.UNTIL_CLOSE;
    channel().flush();
    exchange.client.breakConnection(reset);
    exchange.end(outcome, error, loop.nanos());
  }

  void liveTokens(TokenTimeline tokens, int events) {
    TokenEvents counter = live;
    if (counter == null) {
      counter = loop.live().tokenEvents(tokens.model(), exchange.inspection.operation());
      live = counter;
    }
    counter.add(events);
  }

  void flush() {
    if (unflushed) {
      unflushed = false;
      channel().flush();
      noteOverhead(loop.nanos());
    }
  }

  private void noteOverhead(long nowNanos) {
    if (writtenAtNanos != 0 && !paused) {
      exchange.times.responseOverhead(nowNanos - writtenAtNanos);
      writtenAtNanos = 0;
    }
  }

  /** Takes ownership. */
  private void write(ByteBuf buffer, long readNanos) {
    if (writtenAtNanos == 0) {
      writtenAtNanos = readNanos;
    }
    unflushed = true;
    Channel client = channel();
    var _ = client.write(buffer);
    if (!client.isWritable()) {
      pauseUpstream();
    }
  }

  private void pauseUpstream() {
    UpstreamConnection upstream = exchange.upstream();
    if (!paused && upstream != null) {
      paused = true;
      pausedSinceNanos = loop.nanos();
      upstream.channel().config().setAutoRead(false);
    }
  }

  void clientWritable() {
    resumeUpstream();
  }

  private void resumeUpstream() {
    if (!paused) {
      return;
    }
    paused = false;
    afterPause = true;
    exchange.times.clientPaused(loop.nanos() - pausedSinceNanos);
    UpstreamConnection upstream = exchange.upstream();
    if (upstream != null) {
      upstream.channel().config().setAutoRead(true);
    }
  }

  void checkTimeouts(ProxySettings.Timeouts timeouts, long nowNanos) {
    if (finished || tunnel) {
      return;
    }
    if (paused) {
      if (Timeouts.passed(timeouts.clientStall(), pausedSinceNanos, nowNanos)) {
        abort(Outcome.CALLER_DISCONNECT, "the client took nothing");
      }
    } else if (begun()) {
      if (Timeouts.passed(timeouts.responseIdle(), lastReadNanos, nowNanos)) {
        abort(Outcome.UPSTREAM_TIMEOUT, "the response stalled");
      }
    } else if (awaitedSinceNanos != 0
        && Timeouts.passed(timeouts.responseHead(), awaitedSinceNanos, nowNanos)) {
      exchange.answer(504, Outcome.UPSTREAM_TIMEOUT, "no response head in time");
    }
  }

  /** Counts a pause that is still on, and frees the reader. */
  void close() {
    resumeUpstream();
    ResponseTap looking = tap;
    if (looking != null) {
      looking.close();
    }
  }

  private Channel channel() {
    return exchange.client.channel();
  }
}
