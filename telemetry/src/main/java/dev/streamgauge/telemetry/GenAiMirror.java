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
  private static final int OUTCOMES = Outcome.values().length;
  private static final String[] LABELS = {
    GenAiAttribute.OPERATION_NAME.label(),
    GenAiAttribute.PROVIDER_NAME.label(),
    GenAiAttribute.REQUEST_MODEL.label()
  };

  /** Of requests that are no inference. */
  private static final RecordSeries NOTHING =
      new RecordSeries() {
        @Override
        void add(RequestRecord record, @Nullable Origin origin) {}
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
  public RecordSeries of(Row row) {
    return row.kind() == Operation.OTHER ? NOTHING : new Series(row);
  }

  private final class Series extends RecordSeries {
    private final String operation;
    private final String model;
    private final LateHistogram firstToken;
    private final LateHistogram perOutputToken;
    private final @Nullable LateHistogram input;
    private final @Nullable LateHistogram output;
    private final @Nullable HistogramSeries[] durations = new @Nullable HistogramSeries[OUTCOMES];

    private Series(Row row) {
      operation = GenAiAttribute.operationName(row.kind());
      model = row.model();
      firstToken = new LateHistogram(ttft, operation, PROVIDER, model);
      perOutputToken = new LateHistogram(timePerOutputToken, operation, PROVIDER, model);
      input = usage("input");
      output = usage("output");
    }

    private @Nullable LateHistogram usage(String type) {
      return tokenUsage == null
          ? null
          : new LateHistogram(tokenUsage, operation, PROVIDER, model, type);
    }

    @Override
    void add(RequestRecord record, @Nullable Origin origin) {
      Outcome outcome = record.outcome();
      duration(outcome).observeNanos(record.points().ended(), origin);
      RequestRecord.Generation generation = record.generation();
      if (outcome == Outcome.OK && record.stream()) {
        firstToken.observeNanos(record.points().firstToken(), origin);
        if (generation != null) {
          perOutputToken.observeNanos(generation.timePerOutputTokenNanos(), origin);
        }
      }
      if (generation != null) {
        addUsage(generation, origin);
      }
    }

    private HistogramSeries duration(Outcome outcome) {
      HistogramSeries series = durations[place(outcome)];
      if (series == null) {
        String error = outcome == Outcome.OK ? "" : outcome.label();
        series = duration.with(operation, PROVIDER, model, error);
        durations[place(outcome)] = series;
      }
      return series;
    }

    private void addUsage(RequestRecord.Generation generation, @Nullable Origin origin) {
      if (input != null && output != null) {
        input.observeCount(generation.inputTokens(), origin);
        output.observeCount(generation.outputTokens(), origin);
      }
      if (next != null) {
        next.add(generation, operation, model, origin);
      }
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
        add(each, 0L, Row.FIRST.operation(), Row.FIRST.model());
      }
    }

    private void add(
        RequestRecord.Generation generation,
        String operation,
        String model,
        @Nullable Origin origin) {
      observe(input, generation.inputTokens(), operation, model, origin);
      observe(output, generation.outputTokens(), operation, model, origin);
      add(inputTotal, generation.inputTokens(), operation, model);
      add(outputTotal, generation.outputTokens(), operation, model);
      add(cacheRead, generation.cachedInputTokens(), operation, model);
      add(cacheWrite, generation.cacheWriteInputTokens(), operation, model);
      add(reasoning, generation.reasoningTokens(), operation, model);
    }

    private static void observe(
        BulkHistogram histogram,
        @Nullable Long count,
        String operation,
        String model,
        @Nullable Origin origin) {
      if (count != null) {
        histogram.with(operation, PROVIDER, model).observe(count, origin);
      }
    }

    private static void add(Counter counter, @Nullable Long count, String operation, String model) {
      if (count != null) {
        Families.add(counter, count, operation, PROVIDER, model, MODALITY);
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
