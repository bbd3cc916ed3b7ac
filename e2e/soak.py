"""The keep-alive race: a server that closes idle connections after 5 s, clients that pause for 4.9 to 5.1 s.

    python3 e2e/soak.py --seconds 3660 --upstream uvicorn --python VENV/bin/python
    python3 e2e/soak.py --seconds 40

Two proxies stand before the server: one as shipped, whose pool gives up idle connections first, and one told to
keep them for 30 s, which therefore meets closed connections all the time and has to re-send. All clients of a
proxy speak at about the same moment, so that as many upstream connections go idle and are needed again together;
then all pause. Failed is: a status that isn't 200, a body that isn't exactly what follows from the request, an
access-log line whose outcome isn't `ok`, or a line too many or too few.
"""

import argparse
import asyncio
import collections
import http.client
import json
import os
import random
import sys
import tempfile
import threading
import time

import harness
import invariants
import model_server

PAUSE_SECONDS = (4.9, 5.1)
WAVE_SECONDS = 0.03
REQUEST_SECONDS_MAX = 60


async def app(scope, receive, send):
    """The server as an ASGI application, for uvicorn with its own defaults."""
    if scope["type"] != "http":
        return
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    kind, pieces = model_server.answer_of(scope["method"], body)
    headers = [(b"content-type", kind)]
    if len(pieces) == 1:
        headers.append((b"content-length", str(len(pieces[0])).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        await asyncio.sleep(model_server.GAP_MILLIS / 1e3)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


class Client:
    """One keep-alive connection to a proxy."""

    def __init__(self, number, port):
        self.number, self.port, self.sent, self.reconnects = number, port, 0, 0
        self.failures = collections.Counter()
        self.connection = None

    def speak(self, wave):
        time.sleep(random.uniform(0, WAVE_SECONDS))
        turn = self.number + wave
        method = "GET" if turn % 2 else "POST"
        body = b"" if method == "GET" else json.dumps(
            {"model": "tiny", "stream": turn % 4 == 0, "stream_options": {"include_usage": True},
             "messages": [{"role": "user", "content": f"{self.number}-{wave} " + "x" * random.randrange(20_000)}]}).encode()
        self.sent += 1
        try:
            self._exchange(method, body)
        except (OSError, http.client.HTTPException) as failure:
            self._failed(f"{type(failure).__name__}: {failure}")

    def _exchange(self, method, body):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=REQUEST_SECONDS_MAX)
        path = "/v1/models" if method == "GET" else "/v1/chat/completions"
        self.connection.request(method, path, body or None, {"Content-Type": "application/json"} if body else {})
        answer = self.connection.getresponse()
        received = answer.read()
        if answer.status != 200:
            self._failed(f"status {answer.status}")
        elif received != b"".join(model_server.answer_of(method, body)[1]):
            self._failed("broken body")
        elif answer.will_close:
            self._failed("the proxy closed the client's connection")

    def _failed(self, why):
        self.failures[why] += 1
        harness.say(f"{time.strftime('%H:%M:%S')} client {self.number} of port {self.port}: {why}")
        if self.connection is not None:
            self.connection.close()
            self.connection = None
            self.reconnects += 1


def run_waves(clients, seconds):
    """All clients speak, then all pause; until the time is over."""
    wave, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        threads = [threading.Thread(target=client.speak, args=(wave,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wave += 1
        time.sleep(random.uniform(*PAUSE_SECONDS))
    return wave


def start_upstream(kind, python, folder):
    if kind == "own":
        return model_server.started(folder)
    return model_server.started(folder, lambda port: [
        python, "-m", "uvicorn", "soak:app", "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"])


def report(checks, name, proxy, clients):
    sent = sum(client.sent for client in clients)
    failures = sum((client.failures for client in clients), collections.Counter())
    harness.wait_until(lambda: len(proxy.log_lines()) >= sent, 5, "the last lines of the access log")
    lines = proxy.log_lines()
    outcomes = collections.Counter(line["outcome"] for line in lines)
    retries = sum(line.get("retries", 0) for line in lines)
    reused = sum(bool(line.get("upstream_reused")) for line in lines)
    checks.that(not failures, f"{name}: no request failed", f"{sent} sent, {dict(failures)}")
    checks.that(outcomes == {"ok": sent}, f"{name}: every line says ok", f"{dict(outcomes)}")
    invariants.check(checks, proxy)
    harness.say(f"     {name}: {reused} on a reused connection, {retries} re-sent, proxy {proxy.rss_kib()} KiB, "
                f"{proxy.cpu_seconds():.1f} s of CPU")
    return retries


def soak(options):
    checks = harness.Checks("soak")
    folder = options.folder or tempfile.mkdtemp(prefix="streamgauge-soak-")
    os.makedirs(folder, exist_ok=True)
    upstream, port = start_upstream(options.upstream, options.python, folder)
    try:
        with harness.Proxy(f"http://127.0.0.1:{port}", folder) as shipped, \
                harness.Proxy(f"http://127.0.0.1:{port}", folder, "--upstream-keep-alive", "30s") as racing:
            clients = {proxy: [Client(number, proxy.port) for number in range(options.clients)] for proxy in (shipped, racing)}
            waves = run_waves([client for group in clients.values() for client in group], options.seconds)
            harness.say(f"     {waves} waves in {options.seconds} s against {options.upstream}")
            report(checks, "as shipped", shipped, clients[shipped])
            retries = report(checks, "kept for 30 s", racing, clients[racing])
            checks.that(retries > 0 or waves < 100, "kept for 30 s: the race was met", f"{retries} re-sent")
    finally:
        upstream.terminate()
        upstream.wait()
    return checks.failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=40)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--upstream", choices=["own", "uvicorn"], default="own")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has uvicorn")
    parser.add_argument("--folder", help="where logs go; default: a new one")
    return 1 if soak(parser.parse_args()) else 0


if __name__ == "__main__":
    sys.exit(main())
