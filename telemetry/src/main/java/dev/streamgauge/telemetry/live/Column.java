package dev.streamgauge.telemetry.live;

import java.util.Locale;

/** What is kept of each span of the history. Times are in milliseconds. */
enum Column {
  /** Requests that ended. */
  REQUESTS,
  OK,
  /** Those that did not end well, by whom to ask. */
  CALLER,
  POLICY,
  UPSTREAM,
  PROXY,
  TTFT_P50,
  TTFT_P95,
  TTFT_P99,
  ITL_P50,
  ITL_P95,
  ITL_P99,
  GAP_P50,
  GAP_P95,
  GAP_P99,
  QUEUE_WAIT_P95,
  /** Token events of all streams. */
  TOKENS_PER_SECOND,
  /** The longest that was seen. */
  QUEUE,
  /** Mean. */
  IN_FLIGHT,
  SLO_JUDGED,
  SLO_MET,
  KV_CACHE,
  /** Mean of our GPUs, 0 to 1, as the next one. */
  GPU_UTILIZATION,
  GPU_MEMORY,
  /** Of all together. */
  GPU_WATTS;

  @SuppressWarnings("EnumOrdinal") // a place in an array that lives as long as the process
  int index() {
    return ordinal();
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
