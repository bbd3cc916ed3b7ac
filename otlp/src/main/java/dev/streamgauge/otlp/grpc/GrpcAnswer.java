package dev.streamgauge.otlp.grpc;

import io.netty.handler.codec.http2.Http2Error;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one call ended, be it by the collector's word or without one: gRPC has a status for both.
 *
 * @param waitAtLeast what RetryInfo asks for; null where there is none
 * @param spoken whether it is the collector's own word, behind which its connection is good
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record GrpcAnswer(
    GrpcStatusCode status,
    @Nullable String description,
    byte[] message,
    @Nullable Duration waitAtLeast,
    boolean spoken)
    implements GrpcResponse {

  private static final byte[] NOTHING = new byte[0];

  /** Without a word of the collector. */
  static GrpcAnswer none(GrpcStatusCode status, String why) {
    return new GrpcAnswer(status, why, NOTHING, null, false);
  }

  /** gRPC's "HTTP to gRPC Status Code Mapping": whoever answered was no gRPC server. */
  static GrpcAnswer ofHttp(String status) {
    GrpcStatusCode code =
        switch (status) {
          case "400" -> GrpcStatusCode.INTERNAL;
          case "401" -> GrpcStatusCode.UNAUTHENTICATED;
          case "403" -> GrpcStatusCode.PERMISSION_DENIED;
          case "404" -> GrpcStatusCode.UNIMPLEMENTED;
          case "429", "502", "503", "504" -> GrpcStatusCode.UNAVAILABLE;
          default -> GrpcStatusCode.UNKNOWN;
        };
    return none(code, "HTTP status " + status);
  }

  /** gRPC over HTTP/2, "Errors". */
  static GrpcAnswer ofReset(long error) {
    Http2Error named = Http2Error.valueOf(error);
    GrpcStatusCode code =
        switch (named) {
          case REFUSED_STREAM -> GrpcStatusCode.UNAVAILABLE;
          case CANCEL -> GrpcStatusCode.CANCELLED;
          case ENHANCE_YOUR_CALM -> GrpcStatusCode.RESOURCE_EXHAUSTED;
          case INADEQUATE_SECURITY -> GrpcStatusCode.PERMISSION_DENIED;
          case null, default -> GrpcStatusCode.INTERNAL;
        };
    return none(code, "the call was reset: " + (named == null ? Long.toString(error) : named));
  }

  /**
   * Whether the batch may be sent again (OTLP 1.10, "Failures"): of RESOURCE_EXHAUSTED only where
   * the collector says that it will recover.
   */
  boolean retryable() {
    return switch (status) {
      case CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS -> true;
      case RESOURCE_EXHAUSTED -> waitAtLeast != null;
      case OK,
          UNKNOWN,
          INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          UNIMPLEMENTED,
          INTERNAL,
          UNAUTHENTICATED ->
          false;
    };
  }

  @Override
  public GrpcStatusCode getStatusCode() {
    return status;
  }

  @Override
  public @Nullable String getStatusDescription() {
    return description;
  }

  @Override
  public byte[] getResponseMessage() {
    return message;
  }
}
