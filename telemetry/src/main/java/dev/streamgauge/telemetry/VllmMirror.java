package dev.streamgauge.telemetry;

import dev.streamgauge.parser.FinishReason;
import dev.streamgauge.telemetry.Families.Labelled;
import dev.streamgauge.telemetry.engine.Figure;
import dev.streamgauge.timeline.GapCounts;
import dev.streamgauge.timeline.RequestRecord;
import io.prometheus.metrics.core.metrics.Counter;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Our figures under the names and in the buckets of vLLM 0.32, with its labels {@code model_name}
 * and {@code engine}, for dashboards, autoscalers and schedulers that know vLLM alone. They are
 * ours all the same: taken at this proxy, of generating requests that the server took on.
 */
final class VllmMirror implements RecordMetrics {
  static final String PREFIX = "vllm:";
  private static final String MODEL = "model_name";

  /** It numbers its data-parallel engines; to a dashboard this is the first. */
  private static final String ENGINE = "engine";

  private static final String ONLY_ENGINE = "0";
  private static final String OURS = ", taken at the proxy; vLLM's name for ";

  private static final double[] LATENCY = {
    0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680
  };
  private static final double[] FIRST_TOKEN = {
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40,
    80, 160, 640, 2560
  };
  private static final double[] BETWEEN_TOKENS = {
    0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80
  };

  /** It makes them up to the model's context; ours end where no context does. */
  private static final double[] TOKENS = {
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6
  };

  private final ModelLabels models;
  private final BulkHistogram ttft;
  private final BulkHistogram interToken;
  private final BulkHistogram interTokenAsOnce;
  private final BulkHistogram perOutputToken;
  private final BulkHistogram latency;
  private final BulkHistogram queueTime;
  private final BulkHistogram prefillTime;
  private final BulkHistogram decodeTime;
  private final BulkHistogram promptTokens;
  private final BulkHistogram generationTokens;
  private final Counter prompt;
  private final Counter generated;
  private final Counter finished;

  VllmMirror(Families families, EngineSeries figures, ModelLabels models) {
    this.models = models;
    ttft = times(families, "time_to_first_token_seconds", FIRST_TOKEN, "time_to_first_token");
    interToken =
        times(families, "inter_token_latency_seconds", BETWEEN_TOKENS, "inter_token_latency");
    interTokenAsOnce =
        times(
            families,
            "time_per_output_token_seconds",
            BETWEEN_TOKENS,
            "inter_token_latency, as 0.8 calls it");
    perOutputToken =
        times(
            families,
            "request_time_per_output_token_seconds",
            BETWEEN_TOKENS,
            "time_per_output_token");
    latency = times(families, "e2e_request_latency_seconds", LATENCY, "request_duration");
    queueTime = times(families, "request_queue_time_seconds", LATENCY, "engine_queue");
    prefillTime = times(families, "request_prefill_time_seconds", LATENCY, "engine_prefill");
    decodeTime = times(families, "request_decode_time_seconds", LATENCY, "engine_decode");
    promptTokens = times(families, "request_prompt_tokens", TOKENS, "request_input_tokens");
    generationTokens =
        times(families, "request_generation_tokens", TOKENS, "request_output_tokens");
    prompt = counter(families, "prompt_tokens", "Input tokens" + OURS + "tokens_total.");
    generated = counter(families, "generation_tokens", "Output tokens" + OURS + "tokens_total.");
    finished =
        counter(
            families,
            "request_success",
            "Requests that the server took on, by how they ended" + OURS + "requests_total.",
            "finished_reason");
    gauges(families, figures);
    showFromTheStart();
  }

  private static BulkHistogram times(Families families, String name, double[] bounds, String ours) {
    return families.foreignHistogram(
        PREFIX + name, "Ours" + OURS + ours + ".", bounds, ENGINE, MODEL);
  }

  private static Counter counter(Families families, String name, String help, String... more) {
    return families.foreignCounter(PREFIX + name, help, labels(ENGINE, MODEL, more));
  }

  private static String[] labels(String first, String second, String... more) {
    String[] all = Arrays.copyOf(new String[] {first, second}, 2 + more.length);
    System.arraycopy(more, 0, all, 2, more.length);
    return all;
  }

  private void gauges(Families families, EngineSeries figures) {
    gauge(families, figures, "num_requests_running", Figure.RUNNING);
    gauge(families, figures, "num_requests_waiting", Figure.WAITING);
    gauge(families, figures, "kv_cache_usage_perc", Figure.KV_CACHE_USAGE);
    gauge(families, figures, "gpu_cache_usage_perc", Figure.KV_CACHE_USAGE);
    families.foreignInfo(
        PREFIX + "cache_config",
        "Block size and number of the engine's KV cache, where they are known.",
        () -> figures.cache().stream().map(each -> each.add(ENGINE, ONLY_ENGINE)).toList());
    families.foreignLabelled(
        PREFIX + "lora_requests_info",
        "vLLM's name for engine_lora_requests_timestamp_seconds.",
        figures::lora,
        EngineSeries.LORA);
  }

