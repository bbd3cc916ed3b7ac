"""Envoy weighs two servers by the load reports that we put on their answers.

    E2E_PEERS=FOLDER python3 e2e/orca.py

Both servers do the same; one of them has three of its four places taken. Envoy's client-side weighted round robin, which knows
nothing of that but what the reports say, has to send it the smaller part. Without reports both get the same.
"""

import contextlib
import http.client
import http.server
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import harness

PLACES, TAKEN = 4, 3
WARM_SECONDS, REQUESTS = 14, 400
CONFIG = """
admin: {{ address: {{ socket_address: {{ address: 127.0.0.1, port_value: {admin} }} }} }}
static_resources:
  listeners:
    - address: {{ socket_address: {{ address: 127.0.0.1, port_value: {listen} }} }}
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: in
                route_config:
                  virtual_hosts: [{{ name: all, domains: ["*"], routes: [{{ match: {{ prefix: / }}, route: {{ cluster: models }} }}] }}]
                http_filters:
                  - name: envoy.filters.http.router
                    typed_config: {{ "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }}
  clusters:
    - name: models
      type: STATIC
      load_balancing_policy:
        policies:
          - typed_extension_config:
              name: envoy.load_balancing_policies.client_side_weighted_round_robin
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.load_balancing_policies.client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin
                blackout_period: 1s
                weight_update_period: 1s
      load_assignment:
        cluster_name: models
        endpoints: [{{ lb_endpoints: [{endpoints}] }}]
"""
ENDPOINT = "{{ endpoint: {{ address: {{ socket_address: {{ address: 127.0.0.1, port_value: {} }} }} }} }}"


class Model(http.server.ThreadingHTTPServer):
    """Answers at once, or, where the request says so, when it is told to."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.held, self.let_go = threading.Semaphore(0), threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["x-hold"]:
            self.server.held.release()
            self.server.let_go.wait(300)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


def post(connection, **headers):
    connection.request("POST", "/v1/chat/completions", b"{}", headers)
    answer = connection.getresponse()
    answer.read()
    return answer


def hold(port, model):
    """Takes places of the server until it lets go."""
    for _ in range(TAKEN):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        threading.Thread(target=post, args=(connection,), kwargs={"x-hold": "1"}, daemon=True).start()
        if not model.held.acquire(timeout=60):
            raise TimeoutError("a place was not taken within 60 s")


@contextlib.contextmanager
def envoy(folder, program, ports):
    listen, admin = harness.free_port(), harness.free_port()
    config = pathlib.Path(folder) / f"envoy-{listen}.yaml"
    endpoints = ", ".join(ENDPOINT.format(port) for port in ports)
    config.write_text(CONFIG.format(listen=listen, admin=admin, endpoints=endpoints))
    with open(config.with_suffix(".log"), "wb") as log:
        process = subprocess.Popen([program, "-c", config, "--concurrency", "1", "--disable-hot-restart"], stdout=log, stderr=log)
    try:
        harness.wait_until(lambda: harness.accepts(listen), 60, "start of Envoy")
        yield listen
    finally:
        process.terminate()
        process.wait(60)


def answered(proxy):
    name = "streamgauge_requests_total{"
    return sum(float(line.split()[-1]) for line in proxy.admin("/metrics").splitlines() if line.startswith(name))


def share_of_full(folder, program, reports):
    """Which share of the requests goes to the server whose places are taken, and the last report."""
    model = Model()
    options = ("--max-concurrency", str(PLACES), "--orca-headers", reports)
    url = f"http://127.0.0.1:{model.server_port}"
    with harness.Proxy(url, folder, *options) as full, harness.Proxy(url, folder, *options) as free:
        hold(full.port, model)
        with envoy(folder, program, (full.port, free.port)) as port:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            end = time.monotonic() + WARM_SECONDS
            while time.monotonic() < end:
                post(connection)
                time.sleep(0.01)
            before = answered(full), answered(free)
            for _ in range(REQUESTS):
                last = post(connection)
                time.sleep(0.005)
            counts = answered(full) - before[0], answered(free) - before[1]
        model.let_go.set()
        return counts[0] / sum(counts), last.headers["endpoint-load-metrics"]


def main():
    checks = harness.Checks("load reports")
    program = shutil.which("envoy", path=os.environ.get("E2E_PEERS", os.environ["PATH"]))
    if not program:
        harness.say("skipped: Envoy is not there (e2e/strict/set-up envoy)")
        return
    with tempfile.TemporaryDirectory() as folder:
        for reports, least, most in (("off", 0.45, 0.55), ("text", 0.0, 0.4), ("json", 0.0, 0.4)):
            share, last = share_of_full(folder, program, reports)
            checks.that(least <= share <= most, f"{reports}: the full server gets {share:.0%}", last)
    sys.exit(checks.failed > 0)


if __name__ == "__main__":
    main()
