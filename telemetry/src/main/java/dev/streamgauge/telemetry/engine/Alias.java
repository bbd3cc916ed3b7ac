package dev.streamgauge.telemetry.engine;

import static dev.streamgauge.telemetry.engine.Engine.LLAMACPP;
import static dev.streamgauge.telemetry.engine.Engine.SGLANG;
import static dev.streamgauge.telemetry.engine.Engine.TGI;
import static dev.streamgauge.telemetry.engine.Engine.TRITON;
import static dev.streamgauge.telemetry.engine.Engine.TRTLLM;
import static dev.streamgauge.telemetry.engine.Engine.VLLM;
import static dev.streamgauge.telemetry.engine.Figure.KV_CACHE_BLOCKS;
import static dev.streamgauge.telemetry.engine.Figure.KV_CACHE_BLOCK_SIZE;
import static dev.streamgauge.telemetry.engine.Figure.KV_CACHE_USAGE;
import static dev.streamgauge.telemetry.engine.Figure.RUNNING;
import static dev.streamgauge.telemetry.engine.Figure.WAITING;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The name under which an engine's page has a figure. Of several for one figure the first that is
 * on the page counts, so that a name which moved between versions is found under both.
 *
 * @param sample its name on the page
 * @param only a label and its value, as {@code label=value}; null: whatever the labels
 * @param inLabel the label that holds the figure; null: the sample's value does
 * @param several what is made of several series: models, engines, data-parallel ranks
 * @param seenIn the versions in whose page or source it was found
 */
public record Alias(
    Engine engine,
    Figure figure,
    String sample,
    @Nullable String only,
    @Nullable String inLabel,
    Several several,
    String seenIn) {

  private static final String BY_GUIDE =
      "named by the Inference Extension's guide, 1.2.1; not seen here";
  private static final String BY_PROTOCOL =
      "named by the Inference Extension's model-server protocol; not seen here";
  private static final String VLLM_SEEN = "0.8.5, 0.32.0";
  private static final String SGLANG_INFO_SEEN = "0.5.10";
  private static final String NOT_SEEN = "its documentation; not seen here";
  private static final String BLOCKS = "nv_trt_llm_kv_cache_block_metrics";
  private static final String REQUESTS = "nv_trt_llm_request_metrics";

  /** All of them, in the order in which they are looked for. */
  public static final List<Alias> ALL =
      List.of(
          sum(VLLM, WAITING, "vllm:num_requests_waiting", "0.8.5, 0.32.0"),
          sum(VLLM, RUNNING, "vllm:num_requests_running", "0.8.5, 0.32.0"),
          mean(VLLM, KV_CACHE_USAGE, "vllm:kv_cache_usage_perc", "0.32.0"),
          mean(VLLM, KV_CACHE_USAGE, "vllm:gpu_cache_usage_perc", "0.8.5"),
          label(VLLM, KV_CACHE_BLOCK_SIZE, "block_size", VLLM_SEEN),
          label(VLLM, KV_CACHE_BLOCKS, "num_gpu_blocks", VLLM_SEEN),
          sum(SGLANG, WAITING, "sglang:num_queue_reqs", "0.4.6, 0.5.3, 0.5.23"),
          sum(SGLANG, RUNNING, "sglang:num_running_reqs", "0.4.6, 0.5.3, 0.5.23"),
          mean(SGLANG, KV_CACHE_USAGE, "sglang:token_usage", "0.4.6, 0.5.3, 0.5.23"),
          largest(SGLANG, KV_CACHE_BLOCK_SIZE, "sglang:page_size", "0.5.23"),
          label(SGLANG, KV_CACHE_BLOCK_SIZE, "page_size", SGLANG_INFO_SEEN),
          sum(SGLANG, KV_CACHE_BLOCKS, "sglang:num_pages", "0.5.23"),
          label(SGLANG, KV_CACHE_BLOCKS, "num_pages", SGLANG_INFO_SEEN),
          sum(TGI, WAITING, "tgi_queue_size", NOT_SEEN),
          sum(TGI, RUNNING, "tgi_batch_current_size", NOT_SEEN),
          only(WAITING, REQUESTS, "request_type=waiting", Several.SUM, BY_GUIDE),
          sum(TRITON, WAITING, "nv_inference_pending_request_count", "2.51.0"),
          only(RUNNING, REQUESTS, "request_type=scheduled", Several.SUM, NOT_SEEN),
          only(KV_CACHE_USAGE, BLOCKS, "kv_cache_block_type=fraction", Several.MEAN, BY_GUIDE),
          only(
              KV_CACHE_BLOCK_SIZE,
              BLOCKS,
              "kv_cache_block_type=tokens_per",
              Several.LARGEST,
              NOT_SEEN),
          only(KV_CACHE_BLOCKS, BLOCKS, "kv_cache_block_type=max", Several.SUM, NOT_SEEN),
          sum(TRTLLM, WAITING, "trtllm_num_requests_waiting", BY_PROTOCOL),
          sum(TRTLLM, RUNNING, "trtllm_num_requests_running", BY_PROTOCOL),
          mean(TRTLLM, KV_CACHE_USAGE, "trtllm_kv_cache_utilization", BY_PROTOCOL),
          largest(TRTLLM, KV_CACHE_BLOCK_SIZE, "trtllm_kv_cache_tokens_per_block", BY_PROTOCOL),
          sum(TRTLLM, KV_CACHE_BLOCKS, "trtllm_kv_cache_max_blocks", BY_PROTOCOL),
          sum(LLAMACPP, WAITING, "llamacpp:requests_deferred", "2026.10 (xllamacpp)"),
          sum(LLAMACPP, RUNNING, "llamacpp:requests_processing", "2026.10 (xllamacpp)"),
          mean(
              LLAMACPP,
              KV_CACHE_USAGE,
              "llamacpp:kv_cache_usage_ratio",
              "older ones; gone from 2026.10"));

  /** What is made of several series of one figure. */
  public enum Several {
    SUM,
    /** Each engine has as large a cache as the next. */
    MEAN,
    LARGEST
  }

  private static Alias sum(Engine engine, Figure figure, String sample, String seenIn) {
    return new Alias(engine, figure, sample, null, null, Several.SUM, seenIn);
  }

  private static Alias mean(Engine engine, Figure figure, String sample, String seenIn) {
    return new Alias(engine, figure, sample, null, null, Several.MEAN, seenIn);
  }

  private static Alias largest(Engine engine, Figure figure, String sample, String seenIn) {
    return new Alias(engine, figure, sample, null, null, Several.LARGEST, seenIn);
  }

  /** Of the configuration of the cache, which is in the labels of one sample. */
  private static Alias label(Engine engine, Figure figure, String label, String seenIn) {
    Several several = figure == KV_CACHE_BLOCKS ? Several.SUM : Several.LARGEST;
    String sample = engine.label() + ":cache_config_info";
    return new Alias(engine, figure, sample, null, label, several, seenIn);
  }

  private static Alias only(
      Figure figure, String sample, String only, Several several, String seenIn) {
    return new Alias(TRITON, figure, sample, only, null, several, seenIn);
  }

  boolean fits(SampleLabels labels) {
    if (only == null) {
      return true;
    }
    int equals = only.indexOf('=');
    return only.substring(equals + 1).equals(labels.value(only.substring(0, equals)));
  }
}
