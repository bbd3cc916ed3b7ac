"""Pods of many shapes, injected offline and shown to a real API server: it may refuse none of them.

    KUBECONFIG=... python3 e2e/cluster_shapes.py

Needs a control plane of Kubernetes 1.29 or later (KUBECONFIG) and kubectl (on the path, or KUBECTL). Everything is a
server-side dry run but two namespaces, which are removed again. Shapes: engines x starts x kinds of sidecar x other
injectors, with the probes changing from one to the next; in a namespace that enforces restricted Pod Security those of
them that may run there; and workloads that make pods. Each is first shown as it is: what the server says of the pod
itself does not count.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import harness

KUBECTL = os.environ.get("KUBECTL", "kubectl")
PLAIN, RESTRICTED = "sg-shapes", "sg-shapes-restricted"
PORT = 8000

# How each engine is told its port: image, the words of a start, the option, the variable.
ENGINES = {
    "vllm": ("vllm/vllm-openai:v0.32.0", ["vllm", "serve", "m"], "--port", None),
    "sglang": ("lmsysorg/sglang:v0.5.23", ["python3", "-m", "sglang.launch_server", "--model-path", "m"], "--port", None),
    "tgi": ("ghcr.io/huggingface/text-generation-inference:3.3", ["text-generation-launcher"], "--port", "PORT"),
    "llamacpp": ("ghcr.io/ggml-org/llama.cpp:server", ["/app/llama-server", "-m", "m.gguf"], "--port", "LLAMA_ARG_PORT"),
    "ollama": ("ollama/ollama:0.30.0", ["ollama", "serve"], None, "OLLAMA_HOST"),
    "triton": ("nvcr.io/nvidia/tritonserver:26.09-py3", ["tritonserver", "--model-repository=/m"], "--http-port", None),
    "mlserver": ("seldonio/mlserver:1.7.1", ["mlserver", "start", "/m"], None, "MLSERVER_HTTP_PORT"),
    "trtllm": ("nvcr.io/nvidia/tensorrt-llm/release:1.3.0", ["trtllm-serve", "m"], "--port", None),
}
STARTS = ("words", "equals", "shell", "variable", "environment", "default")
PROBES = ("none", "named", "number", "tcp", "exec", "grpc")
NEIGHBOURS = ("none", "istio", "istio-native", "linkerd")
DEFAULT_PORTS = {"sglang": 30000, "tgi": 80, "llamacpp": 8080, "ollama": 11434}
SAFE = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "runAsNonRoot": True, "runAsUser": 1000,
        "seccompProfile": {"type": "RuntimeDefault"}}


def started(engine, start):
    """The model container, and the port that its server listens on; None where this engine can't be started so."""
    image, words, option, variable = ENGINES[engine]
    value = f"0.0.0.0:{PORT}" if engine == "ollama" else str(PORT)
    container = {"name": "model", "image": image}
    if start in ("words", "equals", "shell", "variable") and option is None:
        return None
    if start == "words":
        return container | {"command": words, "args": [option, str(PORT)]}, PORT
    if start == "equals":
        return container | {"command": words + [f"{option}={PORT}"]}, PORT
    if start == "shell":
        script = "set -e\n# begin\nexec " + " ".join(words) + f" \\\n  {option} ${{HTTP_PORT:-{PORT}}} 2>&1 | tee /dev/null\n"
        return container | {"command": ["/bin/sh", "-c", script]}, PORT
    if start == "variable":
        return container | {"command": words, "args": [option, "$(HTTP_PORT)"],
                            "env": [{"name": "HTTP_PORT", "value": str(PORT)}]}, PORT
    if start == "environment":
        return (container | {"command": words, "env": [{"name": variable, "value": value}]}, PORT) if variable else None
    # MLServer's own default may be overruled by a file of the image, and is left alone
    return None if engine == "mlserver" else (container | {"command": words}, DEFAULT_PORTS.get(engine, PORT))


def probed(container, port, kind):
    container["ports"] = [{"name": "http", "containerPort": port}]
    probe = {"named": {"httpGet": {"path": "/health", "port": "http"}}, "number": {"httpGet": {"path": "/", "port": port}},
             "tcp": {"tcpSocket": {"port": "http"}}, "exec": {"exec": {"command": ["curl", f"localhost:{port}/health"]}},
             "grpc": {"grpc": {"port": port}}}.get(kind)
    if probe:
        container["startupProbe"] = probe | {"failureThreshold": 240}
        container["readinessProbe"] = container["livenessProbe"] = probe
    return container


