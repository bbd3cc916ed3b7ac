"""One `streamgauge cluster`, outside of the cluster, with the settings and the rights of an installed release."""

import contextlib
import json
import pathlib
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import harness  # noqa: E402
from cluster import control  # noqa: E402


class Release:
    """An installed chart: its names, its options, its rights."""

    def __init__(self, name, namespace, folder, api):
        self.namespace, self.folder = namespace, pathlib.Path(folder)
        self.name = name
        self.service = control.get("service", name, "-n", namespace)
        self.cluster, self.address = api.cluster, self.service["spec"]["clusterIP"]
        self.kubeconfig = self.folder / "kubeconfig.json"
        control.kubeconfig_of(name, namespace, self.kubeconfig, api.cluster)
        self.write_files()

    def write_files(self):
        """What a pod of the release would have mounted."""
        for file, text in control.get("configmap", self.name, "-n", self.namespace)["data"].items():
            (self.folder / file).write_text(text)

    def options(self, pod, webhook=None, kubeconfig=None):
        """What its pods would be started with; the webhook listens on the Service's own address, there being nothing that would lead there."""
        return ["--config", self.folder / "cluster.yaml", "--policy", self.folder / "policy.yaml", "--kubeconfig", kubeconfig or self.kubeconfig,
                "--webhook", webhook or f"{self.address}:443", "--pod", pod]

    def secret(self):
        return control.get("secret", f"{self.name}-webhook", "-n", self.namespace)

    def configuration(self):
        return control.get("mutatingwebhookconfiguration", self.name)

    def ca_bundle(self):
        return self.configuration()["webhooks"][0]["clientConfig"].get("caBundle")


class ClusterProcess:
    """Its webhook and its admin port."""

    count = 0

    def __init__(self, release, *options, webhook=None, kubeconfig=None):
        ClusterProcess.count += 1
        self.release, self.admin_port = release, harness.free_port()
        self.errors_path = release.folder / f"cluster-{ClusterProcess.count}.err"
        with open(self.errors_path, "wb") as errors:
            self.process = subprocess.Popen(
                [harness.PROGRAM, "cluster", *release.options(f"outside-{ClusterProcess.count}", webhook, kubeconfig),
                 "--admin", f"127.0.0.1:{self.admin_port}", *options],
                env=harness.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)

    def log(self):
        return self.errors_path.read_text()

    def status(self, path):
        """Of an admin page; None where nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            if self.process.poll() is not None:
                raise RuntimeError(f"it ended with {self.process.returncode}: {self.log()}") from None
            return None

    def lives(self):
        answer = self.status("/healthz")
        return answer is not None and answer[0] == 200

    def ready(self):
        answer = self.status("/readyz")
        return answer is not None and answer[0] == 200

    def await_ready(self, seconds=60):
        harness.wait_until(self.ready, seconds, "the webhook to be ready")
        return self

    def await_trusted(self, seconds=60):
        """Until the API server has been told whom to trust."""
        harness.wait_until(self.release.ca_bundle, seconds, "caBundle")
        return self

    def metric(self, name, **labels):
        """The sum of the series with these labels; None where there is none."""
        found, total = False, 0.0
        for line in self.status("/metrics")[1].splitlines():
            match = re.fullmatch(r"([a-z_]+)(\{.*\})? (\S+)", line)
            if match and match.group(1) == name and all(
                    f'{key}="{value}"' in (match.group(2) or "") for key, value in labels.items()):
                found, total = True, total + float(match.group(3))
        return total if found else None

    def watches(self):
        """What each watch is at, by resource."""
        return json.loads(self.status("/status")[1])["watches"]

    def asked(self, resource, verb, code=200):
        """How often the API server answered so."""
        return self.metric("streamgauge_kube_requests_total", resource=resource, verb=verb, code=code) or 0

    def kill(self):
        self.process.kill()
        self.process.wait()

    def terminate(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(30)
        if self.process.poll() is None:
            self.kill()
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()
