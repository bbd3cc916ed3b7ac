"""What an operator asks of Kubernetes and of a model server, each with the command that a user would type and the figure
that it gave: made for real, one after another, and printed as a table.

    python3 e2e/cluster_rows.py

Queries are answered by a Prometheus that finds the pods by the API server; `kubectl logs` reads what the programs wrote.
Two pods have their programs here, at the pods' addresses: streamgauge-0, which is `streamgauge cluster`, and chat-0, whose
injected sidecar stands in front of `streamgauge simulate`.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import control_plane
import harness
import prometheus
from cluster import control, load, scenes, scraped, stand_ins
from control_plane import apply, kubectl

NS, CHAT, WATCHER = "streamgauge-rows", "chat-0", "streamgauge-0"
LOGS = "streamgauge-rows"
IN_NS = f'namespace="{NS}"'
OF_CHAT = f'namespace="{NS}",pod="{CHAT}"'
LIMIT, CLIENTS, TOKENS = 2, 6, 9
WISH = f"ttft=50ms;itl=20ms;tokens={TOKENS}"
LOAD_SECONDS = 25
NEEDS = """And a Prometheus with Kubernetes discovery and jq on the path. kwok has to run with e2e/cluster/kwok-logs.yaml, in the
folder TESTENV_RUN: then `kubectl logs` shows what this script writes there."""


def by(*names):
    """Shows what a query found: the labels of these names, and the value."""
    def show(found):
        return "; ".join(sorted(f"{' '.join(labels.get(name, '') for name in names)} {number(value)}".strip() for labels, value in found)) or "nothing"
    return show


def number(value):
    return str(int(value)) if value == int(value) else f"{value:.3g}"


def values(found, *names):
    return {tuple(labels.get(name) for name in names) if len(names) > 1 else labels.get(names[0]): value for labels, value in found}


class Table:
    def __init__(self, checks, port):
        self.checks, self.port, self.rows = checks, port, []

    def row(self, what, command, figure, kept):
        self.checks.that(kept, f"{what} | {command}", figure)
        self.rows.append("| {} | `{}` | {} |".format(what, command.replace("|", "\\|"), figure.replace("|", "\\|")))

    def until(self, ask, kept, seconds):
        """Asks until the answer is as expected, or for so long; the last answer."""
        end = time.monotonic() + seconds
        while True:
            answer = ask()
            if kept(answer) or time.monotonic() > end:
                return answer
            time.sleep(0.3)

    def promql(self, what, query, show, kept, seconds=40):
        found = self.until(lambda: prometheus.vector(self.port, query), kept, seconds)
        self.row(what, query, show(found), bool(kept(found)))

    def shell(self, what, command, kept, seconds=20):
        def run():
            done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
            return done.stdout.strip() or done.stderr.strip()
        said = self.until(run, kept, seconds)
        self.row(what, command, said.replace("\n", "; ")[:300], bool(kept(said)))


def lines(pod, container):
    return f"kubectl logs -n {NS} {pod} -c {container}"


CLUSTER_LINES, CHAT_LINES = lines(WATCHER, "cluster"), lines(CHAT, "streamgauge")


# ---- what the API server knows


def statuses(table, cluster):
    def status_of(name):
        found = cluster.where("pod_status", namespace=NS, pod=name)
        return next((dict(labels)["status"] for labels in found), None)
    scenes.statuses(NS, status_of)
    for name in scenes.STATUSES:
        table.promql(f"pod status {name}", f'streamgauge_pod_status{{{IN_NS},pod="{name.lower()}"}}', by("status"),
                     lambda found: values(found, "status") == {name: 1})
    kubectl("delete", "pods", "-n", NS, "-l", "streamgauge.dev/inject=true,app!=chat", "--force", "--grace-period=0")


def replicas(table):
    llama = f'{IN_NS},workload="llama"'
    apply(NS, scenes.deployment("llama", 1, annotations={"fake-kubelet/ready-delay": "5s"}))
    table.promql("replicas", f"streamgauge_replicas{{{llama}}}", by("state"), lambda found: values(found, "state").get("ready") == 1)
    kubectl("scale", "-n", NS, "deployment/llama", "--replicas=3")
    table.promql("replicas that are wanted and do not serve, at `kubectl scale --replicas=3`",
                 f'streamgauge_replicas{{{llama},state="desired"}} - ignoring(state) streamgauge_replicas{{{llama},state="ready"}}',
                 by(), lambda found: values(found, "x") == {None: 2})
    serving = {"desired": 3, "ready": 3, "available": 3, "unavailable": 0}
    table.promql("… and once they serve", f"streamgauge_replicas{{{llama}}}", by("state"), lambda found: values(found, "state") == serving)
    caught = "streamgauge_replicas_catch_up_seconds"
    table.promql("seconds from wanted to serving, mean", f"{caught}_sum{{{llama}}} / {caught}_count{{{llama}}}", by(),
                 lambda found: found and 4 <= found[0][1] < 15)
    table.promql("replica-seconds that lacked", f"streamgauge_replicas_missing_seconds_total{{{llama}}}", by(), lambda found: found and found[0][1] > 10)


def scaling(table):
    """Behind `replicas`: somebody scaled by hand, and now an autoscaler does."""
    llama = f'{IN_NS},workload="llama"'
    apply(NS, scenes.scaler("llama", 4, 7))
    table.promql("who scaled, `kubectl scale` and an HPA with minReplicas 4", f"streamgauge_scale_changes_total{{{llama}}} > 0", by("direction", "by"),
                 lambda found: values(found, "direction", "by") == {("up", "kubectl"): 1, ("up", "autoscaler"): 1})
    table.shell("why it scaled", CLUSTER_LINES + """ | jq -r 'select(.reason=="Scaled" and .workload=="llama") | "\\(.from) → \\(.to) by \\(.by) \\(.message // "")"'""",
                lambda said: "by kubectl" in said and "MinReplicas" in said)
    table.promql("bounds of the autoscaler", f"streamgauge_replicas_bound{{{llama}}}", by("bound"), lambda found: values(found, "bound") == {"min": 4, "max": 7})
    kubectl("delete", "-n", NS, "hpa/llama", "deployment/llama")


def quotas(table):
    scenes.quotas(NS)
    quota = f'{IN_NS},quota="gpus"'
    used = {("requests.nvidia.com/gpu", "hard"): 2, ("requests.nvidia.com/gpu", "used"): 2, ("pods", "hard"): 10}
    table.promql("quota of 2 GPUs, 3 pods of one each", f"streamgauge_quota{{{quota}}}", by("resource", "kind"),
                 lambda found: used.items() <= values(found, "resource", "kind").items())
    table.promql("share of the quota in use", f'streamgauge_quota{{{quota},kind="used"}} / ignoring(kind) streamgauge_quota{{{quota},kind="hard"}}',
                 by("resource"), lambda found: values(found, "resource").get("requests.nvidia.com/gpu") == 1)
    table.promql("pods that the quota refused", f'streamgauge_scheduling_failures_total{{{IN_NS},cause="quota"}}', by("workload"),
                 lambda found: values(found, "workload").get("quoted", 0) >= 1)
    table.promql("limit range", f'streamgauge_limit_range{{{IN_NS},resource="cpu"}}', by("type", "kind"),
                 lambda found: values(found, "kind") == {"max": 4, "default": 0.5, "default_request": 0.25})
    table.promql("requests and limits of its 2 pods", f'streamgauge_container_resources{{{IN_NS},workload="quoted"}}', by("resource", "kind"),
                 lambda found: {("nvidia.com/gpu", "limit"): 2, ("memory", "limit"): 2 * 2**30, ("cpu", "request"): 0.5}.items()
                 <= values(found, "resource", "kind").items())
    scenes.without_quotas(NS)


def restarts(table):
    scenes.crashes(NS)
    both = f'{IN_NS},workload=~"crashes|ooms"'
    table.promql("restarts with their reason: exit code 3 three times, out of memory twice", f"streamgauge_container_restarts_total{{{both}}}",
                 by("workload", "container", "reason"), lambda found: values(found, "workload", "reason") == {
                     ("crashes", "Error"): scenes.CRASHES, ("ooms", "OOMKilled"): scenes.OOMS})
    table.promql("exit codes", f"streamgauge_container_exits_total{{{both}}}", by("workload", "exit_code"),
                 lambda found: values(found, "exit_code") == {str(scenes.CRASH_CODE): scenes.CRASHES, "137": scenes.OOMS})
    table.shell("the last restart of one", CLUSTER_LINES + """ | jq -rs 'map(select(.reason=="ContainerRestarted" and .pod=="ooms")) | last"""
                """ | "\\(.container) \\(.restart_reason) exit code \\(.exit_code), restart \\(.count)"'""",
                lambda said: said == f"server OOMKilled exit code 137, restart {scenes.OOMS}")
    kubectl("delete", "pods", "-n", NS, "crashes", "ooms", "--force", "--grace-period=0")


