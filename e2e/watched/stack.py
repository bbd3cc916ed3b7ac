"""Everything that the dashboards ask about, on this machine: two replicas behind whose sidecars stand simulators, one beside a page of an
engine's and a driver without a GPU, traffic of all kinds, and the recorded pages of a cluster; and two Prometheus that scrape it."""

import contextlib
import http.client
import http.server
import json
import os
import pathlib
import random
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import gpu_hang  # noqa: E402
import harness  # noqa: E402
import prometheus  # noqa: E402

PAGES = pathlib.Path(__file__).resolve().parent / "pages"
ENGINE_PAGE = harness.ROOT / "telemetry/src/test/resources/engine/vllm-0.32.0.txt"
RULES = harness.ROOT / "chart/rules"
LORA = 'vllm:lora_requests_info{max_lora="2",running_lora_adapters="sql",waiting_lora_adapters="chat"} %d\n'
CONFIG = """
global: {{scrape_interval: 2s, evaluation_interval: 2s, scrape_native_histograms: {native}}}
rule_files: ["{rules}/*.rules.yaml"]
scrape_configs:
- job_name: sidecars
  scrape_protocols: [PrometheusProto, OpenMetricsText1.0.0, PrometheusText0.0.4]
  static_configs:
{replicas}
- job_name: cluster
  honor_labels: true
  static_configs:
  - {{targets: ["127.0.0.1:{cluster}"], labels: {{namespace: streamgauge, pod: streamgauge-0}}}}
"""
# nvmlClocksEventReasonHwThermalSlowdown
THERMAL = 0x40
REPLICA = '  - {{targets: ["127.0.0.1:{port}"], labels: {{namespace: models, pod: {pod}, container: streamgauge}}}}'


class Pages(http.server.ThreadingHTTPServer):
    """A page of metrics at any path, as `text` says it at that moment; who asked and left is no failure."""

    def __init__(self, text):
        super().__init__(("127.0.0.1", 0), Page)
        self.text = text
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, *_):
        pass


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        page = self.server.text().encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_):
        pass


def cluster_page(turned):
    """The page that was recorded first, and once it is turned the one that was recorded later: so that counters move."""
    first, later = ((PAGES / f"cluster-{number}.prom").read_text() for number in (1, 2))
    return lambda: later if turned.is_set() else first


def engine_page():
    text = ENGINE_PAGE.read_text()
    return lambda: text + LORA % time.time()


