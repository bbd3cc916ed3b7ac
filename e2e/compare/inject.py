"""Sends recorded requests to a real server without the proxy, through it, and through it with --usage inject.

    E2E_ENGINES=FOLDER python3 e2e/compare/inject.py [--servers llama.cpp,vllm]
    STREAMGAUGE_TRANSCRIPTS=FOLDER E2E_ENGINES=FOLDER python3 e2e/compare/inject.py

Every recorded request to a /completions route, and each that asks for usage once more without that, is sent four times: twice straight to the server, to see whether it answers
equally at all, then through a proxy that observes, and through one that asks for usage. What differs between two answers
by nature (ids, dates, times) is masked; the rest of the body must be equal byte for byte. A relay between proxy and server
keeps what arrives there: nothing of the request but one insertion, its length and our own fields may differ.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import socket
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "engines")]
import harness  # noqa: E402 (found through the line above)
import http1  # noqa: E402
import recordings  # noqa: E402
import servers  # noqa: E402

RECORDED = harness.ROOT / "sse-parser/src/test/resources/recorded"
ANSWER_SECONDS_MAX = 120
TOKENS_MAX = 24
TRIES = 3
# Ids, dates, and figures of time; numbers keep their place and lose their digits.
VARYING = [
    (re.compile(rb'"(id|request_id|system_fingerprint|item_id)":\s*"[^"]*"'), rb'"\1":"*"'),
    (re.compile(rb'"(created|created_at|created_time)":\s*[0-9.]+'), rb'"\1":0'),
    (re.compile(rb'"(\w*_ms|\w*_per_second|\w*_time\w*|cache_n|prompt_n|cached_tokens)":\s*[-0-9.e+]+'), rb'"\1":0'),
]
ALLOWED_TO_DIFFER = {"content-length", "accept-encoding"}


def masked(body):
    for pattern, text in VARYING:
        body = pattern.sub(text, body)
    return body


def recorded_requests(folder):
    """Paths and bodies, each pair once."""
    found = {}
    for file in sorted(folder.glob("*__*.jsonl")):
        for exchange in recordings.of_file(file):
            request = http1.request(exchange.request)
            path = request.start_line.split(" ")[1]
            if exchange.method == "POST" and path.split("?")[0].endswith("/completions"):
                found.setdefault((path, request.body), exchange.name)
    for (path, body), name in list(found.items()):
        unasked = without_options(body)
        if unasked is not None:
            found.setdefault((path, unasked), f"{name} without stream_options")
    return [(name, path, body) for (path, body), name in found.items()]


def without_options(body):
    """The body with nothing asked of the stream's usage; None if it asks for nothing."""
    try:
        asked = json.loads(body)
    except ValueError:
        return None
    if not isinstance(asked, dict) or "stream_options" not in asked:
        return None
    del asked["stream_options"]
    return json.dumps(asked, ensure_ascii=False).encode()


def for_this_server(body):
    """The body with the model that is there, no chance, and few tokens; as it came where it is no JSON object."""
    try:
        asked = json.loads(body)
    except ValueError:
        return body
    if not isinstance(asked, dict):
        return body
    asked["model"] = "tiny"
    asked.setdefault("temperature", 0)
    asked.setdefault("seed", 1)
    for name in ("max_tokens", "max_completion_tokens"):
        if isinstance(asked.get(name), int):
            asked[name] = min(asked[name], TOKENS_MAX)
    if "max_tokens" not in asked and "max_completion_tokens" not in asked:
        asked["max_tokens"] = TOKENS_MAX
    return json.dumps(asked, ensure_ascii=False).encode()