def scheduling(table):
    scenes.tainted(NS)
    waiting = f'streamgauge_unschedulable_pods{{{IN_NS}}}'
    table.promql("pods that wait for a node, all nodes tainted", waiting, by("workload", "cause"), lambda found: values(found, "workload", "cause") == {("tainted", "taint"): 1})
    scenes.without_taint()
    scheduled = f'streamgauge_pod_startup_seconds_sum{{{IN_NS},stage="scheduled",workload="tainted"}}'
    table.promql("seconds it had waited when the taint was taken away", scheduled, by("workload"), lambda found: found and found[0][1] >= 1)
    scenes.unschedulable(NS)
    table.promql("pods that wait: 99 GPUs, a node selector", waiting, by("workload", "cause"),
                 lambda found: values(found, "workload", "cause") == {("greedy", "gpu"): 1, ("picky", "affinity"): 1})
    table.promql("failures by cause", f"sum by (cause) (streamgauge_scheduling_failures_total{{{IN_NS}}})", by("cause"),
                 lambda found: {"taint", "gpu", "affinity"} <= values(found, "cause").keys())
    table.shell("the scheduler's own words", CLUSTER_LINES + """ | jq -r 'select(.reason=="FailedScheduling" and .pod=="greedy") | .message' | tail -1""",
                lambda said: "nvidia.com/gpu" in said)
    kubectl("delete", "pods", "-n", NS, "tainted", "greedy", "picky", "--force", "--grace-period=0")


