"""What the cluster's part costs beside many pods: memory, CPU, requests to the API server, and how long admissions take, while the pods come
through its webhook, while they rest, and after a start beside them.

    KUBECONFIG=... python3 e2e/cluster_scale.py --pods 5000

Needs what cluster_install.py needs. One process does everything that an installed release's leader does: webhook, watcher, re-check.
"""

import argparse
import json
import pathlib
import re
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import control_plane  # noqa: E402
import harness  # noqa: E402
from cluster import control, process, rotation  # noqa: E402
from cluster.control import kubectl  # noqa: E402

CHART = str(harness.ROOT / "chart")
NAME, NAMESPACE, MODELS = "streamgauge", "e2e-scale-streamgauge", "e2e-scale-models"
PODS_OF_A_NODE = 900
REPLICAS = 100
REST_SECONDS = 60
ADMISSIONS_A_SECOND, ADMISSION_SECONDS = 50, 20
BOUND_MIB = 192

checks = harness.Checks("cluster_scale")


def node(number):
    size = {"cpu": "10000", "memory": "9000Gi", "pods": "1000", "nvidia.com/gpu": "1000"}
    return {"apiVersion": "v1", "kind": "Node",
            "metadata": {"name": f"scale-{number}", "annotations": {"kwok.x-k8s.io/node": "fake"},
                         "labels": {"kubernetes.io/hostname": f"scale-{number}", "e2e": "scale"}},
            "status": {"capacity": size, "allocatable": size}}


