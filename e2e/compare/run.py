"""Drives a real server through streamgauge with real clients and prints, as Markdown, how far their figures differ.

    E2E_ENGINES=FOLDER python3 e2e/compare/run.py --server vllm --port 8100
    E2E_ENGINES=FOLDER python3 e2e/compare/run.py --server llama.cpp --port 8200 --clients socket,openai

FOLDER holds virtual environments `clients` (openai), `vllm` (with the extra `bench`) and `aiperf`, and the model's
tokenizer in `models/tiny/hf`. The server is already running on the port, serving the model as `tiny`.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import bench_results
import table
from table import harness, invariants

HERE = pathlib.Path(__file__).resolve().parent
WARM_UP = 40
SECONDS_MAX = 300
USAGE_BESIDE_CHOICES = [("llama.cpp", "completions")]
EMPTY_TEXT_IS_A_TOKEN = ("vllm", "sglang")


def engines():
    folder = os.environ.get("E2E_ENGINES")
    if not folder:
        sys.exit("E2E_ENGINES: not set (expected: the folder of the virtual environments; see e2e/README.md)")
    return pathlib.Path(folder)


def output_of(command, **more):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=SECONDS_MAX, check=False, **more)
    if done.returncode:
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]} {done.stdout[-1000:]}")
    return done.stdout


def by_script(script, python, proxy, *options):
    out = output_of([python, HERE / script, "--url", proxy.url, *options])
    return [json.loads(line) for line in out.splitlines()]


def lines_of(proxy, seen):
    """The access-log lines, once all are there; a line is written within 500 ms of the end."""
    wanted = {one["request_id"] for one in seen}
    harness.wait_until(lambda: wanted <= {line["request_id"] for line in proxy.log_lines()} or None, 5, "access-log lines")
    return proxy.log_lines()


def scripted(script, python, label, options):
    def run(proxy):
        for kind in ("chat", "completions"):
            for concurrency in (1, 4):
                seen = by_script(script, python, proxy, "--kind", kind, "--concurrency", concurrency,
                                 "--count", options.count, "--prefix", f"{label}-{kind}-{concurrency}",
                                 *(["--empty-counts"] if options.server in EMPTY_TEXT_IS_A_TOKEN else []))
                yield table.Joined(options.server, f"{label}, {kind}, {concurrency} at once", seen, lines_of(proxy, seen)), "ttft_ms"
    return run


def openai_whole(python, options):
    def run(proxy):
        for kind in ("chat", "completions"):
            seen = by_script("openai_requests.py", python, proxy, "--kind", kind, "--mode", "whole",
                             "--count", options.count, "--prefix", f"whole-{kind}")
            yield table.Joined(options.server, f"openai, {kind}, not streamed", seen, lines_of(proxy, seen)), "ttft_ms"
    return run


def quiet_environment():
    """For tools that would look for a hub or a telemetry endpoint."""
    unset = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
    return {name: value for name, value in os.environ.items() if name not in unset} | {
        "VLLM_TARGET_DEVICE": "cpu", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}


def vllm_bench(options):
    def run(proxy):
        tokenizer = engines() / "models" / "tiny" / "hf"
        for kind, backend, path, ours in (("chat", "openai-chat", "/v1/chat/completions", "ttfb_ms"),
                                          ("completions", "openai", "/v1/completions", "ttft_ms")):
            prefix = f"bench-{kind}-"
            with tempfile.TemporaryDirectory() as folder:
                output_of([engines() / "vllm/bin/vllm", "bench", "serve", "--backend", backend, "--endpoint", path,
                           "--base-url", proxy.url, "--model", "tiny", "--tokenizer", tokenizer,
                           "--dataset-name", "random", "--random-input-len", 64, "--random-output-len", 32,
                           "--num-prompts", options.count, "--max-concurrency", 2, "--seed", 7, "--ignore-eos",
                           "--request-id-prefix", prefix, "--save-result", "--save-detailed", "--result-dir", folder,
                           "--result-filename", "result.json"], env=quiet_environment(), cwd=folder)
                seen = list(bench_results.vllm_bench(pathlib.Path(folder) / "result.json", prefix,
                                                     (options.server, kind) not in USAGE_BESIDE_CHOICES))
            lines = lines_of(proxy, seen)
            # the tool's first try-out request has the same id as the first one that counts
            yield table.Joined(options.server, f"vllm bench, {kind}, 2 at once", seen[1:], lines), ours
    return run


def aiperf(options):
    def run(proxy):
        for kind in ("chat", "completions"):
            with tempfile.TemporaryDirectory() as folder:
                output_of([engines() / "aiperf/bin/aiperf", "profile", "--model", "tiny",
                           "--tokenizer", engines() / "models/tiny/hf", "--url", proxy.url, "--endpoint-type", kind,
                           "--streaming", "--concurrency", 2, "--request-count", options.count, "--isl", 64, "--osl", 32,
                           "--extra-inputs", "ignore_eos:true", "--use-server-token-count", "--random-seed", 7,
                           "--ui", "none", "--no-gpu-telemetry", "--output-artifact-dir", folder,
                           "--export-level", "records"], env=quiet_environment(), cwd=folder)
                seen = list(bench_results.aiperf(folder))
                if options.keep:
                    (pathlib.Path(options.keep) / f"aiperf-{kind}.jsonl").write_text(
                        (pathlib.Path(folder) / "profile_export.jsonl").read_text())
            yield table.Joined(options.server, f"aiperf, {kind}, 2 at once", seen, lines_of(proxy, seen)), "ttft_ms"
    return run


def histogram(port, name):
    """Sum and count of a server's own histogram over all its labels; None if it has none."""
    try:
        page = output_of(["curl", "-sf", f"http://127.0.0.1:{port}/metrics"])
    except SystemExit:
        return None
    figures = {}
    for part in ("sum", "count"):
        found = re.findall(rf"^{re.escape(name)}_{part}(?:{{[^}}]*}})? (\S+)$", page, re.MULTILINE)
        if not found:
            return None
        figures[part] = sum(map(float, found))
    return figures


