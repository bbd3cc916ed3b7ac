"""Prometheus itself, where it is there: on the path, or unpacked by `prometheus.py get` from Debian's package.

    python3 e2e/prometheus.py get     # into E2E_PROMETHEUS (default ~/.cache/streamgauge-prometheus); nothing is installed
"""

import contextlib
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

import harness

HOME = pathlib.Path(os.environ.get("E2E_PROMETHEUS", pathlib.Path.home() / ".cache/streamgauge-prometheus"))
CONFIG = """
global: {{ scrape_interval: 1s }}
scrape_configs:
  - job_name: engine
    metrics_path: /metrics/engine
    static_configs: [{{ targets: ["127.0.0.1:{port}"] }}]
"""


def program(name):
    """Where it is; None if it is not."""
    unpacked = HOME / "usr/bin" / name
    return shutil.which(name) or (str(unpacked) if unpacked.exists() else None)


def get():
    if program("prometheus"):
        return
    HOME.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "download", "-q", "prometheus"], cwd=HOME, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    for package in HOME.glob("prometheus_*.deb"):
        subprocess.run(["dpkg", "-x", package, HOME], check=True)
        package.unlink()


@contextlib.contextmanager
def running(folder, target, *options):
    """Scrapes /metrics/engine at that port; the port of its own API."""
    with started(folder, CONFIG.format(port=target), *options) as port:
        harness.wait_until(lambda: value(port, 'up{job="engine"}') is not None, 120, "a scrape by Prometheus")
        yield port


@contextlib.contextmanager
def started(folder, text, *options):
    """With that configuration; the port of its own API."""
    port = harness.free_port()
    config = pathlib.Path(folder) / f"prometheus-{port}.yml"
    config.write_text(text)
    with open(config.with_suffix(".log"), "wb") as log:
        process = subprocess.Popen([program("prometheus"), f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}",
                                    f"--storage.tsdb.path={folder}/tsdb-{port}", *options], stdout=log, stderr=log)
    try:
        harness.wait_until(lambda: process.poll() is not None or harness.accepts(port), 120, "start of Prometheus")
        if process.poll() is not None:
            raise RuntimeError(f"Prometheus ended with {process.returncode}: {config.with_suffix('.log').read_text()[-400:]}")
        yield port
    finally:
        process.terminate()
        process.wait(60)


def ask(port, path):
    with contextlib.suppress(urllib.error.URLError), \
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/{path}", timeout=30) as answer:
        return json.load(answer)["data"]


def vector(port, query):
    """The labels and the value of each series that it finds."""
    data = ask(port, f"query?query={urllib.parse.quote(query)}")
    return [(each["metric"], float(each["value"][1])) for each in data["result"]] if data else []


def value(port, query):
    return next((value for _, value in vector(port, query)), None)


def scrape_error(port):
    """Why the last scrape failed; empty if it did not."""
    data = ask(port, "targets")
    return data["activeTargets"][0]["lastError"] if data and data["activeTargets"] else "no target"


def _varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def number(field, value):
    return _varint(field << 3) + _varint(value)


def fraction(field, value):
    return _varint(field << 3 | 1) + struct.pack("<d", value)


def message(field, content):
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def native_page():
    """An engine's page in protobuf: a native histogram of three observations in two buckets, and a gauge."""
    # schema 0 (5: zigzag 0), zero threshold 6 and count 7, one span of two buckets 12 {offset 0, length 2}, deltas 13 (zigzag)
    histogram = (number(1, 3) + fraction(2, 4.5) + number(5, 0) + fraction(6, 1e-9) + number(7, 0)
                 + message(12, number(1, 0) + number(2, 2)) + number(13, 2) + number(13, 2))
    label = message(1, message(1, b"model_name") + message(2, b'a "quoted"\\name'))
    families = [
        message(1, b"vllm:native_seconds") + number(3, 4) + message(4, label + message(7, histogram)),
        message(1, b"vllm:num_requests_waiting") + number(3, 1) + message(4, label + message(2, fraction(1, 4.0)))]
    return b"".join(_varint(len(family)) + family for family in families)


if __name__ == "__main__":
    if sys.argv[1:] != ["get"]:
        sys.exit(__doc__)
    get()
