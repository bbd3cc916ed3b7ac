"""Mixed traffic over HTTP/1.1, HTTP/2 and gRPC with kills at random, and whether anything grows, leaks or does not add up.

    python3 e2e/soak_h2.py --minutes 5

Two proxies stand before `streamgauge simulate`: one before its HTTP/1.1, one before its gRPC. They run with paranoid
leak detection. Clients ask for answers whole and streamed, short and long, with and without a fault of the server's,
and leave when they like: by FIN, RST, RST_STREAM, GOAWAY, a deadline, a closed channel. Before the gRPC server stands
[a relay](mixed/goaway.py) that says GOAWAY in its name. The libraries that the clients need come into a virtual
environment of their own (`--venv`).

No verdict depends on how fast the machine is: growth is judged behind as many requests as it takes to see most kinds of
them, and not at all where too few samples are left.
"""

import argparse
import asyncio
import collections
import logging
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import harness
import invariants

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "mixed"))
LIBRARIES = ("h2>=4.1,<5", "grpcio>=1.60,<2")
# What comes before either of them is the start, and not judged.
WARM_UP_SHARE, WARM_UP_REQUESTS = 0.2, 2_000
SAMPLES_MIN = 9
CLIENTS_HTTP1, CONNECTIONS_H2, CHANNELS_GRPC = 10, 3, 3
# Upward, of the medians of the last and the first third: a share, what is noise in a small figure, and what a kind of
# requests (status, outcome and so on) brings that has come meanwhile for the first time. A chunk of buffers is 4 MiB, of
# which each event loop may need one more; descriptors follow the requests in flight, of which there are 28 at most, and
# whether all are given back is checked at the end.
GROWTH = {"heap_kib": (0.05, 1_536, 32), "direct_kib": (0.10, 8_192, 0), "files": (0.10, 40, 0), "series": (0.05, 60, 150),
          "threads": (0, 2, 0)}
# All labels of requests_total are closed lists: 57 and 81 kinds came in 21,000 and 29,000 requests.
KINDS_MAX = 200
TITLES = {"heap_kib": "live heap, KiB", "direct_kib": "buffers outside the heap, KiB", "rss_kib": "memory (RSS), KiB",
          "files": "file descriptors", "series": "series on the page", "threads": "threads", "in_flight": "requests in flight",
          "kinds": "kinds of requests"}
JAVA_OPTIONS = "-Dio.netty.leakDetection.level=paranoid -Dio.netty.leakDetection.targetRecords=16 -XX:NativeMemoryTracking=summary"
AT_REST_SECONDS_MAX = 60
JCMD_TRIES, JCMD_SECONDS_MAX = 3, 60
# An event loop that is not run for seconds is the machine's doing, and no server that is out of reach.
PROXY_OPTIONS = ("--upstream-connect-timeout", "30s")


def with_libraries(venv):
    """Becomes the interpreter that has the libraries, which are installed once."""
    python = venv / "bin" / "python"
    if pathlib.Path(sys.prefix).resolve() == venv.resolve():
        return
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    if subprocess.run([str(python), "-c", "import h2, grpc"], stderr=subprocess.DEVNULL).returncode:
        subprocess.run([str(python), "-m", "pip", "install", "-q", *LIBRARIES], check=True)
    os.execv(python, [str(python), *sys.argv])


