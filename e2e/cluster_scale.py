"""What watching many pods costs: memory, CPU, and requests to the API server, while they come and while they rest.

    python3 e2e/cluster_scale.py --pods 5000
"""

import argparse
import json
import sys
import tempfile
import time

import control_plane
import harness
from control_plane import apply, kubectl

NS = "streamgauge-scale"
PODS_OF_A_NODE = 900
REPLICAS = 100
REST_SECONDS = 60


def node(number):
    size = {"cpu": "10000", "memory": "9000Gi", "pods": "1000", "nvidia.com/gpu": "1000"}
    return {"apiVersion": "v1", "kind": "Node",
            "metadata": {"name": f"scale-{number}", "annotations": {"kwok.x-k8s.io/node": "fake"},
                         "labels": {"kubernetes.io/hostname": f"scale-{number}", "e2e": "scale"}},
            "status": {"capacity": size, "allocatable": size}}


def deployment(number):
    labels = {"app": f"llm-{number}", "streamgauge.dev/inject": "true"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": f"llm-{number}"},
            "spec": {"replicas": REPLICAS, "selector": {"matchLabels": {"app": f"llm-{number}"}},
                     "template": {"metadata": {"labels": labels, "annotations": {"streamgauge.dev/engine": "vllm"}},
                                  "spec": {"nodeSelector": {"e2e": "scale"}, "containers": [
                                      {"name": "server", "image": "vllm:test", "args": ["--model", "m", "--port", "8000"],
                                       "env": [{"name": f"VARIABLE_{n}", "value": "x" * 30} for n in range(20)],
                                       "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"nvidia.com/gpu": 1}}}]}}}}


class Meter:
    """What was used since."""

    def __init__(self, cluster):
        self.cluster, self.cpu, self.at = cluster, cluster.cpu_seconds(), time.monotonic()
        self.requests, self.changes = cluster.total("kube_requests_total"), cluster.total("kube_watch_changes_total")

    def text(self):
        seconds = time.monotonic() - self.at
        cpu = self.cluster.cpu_seconds() - self.cpu
        return (f"{seconds:.0f} s: RSS {self.cluster.rss_kib() / 1024:.0f} MiB, CPU {cpu:.1f} s ({cpu / seconds:.1%} of a core), "
                f"{self.cluster.total('kube_requests_total') - self.requests:.0f} requests, "
                f"{self.cluster.total('kube_watch_changes_total') - self.changes:.0f} objects by watches")


def page(cluster):
    began = time.monotonic()
    text = cluster.get("/metrics")
    return f"page of {len(text) / 1e6:.1f} MB, {len(text.splitlines())} lines, in {(time.monotonic() - began) * 1e3:.0f} ms"


def main():
    parser = argparse.ArgumentParser(description=__doc__ + "\n" + control_plane.HELP, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pods", type=int, default=5000)
    parser.add_argument("--patience", type=int, default=1200, help="seconds until all pods are ready")
    options = parser.parse_args()
    control_plane.needed()
    checks = harness.Checks("cluster_scale")
    kubectl("delete", "namespace", NS, "--ignore-not-found")
    kubectl("create", "namespace", NS)
    for number in range(-(-options.pods // PODS_OF_A_NODE)):
        kubectl("apply", "-f", "-", text=json.dumps(node(number)))
    with tempfile.TemporaryDirectory() as folder:
        with control_plane.Cluster(folder, "--leader-election", "off", name="from-the-start") as cluster:
            harness.say(f"idle, no pods: RSS {cluster.rss_kib() / 1024:.0f} MiB")
            meter = Meter(cluster)
            apply(NS, *(deployment(number) for number in range(options.pods // REPLICAS)))
            ready = lambda: len(cluster.where("pod_status", namespace=NS, status="Ready"))
            try:
                harness.wait_until(lambda: time.sleep(5) or ready() >= options.pods, options.patience, "all pods are ready")
            except TimeoutError as failure:
                harness.say(failure)
            seen, pods = ready(), len(cluster.where("pod_status", namespace=NS))
            checks.that(seen >= options.pods, f"{options.pods} pods are seen ready", f"{seen}, and {pods} pods in all")
            checks.that(cluster.rss_kib() < 192 * 1024, f"while {pods} pods came", meter.text())
            if seen >= options.pods:
                timed = cluster.total("pod_startup_seconds_count", namespace=NS, stage="ready")
                checks.that(timed == pods, "each pod's readiness was timed once", f"{timed:.0f}")
            harness.say(page(cluster))
            meter = Meter(cluster)
            time.sleep(REST_SECONDS)
            checks.that(cluster.rss_kib() < 192 * 1024, f"while {pods} pods rested", meter.text())
        began = time.monotonic()
        with control_plane.Cluster(folder, "--leader-election", "off", name="later") as cluster:
            seen = len(cluster.where("pod_status", namespace=NS))
            checks.that(seen >= pods, "a start beside that many pods", f"ready after {time.monotonic() - began:.1f} s with {seen} pods; {page(cluster)}")
            lists = {dict(labels)["resource"]: value for labels, value in cluster.where("kube_requests_total", verb="list", code="200").items()}
            harness.say(f"lists: {lists}")
            meter = Meter(cluster)
            time.sleep(REST_SECONDS)
            checks.that(cluster.rss_kib() < 192 * 1024, "behind that start", meter.text())
    kubectl("delete", "namespace", NS, "--wait=false")
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
