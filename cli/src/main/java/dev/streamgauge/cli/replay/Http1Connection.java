package dev.streamgauge.cli.replay;

import dev.streamgauge.proxy.http1.BodyFraming;
import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HeadParser;
import dev.streamgauge.proxy.http1.HttpLimits;
import dev.streamgauge.proxy.http1.RequestRules;
import dev.streamgauge.proxy.http1.ResponseRules;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One recorded HTTP/1 connection: pairs requests with answers by their order, as the wire does.
 * Bytes after a malformed or broken message are not read.
 */
final class Http1Connection implements ReplayedConnection {
  private final HttpLimits limits = HttpLimits.defaults();
  private final HeadParser requestHeads = HeadParser.ofRequests(limits);
  private final HeadParser responseHeads = HeadParser.ofResponses(limits);
  private final ArrayDeque<ReplayedExchange> owed = new ArrayDeque<>();
  private final Replay replay;
  private @Nullable ReplayedExchange sending;
  private @Nullable BodyFraming requestBody;
  private @Nullable BodyFraming responseBody;
  private boolean over;
  private boolean unreachable;
  private boolean upstreamTakesNothing;
  private int reads;

  Http1Connection(Replay replay) {
    this.replay = replay;
  }

  @Override
  public void happened(RecordedEvent event) {
    if (over) {
      return;
    }
    long nanos = event.nanos();
    switch (event.kind()) {
      case OPEN -> {}
      case READ -> read(event);
      case EOF -> {
        if (event.fromClient()) {
          callerLeft(nanos);
        } else {
          upstreamClosed(nanos);
        }
      }
      case RST -> {
        if (event.fromClient()) {
          callerLeft(nanos);
        } else {
          endAll(Outcome.UPSTREAM_RESET, nanos);
        }
      }
      case SEND_FAILED -> {
        if (event.fromClient()) {
          upstreamTakesNothing = true;
        } else {
          callerLeft(nanos);
        }
      }
      case CONNECT_FAILED -> {
        unreachable = true;
        owed.forEach(exchange -> exchange.end(Outcome.UPSTREAM_UNREACHABLE, nanos));
        owed.clear();
      }
      case CLOSE -> recordingEnded(nanos);
    }
  }

  @Override
  public void recordingEnded(long nanos) {
    if (upstreamTakesNothing) {
      endAll(Outcome.UPSTREAM_RESET, nanos);
      return;
    }
    owed.forEach(exchange -> exchange.recordingEnded(nanos));
    endAll(Outcome.UPSTREAM_TRUNCATED, nanos);
  }

  /** What the recorder read and passed on after that still belongs to the exchange. */
  private void callerLeft(long nanos) {
    owed.forEach(exchange -> exchange.callerLeft(nanos));
  }

  private void read(RecordedEvent event) {
    ByteBuf bytes = Unpooled.wrappedBuffer(event.bytes());
    reads++;
    if (event.fromClient()) {
      requestBytes(bytes, event.nanos());
    } else {
      responseBytes(bytes, event.nanos());
    }
  }

  private void upstreamClosed(long nanos) {
    if (responseBody != null && responseBody.kind() == BodyFraming.Kind.UNTIL_CLOSE) {
      answered(nanos);
    }
    endAll(Outcome.UPSTREAM_RESET, nanos);
  }

  private void requestBytes(ByteBuf bytes, long nanos) {
    while (bytes.isReadable() && !over) {
      if (sending == null && !requestHead(bytes, nanos)) {
        return;
      }
      requestData(bytes, nanos);
    }
  }

  /** Whether a head is complete. */
  private boolean requestHead(ByteBuf bytes, long nanos) {
    return switch (requestHeads.feed(bytes)) {
      case MORE -> false;
      case MALFORMED -> {
        refuse(null, nanos);
        yield false;
      }
      case DONE -> {
        Head head = requestHeads.head();
        requestHeads.reset();
        yield begin(head, nanos);
      }
    };
  }

