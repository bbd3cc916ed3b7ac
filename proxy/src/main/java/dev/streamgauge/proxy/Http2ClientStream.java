package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.BodyFraming;
import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HttpLimits;
import dev.streamgauge.proxy.http1.Malformed;
import dev.streamgauge.proxy.http1.RequestRules;
import dev.streamgauge.proxy.http2.ReadHead;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestTimeline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request of a client that speaks HTTP/2. What the client sends is answered for in its window
 * as it goes on; while the server takes none, nothing is. On one event loop.
 */
final class Http2ClientStream implements Client {
  private final Http2ClientConnection connection;
  private final Http2Stream stream;
  private @Nullable Exchange exchange;
  private @Nullable Http2Output output;
  private final MemoryWait memory = new MemoryWait(this);
  private final SmallPieces small = new SmallPieces();
  private boolean touched;
  private boolean requestEnded;
  private boolean reading = true;
  private boolean over;

  /** Whoever saw the stream's fault resets it, with the code of that. */
  private boolean resetElsewhere;

  private int unconsumedBytes;

  Http2ClientStream(Http2ClientConnection connection, Http2Stream stream) {
    this.connection = connection;
    this.stream = stream;
  }

  Http2Stream stream() {
    return stream;
  }

  /** The head came. */
  void begin(ReadHead read, boolean end, long nowNanos) {
    requestEnded = end;
    Head head = read.head();
    Malformed malformed = read.malformed();
    RequestRules rules = head == null || malformed != null ? null : RequestRules.of(head);
    if (rules != null) {
      malformed = rules.malformed();
    }
    if (malformed != null || head == null || rules == null) {
      Malformed why = malformed == null ? new Malformed(400, "no head") : malformed;
      HitLimits.ofRequest(loop().live(), why.limit());
      answerAlone(head, why.status(), Outcome.CALLER_INVALID, why.reason(), nowNanos);
      return;
    }
    if (loop().shared.guard().refuses()) {
      answerAlone(head, 503, Outcome.PROXY_ERROR, MemoryGuard.REFUSAL, nowNanos);
      return;
    }
    if (!loop().shared.drain().enter()) {
      answerAlone(head, 503, Outcome.POLICY_DRAINING, "draining", nowNanos);
      return;
    }
    begin(new Exchange(this, head, rules, nowNanos));
  }

  private void begin(Exchange started) {
    exchange = started;
    connection.add(this);
    started.start();
  }

  /** Answers a head that never becomes an exchange. */
  void answerAlone(
      @Nullable Head head, int status, Outcome outcome, String message, long receivedNanos) {
    over = true;
    RequestTimeline times =
        new RequestTimeline(receivedNanos, loop().shared.wallClock().at(receivedNanos));
    Protocol protocol = head == null ? Protocol.H2 : protocol(head);
    RefusedHead refused =
        new RefusedHead(
            head, protocol, times, status, outcome, message, address(), loop().shared.sampling());
    String id = loop().shared.settings().headers().requestId() ? refused.requestId() : "";
    boolean toHead = head != null && head.method().equals("HEAD");
    Http2Answer answer = new Http2Answer(status, outcome, message, id, toHead, refused.grpc());
    Http2Answer.Written written = answer.write(connection, stream);
    var _ =
        written
            .end()
            .addListener(
                _ -> {
                  boolean taken = written.head().isSuccess();
                  loop().shared.records().accept(refused.record(taken, loop().nanos()));
                  if (!requestEnded) {
                    connection.reset(stream.id(), Http2Error.NO_ERROR.code());
                  }
                });
    connection.flushSoon();
  }

  /** One whose stream is reset in place of an answer, and is a request all the same. */
  void refuseUnanswered(Head head, String why, long receivedNanos) {
    over = true;
    RefusedHead refused =
        new RefusedHead(
            head,
            protocol(head),
            new RequestTimeline(receivedNanos, loop().shared.wallClock().at(receivedNanos)),
            400,
            Outcome.CALLER_INVALID,
            why,
            address(),
            loop().shared.sampling());
    loop().shared.records().accept(refused.record(false, loop().nanos()));
  }

  /** Bytes of the body; observes. Answers how many of the window may be given back now. */
  int read(ByteBuf data, int padding, boolean end, long nowNanos) {
    int bytes = data.readableBytes() + padding;
    Exchange current = exchange;
    requestEnded = end;
    if (current == null || current.ended() || over) {
      return bytes;
    }
    if (data.isReadable() && !small.add(alloc(), data)) {
      handOver(current);
      if (!small.add(alloc(), data)) {
        current.clientRead(data, nowNanos);
      }
    }
    if (end) {
      handOver(current);
    }
    if (end && !current.ended()) {
      current.clientEnded(null, nowNanos);
    }
    memory.afterRead(current);
    if (reading) {
      return bytes;
    }
    unconsumedBytes += bytes;
    return 0;
  }

