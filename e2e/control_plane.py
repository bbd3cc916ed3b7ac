"""A control plane that somebody else started: kubectl by KUBECONFIG, its API server's process by TESTENV_RUN."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import urllib.request

import harness

HELP = """Needs a control plane that runs: KUBECONFIG names its credentials (cluster-admin), kubectl is in the PATH, and
TESTENV_RUN a folder whose pids/kube-apiserver has the process id of its API server, which is stopped and started again.
Pods are run by a fake kubelet (kwok), which does what their annotations fake-kubelet/... say."""


def needed():
    """What is missing is said in one line."""
    for name in ("KUBECONFIG", "TESTENV_RUN"):
        if not os.environ.get(name):
            sys.exit(f"{name} is not set: a control plane is needed, see --help")


def kubectl(*arguments, text=None, check=True):
    done = subprocess.run(["kubectl", *arguments], input=text, capture_output=True, text=True)
    if check and done.returncode != 0:
        raise RuntimeError(f"kubectl {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def objects(kind, namespace):
    return json.loads(kubectl("get", kind, "-n", namespace, "-o", "json"))["items"]


def apply(namespace, *documents):
    kubectl("apply", "-n", namespace, "-f", "-",
            text=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(documents)}))


class ApiServer:
    """Its process, with the arguments with which it was started."""

    def __init__(self):
        self.pid_file = pathlib.Path(os.environ["TESTENV_RUN"]) / "pids" / "kube-apiserver"
        pid = int(self.pid_file.read_text())
        self.process = None
        self.pid = pid
        self.arguments = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")[:-1]
        self.folder = os.readlink(f"/proc/{pid}/cwd")
        self.environment = dict(
            each.split("=", 1) for each in pathlib.Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0") if "=" in each)
        self.program = os.readlink(f"/proc/{pid}/exe")

    def stop(self):
        """At once: told nicely it waits a minute for its watches."""
        os.kill(self.pid, signal.SIGKILL)
        if self.process is not None:
            self.process.wait(60)
        harness.wait_until(lambda: not pathlib.Path(f"/proc/{self.pid}").exists(), 60, "end of the API server")

    def start(self, *more):
        with open(pathlib.Path(self.folder) / "logs" / "kube-apiserver.log", "ab") as log:
            self.process = subprocess.Popen([*self.arguments, *more], executable=self.program, cwd=self.folder,
                                            env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True)
        self.pid = self.process.pid
        self.pid_file.write_text(f"{self.pid}\n")
        harness.wait_until(lambda: kubectl("get", "--raw", "/readyz", check=False) == "ok", 90, "API server ready")


class Cluster:
    """One `streamgauge cluster`; its messages go to a file, and so do its event lines, unless `stdout` is given for them."""

    def __init__(self, folder, *options, name="cluster", admin=None, stdout=None):
        self.admin = admin or f"127.0.0.1:{harness.free_port()}"
        self.lines_path = pathlib.Path(folder) / f"{name}.jsonl"
        self.errors_path = pathlib.Path(folder) / f"{name}.err"
        with open(self.lines_path, "wb") as lines, open(self.errors_path, "wb") as errors:
            self.process = subprocess.Popen(
                [harness.PROGRAM, "cluster", "--admin", self.admin, *options],
                env=harness.environment(), stdin=subprocess.DEVNULL, stdout=lines if stdout is None else stdout, stderr=errors)
        harness.wait_until(self._ready, 60, "start of the cluster role")

    def _ready(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"it ended with {self.process.returncode}: {self.errors_path.read_text()}")
        try:
            return self.get("/readyz") == "ok\n"
        except OSError:
            return False

    def get(self, path):
        with urllib.request.urlopen(f"http://{self.admin}{path}", timeout=30) as answer:
            return answer.read().decode()

    def samples(self):
        """All of the page, by name and labels."""
        found = {}
        for line in self.get("/metrics").splitlines():
            if line and not line.startswith("#"):
                series, value = line.rsplit(" ", 1)
                found[series] = float(value)
        return found

    def where(self, name, **labels):
        """The samples of a family that have these labels, by the other labels."""
        found = {}
        for series, value in self.samples().items():
            family, _, rest = series.partition("{")
            if family != "streamgauge_" + name:
                continue
            own = dict(part.split('="', 1) for part in rest.rstrip("}").rstrip('"').split('",') if part)
            if all(own.get(key) == wanted for key, wanted in labels.items()):
                others = tuple(sorted((key, own[key]) for key in own if key not in labels))
                found[others] = value
        return found

    def total(self, name, **labels):
        return sum(self.where(name, **labels).values())

    def lines(self):
        return [json.loads(line) for line in self.lines_path.read_text().splitlines() if line]

    def rss_kib(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return None

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()
