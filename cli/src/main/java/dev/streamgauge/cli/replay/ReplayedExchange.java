package dev.streamgauge.cli.replay;

import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.PatternPool;
import dev.streamgauge.parser.ReaderLimits;
import dev.streamgauge.parser.RequestFacts;
import dev.streamgauge.parser.RequestReader;
import dev.streamgauge.parser.ResponseHeaders;
import dev.streamgauge.parser.ResponseReader;
import dev.streamgauge.proxy.http1.RequestIds;
import dev.streamgauge.timeline.GrpcOutcome;
import dev.streamgauge.timeline.Inferences;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestEnd;
import dev.streamgauge.timeline.RequestRecord;
import dev.streamgauge.timeline.RequestTimeline;
import dev.streamgauge.timeline.TimelineSettings;
import dev.streamgauge.timeline.TokenTimeline;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** One request and its answer, on the recorded clock; ends exactly once. */
final class ReplayedExchange {
  /**
   * What a request's head says.
   *
   * @param path without the query
   * @param requestId null if it had none, or none that is sane: a replay makes none up
   * @param grpcEncoding of a call's messages
   */
  record Request(
      String method,
      String path,
      Protocol protocol,
      @Nullable String requestId,
      @Nullable String grpcEncoding) {
    Request {
      requestId = requestId != null && RequestIds.isSane(requestId) ? requestId : null;
    }
  }

  /** What a response's head says. */
  record Response(
      int status,
      @Nullable String contentType,
      @Nullable String contentEncoding,
      ResponseHeaders headers) {}

  private final @Nullable Request request;
  private final long headNanos;
  private final @Nullable Inferences inferences;
  private final TimedInferences timedInferences = new TimedInferences();
  private final TokenTimeline tokens;
  private final TimedSink sink;
  private final ByteArrayOutputStream requestBody = new ByteArrayOutputStream();
  private RequestTimeline marks;
  private RequestFacts facts;
  private @Nullable Long requestReadNanos;
  private @Nullable Integer status;
  private @Nullable Integer grpcStatus;
  private @Nullable ResponseReader reader;
  private @Nullable RequestRecord record;
  private long requestBytes;
  private long responseBytes;
  private int lastRead = -1;
  private long lastReadNanos;

  /** How it ends because the caller left; null as long as it is there. */
  private @Nullable Outcome leftOutcome;

  private @Nullable String error;

  /** What is malformed asks for nothing that can be named. */
  private boolean refused;

  /**
   * @param request null if it could not be read
   * @param headNanos when its head was complete
   */
  ReplayedExchange(@Nullable Request request, long headNanos, TimelineSettings settings) {
    this.request = request;
    this.headNanos = headNanos;
    this.inferences =
        request == null || request.protocol() != Protocol.GRPC
            ? null
            : Inferences.open(request.path(), request.grpcEncoding(), settings, timedInferences);
    this.tokens = new TokenTimeline(settings, inferences);
    this.sink = new TimedSink(tokens);
    this.marks = newMarks(headNanos);
    this.facts = new RequestFacts("", "", Operation.OTHER, null, null);
  }

  /** The answer before it has ended: a pipelined request counts as received from then on. */
  void firstInLine(long nanos) {
    marks = newMarks(Math.max(headNanos, nanos));
  }

  boolean isHead() {
    return request != null && request.method().equals("HEAD");
  }

  boolean ended() {
    return record != null;
  }

  RequestRecord record() {
    RequestRecord made = record;
    if (made == null) {
      throw new IllegalStateException("not ended");
    }
    return made;
  }

  long[] tokenTimesMicros() {
    return sink.tokenMicrosSince(requestReadNanos == null ? headNanos : requestReadNanos);
  }

  /** Of the inferences on a call that may have several, as they ended; null for all else. */
  long @Nullable [] inferenceTtftMicros() {
    return inferences == null ? null : timedInferences.ttftMicros();
  }

  /** Messages of a call, of which {@link #requestData} is told, too. */
  void messages(byte[] bytes, long nanos) {
    if (inferences != null) {
      inferences.request(bytes, 0, bytes.length, nanos);
    }
  }

  void requestData(ByteBuf buffer, int start, int end) {
    requestBytes += end - start;
    int room = RequestReader.INSPECTED_BYTES_MAX - requestBody.size();
    for (int at = start; at < Math.min(end, start + room); at++) {
      requestBody.write(buffer.getByte(at));
    }
  }

  void requestRead(long nanos) {
    requestReadNanos = nanos;
  }