  /** The small pieces of this read. */
  private void handOver(Exchange current) {
    ByteBuf pieces = small.take();
    if (pieces == null) {
      return;
    }
    if (!current.ended() && !over) {
      current.clientRead(pieces, connection.readNanos());
    }
    pieces.release();
  }

  /** Whether this is the first that this read brought. */
  boolean touch() {
    boolean first = !touched;
    touched = true;
    return first;
  }

  /** What stood behind the body. */
  void trailer(Head trailer, long nowNanos) {
    Exchange current = exchange;
    requestEnded = true;
    if (current != null) {
      handOver(current);
    }
    if (current != null && !current.ended() && !over) {
      current.clientEnded(trailer, nowNanos);
    }
  }

  void flushUpstream() {
    Exchange current = exchange;
    touched = false;
    if (current != null) {
      handOver(current);
    }
    if (current != null && !current.ended()) {
      current.flushUpstream();
    }
  }

  /** The client reset it. */
  void clientReset(long errorCode) {
    Exchange current = exchange;
    over = true;
    if (current != null) {
      current.clientReset(errorCode, loop().nanos());
    }
  }

  /** A fault of ours. */
  void failed(Throwable cause) {
    Exchange current = exchange;
    if (current != null && !current.ended()) {
      current.failed(cause);
    }
  }

  /** What the client sent is no request any more; why, without a word of it. */
  void broken(String why) {
    Exchange current = exchange;
    if (current != null && !current.ended()) {
      over = true;
      resetElsewhere = true;
      current.abort(Outcome.CALLER_INVALID, why);
    }
  }

  /**
   * The stream is closed, the connection perhaps with it.
   *
   * @param why if it was us
   */
  void closed(@Nullable String why) {
    Exchange current = exchange;
    Http2Output written = output;
    boolean whole = written != null && written.endWritten();
    over = true;
    if (current != null && !current.ended() && !whole) {
      current.clientGone(why, loop().nanos());
    }
  }

  void checkTimeouts(long nowNanos) {
    Exchange current = exchange;
    memory.check(current);
    if (current != null) {
      current.checkTimeouts(nowNanos);
    }
  }

  void describe(LoopState state) {
    Exchange current = exchange;
    if (current != null) {
      state.add(current.times.receivedNanos(), current.phase());
    }
  }

  void abortForDrain() {
    Exchange current = exchange;
    if (current != null) {
      current.abort(Outcome.POLICY_DRAINING, "the drain's time limit");
    }
  }

  @Override
  public Loop loop() {
    return connection.loop;
  }

  @Override
  public ByteBufAllocator alloc() {
    return connection.context().alloc();
  }

  @Override
  public boolean secure() {
    return connection.secure();
  }

  @Override
  public @Nullable String address() {
    return connection.address();
  }

  @Override
  public Protocol protocol(Head head) {
    return Protocol.ofHttp2(head.header("content-type"));
  }

  @Override
  public BodyFraming requestFraming(RequestRules rules, HttpLimits limits) {
    return requestEnded ? BodyFraming.none() : BodyFraming.stream();
  }

  @Override
  public boolean takesResets() {
    return true;
  }

  @Override
  public boolean unframed(Protocol protocol) {
    return true;
  }

  @Override
  public ClientOutput output(Exchange started) {
    Http2Output made = new Http2Output(started, connection, stream);
    output = made;
    return made;
  }

  @Override
  public boolean reading() {
    return reading;
  }

  @Override
  public void pauseReading() {
    reading = false;
  }

  @Override
  public void resumeReading() {
    if (!reading) {
      reading = true;
      int bytes = unconsumedBytes;
      unconsumedBytes = 0;
      connection.consume(stream, bytes);
    }
  }

  @Override
  public void refuseInExchange(int status, String reason) {
    Exchange current = exchange;
    if (current != null) {
      current.answer(status, Outcome.CALLER_INVALID, reason);
    }
  }

  @Override
  public void closeBehindAnswer() {
    // Each answer ends its stream; a rest of the request is refused in exchangeEnded.
  }

  @Override
  public void breakOff(boolean reset, long errorCode) {
    over = true;
    connection.flushNow();
    if (!resetElsewhere) {
      connection.reset(stream.id(), errorCode);
    }
  }

  @Override
  public void exchangeEnded(Exchange ended, long nowNanos) {
    connection.remove(this);
    small.release();
    if (!requestEnded && !over) {
      over = true;
      // The answer is whole, the rest of the request not wanted (RFC 9113 section 8.1).
      connection.reset(stream.id(), Http2Error.NO_ERROR.code());
    }
  }

  @Override
  public void processLater(long nowNanos) {
    throw new IllegalStateException("no connection of HTTP/2 is upgraded");
  }

  @Override
  public void shutdownOutput() {
    throw new IllegalStateException("no connection of HTTP/2 is upgraded");
  }
}