def deployment(number):
    server = {"name": "server", "image": "vllm/vllm-openai:v0.11.0", "args": ["--model", "m", "--port", "8000"],
              "ports": [{"name": "http", "containerPort": 8000}],
              "readinessProbe": {"httpGet": {"path": "/health", "port": "http"}},
              "env": [{"name": f"VARIABLE_{n}", "value": "x" * 30} for n in range(20)],
              "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"nvidia.com/gpu": 1}}}
    made = control.deployment(f"llm-{number}", MODELS, REPLICAS, {"streamgauge.dev/inject": "true"}, server)
    made["spec"]["template"]["spec"]["nodeSelector"] = {"e2e": "scale"}
    return made


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


class WebhookSeconds:
    """How long the API server waited for the webhook, by its own histogram, and what of that the webhook took."""

    NAME = "apiserver_admission_webhook_admission_duration_seconds_bucket"

    def __init__(self, cluster):
        self.cluster = cluster
        self.before, self.own_before = self._read(), self._own()

    def _own(self):
        return [self.cluster.total(f"webhook_review_seconds_{part}") for part in ("sum", "count")]

    def _read(self):
        found = {}
        for line in kubectl("get", "--raw", "/metrics").splitlines():
            if line.startswith(self.NAME) and "streamgauge" in line:
                bound = re.search(r'le="([^"]+)"', line).group(1)
                found[float(bound)] = found.get(float(bound), 0) + float(line.rsplit(" ", 1)[1])
        return found

    def text(self):
        counts = sorted((bound, value - self.before.get(bound, 0)) for bound, value in self._read().items())
        if not counts or counts[-1][1] == 0:
            return "none"
        total = counts[-1][1]
        seconds, reviews = (after - before for after, before in zip(self._own(), self.own_before))
        at_most = {q: next(bound for bound, count in counts if count >= q * total) for q in (.5, .99)}
        return (f"{total:.0f} admissions, the API server waited at most {at_most[.5]:g} s (p50) and {at_most[.99]:g} s (p99, its buckets); "
                f"a review took the webhook {1e3 * seconds / reviews:.2f} ms on average")


def page(cluster):
    began = time.monotonic()
    text = cluster.get("/metrics")
    return f"page of {len(text) / 1e6:.1f} MB, {len(text.splitlines())} lines, in {(time.monotonic() - began) * 1e3:.0f} ms"


def within_bounds(cluster, what, meter):
    checks.that(cluster.rss_kib() < BOUND_MIB * 1024, what, meter.text())


def they_come(cluster, options):
    meter, waited = Meter(cluster), WebhookSeconds(cluster)
    control.apply(*(deployment(number) for number in range(options.pods // REPLICAS)))

    def ready():
        return len(cluster.where("pod_status", namespace=MODELS, status="Ready"))

    try:
        harness.wait_until(lambda: time.sleep(5) or ready() >= options.pods, options.patience, "all pods are ready")
    except TimeoutError as failure:
        harness.say(failure)
    seen, pods = ready(), len(cluster.where("pod_status", namespace=MODELS))
    checks.that(seen >= options.pods, f"{options.pods} pods are seen ready", f"{seen}, and {pods} pods in all")
    within_bounds(cluster, f"while {pods} pods came", meter)
    injected = cluster.total("injections_total", result="injected")
    checks.that(injected >= pods, "each of them has its sidecar", f"{injected:.0f} injected; {waited.text()}")
    if seen >= options.pods:
        timed = cluster.total("pod_startup_seconds_count", namespace=MODELS, stage="ready")
        checks.that(timed == pods, "each pod's readiness was timed once", f"{timed:.0f}")
    harness.say(page(cluster))
    return pods


def admissions(cluster):
    meter, waited = Meter(cluster), WebhookSeconds(cluster)
    with rotation.Admissions(MODELS, ADMISSIONS_A_SECOND) as steady:
        time.sleep(ADMISSION_SECONDS)
    took = sorted(steady.seconds)
    checks.that(not steady.failures, f"{len(took)} admissions, {len(took) / steady.took:.1f} a second",
                f"{len(steady.failures)} failed; the whole dry run p50 {1e3 * harness.percentile(took, .5):.1f} ms, "
                f"p99 {1e3 * harness.percentile(took, .99):.1f} ms; {waited.text()}; {meter.text()}")


def rest(cluster, what):
    meter = Meter(cluster)
    time.sleep(REST_SECONDS)
    within_bounds(cluster, what, meter)


def run(options, folder):
    control.helm("install", NAME, CHART, "-n", NAMESPACE, "--wait", "--timeout", "60s")
    release = process.Release(NAME, NAMESPACE, folder, control.ApiServer())
    for number in range(-(-options.pods // PODS_OF_A_NODE)):
        control.apply(node(number))
    with control_plane.Cluster(folder, *release.options("first"), name="from-the-start") as cluster:
        harness.wait_until(release.ca_bundle, 60, "caBundle")
        time.sleep(2)  # the API server reads webhook configurations by watching
        harness.say(f"idle, no pods: RSS {cluster.rss_kib() / 1024:.0f} MiB")
        pods = they_come(cluster, options)
        rest(cluster, f"while {pods} pods rested")
        admissions(cluster)
    began = time.monotonic()
    with control_plane.Cluster(folder, *release.options("later"), name="later") as cluster:
        harness.wait_until(lambda: len(cluster.where("pod_status", namespace=MODELS)) >= pods, 120, "all pods known again")
        checks.that(True, "a start beside that many pods", f"all known after {time.monotonic() - began:.1f} s; {page(cluster)}")
        lists = {dict(labels)["resource"]: value for labels, value in cluster.where("kube_requests_total", verb="list", code="200").items()}
        harness.say(f"lists: {lists}")
        rest(cluster, "behind that start")
        admissions(cluster)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pods", type=int, default=5000)
    parser.add_argument("--patience", type=int, default=1200, help="seconds until all pods are ready")
    options = parser.parse_args()
    control_plane.needed()
    with tempfile.TemporaryDirectory() as folder, control.namespace(NAMESPACE), control.namespace(MODELS):
        try:
            run(options, folder)
        finally:
            control.helm("uninstall", NAME, "-n", NAMESPACE, check=False)
            kubectl("delete", "nodes", "-l", "e2e=scale", "--wait=false", check=False)
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
