package dev.streamgauge.otlp;

import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.FinishReason;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.TokenSource;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestRecord;
import dev.streamgauge.timeline.RequestRecord.SpanPlace;
import dev.streamgauge.timeline.RequestRecord.Stall;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A finished request to test with. */
final class Finished {
  static final Instant RECEIVED_AT = Instant.parse("2026-03-04T05:06:07.089Z");
  static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  static final String SPAN = "b7ad6b7169203331";
  static final String CLIENT = "192.0.2.77";

  private final Operation operation;
  private final String method;
  private String path = "/v1/chat/completions";
  private Outcome outcome = Outcome.OK;
  private List<Stall> stalls = List.of();
  private @Nullable SpanPlace span = new SpanPlace(null, null);

  private Finished(Operation operation, String method) {
    this.operation = operation;
    this.method = method;
  }

  /** A chat that waited in the queue, connected and streamed. */
  static Finished stream() {
    return new Finished(Operation.CHAT, "POST");
  }

  static Finished other(String method) {
    return new Finished(Operation.OTHER, method);
  }

  Finished path(String other) {
    path = other;
    return this;
  }

  Finished outcome(Outcome other) {
    outcome = other;
    return this;
  }

  Finished stalls(Stall... seen) {
    stalls = List.of(seen);
    return this;
  }

  Finished span(@Nullable SpanPlace place) {
    span = place;
    return this;
  }

  RequestRecord record() {
    return new RequestRecord(
        RECEIVED_AT,
        "req-1",
        TRACE,
        SPAN,
        method,
        path,
        Protocol.HTTP_1_1,
        Dialect.OPENAI_CHAT,
        operation,
        "served",
        "asked",
        true,
        200,
        null,
        outcome,
        null,
        new RequestRecord.Points(
            ms(0), ms(5), null, ms(5), ms(7), ms(8), ms(9), ms(20), ms(30), ms(50), ms(50), ms(90),
            ms(100)),
        new RequestRecord.Transfer(123, 4567, CLIENT, false, 0, 0, null),
        new RequestRecord.Generation(
            9,
            FinishReason.STOP,
            null,
            TokenSource.USAGE,
            10L,
            9L,
            4L,
            2L,
            1L,
            null,
            5_000_000L,
            200.0,
            20_000_000L,
            5_000_000L,
            20_000_000L,
            stalls.size(),
            0L,
            null,
            null,
            null,
            null),
        null,
        null,
        false,
        0,
        null,
        stalls,
        span);
  }

  private static long ms(long millis) {
    return millis * 1_000_000;
  }
}
