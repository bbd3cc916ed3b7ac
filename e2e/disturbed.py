"""Nobody reads the access log on standard output, and a scraper hammers the metrics page: the streams don't notice.

    python3 e2e/disturbed.py --rounds 5 --seconds 6

Rounds alternate: in a quiet one standard output is read and nobody scrapes; in a disturbed one its reader has stopped
(the pipe is full after a few lines) and two scrapers, a process of their own, ask again as soon as they have an answer;
in one beside it they ask a second, idle proxy. Each turn begins and ends with a quiet round: what the two differ by is
the machine. All the while streams run and short requests come. A piece carries the time at which it was sent, in its chunk's extension; its delay is
the client's read less that. What is checked does not depend on the machine's speed; the table is for people.
"""

import argparse
import fcntl
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import harness
import model_server

STREAMS, GAP_MILLIS, TOKENS = 8, 10, 100
SCRAPERS = 2
HAMMER = pathlib.Path(__file__).with_name("hammer.py")
PIPE_BYTES = 4096
FILLING_SECONDS = 0.5
HELD_MILLIS_MAX = 2_000
SET_PIPE_SIZE = getattr(fcntl, "F_SETPIPE_SZ", 1031)
PIECE = re.compile(rb"; t=(\d+)\r\n")
EXIT_SECONDS_MAX = 30


class Reader(threading.Thread):
    """Reads standard output, until told to stop."""

    def __init__(self, descriptor):
        super().__init__(daemon=True)
        self.descriptor, self.reading, self.lines = descriptor, threading.Event(), 0
        self.reading.set()
        self.start()

    def run(self):
        while True:
            self.reading.wait()
            data = os.read(self.descriptor, 65536)
            if not data:
                return
            self.lines += data.count(b"\n")


class Traffic:
    """Streams whose pieces are timed, and short requests that fill the log."""

    def __init__(self, port):
        self.port, self.running, self.delays_millis, self.done, self.failures = port, True, [], 0, []
        self.threads = [threading.Thread(target=self._loop, args=(self._stream,), daemon=True) for _ in range(STREAMS)]
        self.threads.append(threading.Thread(target=self._loop, args=(self._short,), daemon=True))
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.running = False
        for thread in self.threads:
            thread.join(30)

    def _loop(self, once):
        connection = socket.create_connection(("127.0.0.1", self.port), 30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while self.running:
            try:
                once(connection)
                self.done += 1
            except OSError as failure:
                self.failures.append(failure)
                return

    def _stream(self, connection):
        body = json.dumps({"model": "tiny", "stream": True, "max_tokens": TOKENS, "gap_ms": GAP_MILLIS, "messages": []}).encode()
        connection.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        self._read(connection, timed=True)

    def _short(self, connection):
        connection.sendall(b"GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n")
        self._read(connection, timed=False)

    def _read(self, connection, timed):
        tail = b""
        while not tail.endswith(b"\r\n0\r\n\r\n"):
            data = connection.recv(65536)
            now = time.monotonic_ns()
            if not data:
                raise ConnectionError("closed within an answer")
            if timed:
                self.delays_millis += [(now - int(sent)) / 1e6 for sent in PIECE.findall(data)]
            tail = (tail + data)[-7:]


def round_of(traffic, seconds):
    """The delays of the pieces within the next seconds."""
    from_piece = len(traffic.delays_millis)
    time.sleep(seconds)
    return traffic.delays_millis[from_piece:]


class Hammer:
    """Scrapers of one proxy, for the length of a block."""

    def __init__(self, proxy):
        self.proxy, self.process, self.pages_per_second = proxy, None, 0.0

    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, str(HAMMER), str(self.proxy.admin_port), str(SCRAPERS)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_):
        self.pages_per_second = float(self.process.communicate(timeout=60)[0])


def round_beside(other, traffic, seconds):
    with Hammer(other) as hammer:
        round_of(traffic, FILLING_SECONDS)
        delays = round_of(traffic, seconds)
    return delays, hammer.pages_per_second


