"""Streams beside a GPU's driver that hangs: does anybody notice?

    python3 e2e/gpu_hang.py [--rounds 3] [--seconds 5]

The driver is the one that the tests build from gpu/src/test/c/nvml_fake.c (needs a C compiler), the model server the simulator with a token every
10 ms. In turn the driver answers and hangs; a row: the gaps between tokens as eight clients saw them. The exit code is about what must hold:
no stream is lost, the GPU's series vanish and come back, and a SIGTERM while the driver hangs ends the proxy.
"""

import argparse
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import harness
import invariants

FAKE = pathlib.Path(__file__).resolve().parent.parent / "gpu/src/test/c/nvml_fake.c"
CLIENTS = 8
TOKENS = 50
UUID = "GPU-00000000-0000-4000-8000-000000000000"
HEALTHY = f"driver 575.57.08\ncount 1\ngpu0.uuid {UUID}\ngpu0.name NVIDIA H100 80GB HBM3\ngpu0.minor 0\ngpu0.utilization 87\ngpu0.memory_utilization 41\n" \
          "gpu0.memory_total 85520809984\ngpu0.memory_used 70000000000\ngpu0.memory_reserved 0\ngpu0.power_mw 543210\ngpu0.temperature 61\n"
HANGS = HEALTHY + "hang.nvmlDeviceGetUtilizationRates 1\n"
AGED_SECONDS_MAX = 15
END_SECONDS_MAX = 10


def build(folder):
    compiler = next((each for each in ("cc", "gcc", "clang") if shutil.which(each)), None)
    if compiler is None:
        return None
    subprocess.run([compiler, "-std=c11", "-O1", "-fPIC", "-shared", "-o", folder / "libnvidia-ml.so.1", FAKE, "-ldl"], check=True)
    return folder


def says(folder, text):
    whole = folder / "script.new"
    whole.write_text(text)
    whole.replace(folder / "script")


def streams(port, seconds, gaps, lost):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    body = json.dumps({"model": "simulated", "stream": True, "max_tokens": TOKENS, "messages": [{"role": "user", "content": "x"}]})
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
        answer, before, ended = connection.getresponse(), None, False
        while line := answer.readline():
            if line.startswith(b"data: {"):
                now = time.monotonic()
                if before is not None:
                    gaps.append((now - before) * 1000)
                before = now
            ended |= line.startswith(b"data: [DONE]")
        if not ended:
            lost.append(port)
    connection.close()


def measure(port, seconds):
    gaps, lost = [], []
    clients = [threading.Thread(target=streams, args=(port, seconds, gaps, lost)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return gaps, lost


def gpu_up(proxy):
    return invariants.total(proxy.admin("/metrics"), "streamgauge_gpu_up")


@contextlib.contextmanager
def simulator():
    port = harness.free_port()
    process = subprocess.Popen([harness.PROGRAM, "simulate", "--listen", f"127.0.0.1:{port}", "--itl", "10ms", "--tokens", str(TOKENS)],
                               stderr=subprocess.DEVNULL, env=harness.environment())
    try:
        harness.wait_until(lambda: harness.accepts(port), harness.START_SECONDS_MAX, "start of the simulator")
        yield port
    finally:
        process.terminate()
        process.wait(20)


def rounds(checks, proxy, folder, options):
    print("| driver | gaps | p50, ms | p99, ms | p99.9, ms |\n|-|-|-|-|-|")
    measure(proxy.port, 2)
    for turn in range(options.rounds):
        for name, script, up in (("answers", HEALTHY, 1), ("hangs", HANGS, 0)):
            says(folder, script)
            harness.wait_until(lambda up=up: gpu_up(proxy) == up, AGED_SECONDS_MAX, f"gpu_up {up}")
            gaps, lost = measure(proxy.port, options.seconds)
            shown = " | ".join(f"{harness.percentile(gaps, share):.1f}" for share in (0.5, 0.99, 0.999))
            print(f"| {name}, round {turn + 1} | {len(gaps)} | {shown} |", flush=True)
            checks.that(not lost, f"{name}: no stream is lost")
            shown = f'streamgauge_gpu_utilization_ratio{{uuid="{UUID}"}}' in proxy.admin("/metrics")
            checks.that(shown == bool(up), f"{name}: the GPU's series are {'there' if up else 'gone'}")


def run(options):
    checks = harness.Checks("GPU that hangs")
    with tempfile.TemporaryDirectory() as name:
        folder = build(pathlib.Path(name))
        if folder is None:
            print("skipped: no C compiler (cc, gcc, clang)", file=sys.stderr)
            return False
        os.environ.update(LD_LIBRARY_PATH=name, NVIDIA_VISIBLE_DEVICES="all")
        says(folder, HEALTHY)
        with simulator() as port, harness.Proxy(f"http://127.0.0.1:{port}", folder) as proxy:
            rounds(checks, proxy, folder, options)
            invariants.check(checks, proxy)
            began = time.monotonic()
            code = proxy.terminate(END_SECONDS_MAX)
            checks.that(code in (0, 143), "SIGTERM while the driver hangs ends the proxy", f"code {code} after {time.monotonic() - began:.1f} s")
            said = [line for line in proxy.errors_path.read_text().splitlines() if "nvmlDeviceGetUtilizationRates" in line]
            checks.that(1 <= len(said) <= options.rounds, "each hang is said once", "; ".join(said[:5]))
        says(folder, HEALTHY)
    return bool(checks.failed)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5, help="of each measurement")
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
