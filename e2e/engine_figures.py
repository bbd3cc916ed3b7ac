"""The pages of real engines under load: what we publish is what their pages say, and what they say of single requests
adds up with what we saw.

    E2E_ENGINES=FOLDER python3 e2e/engine_figures.py [--servers llama.cpp,triton,vllm,sglang] [--keep FOLDER]

Each server gets more requests at once than it works on. Meanwhile the merged page is fetched again and again: it holds the
engine's own lines and our figures at one time, and the latter must follow from the former. `--keep` writes the pages as the
engine showed them, in each format that it has.
"""

import argparse
import concurrent.futures
import http.client
import json
import pathlib
import re
import sys
import tempfile
import threading
import urllib.request

import harness

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "engines"))
import servers  # noqa: E402 (found through the line above)

REQUESTS, TOKENS = 24, 48
OURS = {"waiting": "streamgauge_engine_requests_waiting", "running": "streamgauge_engine_requests_running",
        "use": "streamgauge_engine_kv_cache_usage_ratio", "size": "streamgauge_engine_kv_cache_block_size",
        "blocks": "streamgauge_engine_kv_cache_blocks"}
ACCEPTED = {"txt": "text/plain;version=0.0.4", "om": "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8"}
# In the log times have three decimals, and each part of a sum is rounded.
ROUNDED_MS = 0.005


class VllmMetrics(servers.Vllm):
    """It tells of each request in its last piece."""

    def command(self, folder, port):
        return [*super().command(folder, port), "--enable-per-request-metrics"]


# name: (class, --engine, what is read there; a name with braces is a label)
ENGINES = {
    "llama.cpp": (servers.Llamacpp, "llamacpp",
                  {"waiting": "llamacpp:requests_deferred", "running": "llamacpp:requests_processing"}),
    "vllm": (VllmMetrics, "vllm",
             {"waiting": "vllm:num_requests_waiting", "running": "vllm:num_requests_running", "use": "vllm:kv_cache_usage_perc",
              "size": "vllm:cache_config_info{block_size}", "blocks": "vllm:cache_config_info{num_gpu_blocks}"}),
    "sglang": (servers.Sglang, "sglang",
               {"waiting": "sglang:num_queue_reqs", "running": "sglang:num_running_reqs", "use": "sglang:token_usage",
                "size": "sglang:page_size", "blocks": "sglang:num_pages"}),
    "triton": (servers.Triton, "triton", {"waiting": "nv_inference_pending_request_count"}),
}


def samples(page, name):
    """Labels and value of each series of that name."""
    found = []
    for line in page.splitlines():
        match = re.match(re.escape(name) + r"(?:\{(.*)\})? (\S+)", line)
        if match:
            found.append((dict(re.findall(r'(\w+)="([^"]*)"', match[1] or "")), float(match[2])))
    return found


def said(page, name):
    """What the engine's own lines say; one series is all that these servers have of each."""
    bare, _, label = name.rstrip("}").partition("{")
    values = [float(labels[label]) if label else value for labels, value in samples(page, bare)]
    return sum(values) if values else None


def request_of(name, number):
    if name == "triton":
        return "/v2/models/tinylm/generate_stream", {"text_input": f"count {number}", "max_tokens": TOKENS}
    return "/v1/chat/completions", {
        "model": "tiny", "max_tokens": TOKENS, "temperature": 0, "ignore_eos": True, "seed": number, "stream": True,
        "stream_options": {"include_usage": True}, "messages": [{"role": "user", "content": f"Count from {number}."}]}


def ask(port, name, number):
    """(id, what the engine said of this request)."""
    path, body = request_of(name, number)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", "x-request-id": f"r{number}"})
    answer = connection.getresponse()
    load = answer.headers.get_all("endpoint-load-metrics") or []
    lines = answer.read().decode().splitlines()
    connection.close()
    pieces = [json.loads(line[6:]) for line in lines if line.startswith("data: {")]
    told = next((piece for piece in reversed(pieces) if "timings" in piece or "metrics" in piece), {})
    return f"r{number}", answer.status, load, told


def fetch(url, accept):
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": accept}), timeout=30) as answer:
        return answer.headers["Content-Type"], answer.read()


class Watch(threading.Thread):
    """Fetches the merged page until it is told to stop."""

    def __init__(self, proxy, page, keep):
        super().__init__(daemon=True)
        self.proxy, self.page, self.keep = proxy, page, keep
        self.pages, self.stopped, self.kept = [], threading.Event(), {}

    def run(self):
        while not self.stopped.wait(0.1):
            self.pages.append(self.proxy.admin("/metrics/engine"))
            if self.keep:
                for suffix, accept in ACCEPTED.items():
                    self.kept.setdefault(suffix, []).append(fetch(self.page, accept))

    def stop(self):
        self.stopped.set()
        self.join()


