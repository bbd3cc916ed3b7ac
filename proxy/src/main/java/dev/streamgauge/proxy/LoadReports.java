package dev.streamgauge.proxy;

import dev.streamgauge.config.EngineSettings.OrcaHeaders;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HeadBuilder;
import dev.streamgauge.proxy.http1.HeadWriter;
import dev.streamgauge.telemetry.ServerLoad;
import dev.streamgauge.timeline.Protocol;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells load balancers on the answers of inference how busy the server is, by ORCA's load report:
 * in a field of the head over HTTP, in the trailer of a gRPC call (gRPC's proposal A51). Where the
 * server reports itself, its report stays the only one. Any thread.
 */
final class LoadReports {
  private static final String FIELD = "endpoint-load-metrics";
  private static final String BINARY_FIELD = "endpoint-load-metrics-bin";

  /** What older Envoys read. */
  private static final String JSON_FIELD = "endpoint-load-metrics-json";

  /** By which vLLM and Triton are asked for a report. */
  private static final String ASKED_FIELD = "endpoint-load-metrics-format";

  private final OrcaHeaders option;
  private final Supplier<ServerLoad> load;
  private final RequestRate rate;

  private LoadReports(OrcaHeaders option, Supplier<ServerLoad> load, long nowNanos) {
    this.option = option;
    this.load = load;
    this.rate = new RequestRate(nowNanos);
  }

  /** How an answer has its report. */
  enum Form {
    TEXT,
    JSON,
    /** In the trailer, or in the only head. */
    TRAILER
  }

  /** Null where none are wanted. */
  static @Nullable LoadReports of(OrcaHeaders option, Supplier<ServerLoad> load, long nowNanos) {
    return option == OrcaHeaders.OFF ? null : new LoadReports(option, load, nowNanos);
  }

  /** Time goes on; to be told several times a second. */
  void advance(long nowNanos) {
    rate.advance(nowNanos);
  }

  /** A request came; how its answer has a report, or null for none. */
  @Nullable Form arrived(Head request, Operation operation, Protocol protocol) {
    if (!operation.inference()) {
      return null;
    }
    rate.count();
    Form form =
        switch (option) {
          case OFF -> null;
          case TEXT -> Form.TEXT;
          case JSON -> Form.JSON;
          case ASKED -> asked(request.header(ASKED_FIELD));
        };
    return form != null && protocol == Protocol.GRPC ? Form.TRAILER : form;
  }

  private static @Nullable Form asked(@Nullable String format) {
    return switch (format == null ? "" : format.toLowerCase(Locale.ROOT)) {
      case "text" -> Form.TEXT;
      case "json" -> Form.JSON;
      default -> null;
    };
  }

  /**
   * What the head of an answer gets; null for nothing.
   *
   * @param onlyHead the answer ends with it
   */
  HeadWriter.@Nullable Field inHead(Form form, Head answer, boolean onlyHead, long nowNanos) {
    if (has(answer)) {
      return null;
    }
    return switch (form) {
      case TEXT -> new HeadWriter.Field(FIELD, report(nowNanos).text());
      case JSON -> new HeadWriter.Field(FIELD, report(nowNanos).json());
      case TRAILER ->
          onlyHead ? new HeadWriter.Field(BINARY_FIELD, report(nowNanos).binary()) : null;
    };
  }

  /**
   * The trailer with a report behind it; null stays null: a call without one has not ended well.
   */
  @Nullable Head inTrailer(@Nullable Form form, @Nullable Head trailer, long nowNanos) {
    if (form != Form.TRAILER || trailer == null || has(trailer)) {
      return trailer;
    }
    HeadBuilder reporting = HeadBuilder.trailer(trailer.fieldCount() + 1);
    for (int field = 0; field < trailer.fieldCount(); field++) {
      reporting.field(trailer.name(field), trailer.value(field));
    }
    reporting.field(BINARY_FIELD, report(nowNanos).binary());
    return reporting.malformed() == null ? reporting.head() : trailer;
  }

  private OrcaReport report(long nowNanos) {
    return new OrcaReport(load.get(), rate.perSecond(nowNanos));
  }

  private static boolean has(Head head) {
    return head.header(FIELD) != null
        || head.header(BINARY_FIELD) != null
        || head.header(JSON_FIELD) != null;
  }
}
