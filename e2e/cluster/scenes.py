"""What happens to model servers in a cluster, made for real: pods of each status, quotas, crashes, pods without a node."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import harness  # noqa: E402
from control_plane import apply, kubectl  # noqa: E402

OURS = {"streamgauge.dev/inject": "true"}
LONG = "3600s"
STATUSES = {
    "Pending": {"gpus": 99},
    "ContainerCreating": {"start-delay": LONG},
    "ImagePullBackOff": {"mode": "image-pull-back-off"},
    "CrashLoopBackOff": {"mode": "crash-loop", "back-off": LONG, "crash-after": "0.2s"},
    "Running": {"ready-delay": LONG},
    "NotReady": {},
    "Ready": {},
    "Failed": {"mode": "fail", "run-for": "0.2s"},
    "Succeeded": {"mode": "complete", "run-for": "0.2s"},
    "Unknown": {},
    "Terminating": {"stop-after": LONG},
}
BY_HAND = {"NotReady": "annotate mode=unready", "Unknown": "patch --subresource=status phase Unknown", "Terminating": "delete --wait=false"}
CRASHES, CRASH_CODE, OOMS = 3, 3, 2


def pod(name, gpus=None, **notes):
    container = {"name": "server", "image": "engine:test"}
    if gpus:
        container["resources"] = {"limits": {"nvidia.com/gpu": gpus}}
    return {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "labels": OURS,
                         "annotations": {f"fake-kubelet/{key}": str(value) for key, value in notes.items()}},
            "spec": {"containers": [container]}}


def deployment(name, replicas, template=None, annotations=None):
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}},
                     "template": {"metadata": {"labels": {"app": name, **OURS}, "annotations": annotations or {}},
                                  "spec": template or {"containers": [{"name": "server", "image": "engine:test"}]}}}}


def note(namespace, name, **notes):
    kubectl("annotate", "pod", "-n", namespace, name, "--overwrite",
            *(f"fake-kubelet/{key}={value}" for key, value in notes.items()))


def statuses(namespace, status_of):
    """A pod of each, named as the status in small letters; `status_of` says where one has got to."""
    for name, wish in STATUSES.items():
        apply(namespace, pod(name.lower(), **{key.replace("_", "-"): value for key, value in wish.items()}))
    for name in BY_HAND:
        harness.wait_until(lambda: status_of(name.lower()) == "Ready", 30, f"{name} is ready")
    note(namespace, "notready", mode="unready")
    kubectl("delete", "pod", "-n", namespace, "terminating", "--wait=false")
    kubectl("patch", "pod", "-n", namespace, "unknown", "--subresource=status", "-p", '{"status":{"phase":"Unknown"}}')


def how_made(status):
    return BY_HAND.get(status) or ", ".join(f"{key}={value}" for key, value in STATUSES[status].items()) or "plain pod"


def quotas(namespace):
    """A quota of two GPUs, a limit range, and a Deployment that wants three pods of one GPU each."""
    apply(namespace, {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "gpus"},
                      "spec": {"hard": {"requests.nvidia.com/gpu": "2", "pods": "10"}}},
          {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "defaults"},
           "spec": {"limits": [{"type": "Container", "max": {"cpu": "4"}, "default": {"cpu": "500m"}, "defaultRequest": {"cpu": "250m"}}]}})
    apply(namespace, deployment("quoted", 3, {"containers": [{"name": "server", "image": "engine:test", "resources": {
        "requests": {"memory": "1Gi"}, "limits": {"nvidia.com/gpu": 1, "memory": "1Gi"}}}]}))


def without_quotas(namespace):
    kubectl("delete", "-n", namespace, "deployment/quoted", "resourcequota/gpus", "limitrange/defaults")


def crashes(namespace):
    """One pod that fails three times, one that is out of memory twice."""
    often = {"back-off": "0.5s", "crash-after": "0.3s"}
    apply(namespace, pod("crashes", mode="crash-loop", crashes=CRASHES, **often, **{"exit-code": CRASH_CODE}),
          pod("ooms", mode="oom-loop", crashes=OOMS, **often))


def tainted(namespace):
    kubectl("taint", "node", "--all", "--overwrite", "e2e=x:NoSchedule")
    apply(namespace, pod("tainted"))


def without_taint():
    kubectl("taint", "node", "--all", "e2e-")


def unschedulable(namespace):
    """One that wants more GPUs than there are, one that wants a node that there is not."""
    picky = pod("picky")
    picky["spec"]["nodeSelector"] = {"nowhere": "yes"}
    apply(namespace, pod("greedy", gpus=99), picky)


def scaler(name, least, most):
    """An autoscaler that has no figure to go by: it keeps to its bounds."""
    return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": name},
            "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}, "minReplicas": least, "maxReplicas": most,
                     "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}]}}
