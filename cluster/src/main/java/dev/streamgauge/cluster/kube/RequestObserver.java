package dev.streamgauge.cluster.kube;

/** Told of each request to the API server, to count them. Any thread. */
@FunctionalInterface
public interface RequestObserver {
  /**
   * A request was answered, or was not.
   *
   * @param verb as in RBAC: {@code get}, {@code list}, {@code watch}, {@code create}, ...
   * @param code the HTTP status; 0 where there was no answer
   */
  void answered(Resource resource, String verb, int code);

  static RequestObserver none() {
    return (_, _, _) -> {};
  }
}
