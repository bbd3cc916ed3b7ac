"""SIGTERM in the middle of a stream: the stream ends whole, and then the program does, with 0 or 143. SIGQUIT before it:
the program tells what it is at and goes on.

    python3 e2e/sigterm.py --seconds 60
"""

import argparse
import http.client
import json
import signal
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


def errors(proxy):
    return proxy.errors_path.read_text()


def quit_dumps_state(checks, proxy):
    """What the state says is at most a second old."""
    harness.wait_until(lambda: '"generating":1' in proxy.admin("/status"), 5, "the state to know of the stream")
    time.sleep(1.1)
    proxy.process.send_signal(signal.SIGQUIT)
    harness.wait_until(lambda: "Full thread dump" in errors(proxy) and "JNI global refs" in errors(proxy), 10, "a dump")
    dump = errors(proxy)
    checks.that("streamgauge: serving; in flight 1, queued 0, prefill 0, generating 1, body 0" in dump, "SIGQUIT tells the state")
    checks.that("oldest: " in dump and "client connections " in dump and "memory: " in dump, "with ages, connections and memory")
    checks.that('"proxy-' in dump, "and where the event loops are")


def why(checks, proxy):
    said = errors(proxy)
    checks.that("draining, because of SIGTERM, at most " in said, "the log says why the drain began")
    checks.that("SIGTERM: ignored, the drain goes on" in said, "and that the second signal changes nothing")
    checks.that("nothing is in flight any more, " in said and "cuts off" not in said, "and how it ended")


def check(checks, proxy, seconds):
    body = body_of(seconds)
    stream = Stream(proxy.port, body)
    harness.wait_until(lambda: stream.received.count(b"data:") > seconds * 1e3 / GAP_MILLIS / 4, seconds + 30, "a quarter of the stream")
    checks.that(readiness(proxy) == 200, "ready before the signal")
    quit_dumps_state(checks, proxy)
    proxy.process.terminate()
    checks.that(harness.wait_until(lambda: readiness(proxy) == 503, 5, "readiness to be withdrawn"), "not ready after it")
    status, connection = new_request(proxy)
    checks.that(status == 200, "a new request is served while the stream goes on")
    checks.that((connection or "").lower() == "close", "and told that the connection ends", str(connection))
    proxy.process.terminate()
    harness.wait_until(lambda: "ignored, the drain goes on" in errors(proxy), 5, "a line about the second signal")
    stream.join(seconds + 60)
    whole = b"".join(model_server.answer_of("POST", body)[1])
    checks.that(stream.failure is None and stream.received == whole, f"the stream of {seconds} s ends whole",
                str(stream.failure or f"{len(stream.received)} of {len(whole)} bytes"))
    code = proxy.process.wait(EXIT_SECONDS_MAX)
    checks.that(code in (0, 143, -15), "exit code 0 or 143", str(code))
    why(checks, proxy)
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