class Driver(threading.Thread):
    """What the fake driver says, anew each second: counters rise, and now and then something is wrong."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.folder, self.over, self.seconds = folder, threading.Event(), 0

    def run(self):
        while True:
            gpu_hang.says(self.folder, self.script(self.seconds))
            self.seconds += 1
            if self.over.wait(1):
                return

    @staticmethod
    def script(second):
        gpu = {"utilization": 70 + second % 25, "power_mw": 543210 + 1000 * (second % 20), "power_limit_mw": 700000, "temperature": 61 + second % 5,
               "energy_mj": 9_000_000 + 543_210 * second, "clock_graphics": 1755, "clock_sm": 1755 - 10 * (second % 7), "clock_mem": 2619,
               "clock_events": THERMAL if second % 20 > 12 else 0, "ecc_corrected": 2, "ecc_uncorrected": 0, "gpm": 1, "gpm2": 63.5, "gpm5": 31.2, "gpm10": 55.1,
               "field197": 7_000_000 * second, "field198": 5_000_000 * second, "field138": 9_000_000 * second, "field139": 8_000_000 * second}
        kept = [line for line in gpu_hang.HEALTHY.splitlines() if line.split()[0].removeprefix("gpu0.") not in gpu]
        return "\n".join(kept + [f"gpu0.{key} {value}" for key, value in gpu.items()] + (["event0 0 13"] if second > 15 else [])
                         + (["return.nvmlDeviceGetPowerUsage 10"] if second % 10 == 7 else [])) + "\n"

    def __enter__(self):
        gpu_hang.says(self.folder, self.script(0))
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join(10)


@contextlib.contextmanager
def simulator(*options):
    port = harness.free_port()
    process = subprocess.Popen([harness.PROGRAM, "simulate", "--listen", f"127.0.0.1:{port}", *options],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=harness.environment())
    try:
        harness.wait_until(lambda: harness.accepts(port), harness.START_SECONDS_MAX, "start of the simulator")
        yield port
    finally:
        process.terminate()
        process.wait(30)


# ---- traffic


CHAT = {"model": "simulated", "stream": True, "stream_options": {"include_usage": True}, "messages": [{"role": "user", "content": "Say something."}]}
PLAIN = {key: value for key, value in CHAT.items() if key != "stream_options"}
# path, body, what the simulator is asked to do, and after how many bytes the client leaves
KINDS = [
    ("/v1/chat/completions", CHAT, "tokens=24", None),
    ("/v1/chat/completions", PLAIN, "tokens=12", None),
    ("/v1/chat/completions", CHAT, "tokens=10;reasoning=8", None),
    ("/v1/chat/completions", {**CHAT, "stream": False, "stream_options": None}, "tokens=10", None),
    ("/v1/completions", {"model": "simulated", "stream": True, "prompt": "once"}, "tokens=20", None),
    ("/completion", {"prompt": "once", "stream": True, "n_predict": 16}, "", None),
    ("/api/chat", {"model": "simulated", "messages": [{"role": "user", "content": "hi"}]}, "tokens=12", None),
    ("/inference/v1/generate", {"model": "simulated", "token_ids": [1, 2, 3], "stream": True, "sampling_params": {"max_tokens": 12}}, "", None),
    ("/v1/embeddings", {"model": "simulated", "input": "hi"}, "", None),
    ("/v1/chat/completions", CHAT, "tokens=12;stall=700ms;fault=stall;after=4", None),
    ("/v1/chat/completions", CHAT, "fault=error_in_stream;after=3", None),
    ("/v1/chat/completions", CHAT, "fault=truncate;after=3", None),
    ("/v1/chat/completions", CHAT, "fault=reset;after=3", None),
    ("/v1/chat/completions", CHAT, "fault=http_500", None),
    ("/v1/chat/completions", CHAT, "ttft=3s", 1),
    ("/v1/chat/completions", CHAT, "fault=bad_framing;after=3", None),
    ("/v1/chat/completions", {**CHAT, "messages": [{"role": "user", "content": "long " * 20_000}]}, "tokens=4", None),
    ("/v1/models", None, "", None),
]


class Traffic:
    """Clients in a closed loop over all kinds, at both replicas; bounded by `over`."""

    def __init__(self, ports, clients):
        self.ports, self.over = ports, threading.Event()
        self.sent, self.lock = 0, threading.Lock()
        self.threads = [threading.Thread(target=self._client, args=(number,), daemon=True) for number in range(clients)]

    def _client(self, number):
        drawn = random.Random(number)
        while not self.over.is_set():
            kind = drawn.choice(KINDS if drawn.random() < 0.4 else KINDS[:3])
            with contextlib.suppress(OSError, http.client.HTTPException):
                self.ask(drawn.choice(self.ports), *kind)
            with self.lock:
                self.sent += 1

    @staticmethod
    def ask(port, path, body, wish, leave_after):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=leave_after or 30)
        try:
            connection.request("GET" if body is None else "POST", path, None if body is None else json.dumps(body),
                               {"Content-Type": "application/json", "x-simulate": wish, "traceparent": f"00-{random.getrandbits(128):032x}-{random.getrandbits(64):016x}-01"})
            connection.getresponse().read()
        finally:
            connection.close()

    def __enter__(self):
        for each in self.threads:
            each.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for each in self.threads:
            each.join(60)


# ---- all of it


OPTIONS = ("--slo", "interactive:ttft<400ms,tpot<60ms", "--slo", "first:ttft<120ms", "--usage", "inject", "--stall-threshold", "300ms", "--gpu-interval", "500ms",
           "--engine-metrics-interval", "1s")


@contextlib.contextmanager
def scraped(folder, replicas, cluster_port, native):
    text = CONFIG.format(native=str(native).lower(), rules=RULES, cluster=cluster_port,
                         replicas="\n".join(REPLICA.format(port=port, pod=pod) for pod, port in replicas.items()))
    with prometheus.started(folder, text, "--enable-feature=exemplar-storage") as port:
        yield port


@contextlib.contextmanager
def running(folder, clients):
    """The ports of a Prometheus with native histograms and of one with classic ones, the traffic, and what turns the cluster's page."""
    with contextlib.ExitStack() as stack:
        driver = gpu_hang.build(pathlib.Path(folder))
        if driver is not None:
            os.environ.update(LD_LIBRARY_PATH=str(folder), NVIDIA_VISIBLE_DEVICES="all")
            stack.enter_context(Driver(driver))
        engine = stack.enter_context(Pages(engine_page()))
        turned = threading.Event()
        cluster = stack.enter_context(Pages(cluster_page(turned)))
        first = stack.enter_context(simulator("--ttft", "lognormal(80ms,0.5)", "--itl", "10ms", "--slots", "6"))
        second = stack.enter_context(simulator("--style", "llamacpp", "--ttft", "120ms", "--itl", "15ms"))
        sidecars = {
            "llama-0": stack.enter_context(harness.Proxy(f"http://127.0.0.1:{first}", folder, *OPTIONS, "--max-concurrency", "auto",
                                                         "--engine-metrics", f"http://127.0.0.1:{engine.port}/metrics")),
            "llama-1": stack.enter_context(harness.Proxy(f"http://127.0.0.1:{second}", folder, *OPTIONS, "--max-concurrency", "4", "--max-queue", "3",
                                                         "--queue-timeout", "2s", "--gpu", "off"))}
        admin = {pod: each.admin_port for pod, each in sidecars.items()}
        native = stack.enter_context(scraped(folder, admin, cluster.port, True))
        classic = stack.enter_context(scraped(folder, admin, cluster.port, False))
        traffic = stack.enter_context(Traffic([each.port for each in sidecars.values()], clients))
        yield native, classic, traffic, turned
