package dev.streamgauge.proxy;

import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.Operation;
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
  private final RequestIdentity identity = RequestIdentity.of(null);
  private final RequestTimeline times;
  private final int status;
  private final Outcome outcome;
  private final String message;
  private final @Nullable String clientAddress;

  RefusedHead(
      RequestTimeline times,
      int status,
      Outcome outcome,
      String message,
      @Nullable String clientAddress) {
    this.times = times;
    this.status = status;
    this.outcome = outcome;
    this.message = message;
    this.clientAddress = clientAddress;
  }

  /** The whole answer; the connection ends behind it. */
  ByteBuf answer(ByteBufAllocator allocator) {
    return Answers.error(allocator, status, outcome, message, identity.requestId(), true, false);
  }

  RequestRecord record(long endedNanos) {
    RequestEnd end =
        new RequestEnd(
            identity.requestId(),
            identity.traceId(),
            identity.spanId(),
            null,
            null,
            Protocol.HTTP_1_1,
            Dialect.UNKNOWN,
            Operation.OTHER,
            null,
            false,
            status,
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
}
