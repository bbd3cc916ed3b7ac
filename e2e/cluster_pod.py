"""Runs for real what the API server stored: a pod with a model server, the sidecar that the webhook put into it, in containers from our image.

    KUBECONFIG=... python3 e2e/cluster_pod.py --image IMAGE [--podman PROGRAM]

Needs what cluster_install.py needs, and podman (or a program that takes the same words) with an image of streamgauge, whose `simulate` is
the model server. What a kubelet would do is done by this script, in a kubelet's order: native sidecars first, each probe as the pod has it,
hooks, and SIGTERM to the containers, native sidecars last. The containers are on the host's network, and the pod's ports are the host's.
"""

import argparse
import contextlib
import http.client
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
from cluster import control, process  # noqa: E402
from cluster.control import kubectl  # noqa: E402

CHART = str(harness.ROOT / "chart")
NAME, NAMESPACE, MODELS = "streamgauge", "e2e-pod-streamgauge", "e2e-pod-models"
LOAD_SECONDS, TOKENS, ITL_MS = 6, 60, 50
FIRST_TRY_SECONDS = 60
REQUEST = {"model": "simulated", "stream": True, "max_tokens": TOKENS, "messages": [{"role": "user", "content": "x"}]}

checks = harness.Checks("pod")


def pod(name, image, port, admin_port, **annotations):
    """A server that takes a while to load, started by a shell, its port in a variable."""
    start = f"sleep {LOAD_SECONDS}; exec /opt/streamgauge/bin/streamgauge simulate --listen 0.0.0.0:$PORT --itl {ITL_MS}ms --tokens {TOKENS}"
    ours = {"container": "model", "engine": "generic", "port-variable": "PORT", "admin-port": str(admin_port), "drain-hook": "true"} | annotations
    return {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": MODELS, "labels": {"streamgauge.dev/inject": "true"},
                         "annotations": {f"streamgauge.dev/{key}": value for key, value in ours.items()}},
            "spec": {"terminationGracePeriodSeconds": 60,
                     "containers": [{"name": "model", "image": image, "command": ["/bin/sh", "-c", start],
                                     "env": [{"name": "PORT", "value": str(port)}], "ports": [{"name": "http", "containerPort": port}],
                                     "readinessProbe": {"httpGet": {"path": "/health", "port": "http"}}}]}}


class Container:
    """One of the stored pod's, by podman."""

    def __init__(self, podman, stored, spec):
        self.podman, self.pod, self.spec = podman, stored, spec
        self.name = f"{stored['metadata']['name']}-{spec['name']}"

    def run(self, *words, check=True):
        done = subprocess.run([*self.podman, *words], capture_output=True, text=True, timeout=120)
        if check and done.returncode != 0:
            raise RuntimeError(f"podman {words[0]}: {done.stderr.strip()[-400:]}")
        return done.stdout

    def environment(self):
        fields = {"metadata.name": self.pod["metadata"]["name"], "metadata.namespace": MODELS, "spec.nodeName": "here"}
        for variable in self.spec.get("env", []):
            field = variable.get("valueFrom", {}).get("fieldRef", {}).get("fieldPath")
            yield variable["name"], variable.get("value", fields.get(field, ""))

    def start(self):
        safe = self.spec.get("securityContext", {})
        words = ["run", "--detach", "--name", self.name]
        words += ["--read-only"] if safe.get("readOnlyRootFilesystem") else []
        words += ["--cap-drop=all"] if safe.get("capabilities", {}).get("drop") == ["ALL"] else []
        words += [f"--env={name}={value}" for name, value in self.environment()]
        limit = self.spec.get("resources", {}).get("limits", {}).get("memory")
        words += [f"--memory={limit.lower().removesuffix('i')}"] if limit else []
        command = self.spec.get("command", [])
        words += [f"--entrypoint={json.dumps(command)}"] if command else []
        self.run(*words, self.spec["image"], *self.spec.get("args", []))

    def port(self, named):
        if isinstance(named, int):
            return named
        return next(p["containerPort"] for c in everyone(self.pod) for p in c.get("ports", []) if p["name"] == named)

    def get(self, http_get):
        """A kubelet's request; its status, None where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port(http_get["port"]), timeout=90)
        headers = {each["name"]: each["value"] for each in http_get.get("httpHeaders", [])}
        with contextlib.closing(connection):
            try:
                connection.request("GET", http_get["path"], headers=headers)
                return connection.getresponse().status
            except OSError:
                return None

    def probe(self, kind):
        status = self.get(self.spec[kind]["httpGet"])
        return status is not None and 200 <= status < 400

    def hook_then_term(self):
        hook = self.spec.get("lifecycle", {}).get("preStop", {})
        if "httpGet" in hook:
            status = self.get(hook["httpGet"])
            checks.that(status == 200, f"{self.name}: the hook is let in", str(status))
        if "exec" in hook:
            self.run("exec", self.name, *hook["exec"]["command"], check=False)
        self.run("kill", "--signal=TERM", self.name, check=False)

    def ended(self):
        return self.run("inspect", "--format", "{{.State.Status}}", self.name).strip() != "running"

    def exit_code(self):
        return int(self.run("inspect", "--format", "{{.State.ExitCode}}", self.name))

    def log(self):
        return subprocess.run([*self.podman, "logs", self.name], capture_output=True, text=True, timeout=60)

    def remove(self):
        self.run("rm", "--force", "--time=1", self.name, check=False)


def everyone(stored):
    return stored["spec"].get("initContainers", []) + stored["spec"]["containers"]


def stream(port, seen):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        connection.request("POST", "/v1/chat/completions", json.dumps(REQUEST), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        for line in answer:
            seen.append(line)
    return seen


def whole(seen):
    return any(line.startswith(b"data: [DONE]") for line in seen)


def page(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection):
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return None, ""


def end(model, sidecar, native):
    """In a kubelet's order: hooks and SIGTERM of all containers at once, native sidecars when the others have ended."""
    ending = [threading.Thread(target=each.hook_then_term) for each in ([model] if native else [model, sidecar])]
    for thread in ending:
        thread.start()
    for thread in ending:
        thread.join(90)
    if native:
        harness.wait_until(model.ended, 90, "the model server's end")
        sidecar.hook_then_term()
    harness.wait_until(lambda: model.ended() and sidecar.ended(), 90, "the containers' end")


