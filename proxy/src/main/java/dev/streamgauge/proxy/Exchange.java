package dev.streamgauge.proxy;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.RequestFacts;
import dev.streamgauge.parser.UsageInjection;
import dev.streamgauge.proxy.http1.BodyFraming;
import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.RequestRules;
import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.telemetry.LiveMetrics.RetryReason;
import dev.streamgauge.telemetry.LiveRequest;
import dev.streamgauge.telemetry.live.LiveLine;
import dev.streamgauge.timeline.Inferences;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Phase;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestEnd;
import dev.streamgauge.timeline.RequestRecord;
import dev.streamgauge.timeline.RequestTimeline;
import dev.streamgauge.timeline.TokenTimeline;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request from its head to its end: owns all of its state, relays both ways, and ends exactly
 * once, in {@link #end}. Everything happens on the event loop that client and upstream share.
 */
final class Exchange {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  final Loop loop;
  final Client client;
  final RequestTimeline times;
  final RequestIdentity identity;
  final Protocol protocol;
  final boolean keepAlive;
  final boolean toHead;
  final boolean upgradeAsked;

  /** Whether it is read, and not only relayed. */
  final boolean observed;

  final RequestInspection inspection;
  private final String method;
  private final String path;
  private final BodyFraming requestFraming;

  /** Those that share one gRPC call; null for all other requests. */
  final @Nullable Inferences inferences;

  /** How the answer says how busy the server is; null where it does not. */
  final LoadReports.@Nullable Form loadReport;

  private final RequestRelay request;
  private final ResponseRelay response;
  private @Nullable UpstreamLink upstream;

  /** In the queue in front of the server; null for who need not ask. */
  private final @Nullable GatePlace place;

  private boolean admitted;
  private long admittedNanos;
  private LiveRequest live = LiveRequest.NONE;

  /** As the live page sees it. */
  private final LiveLine line;

  /** Holds the body until it is known whether to ask for usage; null where nothing is held. */
  private @Nullable UsageAsking asking;

  /** What stood behind the body on a stream of HTTP/2. */
  private @Nullable Head requestTrailer;

  private boolean usageAsked;
  private @Nullable Connecting connecting;
  private Phase phase;
  private int retries;
  private boolean upstreamReused;
  private boolean everConnected;
  private boolean inFirstRead;
  private boolean sentAny;
  private final boolean lengthKnown;

  /** We have kept the client waiting with its body. */
  private boolean everPaused;

  private boolean ended;
  private long lastClientReadNanos;

  Exchange(Client client, Head head, RequestRules rules, long receivedNanos) {
    this.client = client;
    this.loop = client.loop();
    this.method = head.method();
    this.path = head.path();
    this.protocol = client.protocol(head);
    this.keepAlive = rules.keepAlive();
    this.toHead = rules.isHead();
    this.lengthKnown = rules.contentLength() > 0;
    this.upgradeAsked = rules.upgrade();
    this.identity = RequestIdentity.of(head, loop.shared.sampling());
    this.times = new RequestTimeline(receivedNanos, loop.shared.wallClock().at(receivedNanos));
    times.span(identity.span());
    this.observed = loop.shared.observation().takes();
    this.inspection =
        new RequestInspection(
            loop.shared.dialects(),
            method,
            path,
            observed ? loop.shared.settings().limits().inspectedBodyBytesMax() : 0,
            loop.inspected);
    this.inferences =
        observed && protocol == Protocol.GRPC
            ? Inferences.open(
                path, head.header("grpc-encoding"), loop.shared.timeline(), loop.shared.records())
            : null;
    LoadReports reports = loop.shared.loadReports();
    this.loadReport =
        reports == null ? null : reports.arrived(head, inspection.operation(), protocol);
    this.requestFraming = client.requestFraming(rules, loop.shared.limits());
    this.request =
        new RequestRelay(
            UpstreamHead.of(client, head, protocol, requestFraming.kind(), identity, upgradeAsked),
            loop.shared.settings().limits().retryBodyBytesMax());
    this.asking =
        upgradeAsked || !observed ? null : UsageAsking.of(loop, head, path, requestFraming);
    this.response = new ResponseRelay(this);
    this.place = GatePlace.of(this, head, inspection.operation());
    this.phase = place == null ? work() : Phase.QUEUED;
    this.line = loop.lines.open(receivedNanos, inspection.operation(), phase);
    if (inferences != null) {
      line.asksLater();
    }
    this.lastClientReadNanos = receivedNanos;
  }

  LiveLine line() {
    return line;
  }

  /**
   * Begins, within a read of the client's: asks the gate, and then for a connection. What can be
   * sent at once leaves when that read is over, the head together with what came of the body.
   */
  void start() {
    inFirstRead = true;
    begin(times.receivedNanos());
    inFirstRead = false;
  }

  private void begin(long receivedNanos) {
    loop.live().phaseEntered(phase);
    if (requestFraming.done()) {
      requestComplete(receivedNanos);
    }
    if (place == null || place.enter(receivedNanos)) {
      admitted(receivedNanos);
    } else {
      everPaused = true; // its body may have to wait, too
    }
  }

  boolean admitted() {
    return admitted;
  }

  /** The gate lets it pass. */
  void admitted(long nowNanos) {
    admitted = true;
    if (phase == Phase.QUEUED) {
      enter(work());
    }
    times.admitted(nowNanos);
    line.admitted(nowNanos);
    admittedNanos = nowNanos;
    if (inspection.operation().inference()) {
      live = loop.live().admitted(inferences != null, nowNanos);
    }
    if (asking == null) {
      connect();
    }
  }

  private Phase work() {
    return observed && inspection.operation().generating() ? Phase.PREFILL : Phase.BODY;
  }

  private void enter(Phase next) {
    loop.live().phaseLeft(phase);
    phase = next;
    line.phase(next);
    loop.live().phaseEntered(phase);
  }

  private void connect() {
    long now = loop.nanos();
    times.connectStarted(now);
    UpstreamLink idle = loop.pool.takeIdle(now);
    if (idle != null) {
      connected(idle);
    } else {
      loop.pool.connect(this);
    }
  }

  boolean ended() {
    return ended;
  }

  Phase phase() {
    return phase;
  }

  // ---- client to server

  /** Body bytes from the reader index on; moves it. Observes. False if they are malformed. */
  boolean clientRead(ByteBuf buffer, long nowNanos) {
    lastClientReadNanos = nowNanos;
    int from = buffer.readerIndex();
    int end = requestFraming.advance(buffer, from, buffer.writerIndex(), inspection);
    String error = requestFraming.error();
    if (error != null) {
      HitLimits.ofRequest(loop.live(), requestFraming.passed());
      return false;
    }
    UsageAsking holding = asking;
    if (end > from) {
      readInferences(buffer, from, end, nowNanos);
      if (holding == null) {
        request.body(buffer.retainedSlice(from, end - from));
      } else {
        holding.read(buffer, from, end);
      }
      buffer.readerIndex(end);
    }
    if (requestFraming.done()) {
      requestComplete(nowNanos);
    }
    afterRead(holding);
    return true;
  }

  /** A call's body has no framing of HTTP/1 in it. Observes. */
  private void readInferences(ByteBuf buffer, int from, int to, long nowNanos) {
    Inferences timed = inferences;
    byte[] scratch = loop.scratch;
    for (int at = from; timed != null && at < to; at += scratch.length) {
      int length = Math.min(scratch.length, to - at);
      buffer.getBytes(at, scratch, 0, length);
      timed.request(scratch, 0, length, nowNanos);
    }
  }

  private void afterRead(@Nullable UsageAsking holding) {
    if (holding != null && (request.complete() || holding.full())) {
      askOrNot(holding);
    }
    if (request.full()) {
      everPaused = true;
      client.pauseReading();
    }
  }

  /** The stream that carries the request has ended; behind its last byte. */
  void clientEnded(@Nullable Head trailer, long nowNanos) {
    requestFraming.ended();
    UsageAsking holding = asking;
    requestTrailer = trailer;
    requestComplete(nowNanos);
    afterRead(holding);
  }

  /** All is known of the request: on with it. */
  private void askOrNot(UsageAsking holding) {
    asking = null;
    UsageInjection result = holding.decide(request);
    usageAsked = result == UsageInjection.INJECTED;
    loop.live().usageInjection(result);
    holding.release(client.alloc().directBuffer(), request);
    if (!ended && admitted) {
      connect();
    }
  }

  /** Whether the server was asked for usage by us. */
  boolean usageAsked() {
    return usageAsked;
  }

  String requestError() {
    String error = requestFraming.error();
    return error == null ? "" : error;
  }

  /** Bytes of an upgraded connection; takes ownership. */
  void clientTunnel(Tunnel upgraded, ByteBuf buffer, long nowNanos) {
    upgraded.clientMoved(nowNanos);
    inspection.tunnelled(buffer.readableBytes());
    request.body(buffer);
  }

  boolean requestDone() {
    return request.complete();
  }

  /** Null unless the connection was upgraded. */
  @Nullable Tunnel tunnel() {
    return response.tunnel();
  }

  private void requestComplete(long nowNanos) {
    Head trailer = requestTrailer;
    request.completed(trailer == null ? requestFraming.trailer() : trailer);
    times.bodyReceived(nowNanos);
  }

  void flushUpstream() {
    if (!request.flush() || tunnel() != null) {
      return;
    }
    long now = loop.nanos();
    if (!sentAny) {
      sentAny = true;
      times.firstSent(now);
    }
    if (request.complete()) {
      times.sent(now);
      response.awaited(now);
      // frees the 64 KiB that it may hold, while the server thinks
      line.model(inspection.facts().model());
    }
  }

  void upstreamWritable(boolean writable) {
    if (writable) {
      lastClientReadNanos = loop.nanos();
      client.resumeReading();
    } else {
      everPaused = true;
      client.pauseReading();
    }
  }

  // ---- connecting

  /** What is under way and can be given up. */
  @FunctionalInterface
  interface Connecting {
    void cancel();
  }

  void connecting(Connecting underWay) {
    connecting = underWay;
  }

  void connected(UpstreamLink connection) {
    connecting = null;
    if (!wantsConnection()) {
      connection.cancel(Http2Error.CANCEL.code());
      return;
    }
    long now = loop.nanos();
    times.connected(now);
    upstream = connection;
    everConnected = true;
    upstreamReused = connection.reused();
    if (upstreamReused) {
      times.connectionReused();
    }
    connection.serve(this);
    request.sendOver(connection);
    if (!inFirstRead) {
      flushUpstream();
    }
    upstreamWritable(connection.writable());
  }

  /** Neither gone nor answered in the server's place. */
  boolean wantsConnection() {
    return !ended && !response.begun();
  }

  void connectFailed(String what, @Nullable Throwable cause) {
    connecting = null;
    if (wantsConnection()) {
      String why = cause == null ? "" : ": " + Upstream.refusal(cause);
      answer(502, Outcome.UPSTREAM_UNREACHABLE, what + why);
    }
  }

  /** The wait for a stream to the server was too long: a limit of whoever runs this proxy. */
  void streamsTaken(String why) {
    connecting = null;
    if (wantsConnection()) {
      answer(503, Outcome.POLICY_QUEUE_TIMEOUT, why);
    }
  }

  // ---- server to client

  /** Observes. */
  void upstreamRead(ByteBuf buffer, long nowNanos) {
    request.dropKept();
    response.read(buffer, nowNanos);
  }

  /** A head, as a stream of HTTP/2 brings it. */
  void upstreamHead(Head head, boolean end, long nowNanos) {
    request.dropKept();
    response.head(head, end, nowNanos);
  }

  /** The stream has ended, behind its last byte. */
  void upstreamEnded(@Nullable Head trailer, long nowNanos) {
    response.streamEnded(trailer, nowNanos);
  }

  /** The server reset the stream. */
  void upstreamReset(long errorCode) {
    response.upstreamReset(errorCode);
  }

  /** A head or a trailer is none, or too large. */
  void upstreamMalformed(String reason) {
    response.malformed(reason);
  }

  void flushClient() {
    response.flush();
  }

  void clientWritable() {
    response.clientWritable();
  }

  /** The server is gone before the answer was whole. */
  void upstreamGone(UpstreamEnd how) {
    if (ended) {
      return;
    }
    UpstreamLink connection = upstream;
    RetryReason reason = connection == null || sentAgain() ? null : connection.retryReason();
    if (connection != null && reason != null && !response.begun() && request.canSendAgain()) {
      sendAgain(connection, reason);
    } else {
      response.upstreamGone(how);
    }
  }

  /** It is to have a fresh connection, and is not sent a third time. */
  boolean sentAgain() {
    return retries > 0;
  }

  private void sendAgain(UpstreamLink connection, RetryReason reason) {
    connection.cancel(Http2Error.CANCEL.code());
    upstream = null;
    request.detach();
    retries++;
    loop.live().upstreamRetry(reason);
    times.connectStarted(loop.nanos());
    loop.pool.connect(this);
  }

  @Nullable UpstreamLink upstream() {
    return upstream;
  }

  /** The answer is whole: the connection goes back if it may, else it is closed. */
  void answerWhole(Outcome outcome, boolean reusable) {
    boolean tokensUnseen = !observed && inspection.operation().generating();
    if (place != null && outcome == Outcome.OK && !tokensUnseen) {
      place.served(response.status(), loop.nanos());
    }
    releaseUpstream(reusable);
  }

  private void releaseUpstream(boolean reusable) {
    if (place != null) {
      place.leave(loop.nanos());
    }
    releaseUpstream(reusable, Http2Error.CANCEL.code());
  }

  private void releaseUpstream(boolean reusable, long errorCode) {
    UpstreamLink connection = upstream;
    upstream = null;
    if (connection == null) {
      return;
    }
    if (reusable && request.complete() && tunnel() == null) {
      request.flush();
      connection.giveBack(loop.nanos());
    } else {
      connection.cancel(errorCode);
    }
    request.detach();
  }

  void tokenEvents(TokenTimeline tokens, int events, long nowNanos) {
    if (phase != Phase.GENERATING) {
      enter(Phase.GENERATING);
      firstToken(tokens);
    }
    live.tokens(events);
    line.tokens(events, tokens.stalls(), nowNanos);
    response.liveTokens(tokens, events);
  }

  private void firstToken(TokenTimeline tokens) {
    line.model(tokens.model());
    live.firstToken(tokens.model(), inspection.facts().model(), inspection.operation());
    if (loop.live().engineQueuedSince(admittedNanos)) {
      times.engineQueued();
    }
    if (place != null) {
      place.firstToken(loop.nanos());
    }
  }

  /** The server's final head came. */
  void answered(int status, long nowNanos) {
    times.headers(nowNanos);
    if (place != null) {
      place.answered(status, nowNanos);
    }
  }

  // ---- ends

  /** We answer in the server's place; ends the exchange when that is delivered. */
  void answer(int status, Outcome outcome, String message) {
    closeUpstream();
    response.answer(status, outcome, message);
  }

  /** The client reset its stream: the server gets the same code. */
  void clientReset(long errorCode, long nowNanos) {
    if (!ended) {
      releaseUpstream(false, errorCode);
      clientGone(nowNanos);
    }
  }

  /** The client reset, or closed what had been half closed. */
  void clientGone(long nowNanos) {
    clientGone(null, nowNanos);
  }

  /**
   * As above.
   *
   * @param why if it was us who ended its connection
   */
  void clientGone(@Nullable String why, long nowNanos) {
    Outcome outcome = response.outcomeOfCallerLeft();
    end(outcome, outcome == Outcome.OK ? null : why, nowNanos);
  }

  /** The client closed; an upgraded connection only half, perhaps. */
  void clientHalfClosed(long nowNanos) {
    UpstreamLink connection = upstream;
    Tunnel upgraded = response.tunnel();
    if (upgraded == null || connection == null) {
      end(response.outcomeOfCallerLeft(), null, nowNanos);
    } else {
      upgraded.clientEnded(connection);
    }
  }

  /** A fault of ours. */
  void failed(Throwable cause) {
    boolean noMemory =
        cause instanceof OutOfMemoryError; // of buffers: without heap the process ends
    String error = noMemory ? MemoryGuard.REFUSAL : cause.getClass().getSimpleName();
    if (noMemory) {
      loop.live().limitHit(Limit.MEMORY);
    }
    if (response.begun()) {
      response.abort(Outcome.PROXY_ERROR, error);
      return;
    }
    try {
      answer(noMemory ? 503 : 502, Outcome.PROXY_ERROR, noMemory ? error : "internal error");
    } catch (OutOfMemoryError noBuffer) { // not even for that
      response.abort(Outcome.PROXY_ERROR, error);
    }
  }

  void abort(Outcome outcome, String error) {
    if (!ended && phase == Phase.QUEUED) {
      times.sentAway(loop.nanos());
    }
    response.abort(outcome, error);
  }

  void checkTimeouts(long nowNanos) {
    if (ended) {
      return;
    }
    UpstreamLink link = upstream;
    if (link != null) {
      link.endIfSilent(nowNanos);
    }
    if (ended) {
      return;
    }
    ProxySettings.Timeouts timeouts = loop.shared.settings().timeouts();
    boolean owed = !request.complete() && client.reading() && (upstream != null || asking != null);
    if (owed && tooSlow(nowNanos)) {
      loop.live().limitHit(Limit.SLOW_SENDER);
      bodyStalled("the request body is too slow");
      return;
    }
    owed &= protocol != Protocol.GRPC; // a call may rest between two messages
    if (owed && Timeouts.passed(timeouts.requestBodyIdle(), lastClientReadNanos, nowNanos)) {
      loop.live().limitHit(Limit.BODY_TIMEOUT);
      bodyStalled("the request body stalled");
      return;
    }
    response.checkTimeouts(timeouts, nowNanos);
  }

  /** Of a body whose length its sender knows, and which we never kept waiting. */
  private boolean tooSlow(long nowNanos) {
    Integer least = loop.shared.settings().limits().bodyBytesPerSecondMin();
    Duration grace = loop.shared.settings().timeouts().requestHead();
    long receivedNanos = times.receivedNanos();
    if (least == null
        || everPaused
        || !lengthKnown
        || !Timeouts.passed(grace, receivedNanos, nowNanos)) {
      return false;
    }
    double seconds = (double) (nowNanos - receivedNanos) / NANOS_PER_SECOND;
    return inspection.dataBytes() < least * seconds;
  }

  private void bodyStalled(String why) {
    if (response.begun()) {
      response.abort(Outcome.CALLER_INVALID, why);
    } else {
      client.refuseInExchange(408, why);
    }
  }

  /** The one line at which a request ends. */
  void end(Outcome outcome, @Nullable String error, long nowNanos) {
    if (ended) {
      return;
    }
    ended = true;
    loop.live().phaseLeft(phase);
    response.settle(nowNanos);
    closeUpstream();
    request.dropKept();
    times.gpu(live.use(nowNanos));
    RequestRecord record = times.finish(facts(outcome, error), response.tokens(), nowNanos);
    loop.shared.records().accept(record);
    live.ended(record.model(), record.requestedModel(), record.operation());
    line.ended(outcome, nowNanos);
    response.close();
    loop.shared.drain().leave();
    client.exchangeEnded(this, nowNanos);
  }

  private void closeUpstream() {
    Connecting pending = connecting;
    connecting = null;
    if (pending != null) {
      pending.cancel();
    }
    releaseUpstream(false);
  }

  private RequestEnd facts(Outcome outcome, @Nullable String error) {
    RequestFacts asked = inspection.facts();
    ResponseTap tap = response.tap();
    HitLimits.ofReading(loop.live(), inspection, tap == null ? null : tap.unparsed());
    Operation operation = inspection.operation();
    boolean stream =
        (tap != null && response.status() / 100 == 2) ? tap.stream() : asked.asksForStream();
    return new RequestEnd(
        identity.requestId(),
        identity.traceId(),
        identity.spanId(),
        method,
        path,
        protocol,
        tap == null ? Dialect.UNKNOWN : tap.dialect(),
        operation,
        asked.model(),
        stream,
        response.status() == 0 ? null : response.status(),
        response.grpcStatus(),
        outcome,
        error,
        inspection.dataBytes(),
        response.bytes(),
        client.address(),
        everConnected ? upstreamReused : null,
        retries,
        tap == null ? null : tap.unparsed());
  }
}
