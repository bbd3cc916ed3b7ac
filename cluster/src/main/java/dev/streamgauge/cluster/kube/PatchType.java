package dev.streamgauge.cluster.kube;

/** How a patch is written. */
public enum PatchType {
  /** RFC 7396. */
  MERGE("application/merge-patch+json"),
  /** RFC 6902. */
  JSON("application/json-patch+json"),
  /** Kubernetes' own: lists are merged by their keys. */
  STRATEGIC("application/strategic-merge-patch+json");

  private final String contentType;

  PatchType(String contentType) {
    this.contentType = contentType;
  }

  String contentType() {
    return contentType;
  }
}
