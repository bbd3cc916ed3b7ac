"""Records the pages of `streamgauge cluster` that dashboards.py shows: a control plane on which each of the things happens that they tell.

    python3 e2e/watched/record.py     # writes e2e/watched/pages/cluster-1.prom and cluster-2.prom

Needs what cluster_watch.py needs, and openssl."""

import http.client
import json
import pathlib
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import control_plane  # noqa: E402
import harness  # noqa: E402
from cluster import control, reviews, scenes  # noqa: E402
from control_plane import apply, kubectl  # noqa: E402

NS = "models"
PAGES = pathlib.Path(__file__).resolve().parent / "pages"


def certificate(folder):
    cert, key = folder / "tls.crt", folder / "tls.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "60", "-subj", "/CN=streamgauge", "-addext",
                    "subjectAltName=DNS:streamgauge.streamgauge.svc", "-keyout", key, "-out", cert], check=True, capture_output=True)
    return "--webhook-cert", str(cert), "--webhook-key", str(key)


def review(port, pod):
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=ssl._create_unverified_context(), timeout=15)
    try:
        connection.request("POST", "/inject", json.dumps(reviews.good(pod, NS)), {"Content-Type": "application/json"})
        connection.getresponse().read()
    finally:
        connection.close()


def reviewed(port):
    unasked, impossible = reviews.labelled_pod(), reviews.labelled_pod()
    unasked["metadata"].pop("labels")
    impossible["spec"].pop("containers")
    for pod in [reviews.labelled_pod()] * 5 + [unasked, impossible]:
        review(port, pod)


def llama():
    """Two replicas whose images take two seconds and whose models load for three."""
    slow = {"fake-kubelet/start-delay": "2s", "fake-kubelet/ready-delay": "3s"}
    one = scenes.deployment("llama", 2, {"containers": [{"name": "server", "image": "engine:test", "resources": {
        "requests": {"cpu": "2", "memory": "8Gi"}, "limits": {"nvidia.com/gpu": 1, "memory": "8Gi"}}}]}, annotations=slow)
    one["kind"], one["spec"]["serviceName"], one["spec"]["podManagementPolicy"] = "StatefulSet", "llama", "Parallel"
    return one


def saved(cluster, number):
    (PAGES / f"cluster-{number}.prom").write_text(cluster.get("/metrics"))


def run(folder):
    port = harness.free_port()
    with control_plane.Cluster(folder, "--leader-election", "off", "--webhook", f"127.0.0.1:{port}", *certificate(folder)) as cluster:
        apply(NS, llama())
        scenes.crashes(NS)
        harness.wait_until(lambda: cluster.total("replicas", workload="llama", state="ready") == 2, 60, "llama is ready")
        reviewed(port)
        time.sleep(5)
        saved(cluster, 1)
        kubectl("scale", "-n", NS, "statefulset/llama", "--replicas=3")
        wide = scenes.scaler("llama", 2, 4)
        wide["spec"]["scaleTargetRef"]["kind"] = "StatefulSet"
        apply(NS, scenes.deployment("qwen", 1), scenes.scaler("qwen", 2, 4), wide)
        scenes.statuses(NS, lambda name: next((dict(labels)["status"] for labels in cluster.where("pod_status", namespace=NS, pod=name)), None))
        scenes.unschedulable(NS)
        scenes.quotas(NS)
        harness.wait_until(lambda: cluster.total("scheduling_failures_total", cause="quota") >= 1, 60, "a pod that the quota refuses")
        harness.wait_until(lambda: cluster.total("unschedulable_pods") >= 2, 60, "pods without a node")
        reviewed(port)
        time.sleep(12)
        saved(cluster, 2)


def main():
    control_plane.needed()
    PAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, control.namespace(NS):
        run(pathlib.Path(folder))


if __name__ == "__main__":
    main()