def joined(spec, metadata, neighbour):
    """What another injector left in the pod before us."""
    istio = {"name": "istio-proxy", "image": "istio/proxyv2:1.28.0", "args": ["proxy", "sidecar"],
             "ports": [{"name": "http-envoy-prom", "containerPort": 15090}]}
    if neighbour.startswith("istio"):
        metadata["annotations"] = {"prometheus.io/port": "15020", "sidecar.istio.io/status": "{}"}
        spec["initContainers"] = [{"name": "istio-init", "image": "istio/proxyv2:1.28.0", "args": ["istio-iptables"]}]
        if neighbour == "istio-native":
            spec["initContainers"].append(istio | {"restartPolicy": "Always"})
        else:
            spec["containers"].append(istio)
    elif neighbour == "linkerd":
        spec["initContainers"] = [{"name": "linkerd-init", "image": "linkerd/proxy-init:v2.4.2"}]
        spec["containers"].insert(0, {"name": "linkerd-proxy", "image": "linkerd/proxy:edge",
                                      "ports": [{"name": "linkerd-proxy", "containerPort": 4143}]})


def pod(name, container, namespace, kind="native", neighbour="none", **more):
    metadata = {"name": name, "namespace": namespace, "labels": {"app": name}}
    spec = {"containers": [container], **more}
    joined(spec, metadata, neighbour)
    metadata.setdefault("annotations", {})["streamgauge.dev/sidecar"] = kind
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def matrix():
    """Each engine in each start, kind and neighbourhood; probes go round."""
    turn = 0
    for engine in ENGINES:
        for start in STARTS:
            for kind in ("native", "ordinary"):
                for neighbour in NEIGHBOURS:
                    made = started(engine, start)
                    if made:
                        probes = PROBES[turn % len(PROBES)]
                        turn += 1
                        name = f"{engine}-{start}-{kind}-{neighbour}-{probes}"
                        yield pod(name, probed(*made, probes), PLAIN, kind, neighbour)
                        if neighbour == "none":
                            safe = probed(*started(engine, start), probes) | {"securityContext": SAFE}
                            yield pod(name, safe, RESTRICTED, kind)


