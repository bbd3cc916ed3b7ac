"""Faults between proxy and server, made by toxiproxy, towards clients of HTTP/1.1 and HTTP/2, with servers of both.

    python3 e2e/strict/faults.py [--peers envoy,nginx,haproxy] [--only WORDS] [-v]

Needs e2e/strict/set-up toxiproxy. An answer that comes whole must be the one that the server sent; whatever a fault cut off must be seen to be
cut off: reset, closed before its end, or an error's status. A fault that only slows must cut nothing. Behind each case, without the fault, a
good request must work. A close-delimited answer that ends in a FIN is whole for all who can see it: such a case is neither whole nor cut below.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import client2  # noqa: E402
import frames  # noqa: E402
import harness  # noqa: E402
import interop  # noqa: E402
import peers  # noqa: E402
import run  # noqa: E402
import upstream  # noqa: E402
import upstream2  # noqa: E402
import wire  # noqa: E402

PIECES, PIECE_BYTES, PACE_SECONDS = 40, 1_000, 0.004
BODY = b"".join(b"%010d" % at for at in range(PIECES * PIECE_BYTES // 10))
ANSWER_SECONDS_MAX = 20
CALL_SECONDS_MAX = 5
MIDDLE_BYTES = len(BODY) // 3


def pieces():
    for at in range(0, len(BODY), PIECE_BYTES):
        time.sleep(PACE_SECONDS)
        yield BODY[at:at + PIECE_BYTES]


class Http1Server(upstream.Upstream):
    """`/sized`, `/chunked`, `/close`: the same body in three framings."""

    def _echo(self, connection, message):
        shape = message.start[1]
        head = {b"/sized": b"Content-Length: %d\r\n" % len(BODY), b"/chunked": b"Transfer-Encoding: chunked\r\n", b"/close": b"Connection: close\r\n"}
        if shape not in head:
            super()._echo(connection, message)
            return
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + head[shape] + b"\r\n")
        for piece in pieces():
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece) if shape == b"/chunked" else piece)
        if shape == b"/chunked":
            connection.sendall(b"0\r\n\r\n")
        elif shape == b"/close":
            connection.close()


class Http2Server(upstream2.Upstream):
    """`/sized`, `/chunked` (without a length), `/trailers`."""

    def _answer(self, connection, number, stream):
        shape = stream.first(b":path")
        if shape not in (b"/sized", b"/chunked", b"/trailers"):
            return super()._answer(connection, number, stream)
        length = [(b"content-length", b"%d" % len(BODY))] if shape == b"/sized" else []
        connection.sendall(frames.headers(number, [(b":status", b"200"), *length], frames.END_HEADERS))
        for piece in pieces():
            connection.sendall(frames.data(number, piece, 0))
        connection.sendall(frames.headers(number, [(b"x", b"y")]) if shape == b"/trailers" else frames.data(number, b""))
        return True


@dataclasses.dataclass
class Fault:
    """One toxic; `middle` ones begin when a third of the body has come."""

    name: str
    kind: str
    attributes: dict
    slows: bool = False
    middle: bool = False
    direction: str = "downstream"


FAULTS = [
    Fault("none", "latency", {"latency": 0}, slows=True),
    Fault("latency of 150 ms", "latency", {"latency": 150, "jitter": 100}, slows=True),
    Fault("latency of requests", "latency", {"latency": 150, "jitter": 100}, slows=True, direction="upstream"),
    Fault("latency begun in the middle", "latency", {"latency": 300}, slows=True, middle=True),
    Fault("sliced into some 40 bytes", "slicer", {"average_size": 40, "size_variation": 38, "delay": 10}, slows=True),
    Fault("requests sliced into 3 bytes", "slicer", {"average_size": 3, "size_variation": 1, "delay": 50}, slows=True, direction="upstream"),
    Fault("60 KB/s", "bandwidth", {"rate": 60}, slows=True),
    Fault("slow to close", "slow_close", {"delay": 200}, slows=True),
    *[Fault(f"closed behind {count} bytes", "limit_data", {"bytes": count}) for count in (1, 12, 40, 100, 1_000, 1_100, 20_000, 39_900)],
    Fault("requests closed behind 20 bytes", "limit_data", {"bytes": 20}, direction="upstream"),
    Fault("closed in the middle", "limit_data", {"bytes": 1}, middle=True),
    Fault("closed 4,000 bytes behind the middle", "limit_data", {"bytes": 4_000}, middle=True),
    Fault("reset at once", "reset_peer", {"timeout": 0}),
    Fault("reset after 50 ms", "reset_peer", {"timeout": 50}),
    Fault("reset in the middle", "reset_peer", {"timeout": 0}, middle=True),
    Fault("reset 30 ms behind the middle", "reset_peer", {"timeout": 30}, middle=True),
    Fault("requests reset in the middle of the answer", "reset_peer", {"timeout": 0}, middle=True, direction="upstream"),
    Fault("silent, then closed after 100 ms", "timeout", {"timeout": 100}),
    Fault("silent in the middle, then closed after 100 ms", "timeout", {"timeout": 100}, middle=True),
]


class Toxiproxy:
    """The program, and one listener before a server."""

    def __init__(self, server_port):
        self.server_port, self.api_port, self.port = server_port, harness.free_port(), harness.free_port()
        self.start()

    def start(self):
        self.process = subprocess.Popen([peers.program("toxiproxy-server"), "-host", "127.0.0.1", "-port", str(self.api_port), "-seed", "7"],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        harness.wait_until(lambda: harness.accepts(self.api_port), 30, "start of toxiproxy")
        self.call("/proxies", {"name": "server", "listen": f"127.0.0.1:{self.port}", "upstream": f"127.0.0.1:{self.server_port}",
                                "enabled": True})

    def call(self, path, body):
        request = urllib.request.Request(f"http://127.0.0.1:{self.api_port}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=CALL_SECONDS_MAX) as answer:
            answer.read()

    def prepare(self, fault):
        """Toxiproxy resets only connections that began when the toxic was there, so one for later is there from the start, at rest."""
        self.end()
        if not fault.middle or fault.kind == "reset_peer":
            self.call("/proxies/server/toxics", {"name": "fault", "type": fault.kind, "stream": fault.direction,
                                                 "toxicity": 0.0 if fault.middle else 1.0, "attributes": fault.attributes})

    def begin(self, fault):
        """In the middle of an answer."""
        if fault.kind == "reset_peer":
            self.call("/proxies/server/toxics/fault", {"toxicity": 1.0, "attributes": fault.attributes})
        else:
            self.call("/proxies/server/toxics", {"name": "fault", "type": fault.kind, "stream": fault.direction, "toxicity": 1.0,
                                                 "attributes": fault.attributes})

    def end(self):
        """All connections are given up, too; a moment for the proxy to see that."""
        try:
            self.call("/proxies/server", {"enabled": False})
            self.call("/reset", {})
        except socket.timeout:
            # It waits for ever for a connection whose other side does not read.
            self.process.kill()
            self.process.wait()
            self.start()
        time.sleep(0.05)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)


def http1_answer(port, path, at_middle):
    with run.Client(port) as client:
        client.send(b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % path)
        if at_middle:
            deadline = time.monotonic() + ANSWER_SECONDS_MAX
            while len(client.data) < MIDDLE_BYTES and client.end == "open" and time.monotonic() < deadline:
                client._read(0.1)
            at_middle()
        return client.final()


def http2_answer(port, path, at_middle):
    with client2.Client(port) as client:
        client.get(1, path)
        if at_middle:
            client.until(lambda: client.bytes >= MIDDLE_BYTES, ANSWER_SECONDS_MAX)
            at_middle()
        return client.final(1, ANSWER_SECONDS_MAX)


def judge(fault, shape, answer):
    """(what it was, whether that is allowed)."""
    if isinstance(answer, wire.Message):
        if int(answer.start[1]) >= 500:
            return "error", not fault.slows
        if answer.body == BODY:
            return "whole", True
        unseen = shape == b"/close" and fault.kind in ("limit_data", "timeout")
        return f"looks whole with {len(answer.body)} of {len(BODY)} bytes", unseen
    if answer == "hang":
        return "hang", False
    if answer.startswith("broken"):
        # A reader as strict as ours sees it, others may not.
        return answer, False
    return "cut", not fault.slows


# Way: server, scheme, shapes of answers, client.
WAYS = {
    "h1-h1": (Http1Server, (b"/sized", b"/chunked", b"/close"), http1_answer),
    "h2-h1": (Http1Server, (b"/sized", b"/chunked", b"/close"), http2_answer),
    "h1-h2": (Http2Server, (b"/sized", b"/chunked", b"/trailers"), http1_answer),
    "h2-h2": (Http2Server, (b"/sized", b"/chunked", b"/trailers"), http2_answer),
}


def start(name, way, port, folder):
    client_speaks, server_speaks = way.split("-")
    if name == "streamgauge":
        return harness.Proxy(f"{'h2c' if server_speaks == 'h2' else 'http'}://127.0.0.1:{port}", folder)
    return peers.Peer(name, port, folder, client_speaks, server_speaks)


def run_way(name, way, only):
    """(cases, whole, visibly broken, failures)."""
    make_server, shapes, ask = WAYS[way]
    counts, failures = {"whole": 0, "error": 0, "cut": 0}, []
    with tempfile.TemporaryDirectory() as folder, Toxiproxy(make_server().port) as toxiproxy, start(name, way, toxiproxy.port, folder) as proxy:
        for fault in [fault for fault in FAULTS if only in fault.name]:
            for shape in shapes:
                begin = (lambda fault=fault: toxiproxy.begin(fault)) if fault.middle else None
                toxiproxy.prepare(fault)
                said, allowed = judge(fault, shape, ask(proxy.port, shape, begin))
                toxiproxy.end()
                counts[said] = counts.get(said, 0) + 1
                again = ask(proxy.port, b"/good", None)
                if not allowed:
                    failures.append((fault.name, shape.decode(), said))
                elif not isinstance(again, wire.Message) or again.body != b"/good":
                    failures.append((fault.name, shape.decode(), f"the next request: {run.said(again)}"))
    return counts, failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default="", help="of envoy, nginx, haproxy; from the folder E2E_PEERS, or from PATH")
    parser.add_argument("--ways", default=",".join(WAYS), help="of h1-h1, h2-h1, h1-h2, h2-h2: client and server")
    parser.add_argument("--only", default="", help="faults whose names have this in them")
    parser.add_argument("--without-us", action="store_true", help="the peers alone")
    parser.add_argument("-v", action="store_true", help="show the failures of the peers, too")
    options = parser.parse_args()
    os.environ.setdefault("E2E_PEERS", str(interop.HOME / "bin"))
    run.ANSWER_SECONDS_MAX = ANSWER_SECONDS_MAX
    failed = 0
    print("| proxy | way | cases | whole | cut or an error | failed |\n|-|-|-|-|-|-|")
    for name in ([] if options.without_us else ["streamgauge"]) + list(filter(None, options.peers.split(","))):
        for way in options.ways.split(","):
            counts, failures = run_way(name, way, options.only)
            for failure in failures if options.v or name == "streamgauge" else []:
                harness.say(f"FAIL {name}: {way}: {': '.join(failure)}")
            failed += len(failures) if name == "streamgauge" else 0
            title = name if name == "streamgauge" else f"{name} {peers.version(name)}"
            print(f"| {title} | {way} | {sum(counts.values())} | {counts['whole']} | {counts['cut'] + counts['error']} | {len(failures)} |", flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
