package dev.streamgauge.config;

import java.util.Map;

/**
 * What the surroundings say.
 *
 * @param variables the environment variables
 * @param processors the CPU quota in whole processors, at least 1
 */
public record Environment(Map<String, String> variables, int processors) {
  /** Of this process. The only place that reads the environment. */
  public static Environment current() {
    return new Environment(System.getenv(), Runtime.getRuntime().availableProcessors());
  }
}
