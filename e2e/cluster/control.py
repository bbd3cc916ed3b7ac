"""A control plane as KUBECONFIG names it, by kubectl and helm; and quick requests to its API server."""

import base64
import contextlib
import http.client
import json
import os
import pathlib
import ssl
import subprocess
import tempfile
import urllib.parse

TIMEOUT_SECONDS = 120


def run(*words, input_text=None, check=True):
    done = subprocess.run(words, input=input_text, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(words[:6])}: {done.stderr.strip() or done.stdout.strip()}")
    return done


def kubectl(*words, input_text=None, check=True):
    return run("kubectl", *words, input_text=input_text, check=check).stdout


def get(*words):
    return json.loads(kubectl("get", *words, "-o", "json"))


def find(*words):
    """None where it is not there."""
    done = run("kubectl", "get", *words, "-o", "json", check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def apply(*objects):
    kubectl("apply", "-f", "-", input_text=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))


def helm(*words, check=True):
    return run("helm", *words, check=check)


class ApiServer:
    """Requests without a program for each: one connection, for one thread."""

    def __init__(self):
        view = json.loads(kubectl("config", "view", "--raw", "--minify", "--flatten", "-o", "json"))
        cluster, user = view["clusters"][0]["cluster"], view["users"][0]["user"]
        self.context = ssl.create_default_context(
            cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
        with tempfile.TemporaryDirectory() as folder:
            files = []
            for part in ("client-certificate-data", "client-key-data"):
                file = pathlib.Path(folder) / part
                file.write_bytes(base64.b64decode(user[part]))
                files.append(str(file))
            self.context.load_cert_chain(*files)
        self.cluster = cluster
        server = urllib.parse.urlsplit(cluster["server"])
        self.connection = http.client.HTTPSConnection(server.hostname, server.port, context=self.context, timeout=30)

    def request(self, method, path, body=None):
        text = None if body is None else json.dumps(body)
        self.connection.request(method, path, text, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())


def kubeconfig_of(service_account, namespace, file, cluster):
    """Writes a kubeconfig with a token of a service account, so that it has that one's rights and no others."""
    token = kubectl("create", "token", service_account, "-n", namespace, "--duration=2h").strip()
    pathlib.Path(file).write_text(json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "e2e",
        "clusters": [{"name": "e2e", "cluster": cluster}],
        "users": [{"name": "e2e", "user": {"token": token}}],
        "contexts": [{"name": "e2e", "context": {"cluster": "e2e", "user": "e2e", "namespace": namespace}}]}))
    os.chmod(file, 0o600)


@contextlib.contextmanager
def namespace(name):
    kubectl("delete", "namespace", name, "--ignore-not-found", "--wait", "--timeout=90s")  # of a run before
    apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    try:
        yield name
    finally:
        kubectl("delete", "namespace", name, "--wait=false", check=False)


def deployment(name, where, replicas=1, labels=None, container=None):
    """Of a llama.cpp server, unless another container is given."""
    labels = {"app": name, **(labels or {})}
    server = container or {"name": "model", "image": "ghcr.io/ggml-org/llama.cpp:server",
                           "args": ["-m", "/models/tiny.gguf", "--host", "0.0.0.0", "--port", "8080"],
                           "ports": [{"name": "http", "containerPort": 8080}],
                           "readinessProbe": {"httpGet": {"path": "/health", "port": "http"}}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": where},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}},
                     "template": {"metadata": {"labels": labels}, "spec": {"containers": [server]}}}}


def service(name, where):
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": where},
            "spec": {"selector": {"app": name}, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]}}


def containers(pod):
    return [c["name"] for kind in ("initContainers", "containers") for c in pod["spec"].get(kind, [])]


def pods(where, app):
    """Those that will stay."""
    return [p for p in get("pods", "-n", where, "-l", f"app={app}")["items"]
            if "deletionTimestamp" not in p["metadata"]]


def events(where, reason):
    return get("events", "-n", where, "--field-selector", f"reason={reason}")["items"]
