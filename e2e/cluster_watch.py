"""What `streamgauge cluster` knows about a real control plane, held against what kubectl says. One row for each thing
that an operator asks for, with the command that made it and the figure that was seen.

    python3 e2e/cluster_watch.py [--only ROW,...]
"""

import argparse
import contextlib
import json
import os
import signal
import sys
import tempfile
import time

import control_plane
import harness
from cluster import scenes
from cluster.scenes import STATUSES, deployment, pod
from control_plane import apply, kubectl, objects

NS = "streamgauge-watch"


class Rows:
    def __init__(self, cluster, checks):
        self.cluster, self.checks = cluster, checks

    def row(self, what, command, figure, kept):
        self.checks.that(kept, f"{what} | {command}", figure)

    def until(self, condition, seconds=30):
        with contextlib.suppress(TimeoutError):
            harness.wait_until(condition, seconds, "it")
        return condition()

    # ---- pod status

    def statuses(self):
        scenes.statuses(NS, self.status)
        for name in STATUSES:
            seen = self.until(lambda: self.status(name.lower()) == name)
            self.row(f"status {name}", scenes.how_made(name), f'pod_status{{status="{self.status(name.lower())}"}} 1', seen)
        kubectl("delete", "pods", "-n", NS, "--all", "--force", "--grace-period=0", "--wait=true")
        gone = self.until(lambda: not self.cluster.where("pod_status", namespace=NS))
        self.row("pods that are gone", "delete --force", f'{len(self.cluster.where("pod_status", namespace=NS))} series', gone)

    def status(self, name):
        found = self.cluster.where("pod_status", namespace=NS, pod=name)
        return next((dict(labels)["status"] for labels in found), None)

    # ---- replicas

    def replicas(self):
        apply(NS, deployment("llama", 1))
        kubectl("scale", "-n", NS, "deployment/llama", "--replicas=3")
        self.numbers("llama", "scale --replicas=3", 3)
        apply(NS, scenes.scaler("llama", 4, 7))
        self.numbers("llama", "HPA with minReplicas=4", 4)
        bounds = lambda: {dict(k)["bound"]: v for k, v in self.cluster.where("replicas_bound", namespace=NS, workload="llama").items()}
        kept = self.until(lambda: bounds() == {"min": 4, "max": 7})
        self.row("bounds of an HPA", "HPA min 4, max 7", str(bounds()), kept)
        changes = lambda: self.cluster.where("scale_changes_total", namespace=NS, workload="llama", direction="up")
        by = lambda: {dict(k)["by"]: v for k, v in changes().items()}
        seen = self.until(lambda: by().get("kubectl") == 1 and by().get("autoscaler") == 1)
        self.row("who scaled", "kubectl scale, then the HPA", str(by()), seen)
        why = [each for each in self.cluster.lines() if each["reason"] == "Scaled" and each["namespace"] == NS and each.get("by") == "autoscaler"]
        self.row("why it scaled", "line of the HPA's change", why[-1].get("message", "") if why else "no line",
                 bool(why) and "MinReplicas" in why[-1].get("message", ""))
        caught = self.cluster.total("replicas_catch_up_seconds_count", namespace=NS, workload="llama")
        took = self.cluster.total("replicas_catch_up_seconds_sum", namespace=NS, workload="llama")
        self.row("from wanted to serving", "twice more were wanted", f"{caught:.0f} times, {took:.2f} s together", caught >= 2)
        apply(NS, deployment("slow", 2, annotations={"fake-kubelet/ready-delay": "3s"}))
        seen = self.until(lambda: self.cluster.total("replicas_catch_up_seconds_count", namespace=NS, workload="slow") == 1)
        took = self.cluster.total("replicas_catch_up_seconds_sum", namespace=NS, workload="slow")
        missing = self.cluster.total("replicas_missing_seconds_total", namespace=NS, workload="slow")
        self.row("slow replicas", "2 replicas, ready-delay=3s", f"caught up after {took:.2f} s, {missing:.2f} replica-seconds missed",
                 seen and 3 <= took < 6 and 5 < missing < 12)
        stages = {dict(k)["stage"]: v for k, v in
                  self.cluster.where("pod_startup_seconds_sum", namespace=NS, workload="slow").items()}
        self.row("start by stages", "2 replicas, ready-delay=3s", str(stages), 4 <= stages.get("ready", 0) <= 9)
        kubectl("delete", "-n", NS, "hpa/llama", "deployment/llama", "deployment/slow")

    def numbers(self, name, command, wanted):
        def truth():
            status = json.loads(kubectl("get", "deployment", "-n", NS, name, "-o", "json"))
            return {"desired": status["spec"]["replicas"], "ready": status["status"].get("readyReplicas", 0),
                    "available": status["status"].get("availableReplicas", 0),
                    "unavailable": status["status"].get("unavailableReplicas", 0)}
        seen = lambda: {dict(k)["state"]: v for k, v in self.cluster.where("replicas", namespace=NS, workload=name).items()}
        kept = self.until(lambda: seen() == truth() and truth()["ready"] == wanted)
        self.row("replicas", command, str(seen()), kept)

    # ---- quotas

    def quotas(self):
        scenes.quotas(NS)
        quota = lambda: {(dict(k)["resource"], dict(k)["kind"]): v for k, v in
                         self.cluster.where("quota", namespace=NS, quota="gpus").items()}
        expected = {("requests.nvidia.com/gpu", "hard"): 2, ("requests.nvidia.com/gpu", "used"): 2, ("pods", "hard"): 10, ("pods", "used"): 2}
        kept = self.until(lambda: quota() == expected)
        self.row("quota", "2 GPUs, 3 wanted", str({" ".join(k): v for k, v in quota().items()}), kept)
        refused = lambda: self.cluster.total("scheduling_failures_total", namespace=NS, workload="quoted", cause="quota")
        kept = self.until(lambda: refused() >= 1)
        self.row("pods that a quota refuses", "3 replicas, quota of 2", f"{refused():.0f} failures with cause quota", kept)
        ranges = {dict(k)["kind"]: v for k, v in self.cluster.where("limit_range", namespace=NS, resource="cpu").items()}
        self.row("limit range", "max 4, default 500m, defaultRequest 250m", str(ranges),
                 ranges == {"max": 4, "default": 0.5, "default_request": 0.25})
        asked = {(dict(k)["resource"], dict(k)["kind"]): v for k, v in
                 self.cluster.where("container_resources", namespace=NS, workload="quoted").items()}
        self.row("requests and limits", "2 pods of 1 GPU, 1Gi and the range's cpu", str({" ".join(k): v for k, v in asked.items()}),
                 asked.get(("nvidia.com/gpu", "limit")) == 2 and asked.get(("memory", "limit")) == 2 * 2**30
                 and asked.get(("cpu", "request")) == 0.5)
        scenes.without_quotas(NS)

    # ---- restarts, scheduling

    def restarts(self):
        scenes.crashes(NS)
        count = lambda **labels: self.cluster.total("container_restarts_total", namespace=NS, **labels)
        self.until(lambda: count(workload="crashes") == 3 and count(workload="ooms") == 2)
        for name, reason, wanted in (("crashes", "Error", 3), ("ooms", "OOMKilled", 2)):
            truth = json.loads(kubectl("get", "pod", "-n", NS, name, "-o", "json"))["status"]["containerStatuses"][0]["restartCount"]
            seen = count(workload=name, reason=reason)
            self.row(f"restarts, {reason}", f"kubectl says restartCount {truth}", f"container_restarts_total {seen:.0f}", seen == truth == wanted)
        codes = {dict(k)["exit_code"]: v for k, v in self.cluster.where("container_exits_total", namespace=NS, container="server").items()
                 if dict(k)["workload"] in ("crashes", "ooms")}
        self.row("exit codes", "exit-code=3; OOM", str(codes), codes == {"3": 3, "137": 2})

    def scheduling(self):
        scenes.tainted(NS)
        failures = lambda cause, name: self.cluster.total("scheduling_failures_total", namespace=NS, workload=name, cause=cause)
        kept = self.until(lambda: failures("taint", "tainted") >= 1)
        self.row("FailedScheduling, taint", "taint node --all", f'{failures("taint", "tainted"):.0f}', kept)
        scenes.without_taint()
        scenes.unschedulable(NS)
        for name, cause in (("greedy", "gpu"), ("picky", "affinity")):
            kept = self.until(lambda: failures(cause, name) >= 1)
            now = self.cluster.where("unschedulable_pods", namespace=NS, workload=name)
            self.row(f"FailedScheduling, {cause}", f"pod {name}", f"{failures(cause, name):.0f}; waiting now: {now}", kept and len(now) == 1)
        lines = [each for each in self.cluster.lines() if each["reason"] == "FailedScheduling" and each.get("pod") == "greedy"]
        self.row("its line", "one JSON line", json.dumps(lines[0])[:200] if lines else "none",
                 bool(lines) and lines[0]["namespace"] == NS and lines[0]["workload"] == "greedy")
        kubectl("delete", "pod", "-n", NS, "tainted", "greedy", "picky", "--force", "--grace-period=0")

    # ---- faults

    def truths(self, what, command):
        """Restarts and events as kubectl counts them, of this namespace, against ours."""
        def restarts():
            return sum(each["restartCount"] for pod_ in objects("pods", NS) for each in pod_["status"].get("containerStatuses", []))

        def events():
            found = {}
            for each in objects("events", NS):
                key = (each["involvedObject"]["kind"], each["reason"], each["type"])
                found[key] = found.get(key, 0) + max(1, (each.get("series") or {}).get("count") or each.get("count") or 1)
            return found

        def ours():
            found = {}
            for labels, value in self.cluster.where("events_total", namespace=NS).items():
                own = dict(labels)
                key = (own["kind"], own["reason"], own["type"])
                found[key] = found.get(key, 0) + value
            return found

        gone = self.restarts_gone
        kept = self.until(lambda: self.cluster.total("container_restarts_total", namespace=NS) - gone == restarts(), 40)
        seen = self.cluster.total("container_restarts_total", namespace=NS) - gone
        self.row(f"{what}: restarts", command, f"{seen:.0f} counted, kubectl says {restarts()}", kept)
        kept = self.until(lambda: ours() == events(), 40)
        truth, counted = events(), ours()
        wrong = {key: (counted.get(key), truth.get(key)) for key in truth.keys() | counted.keys() if counted.get(key) != truth.get(key)}
        self.row(f"{what}: events", command, f"{sum(counted.values()):.0f} counted, kubectl says {sum(truth.values())}{f', differing: {wrong}' if wrong else ''}", kept)

    def busy(self):
        """Things that go on happening by themselves."""
        for n in range(4):
            apply(NS, pod(f"busy-{n}", mode="oom-loop" if n % 2 else "crash-loop", **{"back-off": "1s", "crash-after": "0.5s"}))

    def calm(self):
        for n in range(4):
            scenes.note(NS, f"busy-{n}", mode="none")
        time.sleep(4)

    def counts(self):
        self.restarts_gone = self.cluster.total("container_restarts_total", namespace=NS) - sum(
            each["restartCount"] for pod_ in objects("pods", NS) for each in pod_["status"].get("containerStatuses", []))
        api = control_plane.ApiServer()
        self.busy()
        time.sleep(4)
        for down in (1, 8):
            api.stop()
            time.sleep(down)
            api.start()
            time.sleep(6)
        self.calm()
        self.truths("API server stopped twice", "kill -9 kube-apiserver; 1 s and 8 s; start it again")

        for n in range(4):
            scenes.note(NS, f"busy-{n}", mode="oom-loop" if n % 2 else "crash-loop")
        expired = self.cluster.total("kube_watch_expired_total")
        os.kill(self.cluster.process.pid, signal.SIGSTOP)
        api.stop()
        api.start("--etcd-compaction-interval=5s", "--watch-cache=false")
        time.sleep(25)
        os.kill(self.cluster.process.pid, signal.SIGCONT)
        more = lambda: self.cluster.total("kube_watch_expired_total") - expired
        kept = self.until(lambda: more() >= 1)
        self.row("compaction", "watcher stopped for 25 s, --etcd-compaction-interval=5s", f"{more():.0f} times 410", kept)
        self.calm()
        self.truths("behind a compaction", "the same")
        api.stop()
        api.start()
        kubectl("delete", "pods", "-n", NS, "--all", "--force", "--grace-period=0")

    def leaders(self, folder):
        with control_plane.Cluster(folder, "--pod", "second", name="second") as second:
            self.row("a standby publishes nothing", "a second replica", f'{len(second.where("pod_status"))} pods, leader {second.total("cluster_leader"):.0f}',
                     not second.where("pod_status") and second.total("cluster_leader") == 0)
            apply(NS, pod("handed", mode="crash-loop", crashes=2, **{"back-off": "0.5s", "crash-after": "0.3s"}))
            self.until(lambda: self.cluster.total("container_restarts_total", namespace=NS, workload="handed") == 2)
            before = len(second.lines())
            self.cluster.end(signal.SIGKILL)
            began = time.monotonic()
            kept = self.until(lambda: second.total("cluster_leader") == 1, 40)
            took = time.monotonic() - began
            counted = second.total("container_restarts_total", namespace=NS, workload="handed")
            self.row("leader killed", "kill -9", f"the other leads after {took:.1f} s with {counted:.0f} restarts of 2", kept and counted == 2)
            self.row("its lines", "none before it leads", f"{before} lines", before == 0)
            with control_plane.Cluster(folder, "--pod", "third", name="third") as third:
                second.end()
                began = time.monotonic()
                kept = self.until(lambda: third.total("cluster_leader") == 1, 40)
                self.row("leader ended", "kill -TERM: the lease is given back", f"the next leads after {time.monotonic() - began:.1f} s", kept)

    def lines(self):
        lines = self.cluster.lines()
        keys = [(each["event_uid"], each["count"]) for each in lines if each["source"] == "kubernetes"]
        self.row("event lines", "all that was written", f"{len(lines)} lines, {len(keys) - len(set(keys))} of them twice",
                 len(lines) > 20 and len(keys) == len(set(keys)) and all("time" in each and "reason" in each for each in lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__ + "\n" + control_plane.HELP, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="statuses, replicas, quotas, restarts, scheduling, counts, lines, leaders")
    only = [each for each in parser.parse_args().only.split(",") if each]
    control_plane.needed()
    checks = harness.Checks("cluster_watch")
    kubectl("delete", "namespace", NS, "--ignore-not-found")
    kubectl("delete", "lease", "-n", "default", "streamgauge-cluster", "--ignore-not-found")
    kubectl("create", "namespace", NS)
    harness.wait_until(lambda: kubectl("get", "serviceaccount", "default", "-n", NS, check=False), 30, "service account")
    with tempfile.TemporaryDirectory() as folder, control_plane.Cluster(folder, "--pod", "first") as cluster:
        rows = Rows(cluster, checks)
        harness.wait_until(lambda: cluster.total("cluster_leader") == 1, 30, "a leader")
        for name in ("statuses", "replicas", "quotas", "restarts", "scheduling", "counts", "lines"):
            if not only or name in only:
                getattr(rows, name)()
        if not only or "leaders" in only:
            rows.leaders(folder)
        harness.say(f"messages: {cluster.errors_path.read_text()}")
    kubectl("delete", "namespace", NS, "--wait=false")
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
