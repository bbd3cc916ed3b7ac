"""The merged page of each recorded engine: promtool reads it as text, Prometheus scrapes it as OpenMetrics and as protobuf,
and what the engine said last is gone when its page is. Without promtool or prometheus on the path those parts are left out.

    python3 e2e/engine_page.py
"""

import contextlib
import http.server
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request

import harness

PAGES = harness.ROOT / "telemetry/src/test/resources/engine"
TYPES = {".om": "application/openmetrics-text; version=1.0.0; charset=utf-8", ".txt": "text/plain; version=0.0.4"}
ACCEPTED = {"text": "text/plain;version=0.0.4", "OpenMetrics": "application/openmetrics-text;version=1.0.0"}
# promtool's code for names that it would rather have otherwise; what it cannot read is 1
LINT = 3
CONFIG = """
global: {{ scrape_interval: 1s }}
scrape_configs:
  - job_name: engine
    metrics_path: /metrics/engine
    static_configs: [{{ targets: ["127.0.0.1:{port}"] }}]
"""


class Engine(http.server.ThreadingHTTPServer):
    """A server with a page, and with nothing else."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Page)
        self.page, self.type = None, None
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def shows(self, file):
        self.type, self.page = TYPES[file.suffix], file.read_bytes()


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        page = self.server.page
        self.send_response(404 if page is None else 200)
        self.send_header("Content-Type", self.server.type or "text/plain")
        self.send_header("Content-Length", str(len(page or b"")))
        self.end_headers()
        self.wfile.write(page or b"")

    def log_message(self, *_):
        pass


def figures(proxy):
    return [line for line in proxy.admin("/metrics").splitlines() if line.startswith("streamgauge_engine_")]


def looks(proxy):
    """How often the page was read."""
    name = 'streamgauge_engine_scrapes_total{result="ok"} '
    return next(float(line[len(name):]) for line in proxy.admin("/metrics").splitlines() if line.startswith(name))


def seen(proxy, engine, file):
    """A look that began before the page changed may end after it: the second one is at this page."""
    before = looks(proxy)
    engine.shows(file)
    harness.wait_until(lambda: looks(proxy) >= before + 2, 60, f"looks at {file.name}")


def check_page(checks, proxy, file):
    """Every sample of the engine that is none of ours is on the merged page; promtool reads all of it."""
    for name, accepted in ACCEPTED.items():
        merged = proxy.admin("/metrics/engine", accepted)
        first = next(line for line in file.read_text().splitlines() if line and not line.startswith("#"))
        checks.that(first.split("{")[0].split()[0] in merged, f"{file.name}: the engine's samples are there as {name}")
        types = [line.split()[2] for line in merged.splitlines() if line.startswith("# TYPE ")]
        checks.that(len(types) == len(set(types)), f"{file.name}: each family has one type as {name}")
    if shutil.which("promtool"):
        told = subprocess.run(["promtool", "check", "metrics"], input=proxy.admin("/metrics/engine"), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        problem = [line for line in told.stdout.splitlines() if "parsing" in line]
        checks.that(told.returncode in (0, LINT), f"{file.name}: promtool reads it", f"{told.returncode}{problem[:1]}")


@contextlib.contextmanager
def prometheus(folder, target, *options):
    port = harness.free_port()
    config = pathlib.Path(folder) / f"prometheus-{port}.yml"
    config.write_text(CONFIG.format(port=target))
    with open(config.with_suffix(".log"), "wb") as log:
        process = subprocess.Popen(["prometheus", f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}",
                                    f"--storage.tsdb.path={folder}/tsdb-{port}", *options], stdout=log, stderr=log)
    try:
        harness.wait_until(lambda: harness.accepts(port), 120, "start of Prometheus")
        yield port
    finally:
        process.terminate()
        process.wait(60)


def value(port, query):
    url = f"http://127.0.0.1:{port}/api/v1/query?query={urllib.parse.quote(query)}"
    with contextlib.suppress(urllib.error.URLError), urllib.request.urlopen(url, timeout=30) as answer:
        result = json.load(answer)["data"]["result"]
        return float(result[0]["value"][1]) if result else None


def check_scrapes(checks, folder, proxy):
    for name, options in (("OpenMetrics", []), ("protobuf", ["--enable-feature=native-histograms"])):
        with prometheus(folder, proxy.admin_port, *options) as port:
            harness.wait_until(lambda port=port: value(port, 'up{job="engine"}') is not None, 120, "a scrape")
            for query, expected in (('up{job="engine"}', 1.0), ("vllm:num_requests_waiting", 4.0),
                                    ("streamgauge_engine_requests_waiting", 4.0)):
                got = value(port, query)
                checks.that(got == expected, f"Prometheus scrapes {name}: {query}", got)


def main():
    checks = harness.Checks("engine page")
    engine = Engine()
    with tempfile.TemporaryDirectory() as folder:
        url = f"http://127.0.0.1:{engine.server_port}"
        with harness.Proxy(url, folder, "--engine-metrics", f"{url}/metrics", "--engine-metrics-interval", "200ms",
                           "--engine-metrics-timeout", "5s") as proxy:
            checks.that(any('waiting{source="computed"} 0.0' in line for line in figures(proxy)), "without a page 0 is computed")
            for file in sorted(PAGES.glob("*.*")):
                if file.suffix in TYPES:
                    seen(proxy, engine, file)
                    name = file.name.split("-")[0].split(".")[0]
                    known = "generic" if name == "mlserver" else name
                    checks.that(f'streamgauge_engine_info{{engine="{known}"}} 1' in proxy.admin("/metrics"),
                                f"{file.name}: it is {known}")
                    check_page(checks, proxy, file)
            if shutil.which("prometheus"):
                seen(proxy, engine, PAGES / "vllm-0.32.0.om")
                check_scrapes(checks, folder, proxy)
            engine.page = None
            harness.wait_until(lambda: any('waiting{source="computed"}' in line for line in figures(proxy)), 60,
                               "the end of what the engine said")
            checks.that(not any("kv_cache" in line for line in figures(proxy)), "what is stale is absent")
            checks.that("vllm:" not in proxy.admin("/metrics/engine"), "and is on neither page")
    sys.exit(checks.failed > 0)


if __name__ == "__main__":
    main()
