package dev.streamgauge.cluster.inject;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a pod is to have a sidecar, and whether it could. */
final class Fitness {
  private static final String LWS = "leaderworkerset.sigs.k8s.io/";
  private static final String RAY = "ray.io/";

  private Fitness() {}

  /** Null where it is asked for. */
  static Injection.@Nullable Skipped skipped(Pod pod, Policy policy) {
    if (pod.has(Sidecar.NAME)) {
      return skip(SkipReason.ALREADY_INJECTED, "there is a container named " + Sidecar.NAME);
    }
    String namespace = pod.namespace();
    String excluded =
        policy
            .settings()
            .getOrDefault(
                Settings.EXCLUDED_NAMESPACES.name(), Settings.EXCLUDED_NAMESPACES.byDefault());
    if (namespace != null
        && excluded != null
        && List.of(excluded.split(",", -1)).contains(namespace)) {
      return skip(SkipReason.EXCLUDED_NAMESPACE, "namespace " + namespace + " is excluded");
    }
    Injection.Skipped unasked = unasked(pod, policy);
    return unasked != null ? unasked : follower(pod);
  }

  private static Injection.@Nullable Skipped unasked(Pod pod, Policy policy) {
    String inject = Settings.INJECT.annotation();
    String said = pod.annotations().getOrDefault(inject, pod.labels().get(inject));
    if (said == null) {
      said = policy.namespaceAnnotations().get(inject);
    }
    if ("false".equals(said)) {
      return skip(SkipReason.OPTED_OUT, inject + " is false");
    }
    if (!policy.selector().selects(pod.labels())) {
      return skip(SkipReason.NOT_ASKED, "the policy's selector does not select the pod");
    }
    boolean optIn = !"false".equals(policy.settings().get(Settings.OPT_IN.name()));
    return said == null && optIn
        ? skip(SkipReason.NOT_ASKED, "neither a label nor an annotation " + inject + " is there")
        : null;
  }

  /** Of a group that serves as one only the leader gets requests. */
  private static Injection.@Nullable Skipped follower(Pod pod) {
    Map<String, String> labels = pod.labels();
    String index = labels.get(LWS + "worker-index");
    boolean worker =
        (index != null && !index.equals("0")) || pod.annotations().containsKey(LWS + "leader-name");
    if (worker) {
      return skip(SkipReason.NOT_THE_LEADER, "a worker of a LeaderWorkerSet takes no requests");
    }
    return "worker".equals(labels.get(RAY + "node-type"))
        ? skip(SkipReason.NOT_THE_LEADER, "a worker of a Ray cluster is not where clients go")
        : null;
  }

  private static Injection.Skipped skip(SkipReason reason, String message) {
    return new Injection.Skipped(reason, message);
  }

  static void check(Pod pod, Wishes wishes) throws CannotInject {
    if (Tree.isTrue(pod.spec(), "hostNetwork")) {
      throw new CannotInject(
          RefusalReason.HOST_NETWORK,
          "the pod uses the node's network: its ports are the node's, and a sidecar's could be"
              + " another pod's");
    }
    if (isWindows(pod)) {
      throw new CannotInject(
          RefusalReason.WINDOWS, "the pod runs on Windows, for which there is no image");
    }
    if (pod.ends() && wishes.get(Settings.SIDECAR) == Settings.Kind.ORDINARY) {
      throw new CannotInject(
          RefusalReason.ENDING_POD_NEEDS_NATIVE,
          "the pod ends when its work is done, which an ordinary sidecar would keep it from"
              + " (expected: "
              + Settings.SIDECAR.annotation()
              + "=native)");
    }
    boolean head = "head".equals(pod.labels().get(RAY + "node-type"));
    if (head && wishes.get(Settings.MODE) == Settings.Mode.TAKE_OVER) {
      throw new CannotInject(
          RefusalReason.RAY,
          "Ray's own processes start the server, and no command says on which port (expected: "
              + Settings.MODE.annotation()
              + "=beside)");
    }
  }

  private static boolean isWindows(Pod pod) {
    String named = Tree.text(Tree.object(pod.spec(), "os"), "name");
    Map<String, String> nodes = Tree.texts(Tree.object(pod.spec(), "nodeSelector"));
    return "windows".equals(named)
        || "windows".equals(nodes.get("kubernetes.io/os"))
        || "windows".equals(nodes.get("beta.kubernetes.io/os"));
  }
}
