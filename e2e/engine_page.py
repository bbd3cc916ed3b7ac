"""The merged page of each recorded engine: promtool reads it as text, Prometheus scrapes it as text, as OpenMetrics and as
protobuf with native histograms, and what the engine said last is gone when its page is. Where Prometheus is neither on the
path nor got by `prometheus.py get`, those parts are left out.

    python3 e2e/engine_page.py
"""

import http.server
import pathlib
import subprocess
import sys
import tempfile
import threading

import harness
import prometheus

PAGES = harness.ROOT / "telemetry/src/test/resources/engine"
TYPES = {".om": "application/openmetrics-text; version=1.0.0; charset=utf-8", ".txt": "text/plain; version=0.0.4"}
ACCEPTED = {"text": "text/plain;version=0.0.4", "OpenMetrics": "application/openmetrics-text;version=1.0.0"}
# promtool's code for names that it would rather have otherwise; what it cannot read is 1
LINT = 3
PROTOBUF = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"


class Engine(http.server.ThreadingHTTPServer):
    """A server with a page, and with nothing else."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Page)
        self.page, self.type, self.asked = None, None, 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def shows(self, kind, page):
        self.type, self.page = kind, page


class TextOnly(http.server.ThreadingHTTPServer):
    """Asks the proxy for text, whatever it is asked for itself: Prometheus prefers other formats."""

    def __init__(self, proxy):
        super().__init__(("127.0.0.1", 0), Forwarded)
        self.proxy = proxy
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Forwarded(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        page = self.server.proxy.admin(self.path, ACCEPTED["text"]).encode()
        self.send_response(200)
        self.send_header("Content-Type", TYPES[".txt"])
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_):
        pass


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        page = self.server.page
        self.server.asked += 1
        self.send_response(404 if page is None else 200)
        self.send_header("Content-Type", self.server.type or "text/plain")
        self.send_header("Content-Length", str(len(page or b"")))
        self.end_headers()
        self.wfile.write(page or b"")

    def log_message(self, *_):
        pass


def figures(proxy):
    return [line for line in proxy.admin("/metrics").splitlines() if line.startswith("streamgauge_engine_")]


def seen(engine, kind, page):
    """One look at a time: one that began before the page changed, one at this page, and one that shows that it is read."""
    engine.shows(kind, page)
    before = engine.asked
    harness.wait_until(lambda: engine.asked >= before + 3, 60, "looks at the page")


def check_page(checks, proxy, file):
    """Every sample of the engine that is none of ours is on the merged page; promtool reads all of it."""
    for name, accepted in ACCEPTED.items():
        merged = proxy.admin("/metrics/engine", accepted)
        first = next(line for line in file.read_text().splitlines() if line and not line.startswith("#"))
        checks.that(first.split("{")[0].split()[0] in merged, f"{file.name}: the engine's samples are there as {name}")
        types = [line.split()[2] for line in merged.splitlines() if line.startswith("# TYPE ")]
        checks.that(len(types) == len(set(types)), f"{file.name}: each family has one type as {name}")
    promtool = prometheus.program("promtool")
    if promtool:
        told = subprocess.run([promtool, "check", "metrics"], input=proxy.admin("/metrics/engine"), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        problem = [line for line in told.stdout.splitlines() if "parsing" in line]
        checks.that(told.returncode in (0, LINT), f"{file.name}: promtool reads it", f"{told.returncode}{problem[:1]}")


def check_scrape(checks, name, port, expected):
    checks.that(prometheus.value(port, 'up{job="engine"}') == 1, f"Prometheus scrapes {name}", prometheus.scrape_error(port))
    for query, result in expected.items():
        got = prometheus.value(port, query)
        checks.that(got == result, f"Prometheus scrapes {name}: {query}", got)


def check_scrapes(checks, folder, proxy, engine):
    """Each by a Prometheus of its own, all at once the same page but for the last."""
    figures = {"sum(vllm:num_requests_waiting)": 4.0, "streamgauge_engine_requests_waiting": 4.0,
               "count(vllm:time_to_first_token_seconds_bucket) > bool 1": 1.0}
    vllm = PAGES / "vllm-0.32.0.om"
    seen(engine, TYPES[vllm.suffix], vllm.read_bytes())
    with prometheus.running(folder, TextOnly(proxy).server_port) as text, \
            prometheus.running(folder, proxy.admin_port) as open_metrics, \
            prometheus.running(folder, proxy.admin_port, "--enable-feature=native-histograms") as protobuf:
        check_scrape(checks, "text", text, figures)
        check_scrape(checks, "OpenMetrics", open_metrics, figures)
        check_scrape(checks, "protobuf", protobuf, figures | {
            "histogram_count(streamgauge_event_loop_lag_seconds) > bool 1": 1.0})
        seen(engine, PROTOBUF, prometheus.native_page())
        harness.wait_until(lambda: prometheus.value(protobuf, "histogram_count(vllm:native_seconds)"), 60, "the native histogram")
        check_scrape(checks, "protobuf that came as protobuf", protobuf, {
            "histogram_count(vllm:native_seconds)": 3.0, "histogram_sum(vllm:native_seconds)": 4.5,
            'sum(vllm:num_requests_waiting{model_name="a \\"quoted\\"\\\\name"})': 4.0})


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
                    seen(engine, TYPES[file.suffix], file.read_bytes())
                    name = file.name.split("-")[0].split(".")[0]
                    known = "generic" if name == "mlserver" else name
                    checks.that(f'streamgauge_engine_info{{engine="{known}"}} 1' in proxy.admin("/metrics"),
                                f"{file.name}: it is {known}")
                    check_page(checks, proxy, file)
            if prometheus.program("prometheus"):
                check_scrapes(checks, folder, proxy, engine)
            else:
                harness.say("skipped: promtool and Prometheus (neither on the path nor got by e2e/prometheus.py get)")
            engine.page = None
            harness.wait_until(lambda: any('waiting{source="computed"}' in line for line in figures(proxy)), 60,
                               "the end of what the engine said")
            checks.that(not any("kv_cache" in line for line in figures(proxy)), "what is stale is absent")
            checks.that("vllm:" not in proxy.admin("/metrics/engine"), "and is on neither page")
    sys.exit(checks.failed > 0)


if __name__ == "__main__":
    main()
