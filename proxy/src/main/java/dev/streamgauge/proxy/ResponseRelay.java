package dev.streamgauge.proxy;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.proxy.http1.BodyFraming;
import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HeadWriter;
import dev.streamgauge.proxy.http1.ResponseRules;
import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.telemetry.LiveMetrics.TokenEvents;
import dev.streamgauge.timeline.GrpcStatus;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.TokenTimeline;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Server to client: the head first, then each piece of the body as it was read, stamped at the read
 * and looked at in passing. Decides how the exchange ended. On one event loop.
 */
final class ResponseRelay {
  private final Exchange exchange;
  private final Loop loop;
  private final ClientOutput output;
  private @Nullable ResponseHeads heads;
  private @Nullable BodyFraming framing;
  private @Nullable ResponseTap tap;
  private @Nullable Tunnel tunnel;
  private @Nullable TokenEvents live;

  /** Null unless usage was asked for by us. */
  private @Nullable AskedAnswer asked;

  private final boolean grpc;
  private int status;
  private @Nullable Integer grpcStatus;

  /** A head with which the stream ended: what else stands in trailers stands in it. */
  private @Nullable Head trailersOnly;

  private boolean dechunk;

  /** A FIN would be the end of the body. */
  private boolean endsWithConnection;

  private boolean closeBehind;
  private boolean reusable;
  private boolean finished;
  private boolean answeredByUs;

  /** What the exchange ends with once its end is out; null before. */
  private @Nullable Outcome endOutcome;

  private boolean firstByteSeen;
  private boolean endMarkerRelayed;

  /** The write that brings the end marker to the client; null if none is under way. */
  private @Nullable ChannelFuture endMarkerWrite;

  private long awaitedSinceNanos;
  private long lastReadNanos;

  ResponseRelay(Exchange exchange) {
    this.exchange = exchange;
    this.loop = exchange.loop;
    this.grpc = exchange.protocol == Protocol.GRPC;
    this.output = exchange.client.output(exchange);
  }

  /** What the client got; 0 for nothing. */
  int status() {
    return untaken() ? 0 : status;
  }

  /** Of a gRPC call that has ended; null if none came. */
  @Nullable Integer grpcStatus() {
    return untaken() ? null : grpcStatus;
  }

  /** An answer of ours of which the client's socket took nothing. */
  private boolean untaken() {
    return answeredByUs && output.lastWrite() != null;
  }

  /** Whether anything of a final answer went to the client, ours included. */
  boolean begun() {
    return status != 0;
  }

  @Nullable Tunnel tunnel() {
    return tunnel;
  }

  @Nullable ResponseTap tap() {
    return tap;
  }

  @Nullable TokenTimeline tokens() {
    return tap == null ? null : tap.tokens();
  }

  /**
   * What the client's FIN or reset makes of the exchange; good only if the socket has taken all up
   * to the end marker. A gRPC call's is its status: who resets before the trailers are out has
   * left, unless they say that the call had failed before.
   */
  Outcome outcomeOfCallerLeft() {
    if (grpc) {
      Outcome onItsWay = endOutcome;
      return onItsWay == null || onItsWay == Outcome.OK ? Outcome.CALLER_DISCONNECT : onItsWay;
    }
    TokenTimeline tokens = tokens();
    ChannelFuture marker = endMarkerWrite;
    return tokens == null || (marker != null && !marker.isSuccess())
        ? Outcome.CALLER_DISCONNECT
        : tokens.outcomeOfCallerLeft(status);
  }

  long bytes() {
    Tunnel upgraded = tunnel;
    if (upgraded != null) {
      return upgraded.toClientBytes();
    }
    AskedAnswer answer = asked;
    long removed = answer == null ? 0 : answer.removedBytes();
    return tap == null ? 0 : tap.dataBytes() - removed;
  }

  /** The request is sent: from here on the server owes an answer. */
  void awaited(long nowNanos) {
    awaitedSinceNanos = nowNanos;
  }

  /** Observes; what is to stay is copied. */
  void read(ByteBuf buffer, long nowNanos) {
    lastReadNanos = nowNanos;
    if (!finished && !exchange.ended() && (framing != null || readHeads(buffer, nowNanos))) {
      relay(buffer, nowNanos);
    }
  }

  /** Whether the final head is there and its body may follow. */
  private boolean readHeads(ByteBuf buffer, long nowNanos) {
    ResponseHeads reading = heads();
    return switch (reading.read(buffer, nowNanos)) {
      case MORE -> false;
      case MALFORMED -> {
        malformed(reading.malformed());
        yield false;
      }
      case FINAL -> {
        heads = null;
        ResponseRules rules = reading.rules();
        BodyFraming body = rules.body(exchange.toHead, loop.shared.limits());
        begin(reading.head(), rules, body, nowNanos);
        yield !finished;
      }
    };
  }

