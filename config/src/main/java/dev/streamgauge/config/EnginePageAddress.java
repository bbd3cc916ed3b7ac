package dev.streamgauge.config;

/**
 * Where a model server shows its metrics.
 *
 * @param path begins with a slash; may have a query
 */
public record EnginePageAddress(UpstreamAddress server, String path) {
  @Override
  public String toString() {
    return server + path;
  }
}
