package dev.streamgauge.cluster.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** What a body that was sent to the webhook turned out to be. */
sealed interface Review {

  /** A pod to decide on. */
  record Asked(AdmissionRequest request) implements Review {}

  /** A review that can be answered, of something that is no new pod: it passes as it is. */
  record NotAPod(String uid, String what) implements Review {}

  /** No review at all: there is no uid to answer to. */
  record Unreadable(String why) implements Review {}

  /** Deeper than any pod; what is deeper could only be meant to do harm. */
  int DEPTH_MAX = 200;

  /**
   * Names, values, brackets and braces together: a pod of some hundred containers has a few ten
   * thousand. Bytes alone bound no memory, for of {@code {},} three become some eighty.
   */
  int TOKENS_MAX = 100_000;

  int UID_LENGTH_MAX = 256;
  int NAME_LENGTH_MAX = 253;

  ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH_MAX)
                          .maxTokenCount(TOKENS_MAX)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /** Never throws for what is in it. */
  static Review read(byte[] body) {
    JsonNode root;
    try {
      root = JSON.readTree(body);
    } catch (StreamConstraintsException e) {
      return new Unreadable("too large: " + oneLine(e.getOriginalMessage()));
    } catch (JsonProcessingException e) {
      return new Unreadable("no JSON: " + oneLine(e.getOriginalMessage()));
    } catch (IOException e) {
      return new Unreadable("no JSON");
    }
    if (!root.path("kind").asText().equals("AdmissionReview")) {
      return new Unreadable("kind is not AdmissionReview");
    }
    if (!root.path("apiVersion").asText().equals("admission.k8s.io/v1")) {
      return new Unreadable("apiVersion is not admission.k8s.io/v1");
    }
    return asked(root.path("request"));
  }

  private static Review asked(JsonNode request) {
    JsonNode uid = request.path("uid");
    if (!uid.isTextual()
        || uid.textValue().isBlank()
        || uid.textValue().length() > UID_LENGTH_MAX) {
      return new Unreadable("request.uid is missing, or no text of 1 to 256 characters");
    }
    JsonNode resource = request.path("resource");
    String what = request.path("operation").asText() + " of " + resource.path("resource").asText();
    boolean newPod =
        resource.path("group").asText().isEmpty()
            && what.equals("CREATE of pods")
            && request.path("subResource").asText().isEmpty();
    if (!newPod) {
      return new NotAPod(uid.textValue(), "it is no CREATE of pods, but " + oneLine(what));
    }
    if (!(request.path("object") instanceof ObjectNode pod)) {
      return new NotAPod(uid.textValue(), "request.object is no object");
    }
    JsonNode namespace = request.path("namespace");
    if (!namespace.isTextual() || namespace.textValue().length() > NAME_LENGTH_MAX) {
      return new NotAPod(uid.textValue(), "request.namespace is no name");
    }
    return new Asked(
        new AdmissionRequest(
            uid.textValue(), namespace.textValue(), request.path("dryRun").asBoolean(), pod));
  }

  /** For a message: short, and without what would break a line. */
  private static String oneLine(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.length() > 200 ? line.substring(0, 200) + "..." : line;
  }
}
