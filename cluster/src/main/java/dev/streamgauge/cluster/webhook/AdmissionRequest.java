package dev.streamgauge.cluster.webhook;

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
record AdmissionRequest(String uid, String namespace, boolean dryRun, ObjectNode pod) {}
