package dev.streamgauge.cluster.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the API server asks: a pod that is about to be stored (AdmissionReview of
 * admission.k8s.io/v1).
 *
 * @param uid of the review, which the answer repeats
 * @param namespace where the pod will be
 * @param dryRun whether nothing will be stored, and nothing may be written because of it
 * @param pod as it came; not changed by anybody
 */
record AdmissionRequest(String uid, String namespace, boolean dryRun, ObjectNode pod) {

  /** The pod with the namespace in which it will be: one of a template does not name it yet. */
  ObjectNode podInNamespace() {
    JsonNode metadata = pod.path("metadata");
    if (!(metadata instanceof ObjectNode) || metadata.hasNonNull("namespace")) {
      return pod;
    }
    ObjectNode copy = pod.deepCopy();
    copy.withObject("/metadata").put("namespace", namespace);
    return copy;
  }
}
