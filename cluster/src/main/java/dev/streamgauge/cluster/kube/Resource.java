package dev.streamgauge.cluster.kube;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A kind of objects as the API server's paths name it.
 *
 * @param group empty for the core group
 * @param plural as in the path, {@code pods}
 */
public record Resource(String group, String version, String plural) {
  public static final Resource PODS = core("pods");
  public static final Resource EVENTS = core("events");
  public static final Resource SECRETS = core("secrets");
  public static final Resource NAMESPACES = core("namespaces");
  public static final Resource QUOTAS = core("resourcequotas");
  public static final Resource LIMIT_RANGES = core("limitranges");
  public static final Resource DEPLOYMENTS = new Resource("apps", "v1", "deployments");
  public static final Resource STATEFUL_SETS = new Resource("apps", "v1", "statefulsets");
  public static final Resource REPLICA_SETS = new Resource("apps", "v1", "replicasets");
  public static final Resource AUTOSCALERS =
      new Resource("autoscaling", "v2", "horizontalpodautoscalers");
  public static final Resource LEASES = new Resource("coordination.k8s.io", "v1", "leases");
  public static final Resource MUTATING_WEBHOOKS =
      new Resource("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations");
  public static final Resource LEADER_WORKER_SETS =
      new Resource("leaderworkerset.x-k8s.io", "v1", "leaderworkersets");
  public static final Resource INFERENCE_SERVICES =
      new Resource("serving.kserve.io", "v1beta1", "inferenceservices");
  public static final Resource KNATIVE_AUTOSCALERS =
      new Resource("autoscaling.internal.knative.dev", "v1alpha1", "podautoscalers");

  /** Of the group without a name. */
  public static Resource core(String plural) {
    return new Resource("", "v1", plural);
  }

  /** As objects name it: {@code apps/v1}. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** One object. */
  public ObjectRef named(@Nullable String namespace, String name) {
    return new ObjectRef(this, namespace, name);
  }

  /**
   * Of all objects.
   *
   * @param namespace null for all of them, or where the kind has none
   */
  String path(@Nullable String namespace) {
    String root = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
    return (namespace == null ? root : root + "/namespaces/" + escaped(namespace)) + "/" + plural;
  }

  static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** As in messages: {@code deployments.apps}. */
  @Override
  public String toString() {
    return group.isEmpty() ? plural : plural + "." + group;
  }
}
