"""OTLP to a real collector: what arrives is what the access log says, and a collector that is gone or hangs is not felt.

    OTELCOL=FOLDER/otelcol python3 e2e/otlp.py [--semconv FOLDER] [--rounds N] [--seconds S]

Needs an OpenTelemetry collector with its `otlp` receiver and its `file` exporter. `--semconv` is the folder of the Go
package go.opentelemetry.io/otel/semconv/v1.41.0, the published names of that release, against which ours are held.
"""

import argparse
import collections
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time

import harness
import prometheus

WARM_SECONDS = 3
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
OURS = re.compile(r"^(gen_ai|http|url|network|client|error|rpc|k8s|service|telemetry)\.")
WISH = {"model": "simulated", "stream": True, "stream_options": {"include_usage": True}, "max_tokens": 6, "messages": []}
SCRAPE = """
global: {{ scrape_interval: 1s }}
scrape_configs:
  - job_name: proxy
    static_configs: [{{ targets: ["127.0.0.1:{port}"] }}]
"""
BY_BOOKS = ("gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model", "gen_ai.response.model",
            "gen_ai.request.stream", "gen_ai.response.finish_reasons", "gen_ai.response.time_to_first_chunk",
            "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "http.request.method", "url.path", "url.scheme",
            "http.response.status_code", "network.protocol.version")


