"""The corpus where HTTP/2 is spoken on one side or both, against streamgauge and other proxies in the same run.

    python3 e2e/strict/run2.py [--peers envoy,nginx,haproxy] [--ways h2-h1,h2-h2,h1-h2] [--only WORDS] [-v]

A way is what the client speaks, and what the server does. As in run.py each case has a connection of its own; behind it come a
good request on the same connection, where it may go on, and one on a new connection. The exit code is about streamgauge alone.
"""

import argparse
import concurrent.futures
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import bad_requests  # noqa: E402
import bad_requests2  # noqa: E402
import client2  # noqa: E402
import harness  # noqa: E402
import hostile_responses  # noqa: E402
import hostile_responses2  # noqa: E402
import peers  # noqa: E402
import run  # noqa: E402
import upstream  # noqa: E402
import upstream2  # noqa: E402
import wire  # noqa: E402

AFTER = 2_001
CLOSE_SECONDS_MAX = 2.5


def next_works(port):
    with client2.Client(port) as client:
        client.get(1, b"/good")
        answer = client.final(1)
    return None if isinstance(answer, wire.Message) and answer.body == b"/good" else f"the next connection: {run.said(answer)}"


def after(client, stream=AFTER):
    """What is wrong with a good request behind the case on this connection, or None."""
    if not client.usable():
        return None
    client.get(stream, b"/after")
    answer = client.final(stream)
    # The connection may end with the answer before it.
    if answer == "goaway 0" or (answer == "cut" and client.side.goaway):
        return None
    return None if isinstance(answer, wire.Message) and answer.body == b"/after" else f"the next answer here: {run.said(answer)}"


def judge_request(case, port, server):
    """What is wrong, or None."""
    server.forget()
    with client2.Client(port, case.first) as client:
        client.send(case.data)
        answer = alive(client) if case.stream is None else client.final(case.stream)
        wrong = None
        if isinstance(answer, wire.Message) or answer.startswith("rst"):
            wrong = None if case.stream is None else after(client)
        elif answer.startswith("goaway"):
            client.until(lambda: False, CLOSE_SECONDS_MAX)
            wrong = "GOAWAY, but the connection stays open" if client.end == "open" and not client.broken else None
        time.sleep(0.01)
        requests, broken = server.seen()
    if broken:
        return f"forwarded what no strict server takes: {broken[0]}"
    requests = [request for request in requests if request.start[1] not in (b"/after", b"/begun")]
    if hidden(requests):
        return f"what was hidden came out as a request or a field; the answer: {run.said(answer)}"
    if requests and case.stream is not None:
        return forwarded(case, requests, answer) or wrong or next_works(port)
    return refused(case, answer) or wrong or next_works(port)


def alive(client):
    """"alive" if a good request on this connection works, else what came instead."""
    client.get(AFTER, b"/after")
    answer = client.final(AFTER)
    return "alive" if isinstance(answer, wire.Message) and answer.body == b"/after" else answer if isinstance(answer, str) else run.said(answer)


def hidden(messages):
    return any(message.start[1].startswith(b"/hidden") or message.all(b"hidden") or b"hidden" in dict(message.trailers) for message in messages)


def forwarded(case, requests, answer):
    allowed = case.allowed.split()
    if answer_is_error(answer) and "forward" not in allowed:
        return f"forwarded, then answered {run.said(answer)}"
    whole = wire.Message((), []) if "early" in allowed and answer != "hang" else answer
    wrong = run.forwarded(case, requests, whole)
    if wrong:
        return wrong
    for name, value in case.fields:
        if value not in requests[-1].all(name):
            return f"forwarded with {name!r} of {requests[-1].all(name)!r} (expected: {value!r})"
    return None


def answer_is_error(answer):
    return not isinstance(answer, wire.Message) or int(answer.start[1]) >= 400


def refused(case, answer):
    allowed = case.allowed.split()
    if isinstance(answer, wire.Message):
        kept = int(answer.start[1]) >= 400 and run.allowed_status(int(answer.start[1]), allowed)
    elif answer in ("cut", "hang") or answer.startswith("goaway"):
        kept = ("wait" if answer == "hang" else "goaway") in allowed
    else:
        kept = answer.split()[0] in allowed
    # Junk in place of the preface may be answered in HTTP/1.1, which our reader takes for a broken frame.
    kept = kept or (case.first is not None and isinstance(answer, str) and answer.startswith("broken"))
    return None if kept else f"answered: {run.said(answer)} (expected: {case.allowed})"


