"""Starts the packaged program as a user does, and reads back what it published. Python 3.9 and its library only."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("E2E_PROGRAM", str(ROOT / "bin" / "streamgauge"))
START_SECONDS_MAX = 60
FOR_THE_LAUNCHER = ("STREAMGAUGE_JAVA", "STREAMGAUGE_JAVA_OPTS")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def environment():
    """Without the settings of the proxy that may be in ours."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith("STREAMGAUGE_") or name in FOR_THE_LAUNCHER}


def wait_until(condition, seconds, what):
    """Polls, because what is waited for happens in another process."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(0.02)


def accepts(port, host="127.0.0.1"):
    with contextlib.suppress(OSError), socket.create_connection((host, port), 0.5):
        return True
    return False


class Proxy:
    """One `streamgauge proxy`; its access log goes to a file, unless `stdout` is given for it."""

    def __init__(self, upstream_url, folder, *options, stdout=None):
        self.port, self.admin_port = free_port(), free_port()
        self.log_path = pathlib.Path(folder) / f"access-{self.port}.jsonl"
        log = ["--access-log", "stdout" if stdout is not None else f"file:{self.log_path}"]
        self.errors_path = pathlib.Path(folder) / f"proxy-{self.port}.err"
        with open(self.errors_path, "wb") as errors:
            self.process = subprocess.Popen(
                [PROGRAM, "proxy", "--listen", f"127.0.0.1:{self.port}", "--upstream", upstream_url,
                 "--admin", f"127.0.0.1:{self.admin_port}", *log, *options],
                env=environment(), stdin=subprocess.DEVNULL, stdout=stdout if stdout is not None else subprocess.DEVNULL,
                stderr=errors)
        try:
            wait_until(self._up, START_SECONDS_MAX, "start of the proxy")
        except TimeoutError:
            self.terminate()
            raise

    def _up(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"the proxy ended with {self.process.returncode}: {self.errors_path.read_text()}")
        return accepts(self.port) and accepts(self.admin_port)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def admin(self, path, accept="text/plain"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.admin_port}{path}", headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    def log_lines(self):
        if not self.log_path.exists():
            return []
        return [json.loads(line) for line in self.log_path.read_text().splitlines() if line]

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_kib(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return None

    def terminate(self, seconds=60):
        """SIGTERM; returns the exit code, a signal's as the shell shows it."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        return code if code >= 0 else 128 - code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.terminate()


def percentile(values, share):
    """The smallest value that at least `share` of all are at or below; None of none."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1_000_000) * len(ordered) // 1_000_000) - 1)] if ordered else None


def say(*words):
    print(*words, file=sys.stderr, flush=True)


class Checks:
    """Counts what was promised and not kept; says each at once."""

    def __init__(self, name):
        self.name, self.failed = name, 0

    def that(self, kept, promise, detail=""):
        say(f"{'ok  ' if kept else 'FAIL'} {self.name}: {promise}{f' ({detail})' if detail else ''}")
        self.failed += not kept
        return kept