def starts(table):
    apply(NS, scenes.deployment("slow", 2, annotations={"fake-kubelet/start-delay": "3s", "fake-kubelet/ready-delay": "6s"}))
    slow, seconds = f'{IN_NS},workload="slow"', "streamgauge_pod_startup_seconds"
    table.promql("start by stage, mean seconds: 3 s of pulling, 6 s of loading", f"{seconds}_sum{{{slow}}} / {seconds}_count{{{slow}}}", by("stage"),
                 lambda found: 2 <= values(found, "stage").get("containers_started", 0) <= 8 and 5 <= values(found, "stage").get("ready", 0) <= 12)
    whole = "streamgauge_pod_time_to_ready_seconds"
    table.promql("from creation to ready, mean seconds", f"{whole}_sum{{{slow}}} / {whole}_count{{{slow}}}", by(), lambda found: found and 8 <= found[0][1] <= 20)
    table.shell("one pod's start", CLUSTER_LINES + """ | jq -c 'select(.reason=="PodReady" and .workload=="slow") | with_entries(select(.key | endswith("_ms")))' | tail -1""",
                lambda said: "startup_ms" in said)
    kubectl("delete", "-n", NS, "deployment/slow")


# ---- what the sidecar sees


def quantile(share, name):
    return f"histogram_quantile({share}, sum by (le) (rate(streamgauge_{name}_bucket{{{OF_CHAT}}}[20s])))"


def some(found):
    return found and found[0][1] > 0


def traffic(table, sidecar):
    hosts = lambda: [sidecar.host]
    with load.Load(hosts, CLIENTS, WISH) as good, load.Load(hosts, 1, "fault=http_500") as bad:
        time.sleep(LOAD_SECONDS)
        table.promql("requests a second", f"sum(rate(streamgauge_requests_total{{{OF_CHAT}}}[20s]))", by(), some)
        table.promql("in progress", f"streamgauge_requests_in_flight{{{OF_CHAT}}}", by("phase"), lambda found: values(found, "phase").get("queued", 0) > 0)
        table.promql("waiting in the sidecar", f"streamgauge_queue_length{{{OF_CHAT}}}", by(), some)
        for what, name in (("total time", "request_duration_seconds"), ("time to the first token", "time_to_first_token_seconds"),
                           ("queue wait", "queue_wait_seconds"), ("time for an output token", "time_per_output_token_seconds")):
            for share in (0.5, 0.99):
                table.promql(f"{what}, p{share * 100:.0f}, seconds", quantile(share, name), by(), some)
        table.promql("output tokens a second", f'sum(rate(streamgauge_tokens_total{{{OF_CHAT},type="output"}}[20s]))', by(), some)
        table.promql("error rate", f'sum(rate(streamgauge_requests_total{{{OF_CHAT},outcome!="ok"}}[20s])) / sum(rate(streamgauge_requests_total{{{OF_CHAT}}}[20s]))',
                     by(), lambda found: found and 0 < found[0][1] < 1)
    asked = good.statuses.get(200, 0)
    failed = bad.statuses.get(500, 0)
    seen = {"ok": asked, "upstream_error": failed}
    table.promql(f"requests by outcome, where the clients had {asked} answers and {failed} errors",
                 f"sum by (outcome) (streamgauge_requests_total{{{OF_CHAT}}}) > 0", by("outcome"), lambda found: values(found, "outcome") == seen)
    table.promql(f"output tokens of {asked} answers of {TOKENS}", f'sum(streamgauge_tokens_total{{{OF_CHAT},type="output"}})', by(),
                 lambda found: found and found[0][1] == asked * TOKENS)
    table.shell("the slowest request", CHAT_LINES + " | jq -Rcn '[inputs | fromjson?] | max_by(.duration_ms)"
                " | {request_id, pod, node, outcome, queue_ms, ttft_ms, duration_ms, output_tokens}'", lambda said: CHAT in said)