  private ResponseHeads heads() {
    ResponseHeads reading = heads;
    if (reading == null) {
      reading = new ResponseHeads(exchange, output);
      heads = reading;
    }
    return reading;
  }

  /** A head, as a stream of HTTP/2 brings it. */
  void head(Head head, boolean end, long nowNanos) {
    lastReadNanos = nowNanos;
    if (finished || exchange.ended()) {
      return;
    }
    ResponseHeads reading = heads();
    switch (reading.whole(head, nowNanos)) {
      case MORE -> {
        if (end) {
          malformed("it ends with an interim response");
        }
      }
      case MALFORMED -> malformed(reading.malformed());
      case FINAL -> {
        heads = null;
        ResponseRules rules = reading.rules();
        boolean bodyless = rules.bodyless(exchange.toHead);
        trailersOnly = end ? head : null;
        if (end && !bodyless && rules.contentLength() > 0) {
          malformed("it ends before its Content-Length"); // RFC 9113 section 8.1.1
        } else {
          boolean none = end || bodyless;
          begin(head, rules, none ? BodyFraming.none() : BodyFraming.stream(), nowNanos);
        }
      }
    }
  }

  /** The stream of HTTP/2 has ended, behind its last byte. */
  void streamEnded(@Nullable Head trailer, long nowNanos) {
    lastReadNanos = nowNanos;
    BodyFraming body = framing;
    if (finished || exchange.ended()) {
      return;
    }
    if (body == null) {
      exchange.answer(502, Outcome.UPSTREAM_RESET, "the upstream ended without an answer");
    } else {
      body.ended();
      bodyEnded(trailer);
    }
  }

  private void begin(Head head, ResponseRules rules, BodyFraming body, long nowNanos) {
    boolean switching = rules.switchingProtocols();
    if (switching && !exchange.upgradeAsked) {
      malformed("101 to a request that asked for no upgrade");
      return;
    }
    status = head.status();
    exchange.answered(status, nowNanos);
    framing = body;
    boolean unframed = exchange.client.unframed(exchange.protocol);
    boolean open = body.kind() == BodyFraming.Kind.STREAM && head.header("content-length") == null;
    dechunk = unframed && body.kind() == BodyFraming.Kind.CHUNKED;
    reusable = rules.keepAlive() && body.kind() != BodyFraming.Kind.UNTIL_CLOSE;
    endsWithConnection =
        dechunk || body.kind() == BodyFraming.Kind.UNTIL_CLOSE || (open && unframed);
    closeBehind =
        !exchange.keepAlive
            || !exchange.requestDone()
            || endsWithConnection
            || loop.shared.drain().draining();
    tap =
        ResponseTap.open(
            loop,
            exchange.inspection.facts(),
            exchange.observed,
            exchange.inferences,
            status,
            head.header("content-type"),
            head.header(grpc ? "grpc-encoding" : "content-encoding"),
            new HeadFields(head));
    boolean bodyless = status == 204 || switching;
    AnswerHead answerHead =
        new AnswerHead(
            head,
            switching,
            bodyless,
            unframed,
            open && !unframed,
            body.done(),
            -1,
            added(head, switching, nowNanos));
    if (exchange.usageAsked()) {
      asked = AskedAnswer.of(exchange, output, head, status, body, dechunk);
    }
    AskedAnswer answer = asked;
    if (answer == null) {
      output.head(answerHead, nowNanos);
    } else {
      answer.head(answerHead, nowNanos);
    }
    if (switching) {
      tunnel = new Tunnel(exchange, output, nowNanos);
      exchange.client.processLater(nowNanos);
    } else if (body.done()) {
      bodyEnded(null);
    }
  }

  private List<HeadWriter.Field> added(Head head, boolean switching, long nowNanos) {
    List<HeadWriter.Field> added = new ArrayList<>(3);
    ProxySettings.Headers headers = loop.shared.settings().headers();
    if (headers.requestId() && head.header("x-request-id") == null) {
      added.add(new HeadWriter.Field("x-request-id", exchange.identity.requestId()));
    }
    String via = headers.via();
    if (via != null) {
      boolean http2 = exchange.upstream() instanceof Http2UpstreamStream;
      added.add(new HeadWriter.Field("Via", (http2 ? "2 " : "1.1 ") + via));
    }
    if (closeBehind && !switching) {
      added.add(new HeadWriter.Field("Connection", "close"));
    }
    LoadReports reports = loop.shared.loadReports();
    LoadReports.Form form = exchange.loadReport;
    if (reports != null && form != null && !switching) {
      HeadWriter.Field report = reports.inHead(form, head, trailersOnly != null, nowNanos);
      if (report != null) {
        added.add(report);
      }
    }
    return added;
  }

