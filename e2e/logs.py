"""Logs of several containers, joined: one request across them, and all that went wrong with a pod around its restart.

    OTELCOL=FOLDER/otelcol python3 e2e/logs.py

Runs the collector with examples/logs/otelcol.yaml, but for where it reads (a folder of files as a kubelet writes them) and
where it writes (a file). The sidecar is the packaged program behind a gateway and before a model server that each write a
log of their own; the watcher's lines are as docs/cluster.md has them. Needs a collector with the `filelog` receiver.
"""

import contextlib
import datetime
import http.client
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading

import harness

CONFIG = harness.ROOT / "examples" / "logs" / "otelcol.yaml"
NAMESPACE, POD = "models", "llm-0"


class Container:
    """A container's log as containerd writes it: time, stream, F for a whole line, the line."""

    def __init__(self, pods, pod, name, namespace=NAMESPACE):
        folder = pathlib.Path(pods) / f"{namespace}_{pod}_0d6ee1b8-4a4f-4b6e-9a37-1a2b3c4d5e6f" / name
        folder.mkdir(parents=True)
        self.file = open(folder / "0.log", "a", buffering=1)
        self.lock = threading.Lock()

    def write(self, line):
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "000Z")
        with self.lock:
            self.file.write(f"{now} stdout F {line}\n")

    def follow(self, stream):
        for line in stream:
            self.write(line.decode().rstrip("\n"))


def model_server(log):
    """Answers in one piece, and writes of a request what vLLM writes: its id begins with the client's."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers["content-length"]))
            identity = f"chatcmpl-{self.headers['x-request-id']}"
            log.write(f"INFO 11-30 12:00:00 [logger.py:41] Received request {identity}: prompt: None, params: None.")
            broken = self.path.endswith("broken")
            if broken:
                log.write(f"ERROR 11-30 12:00:00 [async_llm.py:420] EngineCore failed on request {identity}.")
            body = json.dumps({"id": identity, "object": "chat.completion", "model": "m", "choices": [
                {"index": 0, "message": {"role": "assistant", "content": "x"}, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}).encode()
            self.send_response(500 if broken else 200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def ask(port, identity, gateway, path="/v1/chat/completions"):
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(client):
        client.request("POST", path, "{}", {"content-type": "application/json", "x-request-id": identity})
        answer = client.getresponse()
        answer.read()
    gateway.write(f'ts=now msg="proxied" x-request-id={identity} status={answer.status}')


def configuration(folder):
    text = CONFIG.read_text()
    text = text.replace("/var/log/pods", f"{folder}/pods").replace("    include_file_path: true", "    include_file_path: true\n    start_at: beginning\n    poll_interval: 50ms")
    text = re.sub(r"  otlp_http: .*", f'  file: {{path: "{folder}/joined.jsonl", flush_interval: 100ms}}', text).replace("exporters: [otlp_http]", "exporters: [file]")
    text = text.replace("service:\n", "service:\n  telemetry: {metrics: {level: none}}\n")
    path = pathlib.Path(folder) / "otelcol.yaml"
    path.write_text(text)
    return path


def records(folder):
    """Each record as a flat dictionary."""
    all_records = []
    file = pathlib.Path(folder) / "joined.jsonl"
    for line in file.read_text().splitlines() if file.exists() else []:
        if line.endswith("}"):
            for resource in json.loads(line)["resourceLogs"]:
                place = {a["key"]: a["value"].get("stringValue") for a in resource["resource"].get("attributes", [])}
                for scope in resource["scopeLogs"]:
                    for log in scope["logRecords"]:
                        fields = {a["key"]: next(iter(a["value"].values()), None) for a in log.get("attributes", [])}
                        all_records.append({**place, **fields, "body": log["body"].get("stringValue"),
                                            "severity": log.get("severityText"), "traceId": log.get("traceId"),
                                            "at": int(log.get("timeUnixNano", 0))})
    return all_records


def watcher_lines(log):
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    common = {"time": now, "namespace": NAMESPACE, "pod": POD, "workload": "llm", "node": "node-1"}
    log.write(json.dumps({**common, "source": "kubernetes", "kind": "Pod", "name": POD, "type": "Warning", "reason": "BackOff",
                          "message": "Back-off restarting failed container", "count": 1, "container": "vllm"}, separators=(",", ":")))
    log.write(json.dumps({**common, "source": "streamgauge", "container": "vllm", "reason": "ContainerRestarted",
                          "restart_reason": "OOMKilled", "exit_code": 137, "count": 1}, separators=(",", ":")))


def run(checks, folder):
    pods = pathlib.Path(folder) / "pods"
    engine, sidecar = Container(pods, POD, "vllm"), Container(pods, POD, "streamgauge")
    gateway, watcher = Container(pods, "gateway-7d9", "gateway"), Container(pods, "streamgauge-5c6", "cluster", "streamgauge")
    server = model_server(engine)
    collector = subprocess.Popen([os.environ.get("OTELCOL", "otelcol"), "--config", configuration(folder)],
                                 stdout=subprocess.DEVNULL, stderr=open(pathlib.Path(folder) / "otelcol.err", "wb"))
    try:
        proxy = harness.Proxy(f"http://127.0.0.1:{server.server_port}", folder, "--pod", POD, "--namespace", NAMESPACE, stdout=subprocess.PIPE)
        with proxy:
            threading.Thread(target=sidecar.follow, args=(proxy.process.stdout,), daemon=True).start()
            for number in range(5):
                ask(proxy.port, f"req-{number}", gateway)
            ask(proxy.port, "req-broken", gateway, "/v1/chat/completions/broken")
            watcher_lines(watcher)
            harness.wait_until(lambda: len(records(folder)) >= 21, 30, "all lines at the end of the pipeline")
        found = records(folder)
        one = [r for r in found if r.get("request_id") == "req-3"]
        checks.that({r["k8s.container.name"] for r in one} == {"gateway", "streamgauge", "vllm"}, "one request is found in three containers by its id",
                    ", ".join(sorted(r["k8s.container.name"] for r in one)))
        access = [r for r in one if r["k8s.container.name"] == "streamgauge"][0]
        checks.that(access["outcome"] == "ok" and float(access["duration_ms"]) > 0 and access["severity"] == "INFO", "the access log's fields are fields")
        checks.that(len(access["traceId"] or "") == 32, "its trace is the record's")
        checks.that(abs(access["at"] / 1e9 - datetime.datetime.fromisoformat(access["time"].replace("Z", "+00:00")).timestamp()) < 0.01,
                    "its time is the line's, not the file's")
        wrong = [r for r in found if r["k8s.pod.name"] == POD and r["k8s.namespace.name"] == NAMESPACE
                 and (r["severity"] == "ERROR" or r.get("type") == "Warning" or r.get("reason") == "ContainerRestarted" or (r["body"] or "").startswith("ERROR"))]
        kinds = sorted(r.get("reason") or r.get("outcome") or "engine" for r in wrong)
        checks.that(kinds == ["BackOff", "ContainerRestarted", "engine", "upstream_error"], "all that went wrong with a pod is found by its name", ", ".join(kinds))
        checks.that(len(found) == 6 + 7 + 6 + 2, "no line is lost or twice", f"{len(found)}")
    finally:
        collector.terminate()
        collector.wait()
        server.shutdown()
        if checks.failed:
            sys.stderr.write((pathlib.Path(folder) / "otelcol.err").read_text()[-3000:])


def main():
    checks = harness.Checks("logs")
    if not shutil.which(os.environ.get("OTELCOL", "otelcol")):
        harness.say("skipped: no collector (OTELCOL)")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        run(checks, folder)
    return 1 if checks.failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