def special():
    """What changes more than the container, and what makes pods."""
    def vllm(**more):
        return probed(*started("vllm", "words"), "named") | more

    def annotated(made, **annotations):
        made["metadata"]["annotations"] |= {f"streamgauge.dev/{name.replace('_', '-')}": value
                                            for name, value in annotations.items()}
        return made

    size = {"cpu": "2", "memory": "4Gi"}
    yield pod("host-port", vllm(ports=[{"name": "http", "containerPort": PORT, "hostPort": PORT}]), PLAIN)
    yield pod("root", vllm(), PLAIN, securityContext={"runAsUser": 0})
    yield pod("guaranteed", vllm(resources={"requests": size, "limits": size}), PLAIN)
    yield pod("never-restarted", vllm(), PLAIN, restartPolicy="Never")
    yield pod("pod-level-resources", vllm(), PLAIN, resources={"requests": size, "limits": size})
    yield pod("shared-processes", vllm(), PLAIN, shareProcessNamespace=True)
    yield pod("gpu", vllm(resources={"limits": {"nvidia.com/gpu": 1}}), PLAIN)
    yield annotated(pod("beside", vllm(), PLAIN), mode="beside")
    yield annotated(pod("grace", vllm(), PLAIN), grace_seconds="330", drain_hook="true", scrape_annotations="true")
    yield annotated(pod("grace-ordinary", vllm(), PLAIN, "ordinary"), grace_seconds="330", drain_hook="true")
    yield annotated(pod("options", vllm(), PLAIN), **{"proxy.max-concurrency": "8", "proxy.slo": "chat:ttft<500ms"})
    yield annotated(pod("grpc", probed(*started("triton", "default"), "none"), PLAIN), protocol="grpc")
    template = {"metadata": {"labels": {"app": "w"}}, "spec": {"containers": [vllm()]}}
    selector = {"matchLabels": {"app": "w"}}
    once = {**template, "spec": {**template["spec"], "restartPolicy": "Never"}}
    for version, kind, spec in (
            ("apps/v1", "Deployment", {"selector": selector, "template": template}),
            ("apps/v1", "StatefulSet", {"selector": selector, "serviceName": "w", "template": template}),
            ("apps/v1", "DaemonSet", {"selector": selector, "template": template}),
            ("apps/v1", "ReplicaSet", {"selector": selector, "template": template}),
            ("batch/v1", "Job", {"template": once}),
            ("batch/v1", "CronJob", {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": once}}})):
        yield {"apiVersion": version, "kind": kind, "metadata": {"name": kind.lower(), "namespace": PLAIN}, "spec": spec}


def kubectl(*words, given=None):
    return subprocess.run([KUBECTL, *words], input=given, capture_output=True, text=True, check=False)


def dry_run(objects):
    """What the server makes of them by name; its errors; its warnings."""
    made = kubectl("apply", "--dry-run=server", "-o", "json", "-f", "-",
                   given=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    items = json.loads(made.stdout)["items"] if made.stdout.strip() else []
    said = [line for line in made.stderr.splitlines() if line.strip()]
    warnings = [line for line in said if line.startswith("Warning")]
    return {key(item): item for item in items}, [line for line in said if line not in warnings], warnings


def key(item):
    return item["kind"], item["metadata"]["namespace"], item["metadata"]["name"]


def injected(objects, folder):
    """By the command, as one file in JSON; and what it said."""
    path = os.path.join(folder, "all.json")
    policy = os.path.join(folder, "policy.yaml")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"apiVersion": "v1", "kind": "List", "items": objects}, file, indent=2)
    with open(policy, "w", encoding="utf-8") as file:
        file.write("optIn: false\ndrainTokenKey: not-a-secret-of-anybody\n")
    ran = subprocess.run([harness.PROGRAM, "inject", path, "--policy", policy], env=harness.environment(),
                         capture_output=True, text=True, check=False)
    return json.loads(ran.stdout)["items"], ran


def pod_spec(item):
    spec = item["spec"]
    spec = spec["jobTemplate"]["spec"] if item["kind"] == "CronJob" else spec
    return spec if item["kind"] == "Pod" else spec["template"]["spec"]


def sidecars(item):
    spec = pod_spec(item)
    return [c for c in spec["containers"] + spec.get("initContainers", []) if c["name"] == "streamgauge"]


def is_as_sent(sent, stored):
    """The server kept the sidecar's fields; it may only have added defaults."""
    return all(stored.get(name) == value for name, value in sent.items()
               if name in ("args", "image", "restartPolicy", "securityContext")) and len(stored["env"]) == len(sent["env"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    checks = harness.Checks("shapes")
    version = kubectl("version", "-o", "json")
    if version.returncode:
        harness.say(f"no control plane: {version.stderr.strip()}")
        return 2
    for namespace, labels in ((PLAIN, {}), (RESTRICTED, {"pod-security.kubernetes.io/enforce": "restricted"})):
        kubectl("apply", "-f", "-", given=json.dumps({
            "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": labels}}))
        harness.wait_until(lambda n=namespace: not kubectl("-n", n, "get", "serviceaccount", "default").returncode,
                           30, f"the service account of {namespace}")
    try:
        return run(checks)
    finally:
        kubectl("delete", "namespace", PLAIN, RESTRICTED, "--wait=false")


def run(checks):
    objects = [*matrix(), *special()]
    before, errors, warned_before = dry_run(objects)
    _, refused, _ = dry_run([pod("unsafe", probed(*started("vllm", "words"), "none"), RESTRICTED)])
    checks.that(any("violates PodSecurity" in line for line in refused), "the restricted namespace refuses what is not safe")
    checks.that(len(before) == len(objects), "the server takes each shape as it is", f"{len(before)} of {len(objects)}; {errors[:3]}")
    with tempfile.TemporaryDirectory() as folder:
        changed, ran = injected(objects, folder)
    checks.that(ran.returncode == 0, "each shape is injected", f"exit code {ran.returncode}")
    without = [key(item) for item in changed if len(sidecars(item)) != 1]
    checks.that(not without, "each has one sidecar", f"{len(changed)} shapes, without: {without[:3]}")
    after, errors, warned = dry_run(changed)
    checks.that(not errors and len(after) == len(objects), "the server refuses none of them", f"{len(after)} of {len(objects)}; {errors[:3]}")
    lost = [name for name, item in after.items()
            if not is_as_sent(*(sidecars(i)[0] for i in (next(c for c in changed if key(c) == name), item)))]
    checks.that(not lost, "the server keeps the sidecar as it was sent", f"not: {lost[:3]}")
    new = sorted(set(warned) - set(warned_before))
    checks.that(not new, "the server warns of nothing new", "; ".join(new[:3]))
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
