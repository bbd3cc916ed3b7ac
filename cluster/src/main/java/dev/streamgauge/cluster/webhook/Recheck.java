package dev.streamgauge.cluster.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.inject.Injection;
import dev.streamgauge.cluster.inject.Injector;
import dev.streamgauge.cluster.inject.Policy;
import dev.streamgauge.cluster.kube.KubeClient;
import dev.streamgauge.cluster.kube.KubeClient.Listing;
import dev.streamgauge.cluster.kube.Resource;
import dev.streamgauge.cluster.kube.Selectors;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Finds pods that should have a sidecar and have none: the webhook was away when they were created,
 * and {@code failurePolicy: Ignore} let them pass. A pod is one that the webhook's own selectors
 * pick and that the injection would change now. Of the leader alone, on one thread.
 */
final class Recheck {
  /** Of one run; the metric counts them all. */
  static final int EVENTS_MAX = 100;

  /** That the metric tells apart; further ones are counted as {@code other}. */
  static final int NAMESPACES_MAX = 1_000;

  private static final String OTHER = "other";

  private final KubeClient client;
  private final Supplier<Policy> policy;
  private final Function<String, Map<String, String>> namespaceAnnotations;
  private final Set<String> neverIn;
  private final Notices notices;
  private final InjectionMetrics metrics;
  private final Consumer<String> log;

  Recheck(
      KubeClient client,
      Supplier<Policy> policy,
      Function<String, Map<String, String>> namespaceAnnotations,
      Set<String> neverIn,
      Notices notices,
      InjectionMetrics metrics,
      Consumer<String> log) {
    this.client = client;
    this.policy = policy;
    this.namespaceAnnotations = namespaceAnnotations;
    this.neverIn = neverIn;
    this.notices = notices;
    this.metrics = metrics;
    this.log = log;
  }

  /**
   * One run.
   *
   * @param webhook of the configuration, with its two selectors
   * @return how many there are
   */
  int run(JsonNode webhook) throws IOException {
    Set<String> namespaces = namespaces(webhook.path("namespaceSelector"));
    Run run = new Run();
    String labels = LabelSelectorText.of(webhook.path("objectSelector"));
    listed(
        client.list(
            Resource.PODS,
            Selectors.ALL.withLabels(labels),
            pod -> {
              String namespace = pod.path("metadata").path("namespace").asText();
              if (namespaces.contains(namespace) && !over(pod)) {
                run.look(namespace, pod);
              }
            }));
    metrics.uninjected(run.missing);
    if (run.missingPods > 0) {
      log.accept("re-check: " + run.missingPods + " pods should have a sidecar and have none");
    }
    return run.missingPods;
  }

  /** What one run has found so far. */
  private final class Run {
    final Map<String, Integer> missing = new TreeMap<>();
    int missingPods;
    int events;

    void look(String namespace, ObjectNode pod) {
      Policy here = policy.get().with(namespaceAnnotations.apply(namespace));
      switch (Injector.inject(pod, here)) {
        case Injection.Injected _ -> {
          missingPods++;
          String key = missing.size() < NAMESPACES_MAX ? namespace : OTHER;
          missing.merge(key, 1, Integer::sum);
          if (events++ < EVENTS_MAX) {
            notices.missing(namespace, pod);
          }
        }
        case Injection.Refused refused -> {
          // the Event of its admission is gone after an hour, or was never written
          if (events++ < EVENTS_MAX) {
            notices.refused(namespace, pod, refused);
          }
        }
        case Injection.Skipped _ -> {}
      }
    }
  }

  private Set<String> namespaces(JsonNode selector) throws IOException {
    Set<String> names = new HashSet<>();
    listed(
        client.list(
            Resource.NAMESPACES,
            Selectors.ALL.withLabels(LabelSelectorText.of(selector)),
            namespace -> names.add(namespace.path("metadata").path("name").asText())));
    names.removeAll(neverIn);
    return names;
  }

  private static void listed(Listing listing) throws IOException {
    if (listing instanceof Listing.Failed(var failure)) {
      throw new IOException("re-check: " + failure.text());
    }
  }

  private static boolean over(ObjectNode pod) {
    String phase = pod.path("status").path("phase").asText();
    return pod.path("metadata").hasNonNull("deletionTimestamp")
        || phase.equals("Succeeded")
        || phase.equals("Failed");
  }
}
