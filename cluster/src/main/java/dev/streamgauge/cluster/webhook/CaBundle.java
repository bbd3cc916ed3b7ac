package dev.streamgauge.cluster.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.kube.Answer;
import dev.streamgauge.cluster.kube.KubeClient;
import dev.streamgauge.cluster.kube.ObjectRef;
import dev.streamgauge.cluster.kube.PatchType;
import dev.streamgauge.cluster.kube.StatusReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps {@code caBundle} of our MutatingWebhookConfiguration: whom the API server trusts when it
 * calls us. Nothing else of it is touched, and no webhook that leads to another Service.
 */
final class CaBundle {
  private final KubeClient client;
  private final ObjectRef configuration;
  private final String service;
  private final String namespace;
  private final Consumer<String> log;
  private volatile @Nullable ObjectNode seen;

  /**
   * Changes nothing yet.
   *
   * @param service whose webhooks are ours, in this namespace
   */
  CaBundle(
      KubeClient client,
      ObjectRef configuration,
      String service,
      String namespace,
      Consumer<String> log) {
    this.client = client;
    this.configuration = configuration;
    this.service = service;
    this.namespace = namespace;
    this.log = log;
  }

  /** The state of the configuration, from its watch; null where it is gone. */
  void told(@Nullable ObjectNode object) {
    seen = object;
  }

  /** Our webhook, the first where there are several; null where there is none. */
  @Nullable JsonNode ours() {
    ObjectNode now = seen;
    if (now != null) {
      for (JsonNode webhook : now.path("webhooks")) {
        if (ours(webhook.path("clientConfig"))) {
          return webhook;
        }
      }
    }
    return null;
  }

  /**
   * Makes it so, where it is not; of the leader alone, on one thread.
   *
   * @param trusted certificates in PEM
   * @return whether it was so already
   */
  boolean is(String trusted) throws IOException {
    ObjectNode now = seen;
    if (now == null) {
      return false;
    }
    String bundle = Base64.getEncoder().encodeToString(trusted.getBytes(StandardCharsets.US_ASCII));
    ArrayNode patch = patch(now, bundle);
    if (patch.size() == 1) {
      return true; // the test of the version alone
    }
    switch (client.patch(configuration, PatchType.JSON, patch)) {
      case Answer.Done(ObjectNode object) -> {
        seen = object;
        log.accept("webhook: caBundle of " + configuration.name() + " written");
      }
      case Answer.Failure failure when changedMeanwhile(failure) -> {
        // the watch tells what it is now
      }
      case Answer.Failure failure ->
          throw new IOException("caBundle of " + configuration.name() + ": " + failure.text());
    }
    return false;
  }

  /**
   * A JSON patch whose test failed is refused as invalid (422), one that came late as a conflict.
   */
  private static boolean changedMeanwhile(Answer.Failure failure) {
    return failure.is(StatusReason.CONFLICT) || failure.is(StatusReason.INVALID);
  }

  private ArrayNode patch(ObjectNode now, String bundle) {
    ArrayNode patch = client.mapper().createArrayNode();
    ObjectNode test = patch.addObject();
    test.put("op", "test").put("path", "/metadata/resourceVersion");
    test.set("value", now.path("metadata").path("resourceVersion"));
    JsonNode webhooks = now.path("webhooks");
    for (int i = 0; i < webhooks.size(); i++) {
      JsonNode config = webhooks.get(i).path("clientConfig");
      if (ours(config) && !config.path("caBundle").asText().equals(bundle)) {
        ObjectNode add = patch.addObject();
        add.put("op", "add").put("path", "/webhooks/" + i + "/clientConfig/caBundle");
        add.put("value", bundle);
      }
    }
    return patch;
  }

  private boolean ours(JsonNode clientConfig) {
    JsonNode target = clientConfig.path("service");
    return target.path("name").asText().equals(service)
        && target.path("namespace").asText().equals(namespace);
  }
}
