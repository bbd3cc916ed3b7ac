"""What Kubernetes knows of model servers: starts, restarts, scaling, scheduling, quotas, injection; and the watcher itself."""

from boards.panel import Ask, Board, Panel, Row, stat, table
from boards.query import EVERYWHERE, NAMESPACE, WORKLOAD, gauge, happened, happening, highest, mean, or_zero, per_second, quantile, quota_in_use, series
from boards.variables import OF_THE_CLUSTER

RARE = "there once it happened"
STARTS = "there once a pod became ready"


NOW = Row("Now", (
    stat("Replicas that lack", "Wanted and not available. For how long: below.", "none", or_zero(gauge("replicas", WORKLOAD, more=('state="unavailable"',))),
         steps=((None, "green"), (1, "orange")), runbook="cluster.md#streamgaugereplicasmissing"),
    stat("Pods without a node", "They wait for the scheduler; the cause is below.", "none", or_zero(gauge("unschedulable_pods", WORKLOAD)),
         steps=((None, "green"), (1, "red")), runbook="cluster.md#streamgaugereplicasnotscheduled"),
    stat("Pods in a crash loop", "A container of theirs waits to be started again.", "none", or_zero(gauge("pod_status", WORKLOAD, more=('status="CrashLoopBackOff"',))),
         steps=((None, "green"), (1, "red")), runbook="cluster.md#streamgaugecrashloop"),
    stat("Fullest quota", "Used by allowed, of any resource. At 1 no further pod is made.", "percentunit", f"max({quota_in_use()})", "needs a ResourceQuota",
         steps=((None, "green"), (0.9, "orange"), (1, "red")), runbook="cluster.md#streamgaugequotaexhausted"),
    stat("Pods without a sidecar", "They ask for one and have none, by the last re-check.", "none", or_zero(gauge("uninjected_pods", NAMESPACE)),
         steps=((None, "green"), (1, "orange")), runbook="cluster.md#streamgaugeuninjectedpods"),
    stat("Webhook's certificate", "Until the first one expires. It is renewed a month before.", "s", f"min({series('webhook_certificate_expiry_seconds', EVERYWHERE)})",
         "needs --webhook", steps=((None, "red"), (604800, "green")), least=None, runbook="cluster.md#streamgaugewebhookcertificate"),
    Panel("Pods by status", "Running is started and not yet ready: the model loads. NotReady was ready, and is not.", "none",
          (Ask(gauge("pod_status", WORKLOAD, "status"), "{{status}}"),), stack=True, runbook="cluster.md#streamgaugecrashloop"),
    table("Pods", "One row each, with its status. Sort by status to find the odd ones.", (Ask(series("pod_status", WORKLOAD)),), width=16),
))

STARTING = Row("Starts", (
    Panel("From creation to ready", "p50 and p90 of pods' first starts in the last hour. This is how late an autoscaler is.", "s",
          tuple(Ask(quantile(share, "pod_time_to_ready_seconds", WORKLOAD, "workload", window="1h", fresh=True), f"p{share * 100:g} {{{{workload}}}}", STARTS) for share in (0.5, 0.9))),
    Panel("Where a start's time goes, mean", "Stages add up. scheduled: no node. initialized: init containers. containers_started: images. ready: the model loads.", "s",
          (Ask(mean("pod_startup_seconds", WORKLOAD, "stage", window="1h", fresh=True), "{{stage}}", STARTS),), stack=True),
    Panel("Pulling images, p90", "As the kubelet says, its queue included. Minutes: put images on the nodes, or make them smaller.", "s",
          (Ask(quantile(0.9, "pod_image_pull_seconds", WORKLOAD, "workload", window="1h", fresh=True), "{{workload}}", "there once an image was pulled"),)),
    Panel("Restarts in an hour, by reason", "OOMKilled: raise the memory limit. Error: read the container's log of the run before.", "none",
          (Ask(happened("container_restarts_total", WORKLOAD, "workload", "container", "reason"), "{{workload}}/{{container}} {{reason}}", RARE),), stack=True,
          runbook="cluster.md#streamgaugecrashloop"),
    Panel("Exit codes in an hour", "137: killed, most often for memory or a probe. 139: a fault of native code. 143: told to end.", "none",
          (Ask(happened("container_exits_total", WORKLOAD, "workload", "container", "exit_code"), "{{workload}}/{{container}} {{exit_code}}", RARE),), stack=True,
          runbook="cluster.md#streamgaugecrashloop"),
    Panel("Events in an hour", "Warnings about model servers, their workloads, autoscalers and nodes, by reason.", "none",
          (Ask(happened("events_total", WORKLOAD, "kind", "reason", more=('type="Warning"',)), "{{kind}} {{reason}}", RARE),), stack=True),
))