class OwnHistogram:
    """The server's own mean time to first token over the streams of a run, and ours over the same ones."""

    NAME = "vllm:time_to_first_token_seconds"

    def __init__(self, port, proxy):
        self.port, self.proxy, self.rows = port, proxy, []
        self.last, self.lines_seen = histogram(port, self.NAME), len(proxy.log_lines())

    def after(self, client):
        harness.wait_until(lambda: '"in_flight":0' in self.proxy.admin("/status"), 5, "the end of all requests")
        last, lines = histogram(self.port, self.NAME), self.proxy.log_lines()
        before = self.last
        new = [line for line in lines[self.lines_seen:] if line["operation"] in invariants.GENERATING]
        self.last, self.lines_seen = last, len(lines)
        if last is None or before is None or not all("ttft_ms" in line for line in new):
            return
        count = int(last["count"] - before["count"])
        theirs, ours = ((last["sum"] - before["sum"]) * 1e3 / count, sum(line["ttft_ms"] for line in new) / len(new))
        self.rows.append(f"| {client} | {count} | {theirs:.3f} | {len(new)} | {ours:.3f} | {ours - theirs:.3f} |")

    def without_the_proxy(self, options):
        """What a client sees of the same server directly, beside the server's figure: what is not of our making."""
        if self.last is None:
            return
        for kind in ("chat", "completions"):
            out = output_of([sys.executable, HERE / "socket_requests.py", "--url", f"http://127.0.0.1:{self.port}", "--kind", kind,
                             "--count", options.count, "--prefix", "direct", "--empty-counts"])
            seen = [json.loads(line)["ttft_ms"] for line in out.splitlines()]
            before, self.last = self.last, histogram(self.port, self.NAME)
            count = int(self.last["count"] - before["count"])
            theirs, directly = (self.last["sum"] - before["sum"]) * 1e3 / count, sum(seen) / len(seen)
            self.rows.append(f"| socket, {kind}, 1 at once, no proxy: the client's own | {count} | {theirs:.3f} | {len(seen)} "
                             f"| {directly:.3f} | {directly - theirs:.3f} |")

    def show(self):
        if self.rows:
            print("\n| client | requests in the server's histogram | its mean TTFT, ms | streams | mean TTFT of ours, ms | less its |\n"
                  "|-|-|-|-|-|-|\n" + "\n".join(self.rows))


def split(checks, server, lines):
    """Where the server tells its own prefill, that is a part of the time to the first token, cut only where it claims more."""
    told = [line for line in lines if "prefill_ms" in line.get("engine", {}) and "phases" in line]
    if server == "llama.cpp":
        checks.that(told, "answers tell how long the prefill took", f"{len(told)} of {len(lines)}")
    wrong = [line["request_id"] for line in told
             if not 0 <= line["phases"]["prefill_ms"] <= min(line["engine"]["prefill_ms"], line["ttft_ms"]) + 0.001]
    checks.that(not wrong, "that prefill is a part of the time to the first token", f"{wrong[:5]}")
    if told:
        names = sorted({name for line in told for name in line["phases"]})
        parts = [sum(line["phases"].get(name, 0) for line in told) / len(told) for name in names]
        whole = sum(line["ttft_ms"] for line in told) / len(told)
        print("\n| mean of | " + " | ".join(names) + " | sum | ttft_ms |\n" + "|-" * (len(names) + 3) + "|\n"
              + f"| {len(told)} streams | " + " | ".join(f"{part:.3f}" for part in parts)
              + f" | {sum(parts):.3f} | {whole:.3f} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--clients", default="socket,openai,whole,vllm-bench,aiperf")
    parser.add_argument("--keep", help="a folder for the access log and the tools' records")
    options = parser.parse_args()
    client_python = engines() / "clients/bin/python"
    runs = {"socket": scripted("socket_requests.py", sys.executable, "socket", options),
            "openai": scripted("openai_requests.py", client_python, "openai", options),
            "whole": openai_whole(client_python, options),
            "vllm-bench": vllm_bench(options), "aiperf": aiperf(options)}
    checks = harness.Checks(options.server)
    with tempfile.TemporaryDirectory() as folder, harness.Proxy(f"http://127.0.0.1:{options.port}", options.keep or folder) as proxy:
        by_script("socket_requests.py", sys.executable, proxy, "--count", WARM_UP, "--prefix", "warm-up")
        own = OwnHistogram(options.port, proxy)
        own.without_the_proxy(options)
        print(table.HEAD)
        for client in options.clients.split(","):
            for joined, ours in runs[client](proxy):
                print(joined.row(ours), flush=True)
                own.after(joined.client)
                checks.that(joined.tokens_agree(), f"{joined.client}: each request is found, ok, with equal tokens")
        own.without_the_proxy(options)
        own.show()
        invariants.check(checks, proxy)
        split(checks, options.server, proxy.log_lines())
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