  void responseHead(Response head, long nanos) {
    readRequest();
    status = head.status();
    marks.headers(nanos);
    reader =
        ResponseReader.open(
            facts,
            head.status(),
            head.contentType(),
            head.contentEncoding(),
            head.headers(),
            null,
            ReaderLimits.defaults(),
            new PatternPool(1),
            sink);
  }

  /**
   * @param read a number of its own for each socket read
   */
  void responseData(ByteBuf buffer, int start, int end, int read, long nanos) {
    lastReadNanos = nanos;
    marks.firstByte(nanos);
    responseBytes += end - start;
    if (read != lastRead) {
      lastRead = read;
      sink.readAt(nanos);
    }
    if (reader != null && reader.wantsBytes()) {
      byte[] bytes = new byte[end - start];
      buffer.getBytes(start, bytes);
      reader.read(bytes, 0, bytes.length);
    }
  }

  /** The answer ended cleanly, as HTTP framing says. */
  void endedCleanly(long nanos) {
    if (reader != null) {
      reader.end();
    }
    end(cleanOutcome(), nanos);
  }

  /**
   * A gRPC call's stream ended cleanly.
   *
   * @param code as its trailers say; null if they don't
   */
  void callEnded(@Nullable Integer code, @Nullable String message, long nanos) {
    grpcStatus = code;
    if (reader != null && code != null && code == 0) {
      reader.end();
    }
    error = code != null && code == 0 ? null : message;
    int http = status == null ? 0 : status;
    end(GrpcOutcome.of(http, code, responseBytes > 0, cleanOutcome()), nanos);
  }

  /** Its head is one that a server may not be shown. */
  void refused(long nanos) {
    refused = true;
    end(Outcome.CALLER_INVALID, nanos);
  }

  /** The caller closed or reset; what the server still sends is read all the same. */
  void callerLeft(long nanos) {
    if (leftOutcome == null) {
      leftOutcome = outcomeOfCallerLeft();
      lastReadNanos = nanos;
    }
  }

  /** Whether a call went well only its trailers say. */
  private Outcome outcomeOfCallerLeft() {
    boolean call = request != null && request.protocol() == Protocol.GRPC;
    return call
        ? Outcome.CALLER_DISCONNECT
        : tokens.outcomeOfCallerLeft(status == null ? 0 : status);
  }

  /** The recording stops here, and nothing in it says how the answer went on. */
  void recordingEnded(long nanos) {
    if (leftOutcome == null) {
      boolean told = status != null && tokens.complete();
      error = told ? null : "the recording ends here";
      end(told ? cleanOutcome() : Outcome.UPSTREAM_TRUNCATED, nanos);
    }
  }

  void end(Outcome outcome, long nanos) {
    if (record != null) {
      return;
    }
    Outcome left = leftOutcome;
    if (left == null) {
      finish(outcome, nanos);
    } else {
      finish(left, lastReadNanos);
    }
  }

  private void finish(Outcome outcome, long nanos) {
    readRequest();
    marks.admitted(marks.receivedNanos());
    if (requestReadNanos != null) {
      marks.bodyReceived(requestReadNanos);
    }
    record = marks.finish(facts(outcome), reader == null ? null : tokens, nanos);
    if (reader != null) {
      reader.close();
    }
  }

  private Outcome cleanOutcome() {
    return tokens.outcomeOfCleanEnd(status == null ? 0 : status, readToItsEnd());
  }

  /** Whether a missing end marker means anything. */
  private boolean readToItsEnd() {
    return reader != null && reader.readToItsEnd();
  }

  private RequestEnd facts(Outcome outcome) {
    return new RequestEnd(
        request == null ? null : request.requestId(),
        null,
        null,
        request == null ? null : request.method(),
        request == null ? null : request.path(),
        request == null ? Protocol.HTTP_1_1 : request.protocol(),
        reader == null ? Dialect.UNKNOWN : reader.dialect(),
        facts.operation(),
        facts.model(),
        stream(),
        status,
        grpcStatus,
        outcome,
        error,
        requestBytes,
        responseBytes,
        null,
        null,
        0,
        reader == null ? null : reader.unparsed());
  }

  private boolean stream() {
    if (reader != null && status != null && status >= 200 && status < 300) {
      return reader.stream();
    }
    return facts.asksForStream();
  }

  private void readRequest() {
    if (request != null && !refused) {
      byte[] body = requestBody.toByteArray();
      facts = RequestReader.read(request.method(), request.path(), body, 0, body.length);
    }
  }

  private static RequestTimeline newMarks(long nanos) {
    return new RequestTimeline(nanos, null); // the recorded clock has no date
  }
}
