"""Asks real servers through streamgauge, in each dialect that they speak, and compares each answer's counts.

    E2E_ENGINES=FOLDER python3 e2e/compare/dialects.py [--servers ollama,sglang] [--count 10] [--keep FOLDER]

A server that isn't set up is named and left out. Each request is joined with its access-log line by x-request-id; what the
official client was told must be what the line says.
"""

import argparse
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "engines")]
import harness  # noqa: E402 (found through the line above)
import invariants  # noqa: E402
import servers  # noqa: E402

OPENAI = ["openai chat", "openai completions", "openai responses", "anthropic messages"]
BOTH, WHOLE, STREAMED = (True, False), (False,), (True,)
SPOKEN = {
    "llama.cpp": {kind: BOTH for kind in OPENAI + ["llama.cpp completion"]},
    "vllm": {kind: BOTH for kind in OPENAI},
    "sglang": {kind: BOTH for kind in OPENAI + ["sglang generate", "ollama chat", "ollama generate"]},
    "ollama": {kind: BOTH for kind in OPENAI + ["ollama chat", "ollama generate"]},
    "triton": {"triton generate": BOTH, "tritonclient infer, binary": WHOLE, "tritonclient infer, JSON": WHOLE},
    "mlserver": {"tritonclient infer": WHOLE, "mlserver infer_stream": STREAMED},
}
EMPTY_TEXT_IS_A_TOKEN = ("vllm", "sglang")
COMPARED = {"output tokens": "output_tokens", "input tokens": "input_tokens", "cached input tokens": "cached_input_tokens",
            "token events": "chunks", "finish reason": "finish_reason"}
# The contract's words for those of the dialects.
FINISH_WORDS = {"end_turn": "stop", "stop_sequence": "stop", "eos": "stop", "word": "stop", "completed": "stop",
                "max_tokens": "length", "limit": "length", "max_output_tokens": "length", "incomplete": "length"}
HEAD = ("| server | client and operation | | n | " + " | ".join(f"{name} equal" for name in COMPARED)
        + " |\n" + "|-" * (4 + len(COMPARED)) + "|")


def said(one):
    """What the client was told, by the names of the log."""
    finish = one["finish_reason"]
    return one | {"chunks": one["events"], "finish_reason": FINISH_WORDS.get(finish, finish)}


def asked(server, proxy, options):
    """What the clients saw, by what was asked: all of them in one process."""
    whats = [f"{kind}, {'streamed' if stream else 'whole'}" for kind, modes in SPOKEN[server].items() for stream in modes]
    command = [servers.folder() / "clients/bin/python", HERE / "dialect_requests.py", *whats, "--url", proxy.url,
               "--count", options.count, "--prefix", server, *(["--empty-counts"] if server in EMPTY_TEXT_IS_A_TOKEN else [])]
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    seen = (json.loads(line) for line in process.stdout)
    for what, ones in itertools.groupby(seen, lambda one: one["what"]):
        whats.remove(what)
        yield what, list(ones)
    if process.wait() or whats:
        raise RuntimeError(f"the clients ended with {process.returncode} before {whats}")


def joined(proxy, seen):
    wanted = {one["request_id"] for one in seen}
    harness.wait_until(lambda: wanted <= {line["request_id"] for line in proxy.log_lines()} or None, 5, "access-log lines")
    lines = {line["request_id"]: line for line in proxy.log_lines()}
    return [(one, lines[one["request_id"]]) for one in seen]


def differences(pairs, stream):
    for one, line in pairs:
        if line["outcome"] != "ok":
            yield f"{one['request_id']}: outcome {line['outcome']}"
        if line["stream"] != stream:
            yield f"{one['request_id']}: stream {line['stream']}"
        for name, key in COMPARED.items():
            if one[key] is not None and one[key] != line.get(key):
                yield f"{one['request_id']}: {name} {one[key]}, logged {line.get(key)}"


def cell(pairs, key):
    known = [(one[key], line.get(key)) for one, line in pairs if one[key] is not None]
    return f"{sum(theirs == ours for theirs, ours in known)}/{len(known)}" if known else "–"


def compare(checks, server, proxy, options):
    for what, seen in asked(server, proxy, options):
        kind, how = what.rsplit(", ", 1)
        failures = [one["failure"] for one in seen if "failure" in one]
        pairs = joined(proxy, [said(one) for one in seen if "failure" not in one])
        cells = [cell(pairs, key) for key in COMPARED.values()]
        print("| " + " | ".join([server, kind, how, str(len(pairs)), *cells]) + " |", flush=True)
        found = failures + list(differences(pairs, how == "streamed"))
        counted = any("/" in one for one in cells)
        checks.that(not found, f"{what}: each request ok, {'with what the client was told' if counted else 'no counts to compare'}",
                    "; ".join(found[:3]))


def check(server, options):
    checks = harness.Checks(server)
    with tempfile.TemporaryDirectory() as scratch:
        logs = options.keep or scratch
        with servers.running(server, pathlib.Path(logs) / f"{server}.log") as port, \
                harness.Proxy(f"http://127.0.0.1:{port}", logs) as proxy:
            compare(checks, server, proxy, options)
            invariants.check(checks, proxy)
    return checks.failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--servers", default=",".join(SPOKEN))
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--keep", help="a folder for the access logs and the servers' own")
    options = parser.parse_args()
    failed = 0
    print(HEAD, flush=True)
    for server in options.servers.split(","):
        if servers.SERVERS[server](servers.folder()).made.exists():
            failed += check(server, options)
        else:
            harness.say(f"skip {server}: not set up")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
