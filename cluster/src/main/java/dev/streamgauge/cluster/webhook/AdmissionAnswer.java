package dev.streamgauge.cluster.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;

/**
 * What the API server is told about a pod. There is no form of it that refuses one: a pod that gets
 * no sidecar starts without.
 *
 * @param uid of the review
 * @param patch what is changed; empty for nothing
 * @param warnings for whoever creates the pod; {@code kubectl} shows them
 * @param result for the API server's audit log
 */
record AdmissionAnswer(String uid, ArrayNode patch, List<String> warnings, String result) {
  /** The API server cuts a warning at 256 characters where all are longer than 4,096 bytes. */
  private static final int WARNING_LENGTH_MAX = 256;

  private static final int WARNINGS_MAX = 10;

  /** The pod stays as it is. */
  static AdmissionAnswer unchanged(String uid, List<String> warnings, String result) {
    return new AdmissionAnswer(uid, JsonNodeFactory.instance.arrayNode(), warnings, result);
  }

  /** The body of the answer. */
  byte[] json() {
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    ObjectNode response = review.putObject("response");
    response.put("uid", uid).put("allowed", true);
    if (!patch.isEmpty()) {
      response.put("patchType", "JSONPatch");
      response.put("patch", Base64.getEncoder().encodeToString(bytes(patch)));
    }
    if (!warnings.isEmpty()) {
      ArrayNode list = response.putArray("warnings");
      warnings.stream().limit(WARNINGS_MAX).map(AdmissionAnswer::cut).forEach(list::add);
    }
    response.putObject("auditAnnotations").put("result", result);
    return bytes(review);
  }

  private static String cut(String warning) {
    String line = "streamgauge: " + warning.replaceAll("\\p{Cntrl}+", " ");
    return line.length() > WARNING_LENGTH_MAX
        ? line.substring(0, WARNING_LENGTH_MAX - 3) + "..."
        : line;
  }

  private static byte[] bytes(JsonNode node) {
    try {
      return Review.JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
