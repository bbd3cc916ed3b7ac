package dev.streamgauge.cluster.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.kube.Answer;
import dev.streamgauge.cluster.kube.KubeClient;
import dev.streamgauge.cluster.kube.ObjectRef;
import dev.streamgauge.cluster.kube.PatchType;
import dev.streamgauge.cluster.kube.StatusReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The secret from which the tokens of drain hooks are made, in the same Secret as the certificates:
 * all replicas have the same, and a pod's template does not change with a restart of ours.
 */
final class DrainTokenKey {
  private static final String KEY = "drain-token.key";
  private static final int RANDOM_BYTES = 32;

  private final KubeClient client;
  private final ObjectRef secret;
  private volatile @Nullable String key;
  private volatile @Nullable String version;

  DrainTokenKey(KubeClient client, ObjectRef secret) {
    this.client = client;
    this.secret = secret;
  }

  /** The state of the Secret, from its watch; null where it is gone. */
  void told(@Nullable ObjectNode object) {
    if (object == null) {
      version = null;
      return;
    }
    JsonNode data = object.path("data").path(KEY);
    if (data.isTextual() && !data.textValue().isEmpty()) {
      key = new String(Base64.getMimeDecoder().decode(data.textValue()), StandardCharsets.US_ASCII);
    }
    version = data.isTextual() ? null : object.path("metadata").path("resourceVersion").asText();
  }

  /** Null while there is none. */
  @Nullable String orNull() {
    return key;
  }

  /** Makes it where it is not there; of the leader alone, on one thread. */
  void keep() throws IOException {
    String from = version;
    if (from == null) {
      return;
    }
    String text = key == null ? random() : key;
    ObjectNode patch = client.mapper().createObjectNode();
    patch.putObject("metadata").put("resourceVersion", from);
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    patch.putObject("data").put(KEY, Base64.getEncoder().encodeToString(bytes));
    switch (client.patch(secret, PatchType.MERGE, patch)) {
      case Answer.Done(ObjectNode object) -> told(object);
      case Answer.Failure failure when failure.is(StatusReason.CONFLICT) -> {
        // somebody else wrote it; the watch tells what
      }
      case Answer.Failure failure ->
          throw new IOException("Secret " + secret.name() + ": " + failure.text());
    }
  }

  private static String random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
