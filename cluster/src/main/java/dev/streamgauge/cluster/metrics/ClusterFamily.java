package dev.streamgauge.cluster.metrics;

import java.util.List;

/**
 * Every family that {@code streamgauge cluster} publishes: its name without the prefix, its labels,
 * its sentence. The page and its documentation follow from this list.
 */
public enum ClusterFamily {
  POD_STATUS(
      "pod_status",
      Type.GAUGE,
      Whose.LEADERS,
      "What each pod of a model server is at: one series a pod, its value 1. Running is started and"
          + " never ready yet (the model loads), NotReady is ready no more.",
      "namespace",
      "workload",
      "pod",
      "status"),
  REPLICAS(
      "replicas",
      Type.GAUGE,
      Whose.LEADERS,
      "Replicas of a workload: desired by its spec; ready and available by its status; unavailable is"
          + " what lacks of desired.",
      "namespace",
      "workload",
      "state"),
  REPLICAS_BOUND(
      "replicas_bound",
      Type.GAUGE,
      Whose.LEADERS,
      "Between how many replicas an autoscaler may choose: a HorizontalPodAutoscaler (KEDA's, too), an"
          + " InferenceService or Knative's.",
      "namespace",
      "workload",
      "bound"),
  CONTAINER_RESOURCES(
      "container_resources",
      Type.GAUGE,
      Whose.LEADERS,
      "What the containers and native sidecars of a workload's pods that are not over ask for together:"
          + " cores, bytes, devices.",
      "namespace",
      "workload",
      "resource",
      "kind"),
  QUOTA(
      "quota",
      Type.GAUGE,
      Whose.LEADERS,
      "ResourceQuotas of namespaces that have model servers: hard is allowed, used is in use.",
      "namespace",
      "quota",
      "resource",
      "kind"),
  LIMIT_RANGE(
      "limit_range",
      Type.GAUGE,
      Whose.LEADERS,
      "LimitRanges of namespaces that have model servers: min, max, default, default_request and"
          + " max_limit_request_ratio for one of a type (Container, Pod, PersistentVolumeClaim).",
      "namespace",
      "limit_range",
      "type",
      "resource",
      "kind"),
  UNSCHEDULABLE_PODS(
      "unschedulable_pods",
      Type.GAUGE,
      Whose.LEADERS,
      "Pods that wait for a node now, by the cause that rules out most nodes.",
      "namespace",
      "workload",
      "cause"),
  POD_STARTUP(
      "pod_startup_seconds",
      Type.HISTOGRAM,
      Whose.LEADERS,
      "How long each stage of a pod's first start took, from the end of the stage before: scheduled,"
          + " initialized, containers_started (images are pulled), ready (the model is loaded). By the"
          + " API's times, which are whole seconds.",
      "namespace",
      "workload",
      "stage"),
  POD_TIME_TO_READY(
      "pod_time_to_ready_seconds",
      Type.HISTOGRAM,
      Whose.LEADERS,
      "From a pod's creation until it was ready for the first time.",
      "namespace",
      "workload"),
  POD_IMAGE_PULL(
      "pod_image_pull_seconds",
      Type.HISTOGRAM,
      Whose.LEADERS,
      "How long pulling an image took, waiting for other pulls included, as the kubelet says in its"
          + " event Pulled; none where the image was there.",
      "namespace",
      "workload"),
  REPLICAS_CATCH_UP(
      "replicas_catch_up_seconds",
      Type.HISTOGRAM,
      Whose.LEADERS,
      "From when more replicas were wanted than were ready until all were ready.",
      "namespace",
      "workload"),
  REPLICAS_MISSING(
      "replicas_missing_seconds_total",
      Type.COUNTER,
      Whose.LEADERS,
      "Replicas that were wanted and not ready, times how long: its rate is how many lacked on average.",
      "namespace",
      "workload"),
  CONTAINER_RESTARTS(
      "container_restarts_total",
      Type.COUNTER,
      Whose.LEADERS,
      "Containers that were started again, by how the run before ended (OOMKilled, Error, Completed, ...;"
          + " Unknown where several restarts were seen at once, for all but the last).",
      "namespace",
      "workload",
      "container",
      "reason"),
  CONTAINER_EXITS(
      "container_exits_total",
      Type.COUNTER,
      Whose.LEADERS,
      "The same restarts by the exit code of the run before, where it is known.",
      "namespace",
      "workload",
      "container",
      "exit_code"),
  SCALE_CHANGES(
      "scale_changes_total",
      Type.COUNTER,
      Whose.LEADERS,
      "Changes of the number of replicas that is wanted, up or down, by who wrote it: autoscaler, keda,"
          + " knative, kubectl, helm, argocd, flux, other, unknown.",
      "namespace",
      "workload",
      "direction",
      "by"),
  SCHEDULING_FAILURES(
      "scheduling_failures_total",
      Type.COUNTER,
      Whose.LEADERS,
      "Events FailedScheduling (no node fits) and FailedCreate (the pod was not even made), by cause: gpu,"
          + " quota, taint, volume, affinity, cpu, memory, pods, port, resource, limit_range, pod_security,"
          + " webhook, other.",
      "namespace",
      "workload",
      "cause"),
  EVENTS(
      "events_total",
      Type.COUNTER,
      Whose.LEADERS,
      "Events about model servers, their workloads, autoscalers and nodes, as often as they happened; kind"
          + " is of what they are about.",
      "namespace",
      "workload",
      "kind",
      "reason",
      "type"),
  INJECTIONS(
      "injections_total",
      Type.COUNTER,
      Whose.EACH,
      "Pods that the API server asked about, by what came of them: injected, skipped (nobody asked for a"
          + " sidecar), refused (asked for, and not possible: an Event says why) or error.",
      "result",
      "reason"),
  UNINJECTED_PODS(
      "uninjected_pods",
      Type.GAUGE,
      Whose.LEADERS,
      "Pods that should have a sidecar and have none, by the last re-check.",
      "namespace"),
  WEBHOOK_CERTIFICATE_EXPIRY(
      "webhook_certificate_expiry_seconds",
      Type.GAUGE,
      Whose.EACH,
      "Time until the certificate expires that the webhook shows; below 0 once it has; absent while there"
          + " is none."),
  WEBHOOK_REVIEW(
      "webhook_review_seconds",
      Type.HISTOGRAM,
      Whose.EACH,
      "Time from a review's last byte to its answer."),
  EVENTS_DROPPED(
      "events_dropped_total",
      Type.COUNTER,
      Whose.EACH,
      "Events about pods that the webhook had to tell and that were not written: too many waited, or the"
          + " API server did not take them."),
  LEADER(
      "cluster_leader",
      Type.GAUGE,
      Whose.EACH,
      "1 where this replica leads: it alone publishes what the cluster knows and writes event lines."),
  KUBE_REQUESTS(
      "kube_requests_total",
      Type.COUNTER,
      Whose.EACH,
      "Requests to the API server by resource, verb and HTTP status; code 0 is no answer.",
      "resource",
      "verb",
      "code"),
  WATCH_SYNCED(
      "kube_watch_synced",
      Type.GAUGE,
      Whose.EACH,
      "1 where a whole list of that resource was read, or there is no such resource.",
      "resource"),
  WATCH_LISTS(
      "kube_watch_lists_total",
      Type.COUNTER,
      Whose.EACH,
      "Lists that were read: one at the start, one for each resource version that was too old.",
      "resource"),
  WATCH_CHANGES(
      "kube_watch_changes_total",
      Type.COUNTER,
      Whose.EACH,
      "Objects that watches brought.",
      "resource"),
  WATCH_EXPIRED(
      "kube_watch_expired_total",
      Type.COUNTER,
      Whose.EACH,
      "Times that a resource version was too old (410) and a list was due.",
      "resource"),
  WATCH_UNREAD(
      "kube_watch_unread_total",
      Type.COUNTER,
      Whose.EACH,
      "Objects and lines of watches that could not be read and were passed over.",
      "resource"),
  WATCHED_OBJECTS(
      "watched_objects", Type.GAUGE, Whose.EACH, "Objects of which a record is kept.", "resource"),
  LEFT_OUT(
      "cluster_left_out_total",
      Type.COUNTER,
      Whose.EACH,
      "What a limit left out: objects, events, series (counted under other), lines.",
      "what");

  /** What kind of family. */
  public enum Type {
    GAUGE,
    COUNTER,
    HISTOGRAM
  }

  /** Who has series of it. */
  public enum Whose {
    /** The replica that leads, so that sums over the replicas are right. */
    LEADERS,
    /** Each replica, of itself. */
    EACH
  }

  private final String contractName;
  private final Type type;
  private final Whose whose;
  private final String help;

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<String> labels;

  ClusterFamily(String contractName, Type type, Whose whose, String help, String... labels) {
    this.contractName = contractName;
    this.type = type;
    this.whose = whose;
    this.help = help;
    this.labels = List.of(labels);
  }

  /** With the prefix, and a counter's {@code _total}. */
  public String fullName() {
    return "streamgauge_" + contractName;
  }

  public Type type() {
    return type;
  }

  public Whose whose() {
    return whose;
  }

  public String help() {
    return help;
  }

  public List<String> labels() {
    return labels;
  }

  /** As the library wants it: it adds {@code _total} itself. */
  public String libraryName() {
    String name = fullName();
    return type == Type.COUNTER ? name.substring(0, name.length() - "_total".length()) : name;
  }
}