def disturbed_round(proxy, reader, traffic, seconds):
    reader.reading.clear()
    with Hammer(proxy) as hammer:
        round_of(traffic, FILLING_SECONDS)
        lines_before = reader.lines
        delays = round_of(traffic, seconds)
        stood_still = reader.lines == lines_before
    reader.reading.set()
    return delays, hammer.pages_per_second, stood_still


def show(name, rounds):
    figures = [[harness.percentile(one, share) for one in rounds] for share in (0.5, 0.99, 0.999)]
    print(f"| {name} | {sum(map(len, rounds))} | "
          + " | ".join(f"{statistics.median(figure):.3f} ({min(figure):.3f} … {max(figure):.3f})" for figure in figures) + " |")


def show_ratios(name, rounds, others):
    """Of the p99 of neighbouring rounds."""
    ratios = [harness.percentile(one, 0.99) / harness.percentile(other, 0.99) for one, other in zip(rounds, others)]
    print(f"| p99: {name} | | | {statistics.median(ratios):.2f} ({min(ratios):.2f} … {max(ratios):.2f}) | |")


def measure(checks, proxy, other, reader, options):
    traffic = Traffic(proxy.port)
    round_of(traffic, 3)
    quiet, beside, disturbed, quiet_again, pages = [], [], [], [], {"beside": [], "disturbed": []}
    for _ in range(options.rounds):
        quiet.append(round_of(traffic, options.seconds))
        delays, scraped = round_beside(other, traffic, options.seconds)
        beside.append(delays)
        pages["beside"].append(scraped)
        done = traffic.done
        delays, scraped, stood_still = disturbed_round(proxy, reader, traffic, options.seconds)
        done_by = traffic.done - done
        disturbed.append(delays)
        pages["disturbed"].append(scraped)
        round_of(traffic, FILLING_SECONDS)  # the lines that waited come out
        quiet_again.append(round_of(traffic, options.seconds))
        checks.that(stood_still and done_by > STREAMS, "requests go on while nobody reads the log", f"{done_by}")
    traffic.stop()
    print("| round | pieces | delay p50, ms | p99, ms | p99.9, ms |\n|-|-|-|-|-|")
    show("quiet", quiet)
    show(f"another proxy scraped {statistics.median(pages['beside']):.0f} times a second", beside)
    show(f"log not read, this proxy scraped {statistics.median(pages['disturbed']):.0f} times a second", disturbed)
    show("quiet, again", quiet_again)
    show_ratios("quiet, again ÷ quiet", quiet_again, quiet)
    show_ratios("another proxy scraped ÷ quiet", beside, quiet)
    show_ratios("log not read, this proxy scraped ÷ quiet", disturbed, quiet)
    checks.that(not traffic.failures, "no request failed", str(traffic.failures[:3]))
    worst = max(max(one) for one in disturbed)
    checks.that(worst < HELD_MILLIS_MAX, "no piece was held until the log was read again", f"longest delay {worst:.1f} ms")
    harness.say(f"     {traffic.done} requests, {reader.lines} lines came out")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=3)
    options = parser.parse_args()
    checks = harness.Checks("disturbed")
    reads, writes = os.pipe()
    fcntl.fcntl(writes, SET_PIPE_SIZE, PIPE_BYTES)
    reader = Reader(reads)
    with tempfile.TemporaryDirectory() as folder:
        upstream, port = model_server.started(folder)
        try:
            proxy = harness.Proxy(f"http://127.0.0.1:{port}", folder, stdout=writes)
            os.close(writes)
            with harness.Proxy(f"http://127.0.0.1:{port}", folder) as other:
                measure(checks, proxy, other, reader, options)
            reader.reading.clear()
            traffic = Traffic(proxy.port)
            round_of(traffic, 1)
            traffic.stop()
            code = proxy.terminate(EXIT_SECONDS_MAX)
            checks.that(code in (0, 143), "SIGTERM ends the program although nobody reads the log", str(code))
        finally:
            upstream.terminate()
            upstream.wait()
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
