"""More than the proxy has memory for: it refuses with 503, lives on, and serves again when the load is gone.

    python3 e2e/overload.py

Four loads, each many times what heap or buffers can hold: request bodies that nobody takes, small requests that nobody
answers, heads that do not end, and a burst of connections far above the limit.
"""

import argparse
import collections
import contextlib
import http.client
import resource
import selectors
import socket
import sys
import tempfile
import threading
import time

import harness
import model_server


class Silent(threading.Thread):
    """A server that accepts and reads nothing."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.port = self.socket.getsockname()[1]
        self.held = []
        self.start()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                self.held.append(self.socket.accept()[0])

    def close(self):
        self.socket.close()
        for each in self.held:
            each.close()


def flood(port, count, first, more, seconds):
    """Opens `count` connections and sends `first` and then `more`, as far as each is taken. Returns what came back."""
    selector = selectors.DefaultSelector()
    answers = collections.Counter()
    opened = []
    for _ in range(count):
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex(("127.0.0.1", port))
        opened.append(client)
        selector.register(client, selectors.EVENT_READ | selectors.EVENT_WRITE, [memoryview(first + more), b""])
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and selector.get_map():
        for key, events in selector.select(0.2):
            step(selector, key, events, answers)
    for key in list(selector.get_map().values()):
        answers[status(key.data[1]) or "open"] += 1
    return opened, answers


def step(selector, key, events, answers):
    client, (left, received) = key.fileobj, key.data
    try:
        if events & selectors.EVENT_READ:
            piece = client.recv(65536)
            key.data[1] = received + piece
            if not piece:
                selector.unregister(client)
                answers[status(key.data[1]) or "closed"] += 1
                return
        if events & selectors.EVENT_WRITE:
            key.data[0] = left[client.send(left):]
            if not key.data[0]:
                selector.modify(client, selectors.EVENT_READ, key.data)
    except BlockingIOError:
        pass
    except OSError:
        selector.unregister(client)
        answers[status(key.data[1]) or "reset"] += 1


def status(answer):
    return answer[9:12].decode() if answer.startswith(b"HTTP/1.1 ") else None


def get(port, path="/v1/models"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def refusals(proxy, limit):
    name = f'streamgauge_limit_hits_total{{limit="{limit}"}} '
    return next(float(line.split()[-1]) for line in proxy.admin("/metrics").splitlines() if line.startswith(name))


def lives_on(checks, proxy, what, good):
    alive = proxy.process.poll() is None
    checks.that(alive, f"{what}: the process lives", "" if alive else proxy.errors_path.read_text()[-300:])
    if alive:
        served = harness.wait_until(lambda: good(), 60, "the next good request")
        checks.that(bool(served), f"{what}: and serves again when the load is gone")


def bodies_that_nobody_takes(checks, folder, count):
    silent = Silent()
    body = b"a" * 120_000
    head = b"POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 120000\r\n\r\n"
    with harness.Proxy(f"http://127.0.0.1:{silent.port}", folder) as proxy:
        opened, answers = flood(proxy.port, count, head, body, 15)
        harness.say(f"     bodies: {dict(answers)}, rss {proxy.rss_kib() if proxy.process.poll() is None else 0} KiB")
        if proxy.process.poll() is None:
            held_back = answers["open"] == count
            checks.that(held_back or refusals(proxy, "memory") > 0, "bodies that nobody takes: they wait, or new requests are refused")
        for client in opened:
            client.close()
        # whoever asks now waits for the silent server: taken is what is to be seen, not refused
        lives_on(checks, proxy, "bodies that nobody takes", lambda: taken(proxy.port))
        silent.close()
        harness.say("     " + "\n     ".join(proxy.errors_path.read_text().splitlines()[-4:]))


def requests_that_nobody_answers(checks, folder, count):
    """Small ones, within a second: they fill the heap sooner than it is looked at."""
    silent = Silent()
    with harness.Proxy(f"http://127.0.0.1:{silent.port}", folder) as proxy:
        opened, answers = flood(proxy.port, count, b"GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n", b"", 6)
        harness.say(f"     requests: {dict(answers)}, rss {proxy.rss_kib() if proxy.process.poll() is None else 0} KiB")
        checks.that(set(answers) <= {"503", "open"}, "requests that nobody answers: they wait or are refused", str(dict(answers)))
        for client in opened:
            client.close()
        lives_on(checks, proxy, "requests that nobody answers", lambda: taken(proxy.port))
        silent.close()


def taken(port):
    with socket.create_connection(("127.0.0.1", port), 5) as client:
        client.sendall(b"GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n")
        client.settimeout(0.3)
        try:
            return not client.recv(64).startswith(b"HTTP/1.1 503")
        except socket.timeout:
            return True


def heads_that_do_not_end(checks, upstream_url, folder, count):
    with harness.Proxy(upstream_url, folder) as proxy:
        opened, answers = flood(proxy.port, count, b"GET / HTTP/1.1\r\nHost: x\r\na: ", b"a" * 60_000, 10)
        harness.say(f"     heads: {dict(answers)}")
        for client in opened:
            client.close()
        lives_on(checks, proxy, "heads that do not end", lambda: get(proxy.port) == 200)
        harness.say("     " + "\n     ".join(proxy.errors_path.read_text().splitlines()[-4:]))


def connections_above_the_limit(checks, upstream_url, folder, count):
    with harness.Proxy(upstream_url, folder, "--max-connections", "100") as proxy:
        opened, answers = flood(proxy.port, count, b"GET /v1/models HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"", 20)
        checks.that(answers == {"200": count}, f"{count} connections at a limit of 100 are all served", str(dict(answers)))
        checks.that(refusals(proxy, "connections") > 0, "and the limit is counted")
        for client in opened:
            client.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=1500)
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    checks = harness.Checks("overload")
    with tempfile.TemporaryDirectory() as folder:
        upstream, port = model_server.started(folder)
        url = f"http://127.0.0.1:{port}"
        try:
            bodies_that_nobody_takes(checks, folder, options.clients)
            requests_that_nobody_answers(checks, folder, 6 * options.clients)
            heads_that_do_not_end(checks, url, folder, options.clients)
            connections_above_the_limit(checks, url, folder, options.clients // 2)
        finally:
            upstream.terminate()
            upstream.wait()
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
