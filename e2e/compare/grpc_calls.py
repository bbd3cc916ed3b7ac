"""Calls real gRPC model servers through streamgauge by their official clients, and compares what both say of each call.

    E2E_ENGINES=FOLDER python3 e2e/compare/grpc_calls.py [--servers "triton gRPC;vllm gRPC"] [--count 10] [--keep FOLDER]

Each call is joined with its access-log line by x-request-id. Before that the same calls go to the server directly: messages,
status and metadata must be the same, the response's x-request-id apart. A server that isn't set up is named and left out.
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
from grpc_expected import AT_ONCE, CLIENTS, EXPECTED  # noqa: E402
from table import median_and_ends  # noqa: E402

COMPARED = {"messages with output": ("events", "chunks"), "output tokens": ("output_tokens",) * 2, "input tokens": ("input_tokens",) * 2,
            "cached input": ("cached_input_tokens",) * 2, "finish reason": ("finish_reason",) * 2}
TIMED = {"first": ("first_ms", "ttft_ms"), "last": ("last_ms", "last_token_ms"), "duration": ("duration_ms", "duration_ms")}
FINISH_WORDS = {"abort": "cancelled"}
OUR_FIELD = "x-request-id"
HEAD = ("| server | way | call | n | " + " | ".join(f"{name} equal" for name in COMPARED) + " | outcome, grpc-status as expected "
        "| as without the proxy | " + " | ".join(f"{name} client − ours, ms" for name in TIMED) + " |\n"
        + "|-" * (6 + len(COMPARED) + len(TIMED)) + "|")


class Way:
    """How the client reaches the server: directly, or through a proxy over plain HTTP/2 or over TLS."""

    def __init__(self, name, port, proxy=None, authority=None):
        self.name, self.target, self.proxy, self.authority = name, f"127.0.0.1:{port}", proxy, authority


def asked(server, way, kinds, options, prefix, concurrency=1):
    """What the client saw, by kind: all of them in one process."""
    client, module = CLIENTS[server]
    command = [servers.folder() / client / "bin/python", HERE / "grpc_requests.py", *kinds, "--server", module, "--target", way.target,
               "--count", options.count, "--prefix", prefix, "--concurrency", concurrency]
    command += ["--authority", way.authority] if way.authority else []
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    seen = [json.loads(line) for line in process.stdout]
    if process.wait() or len(seen) != len(kinds) * options.count:
        raise RuntimeError(f"the client ended with {process.returncode} behind {len(seen)} calls")
    return {what: list(ones) for what, ones in itertools.groupby(seen, lambda one: one["what"])}


def joined(proxy, seen):
    wanted = {one["request_id"] for one in seen}

    def lines():
        found = [line for line in proxy.log_lines() if line["request_id"] in wanted]
        return found if len(found) >= len(wanted) else None
    try:
        found = harness.wait_until(lines, 5, "access-log lines")
    except TimeoutError:
        found = [line for line in proxy.log_lines() if line["request_id"] in wanted]
    by_id = {}
    for line in found:
        by_id.setdefault(line["request_id"], []).append(line)
    return [(one, by_id.get(one["request_id"], [])) for one in seen]


def compared(one, line, names):
    ours, theirs = line.get(names[1]), one.get(names[0])
    if names[0] == "finish_reason":
        theirs = FINISH_WORDS.get(theirs, theirs)
    if names[0] == "events" and ours is None and not line.get("stream"):
        theirs = None
    return theirs, ours


def agree(theirs, ours, expected):
    return theirs is None or theirs == ours or (not expected.whole and (ours or 0) >= theirs)


def differences(one, line, expected):
    if line["outcome"] not in expected.outcomes:
        yield f"outcome {line['outcome']} (expected: {' or '.join(expected.outcomes)})"
    if line.get("grpc_status") not in expected.statuses:
        yield f"grpc_status {line.get('grpc_status')} (expected: {expected.statuses})"
    if line.get("grpc_status") not in (None, one["grpc_status"]) and expected.whole:
        yield f"grpc_status {line['grpc_status']}, the client's {one['grpc_status']}"
    if (line["protocol"], line.get("status", 200 if not one["messages"] else None)) != ("grpc", 200):
        yield f"protocol {line['protocol']}, status {line.get('status')}"
    for name, names in COMPARED.items():
        theirs, ours = compared(one, line, names)
        if not agree(theirs, ours, expected):
            yield f"{name} {theirs}, logged {ours}"


def without_ours(one):
    """Where there is no answer but its status the head is the trailer, too."""
    ours, names = [OUR_FIELD, one["request_id"]], ("said", "messages", "errors", "grpc_status", "grpc_message")
    return {name: one[name] for name in names} | {
        name: [field for field in one[name] or [] if field != ours or (name == "trailing" and one["messages"])]
        for name in ("initial", "trailing")}


def unlike_direct(direct, through, expected):
    """Names what the client saw otherwise. How many messages a busy server makes of its tokens is its own affair."""
    if not expected.whole or not expected.repeats:
        return []
    before, after = without_ours(direct), without_ours(through)
    names = set(before) - ({"messages"} if expected.joins else set())
    return [f"{name} {after[name]} (directly: {before[name]})" for name in sorted(names) if before[name] != after[name]]


def cell(pairs, names, expected):
    known = [both for both in (compared(one, line, names) for one, line in pairs) if both[0] is not None]
    if not known:
        return "–"
    return f"{sum(agree(theirs, ours, expected) for theirs, ours in known)}/{len(known)}"


def row(server, way, call, pairs, wrong, same, expected):
    times = [median_and_ends([one[theirs] - line[ours] for one, line in pairs if one.get(theirs) is not None and ours in line])
             if expected.whole or name != "last" else "–" for name, (theirs, ours) in TIMED.items()]
    cells = [server, way.name, call, str(len(pairs)), *(cell(pairs, names, expected) for names in COMPARED.values()),
             f"{len(pairs) - wrong}/{len(pairs)}", same, *times]
    print("| " + " | ".join(cells) + " |", flush=True)


def compare(checks, server, way, call, seen, direct, expected):
    found = [one["failure"] for one in seen if one["failure"]]
    pairs, wrong = [], 0
    for one, lines in joined(way.proxy, [one for one in seen if not one["failure"]]):
        if len(lines) != 1:
            found.append(f"{one['request_id']}: {len(lines)} access-log lines")
            continue
        pairs.append((one, lines[0]))
        differing = list(differences(one, lines[0], expected))
        wrong += bool(differing)
        found += [f"{one['request_id']}: {difference}" for difference in differing]
    unlike = [unlike_direct(one, two, expected) for one, two in zip(direct, seen) if not one["failure"] and not two["failure"]]
    found += [difference for differing in unlike for difference in differing]
    same = f"{sum(not differing for differing in unlike)}/{len(unlike)}" if expected.repeats and expected.whole else "–"
    row(server, way, call, pairs, wrong, same, expected)
    checks.that(not found, f"{way.name}: {call}", f"{len(found)}: {'; '.join(found[:3])}"[:1500] if found else "")


def through(checks, server, way, direct, options):
    expected = EXPECTED[server]
    seen = asked(server, way, list(expected), options, way.name)
    for kind in expected:
        compare(checks, server, way, kind, seen[kind], direct[kind], expected[kind])
    at_once = [kind for kind in expected if expected[kind].at_once]
    seen = asked(server, way, at_once, options, f"{way.name} at once", AT_ONCE)
    for kind in at_once:
        compare(checks, server, way, f"{kind}, {AT_ONCE} calls at once", seen[kind], direct[kind], expected[kind])
    further = options.count * sum(kind.inferences - 1 for kind in expected.values())
    invariants.check(checks, way.proxy, further_inferences=further)


def certificate(folder):
    folder = pathlib.Path(folder)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem",
                    "-out", folder / "certificate.pem"], check=True, stderr=subprocess.DEVNULL)
    return folder / "certificate.pem", folder / "key.pem"


def check(server, options):
    checks = harness.Checks(server)
    with tempfile.TemporaryDirectory() as scratch:
        logs = options.keep or scratch
        with servers.running(server, pathlib.Path(logs) / f"{server}.log") as port:
            direct = asked(server, Way("direct", port), list(EXPECTED[server]), options, "direct")
            for failure in [one["failure"] for ones in direct.values() for one in ones if one["failure"]]:
                checks.that(False, "directly", failure)
            if "grpc" in options.ways:
                with harness.Proxy(f"grpc://127.0.0.1:{port}", logs) as proxy:
                    through(checks, server, Way("h2c", proxy.port, proxy), direct, options)
            if "tls" in options.ways:
                made, key = certificate(scratch)
                with harness.Proxy(f"h2c://127.0.0.1:{port}", logs, "--tls-cert", made, "--tls-key", key) as proxy:
                    through(checks, server, Way("TLS", proxy.port, proxy, made), direct, options)
    return checks.failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--servers", default=";".join(EXPECTED), help="with ; between them")
    parser.add_argument("--ways", default="grpc,tls", type=lambda text: text.split(","), help="of grpc and tls; none: the server alone")
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--keep", help="a folder for the access logs and the servers' own")
    options = parser.parse_args()
    failed = 0
    print(HEAD, flush=True)
    for server in options.servers.split(";"):
        client = servers.folder() / CLIENTS[server][0] / "bin/python"
        if servers.SERVERS[server](servers.folder()).made.exists() and client.exists():
            failed += check(server, options)
        else:
            harness.say(f"skip {server}: not set up")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