def check_pages(checks, name, names, pages):
    read = [page for page in pages if 'source="engine"' in page]
    checks.that(len(read) > 3, f"{name}: its page was read", f"{len(read)} merged pages")
    peaks = {}
    for figure, engines in names.items():
        pairs = [(said(page, engines), samples(page, OURS[figure])) for page in read]
        wrong = [pair for pair in pairs if pair[0] is not None and [value for _, value in pair[1]] != [pair[0]]]
        known = [pair[0] for pair in pairs if pair[0] is not None]
        peaks[figure] = max(known, default=None)
        checks.that(known and not wrong, f"{name}: {figure} is what {engines} says",
                    f"{len(known)} times, at most {peaks[figure]}{'; ' if wrong else ''}{wrong[:1] or ''}")
    if name != "triton":  # takes all requests of a decoupled model at once
        checks.that((peaks["waiting"] or 0) > 0, f"{name}: some waited")
    for figure in OURS.keys() - names.keys():
        sources = {labels.get("source") for page in read for labels, _ in samples(page, OURS[figure])}
        expected = {"computed"} if figure in ("waiting", "running") else set()
        checks.that(sources == expected, f"{name}: {figure} is {'computed' if expected else 'absent'}", sources)


def part(told, *names):
    for name in names:
        if told.get(name) is not None:
            return told[name]
    return None


def check_phases(checks, name, lines, answers):
    """Each request's parts add up to its time to the first token, and the engine's parts are the engine's words."""
    sums, words, engines = 0, 0, 0
    for line in lines:
        phases = line.get("phases", {})
        if "ttft_ms" in line and abs(sum(phases.values()) - line["ttft_ms"]) <= ROUNDED_MS and min(phases.values()) >= 0:
            sums += 1
        told = answers.get(line.get("request_id"), {})
        told = told.get("timings") or told.get("metrics") or {}
        prefill = part(told, "prompt_ms", "time_to_first_token_ms")
        queue = part(told, "queue_time_ms")
        ours = line.get("engine", {})
        if prefill is not None:
            engines += 1
            words += abs(ours.get("prefill_ms", -1) - prefill) <= ROUNDED_MS and (
                queue is None or abs(ours.get("queue_ms", -1) - queue) <= ROUNDED_MS)
    checks.that(sums == len(lines), f"{name}: the parts of each time to the first token add up", f"{sums} of {len(lines)}")
    if engines:
        cut = sum("prefill_ms" in line.get("phases", {}) for line in lines)
        checks.that(words == engines, f"{name}: the engine's parts are its own words", f"{words} of {engines}; in {cut} phases")
    else:
        harness.say(f"     {name}: its answers have no times of its own")
    for each in ("queue_ms", "connect_ms", "headers_ms", "engine_queue_ms", "prefill_ms", "rest_ms"):
        values = [line["phases"][each] for line in lines if each in line.get("phases", {})]
        if values:
            harness.say(f"     {name}: {each}: median {harness.percentile(values, 0.5):.3f}, most {max(values):.3f}, of {len(values)}")


def run(checks, name, folder, keep):
    kind, engine, names = ENGINES[name]
    server = kind(servers.folder())
    if not server.made.exists():
        harness.say(f"skipped: {name} is not set up")
        return
    with servers.running_server(server, name, folder / f"{name}.log") as port:
        with harness.Proxy(f"http://127.0.0.1:{port}", folder, "--engine", engine, "--engine-metrics", server.page(port),
                           "--engine-metrics-interval", "200ms", "--orca-headers", "text") as proxy:
            ask(proxy.port, name, 9999)  # the first is slow everywhere
            watch = Watch(proxy, server.page(port), keep)
            watch.start()
            with concurrent.futures.ThreadPoolExecutor(REQUESTS) as pool:
                answers = list(pool.map(lambda number: ask(proxy.port, name, number), range(REQUESTS)))
            watch.stop()
            checks.that(all(status == 200 for _, status, _, _ in answers), f"{name}: {REQUESTS} answers")
            checks.that(all(len(load) == 1 and load[0].startswith("TEXT ") for _, _, load, _ in answers),
                        f"{name}: each has one load report", answers[-1][2])
            harness.wait_until(lambda: len(proxy.log_lines()) == REQUESTS + 1, 30, "the access log")
            check_pages(checks, name, names, watch.pages)
            check_phases(checks, name, [line for line in proxy.log_lines() if line["request_id"] != "r9999"],
                         {each: told for each, _, _, told in answers})
        if keep:
            for suffix, pages in watch.kept.items():
                busiest = max(pages, key=lambda page: said(page[1].decode(), names["waiting"]) or 0)
                (keep / f"{name}.{suffix}").write_bytes(busiest[1])
                harness.say(f"     {name}: {suffix}: {busiest[0]}, {len(busiest[1])} bytes")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--servers", default=",".join(ENGINES))
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    checks = harness.Checks("engine figures")
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in options.servers.split(","):
            run(checks, name, pathlib.Path(folder), options.keep)
    sys.exit(checks.failed > 0)


if __name__ == "__main__":
    main()
