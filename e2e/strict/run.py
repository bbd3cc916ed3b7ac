"""The corpus of bad requests, wishes for HTTP/2 and hostile answers, against streamgauge and other proxies in the same run.

    python3 e2e/strict/run.py [--peers envoy,nginx,haproxy] [-v]

Each case has a connection of its own. Behind it come a good request on the same connection, if it is still open, and one
on a new connection; both must get their own answers. The exit code is about streamgauge alone.
"""

import argparse
import concurrent.futures
import contextlib
import pathlib
import socket
import ssl
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import bad_requests  # noqa: E402
import harness  # noqa: E402
import hostile_responses  # noqa: E402
import peers  # noqa: E402
import upgraded  # noqa: E402
import upgrades  # noqa: E402
import upstream  # noqa: E402
import wire  # noqa: E402

ANSWER_SECONDS_MAX = 8
AFTER = b"GET /after HTTP/1.1\r\nHost: a\r\n\r\n"
BYTES_MAX = 4 << 20


class Client:
    """One connection; keeps what it read and how it ended: open, FIN or RST."""

    def __init__(self, port, tls=False):
        self.socket = socket.create_connection(("127.0.0.1", port), 5)
        if tls:
            trusting = ssl._create_unverified_context()
            trusting.set_alpn_protocols(["http/1.1"])
            self.socket = trusting.wrap_socket(self.socket)
        self.data, self.end, self.reader = b"", "open", None

    def send(self, data):
        """Sends beside the reading, because an early answer may stop the taking."""
        self.socket.settimeout(ANSWER_SECONDS_MAX)
        self.sender = threading.Thread(target=self._send, args=(data,), daemon=True)
        self.sender.start()

    def _send(self, data):
        with contextlib.suppress(OSError):
            self.socket.sendall(data)

    def final(self, to_head=False):
        """A final response, "cut", "broken: ...", "hang", or "h2" for settings of HTTP/2."""
        deadline = time.monotonic() + ANSWER_SECONDS_MAX
        while True:
            try:
                message = wire.response(self.data, self.end == "FIN", to_head)
                self.data = self.data[message.end:]
                return message
            except wire.Broken as broken:
                return f"broken: {broken}"
            except wire.Short:
                if self.end != "open":
                    return "cut"
                if self.data[:2] == b"\0\0" and self.data[3:4] == b"\4":
                    return "h2"
            if time.monotonic() > deadline or len(self.data) > BYTES_MAX:
                return "hang"
            self._read(max(0.01, deadline - time.monotonic()))

    def _read(self, seconds):
        self.socket.settimeout(seconds)
        try:
            read = self.socket.recv(65536)
            self.data += read
            self.end = self.end if read else "FIN"
        except socket.timeout:
            pass
        except OSError:
            self.end = "RST"

    def after(self):
        """What is wrong with a good request behind the case on this connection, or None."""
        self.send(AFTER)
        answer = self.final()
        if answer == "cut" or (isinstance(answer, wire.Message) and int(answer.start[1]) >= 400):
            return None
        return None if isinstance(answer, wire.Message) and answer.body == b"/after" else f"the next answer here: {said(answer)}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def said(answer):
    return answer if isinstance(answer, str) else f"{answer.start[1].decode()} {answer.body[:60]!r}"


