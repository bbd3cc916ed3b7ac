"""What viewers of the live page cost the streams: rounds with and without them, in turn, on one proxy.

    python3 e2e/live_cost.py [--streams 2000] [--rate 2] [--viewers 20] [--rounds 20] [--seconds 5]

The proxy has one event loop and processor 0; clients, model server and viewers share processor 1, the viewers at the lowest
priority. Each event bears the time at which it was written to the proxy; its delay ends when it was read behind it. CPU is
the kernel's account of each thread, so that the event loop's stands apart from the admin thread's. It prints and judges nothing.
"""

import argparse
import os
import pathlib
import resource
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from harness import Proxy, percentile, say  # noqa: E402

EVENTS_A_STREAM = 100
TICK_SECONDS = 0.005
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
LEFT, RIGHT = b'data: {"object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"content":"@', b'@"},"finish_reason":null}]}\n\n'
END = b"data: [DONE]\n\n"
BODY = b'{"model":"m","stream":true,"messages":[]}'
REQUEST = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
VIEWERS = """
import selectors, socket, sys
poll = selectors.DefaultSelector()
for _ in range(int(sys.argv[2])):
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    s.sendall(b"GET /api/live HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
    poll.register(s, selectors.EVENT_READ)
while True:
    for key, _ in poll.select():
        if not key.fileobj.recv(1 << 20):
            poll.unregister(key.fileobj)
"""


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


class Traffic:
    """Clients and their model server, in one thread."""

    def __init__(self, streams, rate):
        self.poll = selectors.EpollSelector()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.poll.register(self.listener, selectors.EVENT_READ, self.accept)
        self.streams, self.interval = streams, 1 / rate
        self.sending = {}  # a connection of the server: [when the next event is due, events sent]
        self.delays = None

    def open(self, port):
        for n in range(self.streams):
            client = socket.create_connection(("127.0.0.1", port))
            client.sendall(REQUEST)
            client.setblocking(False)
            self.poll.register(client, selectors.EVENT_READ, self.read)
            if n % 50 == 0:
                self.run(0.02)

    def accept(self, listener):
        for _ in range(64):
            try:
                server, _ = listener.accept()
            except BlockingIOError:
                return
            server.setblocking(False)
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.poll.register(server, selectors.EVENT_READ, self.asked)

    def asked(self, server):
        if not server.recv(65536):
            self.poll.unregister(server)
            self.sending.pop(server, None)
            server.close()
        elif server not in self.sending:
            server.send(HEAD)
            first = time.monotonic() + self.interval * (hash(server) % 997) / 997
            self.sending[server] = [first, 0]

    def read(self, client):
        data = client.recv(65536)
        now = time.monotonic_ns()
        at = data.find(b'"@')
        while at >= 0 and self.delays is not None:
            end = data.find(b"@", at + 2)
            if end > 0:
                self.delays.append(now - int(data[at + 2:end]))
            at = data.find(b'"@', at + 2)
        if data.endswith(b"0\r\n\r\n"):
            client.send(REQUEST)

    def due(self):
        now = time.monotonic()
        for server, plan in list(self.sending.items()):
            if plan[0] <= now:
                plan[0] = max(plan[0] + self.interval, now)
                plan[1] += 1
                data = chunk(LEFT + b"%d" % time.monotonic_ns() + RIGHT)
                if plan[1] >= EVENTS_A_STREAM:
                    data += chunk(END) + b"0\r\n\r\n"
                    del self.sending[server]
                server.send(data)
                self.events += 1

    def run(self, seconds):
        """Returns how many events were sent."""
        self.events = 0
        end = time.monotonic() + seconds
        tick = 0.0
        while (now := time.monotonic()) < end:
            if now >= tick:
                self.due()
                tick = now + TICK_SECONDS
            for key, _ in self.poll.select(TICK_SECONDS / 5):
                key.data(key.fileobj)
        return self.events