class Vitals:
    """What one proxy holds, sampled now and then."""

    def __init__(self, proxy):
        self.proxy, self.samples = proxy, []
        self.jcmd = str(pathlib.Path(os.readlink(f"/proc/{proxy.process.pid}/exe")).parent / "jcmd")

    def _asked(self, *command):
        """On a machine without time a process may not hear jcmd at first."""
        for left in reversed(range(JCMD_TRIES)):
            try:
                return subprocess.run([self.jcmd, str(self.proxy.process.pid), *command], capture_output=True, text=True,
                                      check=True, timeout=JCMD_SECONDS_MAX).stdout
            except subprocess.SubprocessError as failure:
                harness.say(f"     jcmd: {type(failure).__name__}, {left} tries left")
                if not left:
                    raise

    def read(self):
        """The heap's histogram is taken after a full collection."""
        pid, page = self.proxy.process.pid, self.proxy.admin("/metrics")
        heap = next(line for line in self._asked("GC.class_histogram").splitlines() if line.startswith("Total"))
        memory = self._asked("VM.native_memory", "summary")
        other = memory.split("Other (reserved=")[1].split("committed=")[1].split("KB")[0]
        requests = [value for _, value in invariants.samples(page, "streamgauge_requests_total")]
        return {"heap_kib": int(heap.split()[2]) // 1024, "direct_kib": int(other), "rss_kib": self.proxy.rss_kib(),
                "files": len(os.listdir(f"/proc/{pid}/fd")), "threads": len(os.listdir(f"/proc/{pid}/task")),
                "series": sum(not line.startswith("#") for line in page.splitlines()), "requests": sum(requests),
                "kinds": sum(value > 0 for value in requests),
                "in_flight": int(invariants.total(page, "streamgauge_requests_in_flight"))}

    def sample(self):
        self.samples.append(self.read())

    def judged(self):
        """What came behind the start."""
        behind = self.samples[int(len(self.samples) * WARM_UP_SHARE):]
        return [sample for sample in behind if sample["requests"] >= WARM_UP_REQUESTS]

    def thirds(self, name):
        """Medians of the first and the last third of what is judged, and the most."""
        values = [sample[name] for sample in self.judged() or self.samples]
        third = max(1, len(values) // 3)
        return statistics.median(values[:third]), statistics.median(values[-third:]), max(values)

    def check(self, checks, name):
        if len(self.judged()) < SAMPLES_MIN:
            harness.say(f"     {name}: growth is not judged, for {len(self.judged())} samples came behind {WARM_UP_REQUESTS} requests "
                        f"(expected: {SAMPLES_MIN})")
            return
        kinds_before, kinds, most = self.thirds("kinds")
        checks.that(most <= KINDS_MAX, f"{name}: labels come from closed lists", f"{most} kinds of requests")
        for figure, (share, noise, of_a_kind) in GROWTH.items():
            first, last, most = self.thirds(figure)
            limit = first * (1 + share) + noise + max(0, kinds - kinds_before) * of_a_kind
            checks.that(last <= limit, f"{name}: {TITLES[figure]} stay as they are",
                        f"{first:.0f} in the first third, {last:.0f} in the last, at most {most:.0f}, {len(self.judged())} samples")

    def table(self, name):
        rows = [f"| {name}: | first third | last third | most |", "|-|-|-|-|"]
        for figure, title in TITLES.items():
            rows.append("| " + " | ".join([title, *(f"{value:,.0f}" for value in self.thirds(figure))]) + " |")
        return "\n".join(rows)


async def traffic(ports, tallies, seconds, every, vitals):
    import grpc_clients
    import h1_clients
    import h2_clients
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    http, calls = tallies
    clients = [h1_clients.Client(ports[0], http).run(stop) for _ in range(CLIENTS_HTTP1)]
    clients += [h2_clients.run(ports[0], http, stop) for _ in range(CONNECTIONS_H2)]
    clients += [grpc_clients.run(ports[1], calls, stop) for _ in range(CHANNELS_GRPC)]
    running = [asyncio.ensure_future(client) for client in clients]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await asyncio.sleep(every)
        for each in vitals:
            await loop.run_in_executor(None, each.sample)
        died = [client for client in running if client.done()]
        if died:
            await asyncio.gather(*died)
    stop.set()
    await asyncio.wait(running, timeout=90)
    for client in running:
        client.cancel()


def at_rest(proxy):
    page = proxy.admin("/metrics")
    return (invariants.total(page, "streamgauge_requests_in_flight") == 0
            and invariants.total(page, "streamgauge_upstream_connections") == 0)


def check_end(checks, name, proxy, vitals, files_before, tally):
    checks.that(not tally.wrong, f"{name}: clients saw what they had to",
                f"{tally.sent()} requests {dict(tally.counts)}" + "".join(
                    f"\n       {count} × {kind}: {what}" for (kind, what), count in tally.wrong.most_common(20)))
    try:
        harness.wait_until(lambda: at_rest(proxy), AT_REST_SECONDS_MAX, "rest")
        rests = True
    except TimeoutError:
        rests = False
    checks.that(rests, f"{name}: nothing in flight and no connection to the server once all have left")
    invariants.check(checks, proxy, lambda labels: labels["operation"] in invariants.GENERATING)
    vitals.read()  # a leak is told of behind a collection, when the next buffer is made
    left = vitals.read()
    checks.that(left["files"] <= files_before + 4, f"{name}: file descriptors are given back",
                f"{files_before} before, {left['files']} after")


def check_words(checks, name, proxy):
    lines = proxy.errors_path.read_text().splitlines()
    # what is indented is where an event loop stood, on a machine that had no time for it
    bad = [line for line in lines if not line.startswith(" ") and ("LEAK" in line or "Exception" in line or "Error" in line)]
    checks.that(not bad, f"{name}: no leak and no exception on standard error", "\n".join(["", *bad[:10]]) if bad else f"{len(lines)} lines")


def start_server(folder):
    port, grpc_port = harness.free_port(), harness.free_port()
    with open(pathlib.Path(folder) / "simulate.err", "wb") as errors:
        process = subprocess.Popen(
            [harness.PROGRAM, "simulate", "--listen", f"127.0.0.1:{port}", "--grpc-listen", f"127.0.0.1:{grpc_port}",
             "--ttft", "20ms", "--itl", "20ms", "--idle-timeout", "30s"], env={**harness.environment(), "STREAMGAUGE_JAVA_OPTS": ""}, stdout=errors, stderr=errors)
    harness.wait_until(lambda: harness.accepts(port) and harness.accepts(grpc_port), 60, "start of the server")
    return process, port, grpc_port


async def soak(options, folder, checks):
    import goaway
    import wishes
    seconds, kills = options.minutes * 60, collections.Counter()
    server, port, grpc_port = start_server(folder)
    os.environ["STREAMGAUGE_JAVA_OPTS"] = JAVA_OPTIONS
    try:
        relay, relay_port = await goaway.serve(grpc_port, kills)
        names = ("before HTTP/1.1", "before gRPC")
        started = [harness.Proxy(url, folder, *PROXY_OPTIONS) for url in (f"http://127.0.0.1:{port}", f"grpc://127.0.0.1:{relay_port}")]
        try:
            vitals = [Vitals(proxy) for proxy in started]
            before = [each.read()["files"] for each in vitals]
            tallies = (wishes.Tally(), wishes.Tally())
            await traffic([proxy.port for proxy in started], tallies, seconds, max(2, min(10, seconds / 60)), vitals)
            harness.say(f"     {sum(kills.values())} GOAWAYs by the relay: {dict(kills)}")
            loop = asyncio.get_running_loop()
            for name, proxy, each, files, tally in zip(names, started, vitals, before, tallies):
                # the relay still runs on this loop
                await loop.run_in_executor(None, check_end, checks, name, proxy, each, files, tally)
                each.check(checks, name)
        finally:
            for proxy in started:
                proxy.terminate()
        for name, proxy, each in zip(names, started, vitals):
            check_words(checks, name, proxy)
            print(each.table(name) + "\n")
        relay.close()
    finally:
        server.terminate()
        server.wait()


def main():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--folder", help="where logs go; default: a new one")
    parser.add_argument("--venv", type=pathlib.Path, default=cache / "streamgauge-soak-venv", help="where the clients' libraries are")
    options = parser.parse_args()
    with_libraries(options.venv)
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # it warns of writes to connections that were broken on purpose
    folder = options.folder or tempfile.mkdtemp(prefix="streamgauge-soak-h2-")
    os.makedirs(folder, exist_ok=True)
    checks = harness.Checks("soak_h2")
    harness.say(f"     logs are in {folder}")
    asyncio.run(soak(options, folder, checks))
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
