#!/usr/bin/env python3
"""What requests cost the proxy from its first one on: processor time for each request, by how many came before, beside what
one costs once all is compiled. Proxy and everything else on a processor each."""

import argparse
import http.client
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

from harness import PROGRAM, accepts, environment, free_port, say, wait_until

STEPS = (1, 10, 30, 100, 300, 1000, 3000, 10000)
STEADY_REQUESTS = 3000


def cpu_ns(pid):
    """Of all threads: what the scheduler has counted, without the rounding of /proc/PID/stat."""
    return time.clock_gettime_ns((~pid << 3) | 2)


class Asking:
    def __init__(self, port, tokens, per_second):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.tokens, self.pause = tokens, 1 / per_second
        self.next = time.monotonic()

    def __call__(self, number):
        ahead = self.next - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
        self.next = max(self.next + self.pause, time.monotonic() - 0.1)
        body = json.dumps({"model": "simulated", "stream": number % 2 == 0, "max_tokens": self.tokens,
                           "messages": [{"role": "user", "content": "hi " * 100}]})
        self.connection.request("POST", "/v1/chat/completions", body, {"content-type": "application/json"})
        answer = self.connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"request {number} got {answer.status}")


def once(options, words):
    upstream_port, port, admin = free_port(), free_port(), free_port()
    upstream = subprocess.Popen(
        ["taskset", "-c", options.load_cpu, PROGRAM, "simulate", "--listen", f"127.0.0.1:{upstream_port}", "--ttft", "0ms", "--itl",
         "1ms", "--idle-timeout", "off"], env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: accepts(upstream_port), 60, "start of the simulator")
    proxy = subprocess.Popen(
        ["taskset", "-c", options.target_cpu, PROGRAM, "proxy", "--listen", f"127.0.0.1:{port}", "--admin", f"127.0.0.1:{admin}",
         "--upstream", f"http://127.0.0.1:{upstream_port}", "--event-loops", "1", "--access-log", "file:/dev/null", *words],
        env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: accepts(port), 60, "start of the proxy")
        time.sleep(1)
        ask = Asking(port, options.tokens, options.rate)
        before, done, curve = cpu_ns(proxy.pid), 0, {}
        for step in STEPS:
            while done < step:
                ask(done)
                done += 1
            curve[step] = (cpu_ns(proxy.pid) - before) / step / 1000
        before = cpu_ns(proxy.pid)
        for number in range(STEADY_REQUESTS):
            ask(number)
        return curve, (cpu_ns(proxy.pid) - before) / STEADY_REQUESTS / 1000
    finally:
        for process in (proxy, upstream):
            process.terminate()
        for process in (proxy, upstream):
            process.wait(60)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=8, help="of each answer; every other one is streamed")
    parser.add_argument("--rate", type=float, default=250, help="requests each second")
    parser.add_argument("--profile", action="append", help="lean, throughput; may be repeated")
    parser.add_argument("--target-cpu", default="1")
    parser.add_argument("--load-cpu", default="0")
    options = parser.parse_args()
    os.sched_setaffinity(0, {int(options.load_cpu)})
    folder = pathlib.Path(PROGRAM).resolve().parent.parent
    cached = any((folder / place / "streamgauge.aot").exists() for place in ("app", "cli/target"))
    print(f"{'with' if cached else 'without'} the ahead-of-time cache; medians of {options.rounds} rounds; µs of processor for each "
          f"request, the mean of the first so many, and the multiple of a steady one's\n")
    print("| profile | " + " | ".join(f"first {step:,}" for step in STEPS) + " | steady |")
    print("|-" * (len(STEPS) + 2) + "|")
    for profile in options.profile or ["lean", "throughput"]:
        rounds = []
        for number in range(options.rounds):
            rounds.append(once(options, ["--profile", profile]))
            say(f"{profile}, round {number + 1}: first 1,000 {rounds[-1][0][1000]:.0f} µs, steady {rounds[-1][1]:.0f} µs")
        steady = statistics.median(each[1] for each in rounds)
        cells = []
        for step in STEPS:
            cost = statistics.median(each[0][step] for each in rounds)
            ratio = statistics.median(each[0][step] / each[1] for each in rounds)
            cells.append(f"{cost:,.0f} ({ratio:.1f} ×)")
        print(f"| {profile} | " + " | ".join(cells) + f" | {steady:,.0f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