SCALING = Row("Scaling", (
    Panel("Replicas", "Wanted, ready, and the bounds of autoscalers.", "none",
          (Ask(gauge("replicas", WORKLOAD, "workload", "state", more=('state=~"desired|ready"',)), "{{workload}} {{state}}"),
           Ask(gauge("replicas_bound", WORKLOAD, "workload", "bound"), "{{workload}} {{bound}}", "needs an autoscaler")),
          runbook="cluster.md#streamgaugereplicasmissing"),
    Panel("Replicas that lack, mean", "Replicas that were wanted and not ready. Its area is capacity that users did not have.", "none",
          (Ask(per_second("replicas_missing_seconds_total", WORKLOAD, "workload", window="5m"), "{{workload}}"),), stack=True,
          runbook="cluster.md#streamgaugereplicasmissing"),
    Panel("Wanted until all were ready", "p50 and p90 in the last hour.", "s",
          tuple(Ask(quantile(share, "replicas_catch_up_seconds", WORKLOAD, "workload", window="1h", fresh=True), f"p{share * 100:g} {{{{workload}}}}", "there once replicas caught up") for share in (0.5, 0.9))),
    Panel("Who scaled, in an hour", "Changes of the wanted number, by who wrote it. Two that take turns fight each other.", "none",
          (Ask(happened("scale_changes_total", WORKLOAD, "workload", "direction", "by"), "{{workload}} {{direction}} by {{by}}", RARE),), stack=True),
))

SCHEDULING = Row("Scheduling and quotas", (
    Panel("Pods without a node, by cause", "The cause that rules out most nodes.", "none",
          (Ask(gauge("unschedulable_pods", WORKLOAD, "workload", "cause"), "{{workload}} {{cause}}", "only while a pod waits"),), stack=True,
          runbook="cluster.md#streamgaugereplicasnotscheduled"),
    Panel("Failures to schedule in an hour", "FailedScheduling and FailedCreate by cause.", "none",
          (Ask(happened("scheduling_failures_total", WORKLOAD, "workload", "cause"), "{{workload}} {{cause}}", RARE),), stack=True,
          runbook="cluster.md#streamgaugereplicasnotscheduled"),
    Panel("Quotas in use", "Used by allowed. At 1 no further pod is made.", "percentunit", (Ask(quota_in_use(), "{{namespace}} {{quota}} {{resource}}", "needs a ResourceQuota"),),
          runbook="cluster.md#streamgaugequotaexhausted"),
    table("Quotas", "What is allowed and in use.", (Ask(series("quota", NAMESPACE), absent="needs a ResourceQuota"),)),
    table("What workloads ask for", "Requests and limits of all their pods together: cores, bytes, devices.", (Ask(series("container_resources", WORKLOAD)),)),
    table("Limit ranges", "Bounds and defaults of the namespaces.", (Ask(series("limit_range", NAMESPACE), absent="needs a LimitRange"),)),
))

INJECTION = Row("Injection", (
    Panel("Reviews", "Pods that the API server asked about, a second, by what came of it. refused and error: an Event at the pod's owner says why.", "ops",
          (Ask(happening("injections_total", EVERYWHERE, "result", "reason"), "{{result}} {{reason}}", "only while pods are made; needs --webhook"),), stack=True,
          runbook="cluster.md#streamgaugeuninjectedpods"),
    Panel("Time of a review", "p50 and p99. Past timeoutSeconds the pod starts without a sidecar.", "s",
          tuple(Ask(quantile(share, "webhook_review_seconds", EVERYWHERE), f"p{share * 100:g}", "needs --webhook") for share in (0.5, 0.99))),
    Panel("Until the certificate expires", "By replica of the cluster's part.", "s",
          (Ask(series("webhook_certificate_expiry_seconds", EVERYWHERE), "{{pod}}", "needs --webhook"),), least=None, runbook="cluster.md#streamgaugewebhookcertificate"),
))

WATCHER = Row("The watcher itself", (
    Panel("Who leads", "1 where a replica leads. No line at 1 for more than half a minute: nobody publishes what the cluster knows.", "none",
          (Ask(highest(series("cluster_leader", EVERYWHERE), "pod"), "{{pod}}"),)),
    Panel("Requests to the API server", "A second, by verb and status. 403: a right is missing. 0: no answer.", "reqps",
          (Ask(per_second("kube_requests_total", EVERYWHERE, "verb", "code"), "{{verb}} {{code}}"),), stack=True),
    Panel("Watches", "1 where a whole list was read. 0 for long: a right is missing, standard error says which.", "none",
          (Ask(f"min by (resource) ({series('kube_watch_synced', EVERYWHERE)})", "{{resource}}"),)),
    Panel("Changes, lists, expiries", "Objects a second that watches brought; lists that were read anew, and why.", "ops",
          (Ask(per_second("kube_watch_changes_total", EVERYWHERE), "changes"), Ask(per_second("kube_watch_lists_total", EVERYWHERE), "lists"),
           Ask(per_second("kube_watch_expired_total", EVERYWHERE), "versions too old"), Ask(per_second("kube_watch_unread_total", EVERYWHERE), "unread"))),
    Panel("Objects of which a record is kept", "By resource. It grows with the cluster, and memory with it.", "none",
          (Ask(highest(series("watched_objects", EVERYWHERE), "resource"), "{{resource}}"),)),
    Panel("Left out by a limit", "Objects, events, series, lines a second.", "ops",
          (Ask(per_second("cluster_left_out_total", EVERYWHERE, "what"), "{{what}}", RARE),), runbook="cluster.md#streamgaugeclusterleftout"),
))

BOARD = Board("streamgauge-cluster", "streamgauge: cluster", "Starts, restarts, scaling, scheduling, quotas and injection, as streamgauge cluster tells.", OF_THE_CLUSTER,
              (NOW, STARTING, SCALING, SCHEDULING, INJECTION, WATCHER))