def gpu(table):
    table.promql("GPU: none here", f"streamgauge_gpu_up{{{OF_CHAT}}}", by(), lambda found: found and found[0][1] == 0)
    figures = "streamgauge_gpu_(utilization_ratio|memory_used_bytes|power_watts)"
    table.promql("GPU load, memory and power are absent, not 0", f'absent({{__name__=~"{figures}",{OF_CHAT}}})', by(), lambda found: len(found) == 1)
    table.shell("… and why", CHAT_LINES + " | grep -i gpu | head -1", lambda said: "gpu" in said.lower())


def one_search(table):
    """A request's line, its pod's restart and its node's events, by the same fields."""
    scenes.note(NS, CHAT, **{"container": "model", "crashes": "1", "crash-after": "0.3s", "back-off": "1s", "mode": "crash-loop"})
    both = f"{{ {CHAT_LINES}; {CLUSTER_LINES}; }}"
    counted = """ | jq -Rrn '[inputs | fromjson? | select(.%s=="%s") | .reason // "request"] | group_by(.) | map("\\(.[0]) \\(length)") | join(", ")'"""
    table.shell("one search: a pod", both + counted % ("pod", CHAT), lambda said: "request " in said and "ContainerRestarted 1" in said and "BackOff" in said, 40)
    node = kubectl("get", "pod", "-n", NS, CHAT, "-o", "jsonpath={.spec.nodeName}")
    table.shell("one search: its node", both + counted % ("node", node), lambda said: "request " in said)
    table.shell("one search: its workload's last restart", both + """ | jq -Rc 'fromjson? | select(.workload=="chat" and .reason=="ContainerRestarted") | {time, pod, node, container, restart_reason, exit_code}'""",
                lambda said: CHAT in said)
    kept = lambda found: values(found, "reason").get("BackOff", 0) >= 1
    table.promql("events of the workload", f'sum by (reason, type) (streamgauge_events_total{{{IN_NS},workload="chat"}})', by("type", "reason"), kept)


# ---- the run


def watcher_pod():
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": WATCHER, "labels": {"app.kubernetes.io/name": "streamgauge"}},
            "spec": {"containers": [{"name": "cluster", "image": "streamgauge:test", "ports": [{"name": "admin", "containerPort": stand_ins.ADMIN_PORT}]}]}}


def chat_set(folder):
    template = stand_ins.server()
    template["metadata"]["labels"] = {"app": "chat", **template["metadata"]["labels"]}
    return stand_ins.injected({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "chat", "namespace": NS},
                               "spec": {"serviceName": "chat", "selector": {"matchLabels": {"app": "chat"}}, "template": template}},
                              folder, maxConcurrency=LIMIT)


def ready(name):
    found = control.find("pod", name, "-n", NS)
    return found if found and any(each["type"] == "Ready" and each["status"] == "True" for each in found["status"].get("conditions", [])) else None


def run(checks, folder):
    logs = pathlib.Path(os.environ["TESTENV_RUN"]) / LOGS
    control.apply({**watcher_pod(), "metadata": {**watcher_pod()["metadata"], "namespace": NS}}, chat_set(folder))
    chat, watcher = (harness.wait_until(lambda: ready(name), 60, name) for name in (CHAT, WATCHER))
    log = stand_ins.RuntimeLog(logs / "cluster.log")
    with stand_ins.Simulator() as simulator, scraped.by(folder, NS, "1s") as port, \
            control_plane.Cluster(folder, "--leader-election", "off", "--pod", WATCHER, stdout=log.descriptor,
                                  admin=f"{watcher['status']['podIP']}:{stand_ins.ADMIN_PORT}") as cluster:
        log.close()
        sidecar = stand_ins.Sidecar(chat, simulator.port, folder, logs / "sidecar.log")
        try:
            harness.wait_until(sidecar.serves, harness.START_SECONDS_MAX, "start of the sidecar")
            table = Table(checks, port)
            statuses(table, cluster)
            for each in (replicas, scaling, quotas, restarts, scheduling, starts):
                each(table)
            traffic(table, sidecar)
            gpu(table)
            one_search(table)
        finally:
            sidecar.end()
    print("| row | command | figure |\n|-|-|-|\n" + "\n".join(table.rows))


def main():
    parser = argparse.ArgumentParser(description=f"{__doc__}\n{control_plane.HELP}\n{NEEDS}", formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    control_plane.needed()
    checks = harness.Checks("cluster_rows")
    with tempfile.TemporaryDirectory() as folder, control.namespace(NS):
        run(checks, folder)
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
