package dev.streamgauge.otlp;

import dev.streamgauge.timeline.RequestRecord;
import dev.streamgauge.timeline.RequestRecord.Points;
import dev.streamgauge.timeline.RequestRecord.SpanPlace;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes the spans of finished requests: one of kind SERVER with events for the first token and the
 * first stalls, and below it one for each part that took place. For one thread. Whether a request
 * is sampled was decided when it began.
 */
final class SpanMaker {
  static final String SCOPE = "dev.streamgauge";

  private static final AttributeKey<Double> STALL_SECONDS =
      AttributeKey.doubleKey("streamgauge.stall");
  private static final double NANOS_PER_SECOND = 1e9;

  private final SpanAttributes attributes;
  private final GivenIds ids = new GivenIds();
  private final Collected made = new Collected();
  private final Tracer tracer;

  SpanMaker(Resource resource, SpanAttributes attributes, String version, @Nullable String schema) {
    this.attributes = attributes;
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(resource)
            .setIdGenerator(ids)
            .setSampler(Sampler.alwaysOn())
            .addSpanProcessor(made)
            .build();
    var builder = provider.tracerBuilder(SCOPE).setInstrumentationVersion(version);
    this.tracer = (schema == null ? builder : builder.setSchemaUrl(schema)).build();
  }

  /** Adds the spans of a request; of one whose place or time nobody knows there are none. */
  void add(RequestRecord record) {
    SpanPlace place = record.span();
    Instant receivedAt = record.receivedAt();
    String traceId = record.traceId();
    String spanId = record.spanId();
    if (place == null || receivedAt == null || traceId == null || spanId == null) {
      return;
    }
    long startNanos = TimeUnit.SECONDS.toNanos(receivedAt.getEpochSecond()) + receivedAt.getNano();
    ids.give(traceId, spanId);
    Span span =
        at(tracer.spanBuilder(SpanAttributes.name(record)), startNanos)
            .setSpanKind(SpanKind.SERVER)
            .setParent(parent(traceId, place))
            .setAllAttributes(attributes.of(record))
            .startSpan();
    events(record, span, startNanos);
    if (record.outcome().isFailure()) {
      span.setStatus(StatusCode.ERROR, record.error() == null ? "" : record.error());
    }
    parts(record, Context.root().with(span), startNanos);
    span.end(startNanos + record.points().ended(), TimeUnit.NANOSECONDS);
  }

  /** Those made since the last time. */
  List<SpanData> take() {
    return made.take();
  }

  private static Context parent(String traceId, SpanPlace place) {
    String parentSpanId = place.parentSpanId();
    return parentSpanId == null
        ? Context.root()
        : Context.root()
            .with(
                Span.wrap(
                    SpanContext.createFromRemoteParent(
                        traceId,
                        parentSpanId,
                        TraceFlags.getSampled(),
                        state(place.traceState()))));
  }

  private static TraceState state(@Nullable String text) {
    TraceStateBuilder state = TraceState.builder();
    String[] members = text == null ? new String[0] : text.split(",", -1);
    for (int i = members.length - 1; i >= 0; i--) { // what is put last stands first
      int equals = members[i].indexOf('=');
      if (equals > 0) {
        var _ =
            state.put(members[i].substring(0, equals).strip(), members[i].substring(equals + 1));
      }
    }
    return state.build();
  }

  private static void events(RequestRecord record, Span span, long startNanos) {
    Points points = record.points();
    event(span, "first_token", points.firstToken(), startNanos);
    if (points.firstAnswerToken() != null
        && !points.firstAnswerToken().equals(points.firstToken())) {
      event(span, "first_answer_token", points.firstAnswerToken(), startNanos);
    }
    for (RequestRecord.Stall stall : record.stalls()) {
      Attributes length = Attributes.of(STALL_SECONDS, stall.lengthNanos() / NANOS_PER_SECOND);
      var _ = span.addEvent("stall", length, startNanos + stall.endedNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private static void event(Span span, String name, @Nullable Long nanos, long startNanos) {
    if (nanos != null) {
      var _ = span.addEvent(name, startNanos + nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void parts(RequestRecord record, Context parent, long startNanos) {
    Points points = record.points();
    Long queued = record.queuedNanos();
    if (queued != null && queued > 0) {
      part("queue", 0, queued, parent, startNanos);
    }
    if (points.connectStarted() != null && points.connected() != null) {
      part("connect", points.connectStarted(), points.connected(), parent, startNanos);
    }
    Long asked = points.firstSent() != null ? points.firstSent() : points.connected();
    Long firstToken = points.firstToken();
    if (asked != null && record.generating() && record.stream()) {
      part("prefill", asked, firstToken == null ? points.ended() : firstToken, parent, startNanos);
    }
    if (firstToken != null && points.lastToken() != null) {
      part("generation", firstToken, points.lastToken(), parent, startNanos);
    }
  }

  private void part(String name, long from, long to, Context parent, long startNanos) {
    at(tracer.spanBuilder(name), startNanos + from)
        .setParent(parent)
        .startSpan()
        .end(startNanos + Math.max(from, to), TimeUnit.NANOSECONDS);
  }

  private static SpanBuilder at(SpanBuilder builder, long epochNanos) {
    return builder.setStartTimestamp(epochNanos, TimeUnit.NANOSECONDS);
  }

  /** The ids of a request's own span are those that its server was told; all others are random. */
  private static final class GivenIds implements IdGenerator {
    private final IdGenerator random = IdGenerator.random();
    private @Nullable String traceId;
    private @Nullable String spanId;

    void give(String trace, String span) {
      traceId = trace;
      spanId = span;
    }

    @Override
    public String generateSpanId() {
      String given = spanId;
      spanId = null;
      return given == null ? random.generateSpanId() : given;
    }

    @Override
    public String generateTraceId() {
      String given = traceId;
      traceId = null;
      return given == null ? random.generateTraceId() : given;
    }
  }

  private static final class Collected implements SpanProcessor {
    private List<SpanData> spans = new ArrayList<>();

    List<SpanData> take() {
      List<SpanData> taken = spans;
      spans = new ArrayList<>(taken.size());
      return taken;
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
      return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      spans.add(span.toSpanData());
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }
  }
}