class Collector:
    """One collector; what it gets lies in a file, one message a line."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.grpc, self.http = harness.free_port(), harness.free_port()
        self.file = self.folder / f"received-{self.http}.jsonl"
        self.process = None
        (self.folder / "otelcol.yaml").write_text(json.dumps({
            "receivers": {"otlp": {"protocols": {"grpc": {"endpoint": f"127.0.0.1:{self.grpc}"},
                                                 "http": {"endpoint": f"127.0.0.1:{self.http}"}}}},
            "exporters": {"file": {"path": str(self.file), "flush_interval": "100ms", "append": True}},
            "service": {"telemetry": {"metrics": {"level": "none"}},
                        "pipelines": {kind: {"receivers": ["otlp"], "exporters": ["file"]}
                                      for kind in ("traces", "metrics", "logs")}}}))
        self.start()

    def start(self):
        with open(self.folder / "otelcol.err", "ab") as errors:
            self.process = subprocess.Popen([os.environ.get("OTELCOL", "otelcol"), "--config", self.folder / "otelcol.yaml"],
                                            stdout=subprocess.DEVNULL, stderr=errors)
        harness.wait_until(lambda: harness.accepts(self.http) and harness.accepts(self.grpc), 30, "start of the collector")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def messages(self):
        """What lies in the file; a line that is being written, or was when the collector died, is left out."""
        for line in self.file.read_text().splitlines() if self.file.exists() else []:
            with contextlib.suppress(json.JSONDecodeError):
                yield json.loads(line[max(line.rfind(begin) for begin in ('{"resourceSpans"', '{"resourceMetrics"', '{"resourceLogs"')):])

    def received(self):
        """Spans, metrics (the last of each name) and log records."""
        spans, metrics, logs, resources = [], {}, [], []
        for message in self.messages():
            for resource in message.get("resourceSpans", []):
                resources.append(attributes(resource["resource"]))
                spans += [span for scope in resource["scopeSpans"] for span in scope["spans"]]
            for resource in message.get("resourceMetrics", []):
                resources.append(attributes(resource["resource"]))
                metrics.update({metric["name"]: metric for scope in resource["scopeMetrics"] for metric in scope["metrics"]})
            for resource in message.get("resourceLogs", []):
                resources.append(attributes(resource["resource"]))
                logs += [log for scope in resource["scopeLogs"] for log in scope["logRecords"]]
        return spans, metrics, logs, resources

    def span(self, ids):
        """The SERVER span of these ids; None as long as it is not there."""
        return next((s for s in self.received()[0] if s["kind"] == 2 and (s["traceId"], s["spanId"]) == (ids.get("trace_id"), ids.get("span_id"))), None)


def attributes(of):
    return {each["key"]: next(iter(each["value"].values()), None) for each in of.get("attributes", [])}


@contextlib.contextmanager
def simulator():
    port = harness.free_port()
    process = subprocess.Popen([harness.PROGRAM, "simulate", "--listen", f"127.0.0.1:{port}", "--ttft", "20ms", "--itl", "2ms"],
                               env=harness.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        harness.wait_until(lambda: harness.accepts(port), 60, "start of the simulator")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def ask(port, fields=None, path="/v1/chat/completions"):
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(client):
        client.request("POST", path, json.dumps(WISH), {"content-type": "application/json", **(fields or {})})
        return client.getresponse().read()


def number(proxy, name, **labels):
    total = 0.0
    for line in proxy.admin("/metrics").splitlines():
        if line.startswith(name + ("{" if labels else " ")) and all(f'{k}="{v}"' in line for k, v in labels.items()):
            total += float(line.rsplit(" ", 1)[1])
    return total


def exemplars_lead_to_spans(checks, folder):
    """From the slowest bucket of TTFT in a real Prometheus to the trace of the one request that was slow."""
    if not prometheus.program("prometheus"):
        harness.say("skipped: exemplars (no Prometheus)")
        return
    collector = Collector(folder)
    try:
        with simulator() as upstream, env(OTEL_BSP_SCHEDULE_DELAY="200"), \
                harness.Proxy(upstream, folder, "--otlp-endpoint", f"http://127.0.0.1:{collector.http}") as proxy:
            config = SCRAPE.format(port=proxy.admin_port)
            with prometheus.started(folder, config, "--enable-feature=exemplar-storage") as port:
                for _ in range(20):
                    ask(proxy.port)
                ask(proxy.port, {"x-simulate": "ttft=900ms"})
                slowest = harness.wait_until(lambda: slow_exemplar(port), 60, "an exemplar of the slow request")
            ids = slowest["labels"]
            with contextlib.suppress(TimeoutError):
                harness.wait_until(lambda: collector.span(ids), 20, "the span")
        span = collector.span(ids)
        checks.that(span is not None, "a real Prometheus' exemplar of the slow TTFT names a span that the collector has", json.dumps(ids))
        line = next((line for line in proxy.log_lines() if line["request_id"] == ids.get("request_id")), {})
        first = next((event for event in (span or {}).get("events", []) if event["name"] == "first_token"), None)
        after = (int(first["timeUnixNano"]) - int(span["startTimeUnixNano"])) / 1e6 if first else 0
        checks.that(abs(after - line.get("ttft_ms", 0)) < 0.01 and abs(after - 1e3 * float(slowest["value"])) < 0.01 and after > 900,
                    "it is that very request: span, log line and exemplar tell the same time", f"{after:.3f} ms")
    finally:
        collector.kill()


def slow_exemplar(port):
    """Of the bucket that the slow request alone is in; None as long as it is not there."""
    asked = "query_exemplars?query=streamgauge_time_to_first_token_seconds_bucket&start=" + f"{time.time() - 600:.0f}&end={time.time() + 60:.0f}"
    found = [each for series in prometheus.ask(port, asked) or [] for each in series["exemplars"] if float(each["value"]) > 0.5]
    return max(found, key=lambda each: float(each["value"]), default=None)


def nothing_is_loaded(checks, folder):
    """The classes that a proxy without OTLP loads."""
    loaded = pathlib.Path(folder) / "classes.txt"
    with simulator() as upstream, env(STREAMGAUGE_JAVA_OPTS=f"-Xlog:class+load:file={loaded}"), \
            harness.Proxy(upstream, folder) as proxy:
        ask(proxy.port)
        proxy.admin("/metrics")
    text = loaded.read_text()
    checks.that(text.count("dev.streamgauge.") > 100, "the list of loaded classes is there", f"{text.count(chr(10))} lines")
    foreign = [line for line in text.splitlines() if "io.opentelemetry." in line or "dev.streamgauge.otlp." in line]
    checks.that(not foreign, "without an endpoint no class of OpenTelemetry is loaded", "; ".join(foreign[:2]))


@contextlib.contextmanager
def env(**variables):
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def arrives(checks, folder, protocol, published):
    """Each request as a span with its parts, a log record and in the metrics; the same numbers in all three."""
    collector = Collector(folder)
    endpoint = f"http://127.0.0.1:{collector.grpc if protocol == 'grpc' else collector.http}"
    try:
        with simulator() as upstream, \
                env(OTEL_BSP_SCHEDULE_DELAY="200", OTEL_METRIC_EXPORT_INTERVAL="500", OTEL_RESOURCE_ATTRIBUTES="team=a%20b"), \
                harness.Proxy(upstream, folder, "--otlp-endpoint", endpoint, "--otlp-protocol", protocol, "--pod", "pod-1",
                              "--namespace", "space", "--node", "node-1") as proxy:
            for _ in range(5):
                ask(proxy.port)
            ask(proxy.port, {"traceparent": f"00-{TRACE}-{PARENT}-01", "tracestate": "a=b"})
            ask(proxy.port, {"traceparent": f"00-{TRACE}-{PARENT}-00"})
            ask(proxy.port, path="/nothing")
            harness.wait_until(lambda: number(proxy, "streamgauge_otlp_items_total", signal="logs", result="sent") >= 8, 20, "logs")
            harness.wait_until(lambda: number(proxy, "streamgauge_otlp_items_total", signal="traces", result="sent") >= 7, 20, "spans")
        lines = {line["request_id"]: line for line in proxy.log_lines()}
        spans, metrics, logs, resources = collector.received()
        compare(checks, protocol, lines, spans, metrics, logs)
        checks.that(all(r.get("k8s.pod.name") == "pod-1" and r.get("k8s.namespace.name") == "space" and r.get("team") == "a b"
                        and r.get("service.name") == "streamgauge" for r in resources), f"{protocol}: all have the pod's resource")
        if published:
            names_are_published(checks, spans, metrics, published)
    finally:
        collector.kill()


def compare(checks, protocol, lines, spans, metrics, logs):
    servers = {attributes(span)["streamgauge.request_id"]: span for span in spans if span["kind"] == 2}
    checks.that(len(servers) == 7 and len(lines) == 8, f"{protocol}: one SERVER span for each sampled request", f"{len(servers)} of {len(lines)}")
    checks.that(all(span["traceId"] == lines[i]["trace_id"] and span["spanId"] == lines[i]["span_id"] for i, span in servers.items()),
                f"{protocol}: its ids are those of the line")
    children = collections.defaultdict(set)
    for span in spans:
        if span["kind"] == 1:
            children[span["parentSpanId"]].add(span["name"])
    streamed = [span for span in servers.values() if attributes(span).get("gen_ai.operation.name") == "chat"]
    checks.that(len(streamed) == 6 and all({"prefill", "generation"} <= children[span["spanId"]] for span in streamed),
                f"{protocol}: a stream has children for prefill and generation")
    checks.that(all([event["name"] for event in span.get("events", [])][:1] == ["first_token"] for span in streamed),
                f"{protocol}: and an event at its first token")
    for span in streamed:
        line = lines[attributes(span)["streamgauge.request_id"]]
        took = (int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"])) / 1e6
        checks.that(abs(took - line["duration_ms"]) < 0.01, f"{protocol}: it lasts as long as the line says", f"{took:.3f} ms")
        break
    remote = [span for span in servers.values() if span.get("parentSpanId") == PARENT]
    checks.that(len(remote) == 1 and remote[0]["traceId"] == TRACE and remote[0].get("traceState") == "a=b",
                f"{protocol}: the client's span is the parent, its state kept")
    told = {attributes(log)["request_id"]: attributes(log) for log in logs}
    checks.that(set(told) == set(lines), f"{protocol}: one log record for each line", f"{len(told)}")
    checks.that(all(float(told[i]["duration_ms"]) == line["duration_ms"] and told[i]["outcome"] == line["outcome"] for i, line in lines.items()),
                f"{protocol}: with the line's fields")
    points = metrics["streamgauge_requests"]["sum"]["dataPoints"]
    checks.that(sum(point["asDouble"] for point in points) == len(lines), f"{protocol}: the metrics count the same requests")
    ttft = metrics["streamgauge_time_to_first_token_seconds"]["histogram"]["dataPoints"]
    checks.that(sum(int(point.get("count", 0)) for point in ttft) == 7, f"{protocol}: histograms, too")
    linked = [e for point in ttft for e in point.get("exemplars", []) if "spanId" in e]
    known = {(span["traceId"], span["spanId"]) for span in servers.values()}
    checks.that(linked and all((e["traceId"], e["spanId"]) in known for e in linked), f"{protocol}: exemplars lead to spans that arrived",
                f"{len(linked)}")


def names_are_published(checks, spans, metrics, folder):
    published = set()
    for file in pathlib.Path(folder).rglob("*.go"):
        published |= set(re.findall(r'"([a-z0-9_]+(?:\.[a-z0-9_]+)+)"', file.read_text()))
    used = {key for span in spans for key in attributes(span) if OURS.match(key)}
    checks.that(set(BY_BOOKS) <= used, "spans have what the profile wants", ", ".join(sorted(set(BY_BOOKS) - used)))
    checks.that(used <= published, "each name of a span's attribute is published", ", ".join(sorted(used - published)) or f"{len(used)} names")
    mirrored = {name for name in metrics if name.startswith("gen_ai.")}
    checks.that(mirrored and mirrored <= published, "each name of a mirrored metric is published", ", ".join(sorted(mirrored)))


class Hung:
    """Accepts, and says nothing ever."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.held = []
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                self.held.append(self.socket.accept()[0])

    def close(self):
        self.socket.close()


