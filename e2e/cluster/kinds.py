"""
Kinds that a cluster may lack (LeaderWorkerSet, KServe's InferenceService, Knative's PodAutoscaler): as much of each as the
API server needs to keep objects of it, and objects of every kind that the watcher tells of.
"""

import json

from cluster import control
import harness

# Group, version, kind, plural: as their projects name them.
KINDS = (("leaderworkerset.x-k8s.io", "v1", "LeaderWorkerSet", "leaderworkersets"),
         ("serving.kserve.io", "v1beta1", "InferenceService", "inferenceservices"),
         ("autoscaling.internal.knative.dev", "v1alpha1", "PodAutoscaler", "podautoscalers"))
OURS = {"streamgauge.dev/engine": "vllm"}  # makes a model server of it, and asks for no sidecar


def definition(group, version, kind, plural):
    """Keeps whatever an object has."""
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": f"{plural}.{group}"},
            "spec": {"group": group, "scope": "Namespaced",
                     "names": {"kind": kind, "plural": plural, "singular": kind.lower(), "listKind": f"{kind}List"},
                     "versions": [{"name": version, "served": True, "storage": True, "subresources": {"status": {}},
                                   "schema": {"openAPIV3Schema": {
                                       "type": "object", "x-kubernetes-preserve-unknown-fields": True}}}]}}


def names():
    return [f"{plural}.{group}" for group, _, _, plural in KINDS]


def install():
    control.apply(*(definition(*each) for each in KINDS))
    for name in names():
        control.kubectl("wait", "--for=condition=Established", "--timeout=30s", f"crd/{name}")


def remove():
    control.kubectl("delete", "crd", *names(), "--ignore-not-found", "--wait", "--timeout=60s")


def there():
    """Whether somebody else has brought them."""
    return [name for name in names() if control.find("crd", name)]


def template(labels=None):
    return {"metadata": {"labels": labels or {}, "annotations": OURS},
            "spec": {"containers": [{"name": "model", "image": "vllm/vllm-openai:latest"}]}}


def workload(kind, name, replicas=1):
    labels = {"app": name}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template(labels)}
    if kind == "StatefulSet":
        spec["serviceName"] = name
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def absent_ones():
    """Of the three kinds, with what only they say."""
    return [
        {"apiVersion": "leaderworkerset.x-k8s.io/v1", "kind": "LeaderWorkerSet", "metadata": {"name": "group"},
         "spec": {"replicas": 2, "leaderWorkerTemplate": {"size": 4, "leaderTemplate": template(), "workerTemplate": template()}}},
        {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService",
         "metadata": {"name": "kserved", "annotations": OURS}, "spec": {"predictor": {"minReplicas": 1, "maxReplicas": 3}}},
        {"apiVersion": "autoscaling.internal.knative.dev/v1alpha1", "kind": "PodAutoscaler",
         "metadata": {"name": "knative", "annotations": {**OURS, "autoscaling.knative.dev/min-scale": "1",
                                                         "autoscaling.knative.dev/max-scale": "5"}},
         "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "knative-deployment"}}}]


def pod():
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "pod", "annotations": OURS}, "spec": template()["spec"]}


def others():
    return [
        pod(), workload("Deployment", "deployment"), workload("StatefulSet", "statefulset"), workload("ReplicaSet", "replicaset"),
        {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "autoscaler"},
         "spec": {"minReplicas": 1, "maxReplicas": 4, "metrics": [
             {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}],
                  "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "deployment"}}},
        {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "quota"}, "spec": {"hard": {"pods": "50"}}},
        {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "range"},
         "spec": {"limits": [{"type": "PersistentVolumeClaim", "max": {"storage": "64Gi"}}]}}]


def ready_groups(namespace, ready):
    control.kubectl("patch", "leaderworkerset", "group", "-n", namespace, "--subresource=status", "--type=merge", "-p",
                    json.dumps({"status": {"replicas": 2, "readyReplicas": ready}}))


