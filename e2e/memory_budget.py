#!/usr/bin/env python3
"""The proxy in a cgroup with a memory limit of its own, beside the simulator and clients outside of it: streams that are open
at once, what the kernel charges, what the process holds, what was refused, and that nothing which was admitted is lost.
Needs root and cgroups (either version) in which a group may be made."""

import argparse
import asyncio
import collections
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time

from control_groups import Group
from harness import PROGRAM, Checks, accepts, environment, free_port, percentile, say, wait_until

FILES_FOR_ITSELF = 120
MUST_FIT = {128: 2000, 256: 10000}
REQUEST = (b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s")
BODY = b'{"model":"simulated","stream":true,"messages":[{"role":"user","content":"hi"}]}'


class MemoryGroup(Group):
    """With a limit."""

    def __init__(self, limit_mib):
        super().__init__("memory", f"{limit_mib}-mib")
        self.write("memory.max" if self.v2 else "memory.limit_in_bytes", limit_mib << 20)

    def charged_mib(self):
        return int(self.read("memory.current", "memory.usage_in_bytes")) / 2**20

    def peak_mib(self):
        return int(self.read("memory.peak", "memory.max_usage_in_bytes")) / 2**20

    def kills(self):
        return int(re.search(r"oom_kill (\d+)", self.read("memory.events", "memory.oom_control"))[1])

    def parts_mib(self):
        text = self.read("memory.stat", "memory.stat")
        found = {name: int(value) / 2**20 for name, value in re.findall(r"^(\w+) (\d+)$", text, re.M)}
        names = ("anon", "file", "sock", "slab", "kernel_stack", "pagetables") if self.v2 else ("rss", "cache", "mapped_file")
        return {name: round(found[name], 1) for name in names if name in found}


def start(words, **more):
    return subprocess.Popen([PROGRAM, *words], env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **more)


class Stream(asyncio.Protocol):
    """One request; counts what comes of it."""

    def __init__(self, all_of_them):
        self.all = all_of_them
        self.head = b""
        self.status = None
        self.tail = b""
        self.last = None
        self.begun = time.monotonic()

    def connection_made(self, transport):
        self.transport = transport
        transport.write(REQUEST % (len(BODY), BODY))

    def data_received(self, data):
        now = time.monotonic()
        if self.status is None:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return
            self.status = int(self.head[9:12])
            data = self.head[end + 4:]
            self.all.told(self.status, now - self.begun)
        elif self.last is not None and self.all.measuring:
            self.all.gaps.append(now - self.last)
        self.last = now
        self.tail = (self.tail + data)[-64:]
        if b"data: [DONE]" in self.tail:
            self.transport.close()

    def connection_lost(self, _):
        self.all.ended(self)


class Streams:
    def __init__(self):
        self.statuses = collections.Counter()
        self.waits = []
        self.gaps = []
        self.whole = self.broken = self.unanswered = 0
        self.measuring = False

    def told(self, status, seconds):
        self.statuses[status] += 1
        self.waits.append(seconds)

    def ended(self, stream):
        if stream.status is None:
            self.unanswered += 1
        elif stream.status == 200:
            done = b"data: [DONE]" in stream.tail
            self.whole += done
            self.broken += not done

    def open(self):
        return self.statuses[200] - self.whole - self.broken


async def drive(port, wanted, per_second, hold_seconds, look):
    streams = Streams()
    loop = asyncio.get_running_loop()
    unconnected = 0
    began = time.monotonic()
    for number in range(wanted):
        ahead = began + number / per_second - time.monotonic()
        if ahead > 0:
            await asyncio.sleep(ahead)
        try:
            await loop.create_connection(lambda: Stream(streams), "127.0.0.1", port)
        except OSError:
            unconnected += 1
    settled = time.monotonic() + 30
    while sum(streams.statuses.values()) + streams.unanswered + unconnected < wanted and time.monotonic() < settled:
        await asyncio.sleep(0.1)
    streams.measuring = True
    await asyncio.sleep(hold_seconds)
    streams.measuring = False
    look(streams)
    patience = time.monotonic() + 600
    while streams.open() > 0 and time.monotonic() < patience:
        await asyncio.sleep(0.2)
    streams.unanswered += unconnected
    return streams


def overhead_p99(page):
    """Of the proxy's own time for a piece, by its histogram: the upper bound of the bucket."""
    buckets = collections.Counter()
    for bound, count in re.findall(r'^streamgauge_overhead_seconds_bucket\{[^}]*direction="response"[^}]*le="([^"]+)"[^}]*\} (\S+)', page, re.M):
        buckets[float(bound)] += float(count)
    total = buckets.get(float("inf"), 0)
    return next((bound for bound in sorted(buckets) if total and buckets[bound] >= 0.99 * total), None)


def one(options, checks, limit_mib, wanted):
    seconds = wanted / options.opening + options.hold + 15
    tokens = max(5, int(seconds / options.interval))
    group = MemoryGroup(limit_mib)
    upstream_port, port, admin = free_port(), free_port(), free_port()
    seen = {}
    with tempfile.TemporaryDirectory() as folder:
        upstream = start(["simulate", "--listen", f"127.0.0.1:{upstream_port}", "--ttft", "50ms", "--itl",
                          f"{int(options.interval * 1000)}ms", "--tokens", str(tokens), "--idle-timeout", "off"])
        errors = open(pathlib.Path(folder) / "errors", "wb+")
        proxy = subprocess.Popen(
            group.command(PROGRAM, "proxy", "--listen", f"127.0.0.1:{port}", "--admin", f"127.0.0.1:{admin}", "--upstream",
                          f"http://127.0.0.1:{upstream_port}", "--access-log", f"file:{folder}/log", "--event-loops", "1",
                          "--max-connections", str(wanted + 100)),
            env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
        try:
            wait_until(lambda: accepts(port) and accepts(upstream_port), 60, "start")
            time.sleep(5)
            idle = group.charged_mib()

            def look(streams):
                status = pathlib.Path(f"/proc/{proxy.pid}/status").read_text()
                seen.update(open=streams.open(), charged_mib=round(group.charged_mib(), 1), parts=group.parts_mib(),
                            rss_mib=round(int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024, 1))

            streams = asyncio.run(drive(port, wanted, options.opening, options.hold, look))
            alive = proxy.poll() is None
            said = json.loads(subprocess.run(["curl", "-s", f"http://127.0.0.1:{admin}/status"], capture_output=True,
                                             check=False).stdout or "{}") if alive else {}
            page = subprocess.run(["curl", "-s", f"http://127.0.0.1:{admin}/metrics"], capture_output=True, text=True,
                                  check=False).stdout if alive else ""
        finally:
            for process in (proxy, upstream):
                process.terminate()
            for process in (proxy, upstream):
                process.wait(60)
            errors.seek(0)
            told = errors.read().decode()
        gaps = sorted(streams.gaps)
        row = {
            "limit_mib": limit_mib, "asked_for": wanted, "statuses": dict(streams.statuses), "open_at_once": seen.get("open"),
            "whole": streams.whole, "broken": streams.broken, "unanswered": streams.unanswered,
            "idle_mib": round(idle, 1), "charged_mib": seen.get("charged_mib"), "peak_mib": round(group.peak_mib(), 1),
            "rss_mib": seen.get("rss_mib"), "parts_mib": seen.get("parts"), "kills": group.kills(),
            "gap_p50_ms": round(1000 * (percentile(gaps, 0.5) or 0), 1), "gap_p99_ms": round(1000 * (percentile(gaps, 0.99) or 0), 1),
            "own_p99_s": overhead_p99(page),
        }
        group.close()
        print(json.dumps(row), flush=True)
        name = f"{wanted} streams in {limit_mib} MiB"
        checks.that(alive and row["kills"] == 0, f"{name}: the process lives", "" if alive else told[-400:])
        checks.that(streams.broken == 0, f"{name}: none that was admitted is lost", f"{streams.whole} whole, {streams.broken} broken")
        checks.that(streams.unanswered == 0, f"{name}: each has an answer", f"{streams.unanswered} had none")
        checks.that(set(streams.statuses) <= {200, 503}, f"{name}: 200, or 503", str(dict(streams.statuses)))
        checks.that(said.get("in_flight") == 0, f"{name}: nothing is left in flight")
        if wanted <= MUST_FIT.get(limit_mib, 0):
            checks.that(streams.statuses[503] == 0, f"{name}: all fit", f"{streams.statuses[503]} were refused")
        return row


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", action="append", metavar="MIB:STREAMS", help="a limit and how many streams; may be repeated")
    parser.add_argument("--opening", type=float, default=300, help="streams opened each second")
    parser.add_argument("--hold", type=float, default=20, help="seconds for which all are open")
    parser.add_argument("--interval", type=float, default=1, help="seconds between two tokens of a stream")
    options = parser.parse_args()
    if os.geteuid() != 0:
        say("skipped: a control group needs root")
        return 0
    checks = Checks("memory budget")
    most = (resource.getrlimit(resource.RLIMIT_NOFILE)[1] - FILES_FOR_ITSELF) // 2
    for run in options.run or ["128:1000", "128:2000", "128:6000", "256:1000", "256:10000"]:
        limit_mib, wanted = map(int, run.split(":"))
        if wanted > most:
            say(f"{wanted} streams need more files than a process may open here: {most}")
            wanted = most
        one(options, checks, limit_mib, wanted)
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