def judge_response(case, port, server):
    server.script = (case.answer, case.end)
    try:
        with client2.Client(port) as client:
            client.get(1, b"/case", case.method)
            answer = client.final(1)
            wrong = seen(case, answer)
            if case.end == "early":
                server.script = None
            time.sleep(0.06 if isinstance(case.answer, list) else 0)
            wrong = wrong or after(client) or after(client, AFTER + 2)
    finally:
        server.script = None
    return wrong or next_works(port)


def seen(case, answer):
    if isinstance(answer, str) and answer.startswith(("rst", "goaway")):
        answer = "cut"
    if isinstance(answer, wire.Message) and (answer.all(b"hidden") or b"hidden" in dict(answer.trailers)):
        return "what was hidden came out as a field"
    return run.seen(case, answer)


# What the client speaks, and the server: the server, the requests, the answers.
WAYS = {
    "h2-h1": (upstream.Upstream, (bad_requests2, judge_request), (hostile_responses, judge_response)),
    "h2-h2": (upstream2.Upstream, (bad_requests2, judge_request), (hostile_responses2, judge_response)),
    "h1-h2": (upstream2.Upstream, (bad_requests, run.judge_request), (hostile_responses2, run.judge_response)),
}


def chosen(cases, only):
    return [case for case in cases.all_cases() if only in case.name]


def start(name, way, server_port, folder):
    client_speaks, server_speaks = way.split("-")
    if name == "streamgauge":
        return harness.Proxy(f"{'h2c' if server_speaks == 'h2' else 'http'}://127.0.0.1:{server_port}", folder)
    return peers.Peer(name, server_port, folder, client_speaks, server_speaks)


def run_one(name, way, folder, only):
    """The failures, (kind, case, what), of one proxy, which is started again where a case ended it."""
    start_server, *kinds = WAYS[way]
    server, failures = start_server(), []
    todo = [(kind, case, judge) for kind, (cases, judge) in zip(("requests", "answers"), kinds) for case in chosen(cases, only)]
    while todo:
        with start(name, way, server.port, folder) as proxy:
            while todo and proxy.process.poll() is None:
                kind, case, judge = todo.pop(0)
                try:
                    wrong = judge(case, proxy.port, server)
                except OSError as error:
                    wrong = f"no connection: {error}"
                if wrong and proxy.process.poll() is not None:
                    wrong = f"the proxy has ended: {wrong}"
                if wrong:
                    failures.append((kind, case, wrong))
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default="", help="of envoy, nginx, haproxy; from the folder E2E_PEERS, or from PATH")
    parser.add_argument("--ways", default=",".join(WAYS), help="of h2-h1, h2-h2, h1-h2")
    parser.add_argument("--only", default="", help="cases whose names have this in them")
    parser.add_argument("--without-us", action="store_true", help="the peers alone")
    parser.add_argument("-v", action="store_true", help="show the failures of the peers, too")
    options = parser.parse_args()
    names = ([] if options.without_us else ["streamgauge"]) + list(filter(None, options.peers.split(",")))
    ways, failed, rows = options.ways.split(","), 0, {name: [] for name in names}
    for way in ways:
        totals = {kind: len(chosen(cases, options.only)) for kind, (cases, _) in zip(("requests", "answers"), WAYS[way][1:])}
        with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(len(names)) as pool:
            results = list(zip(names, pool.map(lambda name: run_one(name, way, folder, options.only), names)))
        for name, failures in results:
            for kind, case, wrong in failures if options.v or name == "streamgauge" else []:
                harness.say(f"FAIL {name}: {way}: {kind}: {case.name} (RFC {case.section}): {wrong}")
            failed += len(failures) if name == "streamgauge" else 0
            counts = {kind: sum(failure[0] == kind for failure in failures) for kind in totals}
            rows[name] += [f"{totals[kind] - counts[kind]} | {counts[kind]}" for kind in totals]
    print("| proxy | " + " | ".join(f"{way} requests: passed | failed | answers: passed | failed" for way in ways) + " |")
    print("|-" * (1 + 4 * len(ways)) + "|")
    for name in names:
        print(f"| {name if name == 'streamgauge' else f'{name} {peers.version(name)}'} | " + " | ".join(rows[name]) + " |")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