class Figure:
    """What the watcher says of one kind: a metric with labels, its value now, and how to change it."""

    def __init__(self, resource, feature, metric, labels, value, change):
        """`change` takes the namespace and a number; the value that the metric is to have then is returned."""
        self.resource, self.feature, self.metric, self.labels = resource, feature, "streamgauge_" + metric, labels
        self.value, self._change, self.changes = value, change, 0

    def change(self, namespace):
        self.changes += 1
        number = self.changes if self.value is None or "status" in self.labels else self.value + 1
        self.value = self._change(namespace, number)

    def of(self, running, namespace):
        return running.metric(self.metric, namespace=namespace, **self.labels)

    def words(self):
        return f"{self.metric}{{{','.join(f'{k}={v}' for k, v in self.labels.items())}}}"


def patched(kind, name, patch):
    """A change by a merge patch, made of a number."""
    def change(namespace, number):
        control.kubectl("patch", kind, name, "-n", namespace, "--type=merge", "-p", json.dumps(patch(number)))
        return number
    return change


def annotated(kind, name, annotation):
    return patched(kind, name, lambda n: {"metadata": {"annotations": {annotation: str(n)}}})


def another_event(namespace, number):
    control.kubectl("create", "-n", namespace, "-f", "-", input_text=json.dumps({
        "apiVersion": "v1", "kind": "Event", "metadata": {"generateName": "pod."}, "reason": "Tried", "type": "Normal", "message": "e2e",
        "count": 1, "lastTimestamp": harness.time.strftime("%Y-%m-%dT%H:%M:%SZ", harness.time.gmtime()),
        "involvedObject": {"apiVersion": "v1", "kind": "Pod", "name": "pod", "namespace": namespace}}))
    return number


def ready_in_turn(namespace, number):
    """Its readiness probe fails, and is well again."""
    control.kubectl("annotate", "pod", "pod", "-n", namespace, "--overwrite",
                    "fake-kubelet/mode=unready" if number % 2 else "fake-kubelet/mode-")
    return 1 if number % 2 else None


def figures():
    """One for each kind that is watched."""
    def replicas(n):
        return {"spec": {"replicas": n}}
    return [
        Figure("pods", "pod status", "pod_status", {"pod": "pod", "status": "NotReady"}, None, ready_in_turn),
        Figure("resourcequotas", "quotas", "quota", {"quota": "quota", "kind": "hard"}, 50,
               patched("resourcequota", "quota", lambda n: {"spec": {"hard": {"pods": str(n)}}})),
        Figure("limitranges", "limit ranges", "limit_range", {"limit_range": "range", "kind": "max"}, 64 * 2 ** 30,
               patched("limitrange", "range", lambda n: {"spec": {"limits": [{"type": "PersistentVolumeClaim", "max": {"storage": str(n)}}]}})),
        Figure("events", "the event log and its counts", "events_total", {"reason": "Tried"}, None, another_event),
        Figure("deployments", "replicas of Deployments", "replicas", {"workload": "deployment", "state": "desired"}, 1,
               patched("deployment", "deployment", replicas)),
        Figure("statefulsets", "replicas of StatefulSets", "replicas", {"workload": "statefulset", "state": "desired"}, 1,
               patched("statefulset", "statefulset", replicas)),
        Figure("replicasets", "replicas of ReplicaSets without an owner", "replicas", {"workload": "replicaset", "state": "desired"}, 1,
               patched("replicaset", "replicaset", replicas)),
        Figure("horizontalpodautoscalers", "bounds of autoscalers", "replicas_bound", {"workload": "deployment", "bound": "max"}, 4,
               patched("hpa", "autoscaler", lambda n: {"spec": {"maxReplicas": n}})),
        *absent_figures()]


def absent_figures():
    return [
        Figure("leaderworkersets", "replicas of LeaderWorkerSets", "replicas", {"workload": "group", "state": "desired"}, 2,
               patched("leaderworkerset", "group", lambda n: {"spec": {"replicas": n}})),
        Figure("inferenceservices", "bounds of InferenceServices", "replicas_bound", {"workload": "kserved", "bound": "max"}, 3,
               patched("inferenceservice", "kserved", lambda n: {"spec": {"predictor": {"maxReplicas": n}}})),
        Figure("podautoscalers", "bounds of Knative's autoscalers", "replicas_bound", {"workload": "knative-deployment", "bound": "max"}, 5,
               annotated("podautoscaler", "knative", "autoscaling.knative.dev/max-scale"))]
