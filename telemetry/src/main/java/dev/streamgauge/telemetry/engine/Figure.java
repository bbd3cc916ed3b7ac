package dev.streamgauge.telemetry.engine;

import org.jspecify.annotations.Nullable;

/** What we read off a server's page. */
public enum Figure {
  WAITING("engine_requests_waiting"),
  RUNNING("engine_requests_running"),
  KV_CACHE_USAGE("engine_kv_cache_usage_ratio"),
  KV_CACHE_BLOCK_SIZE("engine_kv_cache_block_size"),
  KV_CACHE_BLOCKS("engine_kv_cache_blocks");

  /**
   * Fuller than full is no ratio: per cent, or nonsense. Engines' own rounding is less than this.
   */
  private static final double FULL_MAX = 1.01;

  private final String family;

  Figure(String family) {
    this.family = family;
  }

  /** Null for a value that it cannot have. */
  @Nullable Double plausible(double value) {
    if (!Double.isFinite(value) || value < 0) {
      return null;
    }
    return switch (this) {
      case KV_CACHE_USAGE -> value > FULL_MAX ? null : (Double) Math.min(1, value);
      case WAITING, RUNNING, KV_CACHE_BLOCK_SIZE, KV_CACHE_BLOCKS -> (Double) value;
    };
  }

  /** Our family of it, without the prefix. */
  public String family() {
    return family;
  }
}