def load(port, seconds, workers):
    """Streams one after the other; how long each took, in ms."""
    took, until = [], time.monotonic() + seconds

    def work():
        while time.monotonic() < until:
            begun = time.monotonic()
            ask(port)
            took.append((time.monotonic() - begun) * 1e3)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return took


def overhead_millis(proxy, share):
    """Upper bound of the bucket of streamgauge_overhead_seconds{direction=response}; how long a read took to the client."""
    buckets = collections.Counter()
    for line in proxy.admin("/metrics").splitlines():
        if line.startswith("streamgauge_overhead_seconds_bucket") and 'direction="response"' in line:
            buckets[float(re.search(r'le="([^"]+)"', line).group(1))] += float(line.rsplit(" ", 1)[1])
    total = max(buckets.values(), default=0)
    return next((le * 1e3 for le in sorted(buckets) if total and buckets[le] >= share * total), None)


def beside(folder, kinds, rounds, seconds, workers):
    """The same load through each proxy in turn, `rounds` times; a row for each."""
    rows = collections.defaultdict(list)
    with simulator() as upstream, env(OTEL_METRIC_EXPORT_INTERVAL="1000", OTEL_BSP_SCHEDULE_DELAY="200"), \
            contextlib.ExitStack() as started:
        proxies = {kind: started.enter_context(harness.Proxy(upstream, folder, *options)) for kind, options in kinds.items()}
        for proxy in proxies.values():
            load(proxy.port, WARM_SECONDS, workers)
        for _ in range(rounds):
            for kind, proxy in proxies.items():
                cpu = proxy.cpu_seconds()
                took = load(proxy.port, seconds, workers)
                rows[kind].append((took, (proxy.cpu_seconds() - cpu) / max(1, len(took)) * 1e3))
        print("| | requests | p50 ms | p99 ms | overhead p99 ms ≤ | CPU ms a request, median (least … most) | RSS MiB | sent | failed | dropped |")
        print("|-|-|-|-|-|-|-|-|-|-|")
        for kind, proxy in proxies.items():
            took = [each for some, _ in rows[kind] for each in some]
            cpu = sorted(each for _, each in rows[kind])
            items = [number(proxy, "streamgauge_otlp_items_total", signal="traces", result=r) for r in ("sent", "failed", "dropped")]
            print(f"| {kind} | {len(took)} | {harness.percentile(took, .5):.1f} | {harness.percentile(took, .99):.1f} | "
                  f"{overhead_millis(proxy, .99):g} | {harness.percentile(cpu, .5):.2f} ({cpu[0]:.2f} … {cpu[-1]:.2f}) | "
                  f"{proxy.rss_kib() / 1024:.0f} | {' | '.join(f'{i:g}' for i in items)} |", flush=True)


