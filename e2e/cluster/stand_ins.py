"""What a pod runs, run here: where a pod's address is one of this machine's own (127.0.0.0/8), the sidecar that is
injected into it listens there, with the arguments and variables that the API server holds of it."""

import contextlib
import datetime
import json
import os
import pathlib
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import harness  # noqa: E402

SIDECAR = "streamgauge"
SERVING_PORT, ADMIN_PORT = 8000, 9464
LABELLED = {"streamgauge.dev/inject": "true"}


def injected(manifest, folder, **options):
    """The manifest with its sidecar, as `streamgauge inject` makes it; options are the sidecar's own, as in YAML."""
    policy = pathlib.Path(folder) / "policy.yaml"
    policy.write_text(json.dumps({"proxy": options}))
    done = subprocess.run([harness.PROGRAM, "inject", "--policy", policy, "-"], input=json.dumps(manifest), capture_output=True,
                          text=True, env=harness.environment())
    if done.returncode != 0:
        raise RuntimeError(f"streamgauge inject: {done.stderr}")
    return json.loads(done.stdout)


def server(**annotations):
    """A pod's template: vLLM on port 8000, to be injected."""
    return {"metadata": {"labels": LABELLED, "annotations": {f"fake-kubelet/{key}": value for key, value in annotations.items()}},
            "spec": {"containers": [{"name": "model", "image": "vllm/vllm-openai:test", "args": ["--model", "m", "--port", str(SERVING_PORT),
                                                                                                "--shutdown-timeout", "30"],
                                     "ports": [{"name": "http", "containerPort": SERVING_PORT}]}]}}


class RuntimeLog:
    """A container's output, in a file whose lines are as a container runtime writes them. A thread of its own."""

    def __init__(self, path):
        pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.file = open(path, "w", buffering=1)
        read, self.descriptor = os.pipe()
        self.lines = os.fdopen(read, errors="replace")
        threading.Thread(target=self._copy, daemon=True).start()

    def _copy(self):
        for line in self.lines:
            now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            self.file.write(f"{now} stdout F {line}")
        self.file.close()

    def close(self):
        """The writing end of ours; the file ends with the program's own."""
        os.close(self.descriptor)


class Simulator:
    """The model server behind all sidecars."""

    def __init__(self):
        self.port = harness.free_port()
        self.process = subprocess.Popen([harness.PROGRAM, "simulate", "--listen", f"127.0.0.1:{self.port}"], env=harness.environment(),
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        harness.wait_until(lambda: harness.accepts(self.port), harness.START_SECONDS_MAX, "start of the simulator")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)


class Sidecar:
    """The sidecar of a pod, at the pod's address, with another server behind it."""

    def __init__(self, pod, upstream_port, folder, log=None):
        container = next(each for each in pod["spec"]["initContainers"] if each["name"] == SIDECAR)
        self.pod, self.host = pod["metadata"]["name"], pod["status"]["podIP"]
        arguments = [self._here(each, upstream_port) for each in container["args"]]
        self.errors_path = pathlib.Path(folder) / f"{self.pod}.err"
        self.log = RuntimeLog(log) if log else None
        with open(self.errors_path, "wb") as errors:
            self.process = subprocess.Popen([harness.PROGRAM, *arguments], env={**harness.environment(), **variables(pod, container)},
                                            stdin=subprocess.DEVNULL, stderr=self.log.descriptor if log else errors,
                                            stdout=self.log.descriptor if log else subprocess.DEVNULL)
        if self.log:
            self.log.close()

    def _here(self, argument, upstream_port):
        if argument.startswith("--upstream="):
            return f"--upstream=http://127.0.0.1:{upstream_port}"
        return argument.replace("0.0.0.0:", f"{self.host}:")

    def serves(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"the sidecar of {self.pod} ended with {self.process.returncode}: {self.errors_path.read_text()}")
        return harness.accepts(SERVING_PORT, self.host) and harness.accepts(ADMIN_PORT, self.host)

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(30)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def variables(pod, container):
    """A container's variables, as the kubelet would make them."""
    fields = {"metadata.name": pod["metadata"]["name"], "metadata.namespace": pod["metadata"]["namespace"],
              "spec.nodeName": pod["spec"].get("nodeName", "")}
    return {each["name"]: each["value"] if "value" in each else fields[each["valueFrom"]["fieldRef"]["fieldPath"]]
            for each in container.get("env", [])}


class Sidecars(threading.Thread):
    """Starts the sidecar of each pod that runs and ends those of pods that are gone, as a kubelet does."""

    def __init__(self, api, namespace, app, upstream_port, folder):
        super().__init__(daemon=True)
        self.api, self.path = api, f"/api/v1/namespaces/{namespace}/pods?labelSelector=app%3D{app}"
        self.upstream_port, self.folder = upstream_port, folder
        self.running, self.serving, self.over = {}, [], threading.Event()

    def run(self):
        while not self.over.wait(0.3):
            pods = {pod["metadata"]["name"]: pod for pod in self.api.request("GET", self.path)[1]["items"]
                    if pod["status"].get("phase") == "Running" and pod["status"].get("podIP") and "deletionTimestamp" not in pod["metadata"]}
            for gone in self.running.keys() - pods.keys():
                self.serving = [each for each in self.serving if each.pod != gone]
                self.running.pop(gone).end()
            for name in pods.keys() - self.running.keys():
                self.running[name] = Sidecar(pods[name], self.upstream_port, self.folder)
            self.serving = [each for each in self.running.values() if each in self.serving or each.serves()]

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join(60)
        for each in self.running.values():
            each.end()
