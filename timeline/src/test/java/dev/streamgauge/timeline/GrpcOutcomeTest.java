package dev.streamgauge.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GrpcOutcomeTest {
  @ParameterizedTest
  @CsvSource({
    "1, UPSTREAM_ERROR, UPSTREAM_STREAM_ERROR",
    "2, UPSTREAM_ERROR, UPSTREAM_STREAM_ERROR",
    "3, CALLER_ERROR, CALLER_ERROR",
    "4, UPSTREAM_TIMEOUT, UPSTREAM_TIMEOUT",
    "5, CALLER_ERROR, CALLER_ERROR",
    "6, CALLER_ERROR, CALLER_ERROR",
    "7, CALLER_ERROR, CALLER_ERROR",
    "8, CALLER_ERROR, CALLER_ERROR",
    "9, CALLER_ERROR, CALLER_ERROR",
    "10, UPSTREAM_ERROR, UPSTREAM_STREAM_ERROR",
    "11, CALLER_ERROR, CALLER_ERROR",
    "12, CALLER_ERROR, CALLER_ERROR",
    "13, UPSTREAM_ERROR, UPSTREAM_STREAM_ERROR",
    "14, UPSTREAM_ERROR, UPSTREAM_STREAM_ERROR",
    "15, UPSTREAM_ERROR, UPSTREAM_STREAM_ERROR",
    "16, CALLER_ERROR, CALLER_ERROR",
    "17, UPSTREAM_ERROR, UPSTREAM_STREAM_ERROR",
    "999, UPSTREAM_ERROR, UPSTREAM_STREAM_ERROR",
  })
  void aStatusThatIsNotZeroSaysHowTheCallEnded(int status, Outcome before, Outcome behind) {
    for (Outcome ofContent : new Outcome[] {Outcome.OK, Outcome.UPSTREAM_TRUNCATED}) {
      assertThat(GrpcOutcome.of(200, status, false, ofContent)).isEqualTo(before);
      assertThat(GrpcOutcome.of(200, status, true, ofContent)).isEqualTo(behind);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OK", "UPSTREAM_STREAM_ERROR", "UPSTREAM_TRUNCATED"})
  void statusZeroLeavesItToWhatTheMessagesSaid(Outcome ofContent) {
    assertThat(GrpcOutcome.of(200, 0, true, ofContent)).isEqualTo(ofContent);
  }

  @ParameterizedTest
  @CsvSource({
    "200, OK, UPSTREAM_TRUNCATED",
    "200, UPSTREAM_TRUNCATED, UPSTREAM_TRUNCATED",
    "200, UPSTREAM_STREAM_ERROR, UPSTREAM_STREAM_ERROR",
    "204, OK, UPSTREAM_ERROR",
    "302, OK, UPSTREAM_ERROR",
    "400, CALLER_ERROR, CALLER_ERROR",
    "404, CALLER_ERROR, CALLER_ERROR",
    "429, CALLER_ERROR, CALLER_ERROR",
    "500, UPSTREAM_ERROR, UPSTREAM_ERROR",
    "503, UPSTREAM_ERROR, UPSTREAM_ERROR",
  })
  void withoutAStatusTheCallIsTruncatedUnlessHttpsSaysMore(
      int httpStatus, Outcome ofContent, Outcome outcome) {
    assertThat(GrpcOutcome.of(httpStatus, null, false, ofContent)).isEqualTo(outcome);
    assertThat(GrpcOutcome.of(httpStatus, null, true, ofContent)).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource({"404, CALLER_ERROR", "503, UPSTREAM_ERROR", "302, UPSTREAM_ERROR"})
  void statusZeroDoesNotMakeAnotherHttpStatusGood(int httpStatus, Outcome outcome) {
    assertThat(GrpcOutcome.of(httpStatus, 0, false, Outcome.OK)).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource({
    ", ",
    "0, 0",
    "16, 16",
    "17, 17",
    "999, 999",
    "1000, 2",
    "'', 2",
    "-1, 2",
    "1x, 2",
    "' 1', 2",
    "99999999999999999999, 2",
  })
  void aStatusThatIsNoNumberIsUnknown(@Nullable String field, @Nullable Integer code) {
    assertThat(GrpcStatus.codeOf(field)).isEqualTo(code);
  }

  @ParameterizedTest
  @EnumSource
  void aCodeIsItsPlace(GrpcStatus status) {
    assertThat(GrpcStatus.of(status.code())).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "CALLER_INVALID, 400, INTERNAL",
    "CALLER_INVALID, 405, UNIMPLEMENTED",
    "CALLER_INVALID, 408, DEADLINE_EXCEEDED",
    "CALLER_INVALID, 413, RESOURCE_EXHAUSTED",
    "CALLER_INVALID, 414, RESOURCE_EXHAUSTED",
    "CALLER_INVALID, 431, RESOURCE_EXHAUSTED",
    "CALLER_INVALID, 501, UNIMPLEMENTED",
    "CALLER_INVALID, 503, UNAVAILABLE",
    "POLICY_QUEUE_FULL, 503, UNAVAILABLE",
    "POLICY_QUEUE_TIMEOUT, 503, UNAVAILABLE",
    "POLICY_DRAINING, 503, UNAVAILABLE",
    "UPSTREAM_UNREACHABLE, 502, UNAVAILABLE",
    "UPSTREAM_RESET, 502, UNAVAILABLE",
    "UPSTREAM_TIMEOUT, 504, DEADLINE_EXCEEDED",
    "PROXY_ERROR, 502, INTERNAL",
    "UPSTREAM_TRUNCATED, 200, INTERNAL",
    "CALLER_DISCONNECT, 499, CANCELLED",
    "CALLER_ERROR, 401, UNAUTHENTICATED",
    "CALLER_ERROR, 403, PERMISSION_DENIED",
    "CALLER_ERROR, 404, UNIMPLEMENTED",
    "CALLER_ERROR, 429, UNAVAILABLE",
    "UPSTREAM_ERROR, 500, UNKNOWN",
    "UPSTREAM_ERROR, 503, UNAVAILABLE",
    "OK, 200, OK",
  })
  void aRefusalHasTheStatusThatTellsAClientWhatToDo(
      Outcome outcome, int httpStatus, GrpcStatus status) {
    assertThat(GrpcStatus.ofRefusal(outcome, httpStatus)).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "application/grpc, GRPC",
    "application/grpc+proto, GRPC",
    "application/grpc; charset=utf-8, GRPC",
    "Application/GRPC, GRPC",
    "application/grpc-web, H2",
    "application/grpc-web+proto, H2",
    "application/grpcx, H2",
    "application/json, H2",
    ", H2",
  })
  void grpcWebIsHttp(@Nullable String contentType, Protocol protocol) {
    assertThat(Protocol.ofHttp2(contentType)).isEqualTo(protocol);
  }
}