def is_not_felt(folder, *size):
    """No OTLP, a collector that takes all, one that is gone, and one that hangs."""
    collector, hung = Collector(folder), Hung()
    try:
        beside(folder, {
            "off": [],
            "a collector": ["--otlp-endpoint", f"http://127.0.0.1:{collector.http}"],
            "gone": ["--otlp-endpoint", f"http://127.0.0.1:{harness.free_port()}"],
            "hangs": ["--otlp-endpoint", hung.url],
            "hangs, gRPC": ["--otlp-endpoint", hung.url, "--otlp-protocol", "grpc"]}, *size)
    finally:
        collector.kill()
        hung.close()


def costs(folder, *size):
    """Spans alone, of none, one in a hundred and all requests."""
    collector = Collector(folder)
    traces = ["--otlp-endpoint", f"http://127.0.0.1:{collector.http}", "--otlp-signals", "traces", "--trace-sampler", "traceidratio", "--trace-sample-ratio"]
    try:
        beside(folder, {"off": [], "off again": [], "0 %": [*traces, "0"], "1 %": [*traces, "0.01"], "100 %": [*traces, "1"]}, *size)
    finally:
        collector.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--semconv", help="folder of Go's semconv/v1.41.0")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--workers", type=int, default=16)
    args = parser.parse_args()
    checks = harness.Checks("otlp")
    if not shutil.which(os.environ.get("OTELCOL", "otelcol")):
        harness.say("skipped: no collector (OTELCOL)")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        nothing_is_loaded(checks, folder)
        arrives(checks, folder, "http/protobuf", args.semconv)
        arrives(checks, folder, "grpc", args.semconv)
        exemplars_lead_to_spans(checks, folder)
        if args.rounds:
            is_not_felt(folder, args.rounds, args.seconds, args.workers)
            costs(folder, args.rounds, args.seconds, args.workers)
    return 1 if checks.failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
