"""SIGTERM in the middle of a stream: the stream ends whole, and then the program does, with 0 or 143.

    python3 e2e/sigterm.py --seconds 60
"""

import argparse
import http.client
import json
import sys
import tempfile
import threading
import time
import urllib.error

import harness
import model_server

GAP_MILLIS = 50
EXIT_SECONDS_MAX = 30


def body_of(seconds):
    return json.dumps({"model": "tiny", "stream": True, "max_tokens": int(seconds * 1e3 / GAP_MILLIS), "gap_ms": GAP_MILLIS,
                       "messages": [{"role": "user", "content": "long"}]}).encode()


class Stream(threading.Thread):
    """One long answer, read as it comes."""

    def __init__(self, port, body):
        super().__init__(daemon=True)
        self.port, self.body, self.received, self.status, self.failure, self.ended = port, body, b"", None, None, None
        self.start()

    def run(self):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.request("POST", "/v1/chat/completions", self.body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            self.status = answer.status
            while piece := answer.read1(65536):
                self.received += piece
            self.ended = time.monotonic()
        except (OSError, http.client.HTTPException) as failure:
            self.failure = failure


def readiness(proxy):
    try:
        proxy.admin("/readyz")
        return 200
    except urllib.error.HTTPError as refused:
        return refused.code


def new_request(proxy):
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=30)
    connection.request("GET", "/v1/models")
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.getheader("Connection")


def check(checks, proxy, seconds):
    body = body_of(seconds)
    stream = Stream(proxy.port, body)
    harness.wait_until(lambda: stream.received.count(b"data:") > seconds * 1e3 / GAP_MILLIS / 4, seconds + 30, "a quarter of the stream")
    checks.that(readiness(proxy) == 200, "ready before the signal")
    proxy.process.terminate()
    checks.that(harness.wait_until(lambda: readiness(proxy) == 503, 5, "readiness to be withdrawn"), "not ready after it")
    status, connection = new_request(proxy)
    checks.that(status == 200, "a new request is served while the stream goes on")
    checks.that((connection or "").lower() == "close", "and told that the connection ends", str(connection))
    proxy.process.terminate()
    stream.join(seconds + 60)
    whole = b"".join(model_server.answer_of("POST", body)[1])
    checks.that(stream.failure is None and stream.received == whole, f"the stream of {seconds} s ends whole",
                str(stream.failure or f"{len(stream.received)} of {len(whole)} bytes"))
    code = proxy.process.wait(EXIT_SECONDS_MAX)
    checks.that(code in (0, 143, -15), "exit code 0 or 143", str(code))
    if stream.ended:
        harness.say(f"     ended {time.monotonic() - stream.ended:.2f} s after the stream")
    outcomes = [line["outcome"] for line in proxy.log_lines()]
    checks.that(outcomes == ["ok", "ok"], "the access log has both requests, ok", str(outcomes))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=8, help="how long the stream is")
    options = parser.parse_args()
    checks = harness.Checks("sigterm")
    with tempfile.TemporaryDirectory() as folder:
        upstream, port = model_server.started(folder)
        try:
            with harness.Proxy(f"http://127.0.0.1:{port}", folder) as proxy:
                check(checks, proxy, options.seconds)
        finally:
            upstream.terminate()
            upstream.wait()
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
