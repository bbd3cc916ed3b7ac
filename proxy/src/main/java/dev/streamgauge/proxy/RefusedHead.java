package dev.streamgauge.proxy;

import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.RequestReader;
import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.timeline.GrpcStatus;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestEnd;
import dev.streamgauge.timeline.RequestRecord;
import dev.streamgauge.timeline.RequestTimeline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A head that never becomes an exchange, because it is malformed, late, or not wanted any more: it
 * gets an answer of ours and is one request all the same.
 */
final class RefusedHead {
  private final RequestIdentity identity;
  private final @Nullable Head head;
  private final Protocol protocol;
  private final RequestTimeline times;
  private final int status;
  private final Outcome outcome;
  private final String message;
  private final @Nullable String clientAddress;

  /**
   * Keeps what is refused.
   *
   * @param head null if it could not be read at all
   * @param sampling whether a span is made of it, too
   */
  RefusedHead(
      @Nullable Head head,
      Protocol protocol,
      RequestTimeline times,
      int status,
      Outcome outcome,
      String message,
      @Nullable String clientAddress,
      SpanSampling sampling) {
    this.head = head;
    this.protocol = protocol;
    this.identity = RequestIdentity.of(head, sampling);
    times.span(identity.span());
    this.times = times;
    this.status = status;
    this.outcome = outcome;
    this.message = message;
    this.clientAddress = clientAddress;
  }

  String requestId() {
    return identity.requestId();
  }

  boolean grpc() {
    return protocol == Protocol.GRPC;
  }

  /**
   * The whole answer, as HTTP/1.1; the connection ends behind it.
   *
   * @param toHead it has no body (RFC 9110 section 9.3.2)
   */
  ByteBuf answer(
      ByteBufAllocator allocator, boolean withId, long retryAfterSeconds, boolean toHead) {
    String id = withId ? identity.requestId() : "";
    return Answers.error(allocator, status, outcome, message, id, retryAfterSeconds, true, toHead);
  }

  /**
   * What became of it.
   *
   * @param taken whether the client's socket took the answer; if not, the client got no status
   */
  RequestRecord record(boolean taken, long endedNanos) {
    int shown = grpc() ? 200 : status;
    Integer ofCall = grpc() ? (Integer) GrpcStatus.ofRefusal(outcome, status).code() : null;
    RequestEnd end =
        new RequestEnd(
            identity.requestId(),
            identity.traceId(),
            identity.spanId(),
            head == null ? null : head.method(),
            head == null ? null : head.path(),
            protocol,
            Dialect.UNKNOWN,
            operation(),
            null,
            false,
            taken ? (Integer) shown : null,
            taken ? ofCall : null,
            outcome,
            message,
            0,
            0,
            clientAddress,
            null,
            0,
            null);
    return times.finish(end, null, endedNanos);
  }

  /** What is malformed asks for nothing that can be named. */
  private Operation operation() {
    return head == null || outcome == Outcome.CALLER_INVALID
        ? Operation.OTHER
        : RequestReader.operationOf(head.method(), head.path());
  }
}