  private boolean begin(Head head, long nanos) {
    RequestRules rules = RequestRules.of(head);
    if (rules.malformed() != null) {
      refuse(head, nanos);
      return false;
    }
    ReplayedExchange exchange = replay.newExchange(request(head), nanos);
    sending = exchange;
    requestBody = rules.body(limits);
    owed.add(exchange);
    return true;
  }

  private void requestData(ByteBuf bytes, long nanos) {
    ReplayedExchange exchange = sending;
    BodyFraming body = requestBody;
    if (exchange == null || body == null) {
      return;
    }
    bytes.readerIndex(
        body.advance(bytes, bytes.readerIndex(), bytes.writerIndex(), exchange::requestData));
    if (body.error() != null) {
      replay.requestRead(exchange);
      exchange.end(Outcome.CALLER_INVALID, nanos);
      over = true;
    } else if (body.done()) {
      exchange.requestRead(nanos);
      replay.requestRead(exchange);
      sending = null;
      if (unreachable) {
        owed.remove(exchange);
        exchange.end(Outcome.UPSTREAM_UNREACHABLE, nanos);
      }
    }
  }

  private static ReplayedExchange.Request request(Head head) {
    Protocol protocol = head.minorVersion() == 0 ? Protocol.HTTP_1_0 : Protocol.HTTP_1_1;
    return new ReplayedExchange.Request(
        head.method(), head.path(), protocol, head.header("x-request-id"), null);
  }

  private void refuse(@Nullable Head head, long nanos) {
    ReplayedExchange exchange = replay.newExchange(head == null ? null : request(head), nanos);
    replay.requestRead(exchange);
    exchange.refused(nanos);
    endAll(Outcome.CALLER_DISCONNECT, nanos);
  }

  private void responseBytes(ByteBuf bytes, long nanos) {
    while (bytes.isReadable() && !over && !owed.isEmpty()) {
      if (responseBody == null && !responseHead(bytes, nanos)) {
        return;
      }
      responseData(bytes, nanos);
    }
  }

  /** Whether bytes of a body, or none at all, may follow. */
  private boolean responseHead(ByteBuf bytes, long nanos) {
    return switch (responseHeads.feed(bytes)) {
      case MORE -> false;
      case MALFORMED -> {
        endAll(Outcome.UPSTREAM_RESET, nanos);
        yield false;
      }
      case DONE -> {
        Head head = responseHeads.head();
        responseHeads.reset();
        answer(head, nanos);
        yield true;
      }
    };
  }

  private void answer(Head head, long nanos) {
    ResponseRules rules = ResponseRules.of(head);
    if (rules.malformed() != null) {
      endAll(Outcome.UPSTREAM_RESET, nanos);
    } else if (!rules.interim()) {
      ReplayedExchange exchange = owed.element();
      exchange.responseHead(
          new ReplayedExchange.Response(
              head.status(),
              head.header("content-type"),
              head.header("content-encoding"),
              head::header),
          nanos);
      responseBody = rules.body(exchange.isHead(), limits);
    }
  }

  private void responseData(ByteBuf bytes, long nanos) {
    BodyFraming body = responseBody;
    if (body == null || over) {
      return;
    }
    ReplayedExchange exchange = owed.element();
    bytes.readerIndex(
        body.advance(
            bytes,
            bytes.readerIndex(),
            bytes.writerIndex(),
            (buffer, start, end) -> exchange.responseData(buffer, start, end, reads, nanos)));
    if (body.error() != null) {
      endAll(Outcome.UPSTREAM_RESET, nanos);
    } else if (body.done()) {
      answered(nanos);
    }
  }

  private void answered(long nanos) {
    owed.remove().endedCleanly(nanos);
    responseBody = null;
    ReplayedExchange next = owed.peek();
    if (next != null) {
      next.firstInLine(nanos);
    }
  }

  private void endAll(Outcome outcome, long nanos) {
    over = true;
    if (sending != null) {
      owed.add(sending);
    }
    for (ReplayedExchange exchange : owed) {
      replay.requestRead(exchange);
      exchange.end(outcome, nanos);
    }
    owed.clear();
  }
}