def live(podman, stored, port, admin_port, native):
    kind = "native" if native else "ordinary"
    spec = {each["name"]: each for each in everyone(stored)}
    sidecar, model = Container(podman, stored, spec["streamgauge"]), Container(podman, stored, spec["model"])
    checks.that(("streamgauge" in [c["name"] for c in stored["spec"].get("initContainers", [])]) == native, f"{kind}: it is that kind of sidecar")
    with contextlib.ExitStack() as cleaning:
        for each in (sidecar, model) if native else (model, sidecar):
            cleaning.callback(each.remove)
            each.remove()
            each.start()
        harness.wait_until(lambda: sidecar.probe("startupProbe"), FIRST_TRY_SECONDS, "the sidecar's start")
        checks.that(not sidecar.probe("readinessProbe") and not model.probe("readinessProbe") and sidecar.probe("livenessProbe"),
                    f"{kind}: while the model loads neither is ready, and the sidecar lives")
        harness.wait_until(lambda: sidecar.probe("readinessProbe") and model.probe("readinessProbe"), FIRST_TRY_SECONDS, "readiness")
        seen = stream(port, [])
        checks.that(whole(seen), f"{kind}: a stream to the port that the pod always had is whole", f"{len(seen)} lines")
        metrics = page(admin_port, "/metrics")[1]
        timed = [line for line in metrics.splitlines() if line.startswith("streamgauge_time_to_first_token_seconds_count") and not line.endswith(" 0")]
        checks.that(len(timed) == 1 and timed[0].endswith(" 1"), f"{kind}: it is timed", "; ".join(timed))
        ours = [json.loads(line) for line in sidecar.log().stdout.splitlines() if '"operation":"chat"' in line]
        checks.that(len(ours) == 1 and ours[0]["pod"] == stored["metadata"]["name"] and ours[0]["namespace"] == MODELS,
                    f"{kind}: its log line names the pod", json.dumps(ours[:1])[:200])
        last = []
        client = threading.Thread(target=stream, args=(port, last))
        client.start()
        harness.wait_until(lambda: len(last) > 3, 20, "the stream's first tokens")
        began = time.monotonic()
        end(model, sidecar, native)
        client.join(60)
        checks.that(whole(last), f"{kind}: the end of the pod leaves no stream cut", f"{time.monotonic() - began:.1f} s")
        checks.that(sidecar.exit_code() in (0, 143), f"{kind}: the sidecar ends by itself", str(sidecar.exit_code()))


def run(options, folder):
    podman = options.podman.split()
    api = control.ApiServer()
    with contextlib.ExitStack() as stack:
        stack.enter_context(control.namespace(MODELS))
        stack.enter_context(control.namespace(NAMESPACE))
        control.helm("install", NAME, CHART, "-n", NAMESPACE, "--wait", "--timeout", "60s", "--set", f"injection.image={options.image}")
        stack.callback(control.helm, "uninstall", NAME, "-n", NAMESPACE, check=False)
        release = process.Release(NAME, NAMESPACE, folder, api)
        with process.ClusterProcess(release) as running:
            running.await_ready().await_trusted()
            for kind, native in (("native", True), ("ordinary", False)):
                port, admin_port = harness.free_port(), harness.free_port()
                made = pod(f"model-{kind}", options.image, port, admin_port, sidecar=kind)
                control.apply(made)
                stored = control.get("pod", made["metadata"]["name"], "-n", MODELS)
                checks.that("streamgauge" in control.containers(stored), f"{kind}: the API server stored it with a sidecar",
                            kubectl("get", "events", "-n", MODELS) if "streamgauge" not in control.containers(stored) else "")
                live(podman, stored, port, admin_port, native)
    return bool(checks.failed)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--image", required=True, help="of streamgauge, with a shell")
    parser.add_argument("--podman", default="podman", help="the program, or a script with the same words")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return run(options, folder)


if __name__ == "__main__":
    sys.exit(main())
