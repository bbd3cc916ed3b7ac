package dev.streamgauge.telemetry.engine;

/** What we read off a server's page. */
public enum Figure {
  WAITING("engine_requests_waiting"),
  RUNNING("engine_requests_running"),
  KV_CACHE_USAGE("engine_kv_cache_usage_ratio"),
  KV_CACHE_BLOCK_SIZE("engine_kv_cache_block_size"),
  KV_CACHE_BLOCKS("engine_kv_cache_blocks");

  private final String family;

  Figure(String family) {
    this.family = family;
  }

  /** Our family of it, without the prefix. */
  public String family() {
    return family;
  }
}