def ask(port, path, body):
    head = (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: */*\r\n"
            f"Content-Length: {len(body)}\r\n\r\n")
    with socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS_MAX) as connection:
        connection.sendall(head.encode() + body)
        data = b""
        while True:
            answer = http1.response(data) if data else None
            if answer is not None and answer.complete:
                return answer
            read = connection.recv(1 << 16)
            if not read:
                return http1.response(data)
            data += read


class Relay:
    """Stands before the server and keeps the requests that arrive there."""

    def __init__(self, server_port):
        self.server_port, self.requests = server_port, []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            client, _ = self.listener.accept()
            server = socket.create_connection(("127.0.0.1", self.server_port))
            threading.Thread(target=self._requests, args=(client, server), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(server, client, None), daemon=True).start()

    def _requests(self, client, server):
        data = b""

        def keep(read):
            nonlocal data
            data += read
            while data and (request := http1.request(data)) is not None and request.complete:
                self.requests.append(request)
                data = data[request.consumed_bytes:]
        self._pass_on(client, server, keep)

    @staticmethod
    def _pass_on(source, target, keep):
        try:
            while read := source.recv(1 << 16):
                if keep:
                    keep(read)
                target.sendall(read)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def is_one_insertion(before, after):
    """Whether `after` is `before` with one piece more, which may stand where a null was."""
    if before == after:
        return True
    start = len(os.path.commonprefix([before, after]))
    end = len(os.path.commonprefix([before[::-1], after[::-1]]))
    return start + end >= len(before) or before[start:len(before) - end] in (b"null", b"nul", b"ull", b"nu", b"ll", b"n", b"u", b"l")


def request_differences(sent, got):
    """What of the request the server got otherwise than through the proxy that observes."""
    fields = [[(key.lower(), value) for key, value in one.end_to_end_fields() if key.lower() not in ALLOWED_TO_DIFFER]
              for one in (sent, got)]
    found = [] if sent.start_line == got.start_line else [f"{sent.start_line!r} became {got.start_line!r}"]
    found += [] if fields[0] == fields[1] else [f"fields {fields[0]} became {fields[1]}"]
    found += [] if is_one_insertion(sent.body, got.body) else [f"body {sent.body!r:.300} became {got.body!r:.300}"]
    return found


def metric(page, name):
    pattern = re.compile(rf'^streamgauge_{name}{{[^}}]*result="([^"]*)"[^}}]*}} ([0-9.e+]+)$', re.MULTILINE)
    counts = collections.Counter()
    for result, value in pattern.findall(page):
        counts[result] += int(float(value))
    return ", ".join(f"{result} {count}" for result, count in sorted(counts.items()) if count)


def compare(name, requests, folder):
    counted = collections.Counter()
    log = pathlib.Path(folder, f"{name}.log")
    with servers.running(name, log) as port:
        relay = Relay(port)
        url = f"http://127.0.0.1:{relay.port}"
        with harness.Proxy(url, folder) as observing, harness.Proxy(url, folder, "--usage", "inject") as injecting:
            for recorded, path, body in requests:
                one(counted, recorded, path, for_this_server(body), (port, observing.port, injecting.port), relay)
            page = injecting.admin("/metrics")
    print(f"| {name} {servers.SERVERS[name].version} | {len(requests)} | {counted['equal']} ({counted['of status 200']}) | {counted['answers vary']} | "
          f"{counted['differs']} | {metric(page, 'usage_injections_total')} | {metric(page, 'usage_removals_total')} |", flush=True)
    return counted["differs"]


def one(counted, recorded, path, body, ports, relay):
    """An answer that differs is asked for again: on a busy machine servers now and then answer otherwise all by themselves."""
    for _ in range(TRIES):
        answers, found = round_of(path, body, ports, relay)
        vary = not is_same(answers[0], answers[1]) or not is_same(answers[0], answers[2])
        if not vary and is_same(answers[0], answers[3]):
            break
    if vary or (not is_same(answers[0], answers[3]) and is_cut_otherwise(answers[0].body, answers[3].body)):
        counted["answers vary"] += 1
    elif is_same(answers[0], answers[3]):
        counted["equal"] += 1
        counted["of status 200"] += answers[0].status == 200
    else:
        before, after = masked(answers[0].body), masked(answers[3].body)
        at = max(0, len(os.path.commonprefix([before, after])) - 200)
        found.append(f"answer …{before[at:at + 600]!r}\n     became …{after[at:at + 600]!r}")
    if found:
        counted["differs"] += 1
        print(f"     {recorded} {path} {body!r:.200}:\n     " + "\n     ".join(found), file=sys.stderr)


def round_of(path, body, ports, relay):
    """The answers of two direct requests, one observed and one with usage asked for; what of the request differed."""
    direct, observed, injected = ports
    answers = [ask(direct, path, body) for _ in range(2)] + [ask(observed, path, body)]
    plain_request = relay.requests[-1]
    answers.append(ask(injected, path, body))
    return answers, request_differences(plain_request, relay.requests[-1])


def is_cut_otherwise(one, other):
    """vLLM puts steps into one piece when it is late with the one before."""
    return one.count(b"\n\n") != other.count(b"\n\n") and told(one) == told(other)


def told(body):
    """All text of each choice, wherever the server cut it into pieces."""
    texts = collections.defaultdict(str)
    for line in body.splitlines():
        if line.startswith(b"data: {"):
            for choice in json.loads(line[6:]).get("choices") or []:
                delta = choice.get("delta") or {}
                for name in ("text", "content", "reasoning", "reasoning_content"):
                    texts[choice.get("index"), name] += choice.get(name) or delta.get(name) or ""
    return texts


def is_same(one, other):
    return one.status == other.status and masked(one.body) == masked(other.body)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--servers", default="llama.cpp,vllm,sglang,ollama")
    parser.add_argument("--only", default="", help="recordings whose name has this")
    options = parser.parse_args()
    requests = recorded_requests(pathlib.Path(os.environ.pop("STREAMGAUGE_TRANSCRIPTS", None) or RECORDED))
    requests = [request for request in requests if options.only in request[0]]
    print("| server | recorded requests | equal (of status 200) | the server's own answers vary | differs | asked for usage | taken out |\n|-|-|-|-|-|-|-|")
    differ = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in options.servers.split(","):
            differ += compare(name, requests, folder)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
