package dev.streamgauge.telemetry;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.telemetry.TelemetrySettings.Semconv;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import io.prometheus.metrics.core.metrics.Counter;
import org.jspecify.annotations.Nullable;

/**
 * Our figures under the names of OpenTelemetry's conventions for generative AI: of v1.41, of their
 * next release, or of both. Times to first token and per output token are there for successful
 * requests only, as the conventions want it; requests that are no inference are left out.
 */
final class GenAiMirror implements RecordMetrics {
  private static final String PROVIDER = "unknown";
  private static final String[] LABELS = {
    GenAiAttribute.OPERATION_NAME.label(),
    GenAiAttribute.PROVIDER_NAME.label(),
    GenAiAttribute.REQUEST_MODEL.label()
  };

  private final BulkHistogram duration;
  private final BulkHistogram ttft;
  private final BulkHistogram timePerOutputToken;
  private final @Nullable BulkHistogram tokenUsage;
  private final @Nullable NextUsage next;

  GenAiMirror(Families families, Semconv profile) {
    duration =
        families.foreignHistogram(
            GenAiMetric.SERVER_REQUEST_DURATION.prometheusName(),
            "OpenTelemetry's name for request_duration_seconds.",
            BucketFamily.DURATION,
            labels("error_type"));
    ttft =
        families.foreignHistogram(
            GenAiMetric.SERVER_TIME_TO_FIRST_TOKEN.prometheusName(),
            "OpenTelemetry's name for time_to_first_token_seconds, of successful requests.",
            BucketFamily.TTFT,
            LABELS);
    timePerOutputToken =
        families.foreignHistogram(
            GenAiMetric.SERVER_TIME_PER_OUTPUT_TOKEN.prometheusName(),
            "OpenTelemetry's name for time_per_output_token_seconds, of successful requests.",
            BucketFamily.GAP,
            LABELS);
    tokenUsage =
        profile.hasV141()
            ? families.foreignHistogram(
                GenAiMetric.CLIENT_TOKEN_USAGE.prometheusName(),
                "OpenTelemetry's name, until v1.41, for input and output tokens of a request.",
                BucketFamily.TOKENS,
                labels(GenAiAttribute.TOKEN_TYPE.label()))
            : null;
    next = profile.hasNext() ? new NextUsage(families) : null;
    showFromTheStart();
  }

  @Override
  public void add(RequestRecord record, Row row) {
    if (record.operation() == Operation.OTHER) {
      return;
    }
    String operation = GenAiAttribute.operationName(record.operation());
    boolean ok = record.outcome() == Outcome.OK;
    duration
        .with(operation, PROVIDER, row.model(), ok ? "" : record.outcome().label())
        .observeNanos(record.points().ended(), row.origin());
    RequestRecord.Generation generation = record.generation();
    if (ok && record.stream()) {
      observe(ttft, record.points().firstToken(), operation, row);
      Long perToken = generation == null ? null : generation.timePerOutputTokenNanos();
      observe(timePerOutputToken, perToken, operation, row);
    }
    if (generation != null) {
      addUsage(generation, operation, row);
    }
  }

  private void addUsage(RequestRecord.Generation generation, String operation, Row row) {
    if (tokenUsage != null) {
      observeCount(tokenUsage, generation.inputTokens(), operation, "input", row);
      observeCount(tokenUsage, generation.outputTokens(), operation, "output", row);
    }
    if (next != null) {
      next.add(generation, operation, row);
    }
  }

  private static void observe(
      BulkHistogram histogram, @Nullable Long nanos, String operation, Row row) {
    if (nanos != null) {
      histogram.with(operation, PROVIDER, row.model()).observeNanos(nanos, row.origin());
    }
  }

  private static void observeCount(
      BulkHistogram histogram, @Nullable Long count, String operation, String type, Row row) {
    if (count != null) {
      histogram.with(operation, PROVIDER, row.model(), type).observe(count, row.origin());
    }
  }

  private void showFromTheStart() {
    String model = Row.FIRST.model();
    String operation = Row.FIRST.operation();
    duration.with(operation, PROVIDER, model, "");
    ttft.with(operation, PROVIDER, model);
    timePerOutputToken.with(operation, PROVIDER, model);
    if (tokenUsage != null) {
      tokenUsage.with(operation, PROVIDER, model, "input");
      tokenUsage.with(operation, PROVIDER, model, "output");
    }
  }

  private static String[] labels(String further) {
    return new String[] {LABELS[0], LABELS[1], LABELS[2], further};
  }

  /** Token counts as the release after v1.41 names them. */
  private static final class NextUsage {
    private static final String MODALITY = "unknown";

    private final BulkHistogram input;
    private final BulkHistogram output;
    private final Counter inputTotal;
    private final Counter outputTotal;
    private final Counter cacheRead;
    private final Counter cacheWrite;
    private final Counter reasoning;

    private NextUsage(Families families) {
      input = histogram(families, GenAiMetric.OPERATION_INPUT_TOKENS, "input");
      output = histogram(families, GenAiMetric.OPERATION_OUTPUT_TOKENS, "output");
      inputTotal = counter(families, GenAiMetric.USAGE_INPUT_TOKENS);
      outputTotal = counter(families, GenAiMetric.USAGE_OUTPUT_TOKENS);
      cacheRead = counter(families, GenAiMetric.USAGE_CACHE_READ);
      cacheWrite = counter(families, GenAiMetric.USAGE_CACHE_WRITE);
      reasoning = counter(families, GenAiMetric.USAGE_REASONING);
      for (BulkHistogram each : new BulkHistogram[] {input, output}) {
        each.with(Row.FIRST.operation(), PROVIDER, Row.FIRST.model());
      }
      for (Counter each :
          new Counter[] {inputTotal, outputTotal, cacheRead, cacheWrite, reasoning}) {
        add(each, 0L, Row.FIRST.operation(), Row.FIRST);
      }
    }

    private void add(RequestRecord.Generation generation, String operation, Row row) {
      observe(input, generation.inputTokens(), operation, row);
      observe(output, generation.outputTokens(), operation, row);
      add(inputTotal, generation.inputTokens(), operation, row);
      add(outputTotal, generation.outputTokens(), operation, row);
      add(cacheRead, generation.cachedInputTokens(), operation, row);
      add(cacheWrite, generation.cacheWriteInputTokens(), operation, row);
      add(reasoning, generation.reasoningTokens(), operation, row);
    }

    private static void observe(
        BulkHistogram histogram, @Nullable Long count, String operation, Row row) {
      if (count != null) {
        histogram.with(operation, PROVIDER, row.model()).observe(count, row.origin());
      }
    }

    private static void add(Counter counter, @Nullable Long count, String operation, Row row) {
      if (count != null) {
        Families.add(counter, count, operation, PROVIDER, row.model(), MODALITY);
      }
    }

    private static BulkHistogram histogram(
        Families families, GenAiMetric metric, String direction) {
      return families.foreignHistogram(
          metric.prometheusName(),
          "OpenTelemetry's name, after v1.41, for the " + direction + " tokens of a request.",
          BucketFamily.TOKENS,
          LABELS);
    }

    private static Counter counter(Families families, GenAiMetric metric) {
      return families.foreignCounter(
          metric.prometheusName(),
          "OpenTelemetry's name, after v1.41, for tokens_total of this type.",
          labels(GenAiAttribute.TOKEN_MODALITY.label()));
    }
  }
}