def next_works(port, tls=False):
    with Client(port, tls) as client:
        client.send(b"GET /good HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        answer = client.final()
    return None if isinstance(answer, wire.Message) and answer.body == b"/good" else f"the next connection: {said(answer)}"


def allowed_status(status, allowed):
    return str(status) in allowed or f"{status // 100}xx" in allowed


def judge_request(case, port, server):
    """What is wrong, or None."""
    server.forget()
    with Client(port) as client:
        client.send(case.data)
        answer = client.final()
        after = None
        if isinstance(answer, wire.Message) and client.end == "open" and not answer.lists(b"connection", b"close") and case.requests == 1:
            after = client.after()
        time.sleep(0.01)
        requests, broken = server.seen()
    if broken:
        return f"forwarded what no strict server takes: {broken[0]}"
    requests = [request for request in requests if request.start[1] != b"/after"]
    if any(request.start[1] == b"/hidden" for request in requests) and (case.requests < 2 or "forward" not in case.allowed.split()):
        return f"what was hidden came out as a request; the answer: {said(answer)}"
    return forwarded(case, requests, answer) if requests else refused(case, answer) or after or next_works(port)


def forwarded(case, requests, answer):
    first = requests[0]
    if "forward" not in case.allowed.split():
        return f"forwarded: {first.start!r} {first.fields!r} {first.body[:60]!r}"
    if len(requests) > case.requests:
        return f"{len(requests)} requests"
    hosts = first.all(b"host")
    for what, want, got in (("body", case.body, first.body), ("target", case.target, first.start[1]),
                            ("Host", case.host, hosts[0] if hosts else b"")):
        if want is not None and want != got and not (what == "Host" and got.startswith(b"127.0.0.1")):
            return f"forwarded with {what} {got[:60]!r} (expected: {want[:60]!r})"
    return None if isinstance(answer, wire.Message) else f"forwarded, but answered: {said(answer)}"


def refused(case, answer):
    allowed = case.allowed.split()
    if isinstance(answer, wire.Message):
        status = int(answer.start[1])
        kept = allowed_status(status, allowed) if status >= 400 else False
    else:
        kept = (answer == "cut" and "close" in allowed) or (answer == "hang" and "wait" in allowed)
        kept = kept or ("h2" in allowed and answer.startswith(("broken", "h2")))
    return None if kept else f"answered: {said(answer)} (expected: {case.allowed})"


def judge_response(case, port, server):
    server.script = (case.answer, case.end)
    try:
        with Client(port) as client:
            client.send(case.method + b" /case HTTP/1.1\r\nHost: a\r\n\r\n")
            answer = client.final(case.method == b"HEAD")
            wrong = seen(case, answer)
            if case.end == "early":
                server.script = None
            # A second answer that came late must have been noticed by now.
            time.sleep(0.06 if isinstance(case.answer, list) else 0)
            if not wrong and client.end == "open" and isinstance(answer, wire.Message) and not answer.lists(b"connection", b"close"):
                wrong = client.after() or client.after()
    finally:
        server.script = None
    return wrong or next_works(port)


def seen(case, answer):
    allowed = case.allowed.split()
    if answer == "cut":
        return None if "cut" in allowed else "cut (expected: whole)"
    if not isinstance(answer, wire.Message):
        return said(answer)
    status = int(answer.start[1])
    if "pass" in allowed and (status, answer.body) == (case.status, case.body):
        return None
    if 500 <= status < 600 and "5xx" in allowed:
        return None
    return f"looks whole: {said(answer)} (expected: {case.allowed})"


KINDS = {"requests": (bad_requests, judge_request), "upgrades": (upgrades, lambda *asked: upgraded.judge(*asked)),
         "answers": (hostile_responses, judge_response)}


def start(name, server_port, folder, certificates=None):
    if name != "streamgauge":
        return peers.Peer(name, server_port, folder, client_tls=certificates)
    tls = ["--tls-cert", str(certificates.cert), "--tls-key", str(certificates.key)] if certificates else []
    return harness.Proxy(f"http://127.0.0.1:{server_port}", folder, *tls)


def chosen(kind, only, certificates):
    return [case for case in KINDS[kind][0].all_cases() if only in case.name and (certificates or not getattr(case, "tls", False))]


def run(name, folder, only, certificates):
    """The failures, (kind, case, what), of one proxy."""
    server, failures = upstream.Upstream(), []
    with start(name, server.port, folder) as plain, start(name, server.port, folder, certificates) as secure:
        for kind, (_, judge) in KINDS.items():
            for case in chosen(kind, only, certificates):
                try:
                    wrong = judge(case, (secure if getattr(case, "tls", False) else plain).port, server)
                except OSError as error:
                    wrong = f"no connection: {error}"
                if wrong:
                    failures.append((kind, case, wrong))
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default="", help="of envoy, nginx, haproxy; from the folder E2E_PEERS, or from PATH")
    parser.add_argument("--only", default="", help="cases whose names have this in them")
    parser.add_argument("-v", action="store_true", help="show the failures of the peers, too")
    options = parser.parse_args()
    names = ["streamgauge", *filter(None, options.peers.split(","))]
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(len(names)) as pool:
        certificates = peers.Certificates.made(folder)
        if certificates is None:
            harness.say("skipped: cases over TLS (no openssl)")
        totals = {kind: len(chosen(kind, options.only, certificates)) for kind in KINDS}
        results = list(zip(names, pool.map(lambda name: run(name, folder, options.only, certificates), names)))
    for name, failures in results:
        for kind, case, wrong in failures if options.v or name == "streamgauge" else []:
            harness.say(f"FAIL {name}: {kind}: {case.name} (RFC {case.section}): {wrong}")
    print("| proxy | " + " | ".join(f"{kind}: passed | failed" for kind in KINDS) + " |\n" + "|-" * (1 + 2 * len(KINDS)) + "|")
    for name, failures in results:
        counts = {kind: sum(failure[0] == kind for failure in failures) for kind in totals}
        title = name if name == "streamgauge" else f"{name} {peers.version(name)}"
        print(f"| {title} | " + " | ".join(f"{totals[kind] - counts[kind]} | {counts[kind]}" for kind in totals) + " |")
    return bool(results[0][1])


if __name__ == "__main__":
    sys.exit(main())