  private void relay(ByteBuf buffer, long nowNanos) {
    Tunnel upgraded = tunnel;
    if (upgraded == null) {
      relayBody(buffer, nowNanos);
    } else if (buffer.isReadable()) {
      upgraded.read(buffer, nowNanos);
    }
  }

  private void relayBody(ByteBuf buffer, long nowNanos) {
    BodyFraming body = framing;
    ResponseTap looking = tap;
    if (body == null || looking == null) {
      return;
    }
    int from = buffer.readerIndex();
    long before = looking.dataBytes();
    int eventsBefore = looking.tokens().tokenEvents();
    looking.readAt(nowNanos, output.takeAfterPause());
    int end = body.advance(buffer, from, buffer.writerIndex(), dechunk ? this::dechunked : looking);
    if (looking.dataBytes() > before && !firstByteSeen) {
      firstByteSeen = true;
      exchange.times.firstByte(nowNanos);
    }
    int events = looking.tokens().tokenEvents() - eventsBefore;
    if (events > 0) {
      exchange.tokenEvents(looking.tokens(), events, nowNanos);
    }
    AskedAnswer answer = asked;
    if (answer != null) {
      answer.read(buffer, from, end, nowNanos);
    } else if (end > from && !dechunk) {
      output.relay(buffer, from, end, nowNanos);
    }
    noteEndMarker(looking.tokens());
    if (body.error() != null) {
      HitLimits.ofResponse(loop.live(), body.passed());
      abort(Outcome.UPSTREAM_RESET, "the response's framing is malformed: " + body.error());
    } else if (body.done()) {
      reusable &= end == buffer.writerIndex();
      bodyEnded(body.trailer());
    }
  }

  private void noteEndMarker(TokenTimeline tokens) {
    if (!endMarkerRelayed && tokens.endMarkerSeen()) {
      endMarkerRelayed = true;
      endMarkerWrite = output.lastWrite();
    }
  }

  private void dechunked(ByteBuf buffer, int start, int end) {
    ResponseTap looking = tap;
    if (looking != null) {
      looking.data(buffer, start, end);
    }
    if (asked == null) {
      output.relay(buffer, start, end, lastReadNanos);
    }
  }

  private void bodyEnded(@Nullable Head trailer) {
    ResponseTap looking = tap;
    if (looking == null) {
      throw new IllegalStateException("no head");
    }
    looking.end();
    AskedAnswer answer = asked;
    if (answer != null) {
      answer.end(loop.nanos());
      noteEndMarker(looking.tokens());
    }
    TokenTimeline tokens = looking.tokens();
    if (grpc) {
      GrpcEnd end = GrpcEnd.of(status, trailersOnly == null ? trailer : trailersOnly, looking);
      grpcStatus = end.status();
      finish(end.outcome(), end.error(), reusable, reporting(trailer));
    } else {
      Outcome outcome = tokens.outcomeOfCleanEnd(status, looking.readToItsEnd());
      finish(outcome, tokens.error(), reusable, trailer);
    }
  }

  private @Nullable Head reporting(@Nullable Head trailer) {
    LoadReports reports = loop.shared.loadReports();
    return reports == null
        ? trailer
        : reports.inTrailer(exchange.loadReport, trailer, loop.nanos());
  }

  /** All is written; the exchange ends when the socket has taken it. */
  private void finish(
      Outcome outcome, @Nullable String error, boolean upstreamReusable, @Nullable Head trailer) {
    finished = true;
    endOutcome = outcome;
    output.resumeUpstream(loop.nanos());
    exchange.answerWhole(outcome, upstreamReusable);
    if (closeBehind || !exchange.requestDone()) {
      exchange.client.closeBehindAnswer();
    }
    ChannelFuture taken = output.end(trailer);
    if (taken.isSuccess()) {
      delivered(true, outcome, error);
    } else {
      var _ = taken.addListener(done -> delivered(done.isSuccess(), outcome, error));
    }
  }

  private void delivered(boolean whole, Outcome outcome, @Nullable String error) {
    long now = loop.nanos();
    output.noteOverhead(now);
    if (whole) {
      exchange.end(outcome, error, now);
    } else {
      exchange.clientGone(now);
    }
  }

