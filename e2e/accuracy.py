"""What streamgauge says of streams whose truth is known, beside what simpler rules would have said of the same bytes.

    python3 e2e/accuracy.py            # prints the README's table anew, and checks that the README's rows are still like it

Each stream comes from `streamgauge simulate` through the live proxy. The truth is what the simulator was told. "First
byte" and "first chunk" are the times at which the client had the first byte of the body and the first event with data;
"one chunk is one token" counts the events with data (no comments, no [DONE]) and divides the time between the first and
the last by one less. The README's rows are compared by kind, not by milliseconds: counts and outcomes must be equal,
and a time must be early, right or late by the truth as it is there.
"""

import contextlib
import dataclasses
import http.client
import json
import re
import subprocess
import sys
import tempfile
import time

import harness

TTFT_MS, ITL_MS = 800, 25
EARLY_BELOW, LATE_ABOVE = 0.85, 1.4
HEAD = ["stream", "truth", "streamgauge", "first byte", "first chunk", "one chunk is one token"]
USAGE = {"stream_options": {"include_usage": True}}
CONTINUOUS = {"stream_options": {"include_usage": True, "continuous_usage_stats": True}}


@dataclasses.dataclass
class Scripted:
    """One stream and what is true of it."""

    name: str
    wishes: str
    tokens: int
    outcome: str = "ok"
    body: dict = dataclasses.field(default_factory=lambda: USAGE)
    style: str = "vllm"


STREAMS = [
    Scripted("comments until the first token", "tokens=32;comments=50ms", 32),
    Scripted("a role-only chunk ahead", "tokens=32;opening=50ms", 32),
    Scripted("the prompt's progress ahead", "tokens=32", 32, body={**USAGE, "return_progress": True}, style="llamacpp"),
    Scripted("four tokens a chunk", "tokens=32;tokens_per_chunk=4", 32, body=CONTINUOUS),
    Scripted("a tool call only", "tokens=32;tools;opening=50ms", 32),
    Scripted("reasoning first, 16 tokens of it", "tokens=16;reasoning=16", 32),
    Scripted("an error inside a 200", "tokens=32;fault=error_in_stream;after=4", 4, "upstream_stream_error"),
    Scripted("cut short, HTTP whole", "tokens=32;fault=truncate;after=4", 4, "upstream_truncated"),
]


class Simulator:
    def __init__(self, style):
        self.port = harness.free_port()
        self.process = subprocess.Popen(
            [harness.PROGRAM, "simulate", "--style", style, "--listen", f"127.0.0.1:{self.port}"],
            env=harness.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        harness.wait_until(lambda: harness.accepts(self.port), harness.START_SECONDS_MAX, "start of the simulator")

    def close(self):
        self.process.terminate()
        self.process.wait(30)


@dataclasses.dataclass
class Seen:
    """What a client that knows no dialect saw."""

    status: int
    first_byte_ms: float
    chunk_ms: list

    def each_ms(self):
        return (self.chunk_ms[-1] - self.chunk_ms[0]) / (len(self.chunk_ms) - 1)


def ask(port, stream):
    body = json.dumps({"model": "simulated", "stream": True, "messages": [], **stream.body})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    started = time.monotonic()
    connection.request("POST", "/v1/chat/completions", body,
                       {"x-simulate": f"ttft={TTFT_MS}ms;itl={ITL_MS}ms;{stream.wishes}", "content-type": "application/json"})
    answer = connection.getresponse()
    first, chunks, rest = None, [], b""
    while piece := answer.read1(65536):
        now = (time.monotonic() - started) * 1000
        first = first or now
        *events, rest = (rest + piece).split(b"\n\n")
        chunks += [now for event in events if event.startswith(b"data:") and b"[DONE]" not in event]
    connection.close()
    return Seen(answer.status, first, chunks)


def measure(proxy, stream):
    lines = len(proxy.log_lines())
    seen = ask(proxy.port, stream)
    harness.wait_until(lambda: len(proxy.log_lines()) > lines, 30, "the access log's line")
    return row(stream, proxy.log_lines()[-1], seen)


def row(stream, said, seen):
    tokens = f"{said['output_tokens']} tokens" if "output_tokens" in said else f"tokens unknown, {said['chunks']} events"
    answer = f", answer {said['ttfa_ms']:.0f} ms" if "reasoning" in stream.wishes else ""
    true_answer = f", answer {TTFT_MS + 16 * ITL_MS} ms" if answer else ""
    each = f", {said['tpot_ms']:.0f} ms each" if "tpot_ms" in said else ""
    # of the few events before a failure, a pause of any process would be most of it
    naive_each = f", {seen.each_ms():.0f} ms each" if stream.outcome == "ok" else ""
    ok = "ok" if seen.status == 200 else str(seen.status)
    return [stream.name,
            f"{TTFT_MS} ms{true_answer}, {stream.tokens} tokens, {ITL_MS} ms each, {stream.outcome}",
            f"{said['ttft_ms']:.0f} ms{answer}, {tokens}{each}, {said['outcome']}",
            f"{seen.first_byte_ms:.0f} ms", f"{seen.chunk_ms[0]:.0f} ms",
            f"{len(seen.chunk_ms)} tokens{naive_each}, {ok}"]


def table(rows):
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [HEAD, ["-"] * len(HEAD), *rows]) + "\n"


def kinds(cells):
    """A row with each time as early, right or late."""
    truth = [float(number) for number in re.findall(r"(\d+) ms", cells[1])]
    return [cells[0], cells[1], *(kind(cell, truth) for cell in cells[2:])]


def kind(cell, truth):
    def of(match):
        true = truth[-1] if match[2] else truth[1] if match[0].startswith("answer") else truth[0]
        share = float(match[1]) / true
        return "early" if share < EARLY_BELOW else "late" if share > LATE_ABOVE else "right"

    return re.sub(r"(?:answer )?(\d+) ms( each)?", of, cell)


def readme_rows():
    text = (harness.ROOT / "README.md").read_text()
    lines = text[text.index(table([]).splitlines()[0]):].splitlines()[2:] if table([]).splitlines()[0] in text else []
    rows = []
    for line in lines:
        if not line.startswith("| "):
            break
        rows.append([cell.strip() for cell in line.strip("| ").split(" | ")])
    return rows


def main():
    checks = harness.Checks("accuracy")
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as open_ones:
        proxies = {}
        for style in ("vllm", "llamacpp"):
            simulator = Simulator(style)
            open_ones.callback(simulator.close)
            proxies[style] = open_ones.enter_context(harness.Proxy(f"http://127.0.0.1:{simulator.port}", folder))
            measure(proxies[style], STREAMS[0])  # the first is slow everywhere: nothing is compiled yet
        rows = [measure(proxies[stream.style], stream) for stream in STREAMS]
    print(table(rows), end="")
    written = readme_rows()
    checks.that([cells[0] for cells in written] == [cells[0] for cells in rows], "the README has each stream")
    for now, then in zip(rows, written):
        checks.that(kinds(now) == kinds(then), f"{now[0]}: the README's row is of this kind",
                    "" if kinds(now) == kinds(then) else f"{kinds(now)} (in the README: {kinds(then)})")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