def threads(pid):
    """Nanoseconds on a processor, by the thread's name."""
    used = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            name = (task / "comm").read_text().strip()
            used[name] = used.get(name, 0) + int((task / "schedstat").read_text().split()[0])
        except OSError:
            continue
    return used


def pin(pid, processor):
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {processor})


class Round:
    def __init__(self, traffic, proxy, seconds):
        before = threads(proxy.process.pid)
        traffic.delays = []
        self.events = traffic.run(seconds)
        after = threads(proxy.process.pid)
        delays, traffic.delays = traffic.delays, None
        used = {name: after[name] - before.get(name, 0) for name in after}
        self.loop_us = sum(ns for name, ns in used.items() if name.startswith("proxy-")) / 1000 / self.events
        self.admin_ms = sum(ns for name, ns in used.items() if name.startswith("admin-")) / 1e6 / seconds
        self.p50, self.p99, self.p999 = (percentile(delays, share) / 1000 for share in (0.5, 0.99, 0.999))


def middle(values, form="{:.1f}"):
    low, median, high = statistics.quantiles(values, n=4)
    return f"{form.format(median)} ({form.format(low)} … {form.format(high)})"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--streams", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=2)
    parser.add_argument("--viewers", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=5)
    args = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(65536, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    os.sched_setaffinity(0, {1})
    traffic = Traffic(args.streams, args.rate)
    rounds = {"without": [], "with": []}
    with tempfile.TemporaryDirectory() as scratch:
        with Proxy(f"http://127.0.0.1:{traffic.port}", scratch, "--event-loops", "1", "--gpu", "off", "--engine-metrics", "off",
                   "--drain-timeout", "1s") as proxy:
            pin(proxy.process.pid, 0)
            traffic.open(proxy.port)
            traffic.run(10)
            for number in range(args.rounds):
                for kind in ("without", "with") if number % 2 else ("with", "without"):
                    viewers = subprocess.Popen(["nice", "-n", "19", sys.executable, "-c", VIEWERS, str(proxy.admin_port), str(args.viewers)]) \
                        if kind == "with" else None
                    traffic.run(1.5)
                    pin(proxy.process.pid, 0)
                    rounds[kind].append(Round(traffic, proxy, args.seconds))
                    if viewers:
                        viewers.terminate()
                        viewers.wait()
                    one = rounds[kind][-1]
                    say(f"{number} {kind}: {one.loop_us:.1f} µs/event, admin {one.admin_ms:.1f} ms/s, p50 {one.p50:.0f} p99 {one.p99:.0f} p99.9 {one.p999:.0f} µs, {one.events} events")
            say(f"RSS {proxy.rss_kib()} KiB, load average {os.getloadavg()}")
    report(args, rounds)


def report(args, rounds):
    print(f"{args.streams} streams × {args.rate:g} events/s, {args.viewers} viewers, {args.rounds} rounds of {args.seconds:g} s each way; median (middle half)\n")
    print("| | event loop, µs/event | admin thread, ms each second | event delay p50, µs | p99 | p99.9 |\n|-|-|-|-|-|-|")
    for kind, all_of in rounds.items():
        print(f"| {kind} viewers | {middle([r.loop_us for r in all_of])} | {middle([r.admin_ms for r in all_of])} | "
              f"{middle([r.p50 for r in all_of], '{:.0f}')} | {middle([r.p99 for r in all_of], '{:.0f}')} | {middle([r.p999 for r in all_of], '{:.0f}')} |")
    pairs = list(zip(rounds["with"], rounds["without"]))
    print("| with ÷ without, in pairs | " + " | ".join(
        middle([figure(a) / figure(b) for a, b in pairs], "{:.2f}") if name else "–"
        for name, figure in ((1, lambda r: r.loop_us), (0, None), (1, lambda r: r.p50), (1, lambda r: r.p99), (1, lambda r: r.p999))) + " |")


if __name__ == "__main__":
    main()