  /** An answer of ours. */
  void answer(int code, Outcome outcome, String message) {
    if (begun()) {
      abort(outcome, message);
      return;
    }
    closeBehind = !exchange.keepAlive || !exchange.requestDone() || loop.shared.drain().draining();
    answeredByUs = true;
    status = output.answer(code, outcome, message, closeBehind);
    grpcStatus = grpc ? (Integer) GrpcStatus.ofRefusal(outcome, code).code() : null;
    finish(outcome, message, false, null);
  }

  /** A bad gateway if nothing was sent yet; else what was sent is broken off. */
  void malformed(String reason) {
    exchange.answer(502, Outcome.UPSTREAM_RESET, "the upstream's response is malformed: " + reason);
  }

  void upstreamGone(UpstreamEnd how) {
    if (finished) {
      return;
    }
    boolean closed = how instanceof UpstreamEnd.Closed;
    BodyFraming body = framing;
    Tunnel upgraded = tunnel;
    if (upgraded != null && closed) {
      upgraded.serverEnded();
    } else if (body == null) {
      exchange.answer(502, Outcome.UPSTREAM_RESET, how.beforeAnswer());
    } else if (body.kind() == BodyFraming.Kind.UNTIL_CLOSE && closed) {
      bodyEnded(null);
    } else {
      abort(Outcome.UPSTREAM_RESET, how.withinAnswer());
    }
  }

  /** The server reset its stream; a client that speaks HTTP/2, too, gets the same code. */
  void upstreamReset(long errorCode) {
    if (finished || exchange.ended()) {
      return;
    }
    String error = "the upstream reset the stream: " + Resets.name(errorCode);
    if (begun() || exchange.client.takesResets()) {
      abort(Outcome.UPSTREAM_RESET, error, Resets.ofServer(errorCode));
    } else {
      exchange.answer(502, Outcome.UPSTREAM_RESET, error);
    }
  }

  void abort(Outcome outcome, String error) {
    abort(outcome, error, Resets.codeOf(outcome));
  }

  /**
   * What was sent stays; the client's connection breaks as the server's did. Where a clean FIN
   * would look like the body's end, with a reset.
   */
  private void abort(Outcome outcome, String error, long errorCode) {
    if (exchange.ended()) {
      return;
    }
    boolean wasFinished = finished;
    finished = true;
    AskedAnswer answer = asked;
    if (answer != null && !wasFinished) {
      answer.breakOff(loop.nanos());
    }
    boolean untilClose = endsWithConnection || tunnel != null;
    output.flushWritten();
    exchange.client.breakOff(untilClose && !wasFinished, errorCode);
    exchange.end(outcome, error, loop.nanos());
  }

  void liveTokens(TokenTimeline tokens, int events) {
    TokenEvents counter = live;
    if (counter == null) {
      RequestInspection asked = exchange.inspection;
      counter = loop.live().tokenEvents(tokens.model(), asked.facts().model(), asked.operation());
      live = counter;
    }
    counter.add(events);
  }

  void flush() {
    output.flush();
  }

  /** The server could not be read meanwhile, so its silence counts from now on. */
  void clientWritable() {
    long now = loop.nanos();
    if (output.resumeUpstream(now)) {
      lastReadNanos = now;
    }
  }

  void checkTimeouts(ProxySettings.Timeouts timeouts, long nowNanos) {
    if (output.stalled(timeouts.clientStall(), nowNanos)) {
      loop.live().limitHit(Limit.CLIENT_STALL);
      abort(Outcome.CALLER_DISCONNECT, "the client took nothing");
    } else if (!finished && !output.paused()) {
      Tunnel upgraded = tunnel;
      if (upgraded == null) {
        checkServer(timeouts, nowNanos);
      } else {
        upgraded.checkTimeout(timeouts.responseIdle(), nowNanos);
      }
    }
  }

  private void checkServer(ProxySettings.Timeouts timeouts, long nowNanos) {
    if (begun()) {
      if (Timeouts.passed(timeouts.responseIdle(), lastReadNanos, nowNanos)) {
        abort(Outcome.UPSTREAM_TIMEOUT, "the response stalled");
      }
    } else if (awaitedSinceNanos != 0
        && Timeouts.passed(timeouts.responseHead(), awaitedSinceNanos, nowNanos)) {
      exchange.answer(504, Outcome.UPSTREAM_TIMEOUT, "no response head in time");
    }
  }

  /** Counts a pause that is still on. */
  void settle(long nowNanos) {
    output.resumeUpstream(nowNanos);
  }

  /** Frees what is left. */
  void close() {
    ResponseTap looking = tap;
    if (looking != null) {
      looking.close();
    }
    AskedAnswer answer = asked;
    if (answer != null) {
      answer.close();
    }
    output.close();
  }
}