  private void gauge(Families families, EngineSeries figures, String name, Figure figure) {
    families.foreignLabelled(
        PREFIX + name,
        "vLLM's name for " + figure.family() + ", of whichever source.",
        () -> labelled(figures.value(figure)),
        ENGINE,
        MODEL);
  }

  /** The name of the model is known once there is exactly one. */
  private List<Labelled> labelled(@Nullable Double value) {
    return value == null
        ? List.of()
        : List.of(new Labelled(value, ONLY_ENGINE, models.theOnlyOne()));
  }

  @Override
  public RecordSeries of(Row row) {
    return new RecordSeries() {
      @Override
      void add(RequestRecord record, @Nullable Origin origin) {
        VllmMirror.this.add(record, row.model(), origin);
      }
    };
  }

  private void add(RequestRecord record, String model, @Nullable Origin origin) {
    String reason = record.generating() ? finishedReason(record) : null;
    if (reason == null) {
      return;
    }
    finished.labelValues(ONLY_ENGINE, model, reason).inc();
    observe(latency, record.points().ended(), model, origin);
    if (record.stream()) {
      observe(ttft, record.points().firstToken(), model, origin);
    }
    RequestRecord.EngineTimes engine = record.engine();
    if (engine != null) {
      observe(queueTime, engine.queueNanos(), model, origin);
      observe(prefillTime, engine.prefillNanos(), model, origin);
      observe(decodeTime, engine.decodeNanos(), model, origin);
    }
    RequestRecord.Generation generation = record.generation();
    if (generation != null) {
      addGaps(interToken, generation.interTokens(), model, origin);
      addGaps(interTokenAsOnce, generation.interTokens(), model, origin);
      observe(perOutputToken, generation.timePerOutputTokenNanos(), model, origin);
      addTokens(promptTokens, prompt, generation.inputTokens(), model, origin);
      addTokens(generationTokens, generated, generation.outputTokens(), model, origin);
    }
  }

  /** Null of what vLLM does not count: requests that it never took on. */
  private static @Nullable String finishedReason(RequestRecord record) {
    return switch (record.outcome()) {
      case OK -> finishedReason(record.generation());
      case CALLER_DISCONNECT -> "abort";
      case UPSTREAM_STREAM_ERROR,
          UPSTREAM_TRUNCATED,
          UPSTREAM_RESET,
          UPSTREAM_TIMEOUT,
          UPSTREAM_ERROR ->
          "error";
      case CALLER_ERROR,
          CALLER_INVALID,
          POLICY_QUEUE_FULL,
          POLICY_QUEUE_TIMEOUT,
          POLICY_DRAINING,
          UPSTREAM_UNREACHABLE,
          PROXY_ERROR ->
          null;
    };
  }

  private static String finishedReason(RequestRecord.@Nullable Generation generation) {
    FinishReason reason = generation == null ? null : generation.finishReason();
    if (reason == null) {
      return "stop";
    }
    return switch (reason) {
      case STOP, TOOL_CALLS, CONTENT_FILTER, OTHER -> "stop";
      case LENGTH -> "length";
      case CANCELLED -> "abort";
      case ERROR -> "error";
    };
  }

  private static void observe(
      BulkHistogram histogram, @Nullable Long nanos, String model, @Nullable Origin origin) {
    if (nanos != null) {
      of(histogram, model).observeNanos(nanos, origin);
    }
  }

  private static void addGaps(
      BulkHistogram histogram, @Nullable GapCounts gaps, String model, @Nullable Origin origin) {
    if (gaps != null && gaps.count() > 0) {
      of(histogram, model).addAll(gaps, null, origin);
    }
  }

  private static void addTokens(
      BulkHistogram histogram,
      Counter counter,
      @Nullable Long count,
      String model,
      @Nullable Origin origin) {
    if (count != null) {
      of(histogram, model).observe(count, origin);
      Families.add(counter, count, ONLY_ENGINE, model);
    }
  }

  private static HistogramSeries of(BulkHistogram histogram, String model) {
    return histogram.with(ONLY_ENGINE, model);
  }

  private void showFromTheStart() {
    String model = Row.FIRST.model();
    for (BulkHistogram each :
        new BulkHistogram[] {
          ttft,
          interToken,
          interTokenAsOnce,
          perOutputToken,
          latency,
          queueTime,
          prefillTime,
          decodeTime,
          promptTokens,
          generationTokens
        }) {
      var _ = of(each, model);
    }
    Families.add(prompt, 0, ONLY_ENGINE, model);
    Families.add(generated, 0, ONLY_ENGINE, model);
    for (String reason : new String[] {"stop", "length", "abort", "error"}) {
      Families.add(finished, 0, ONLY_ENGINE, model, reason);
    }
  }
}
