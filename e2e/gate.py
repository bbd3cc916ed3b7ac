"""The queue in front of a model server, under a load that the server has no room for.

    python3 e2e/gate.py                                   # the simulator: does `auto` find how many slots it has?
    E2E_ENGINES=FOLDER python3 e2e/gate.py --llamacpp     # llama.cpp with two slots: with and without a gate

Requests come at random times (Poisson), so many a second whatever became of those before them, as those of many
users do. A row: what was answered and what sent away, and the times to the first token of what was answered, as the
clients saw them. The exit code is about counts: each request has one line in the log, each gauge is back at zero, and,
with the simulator, the limit that was found is within a fifth of its slots (or one of them).
"""

import argparse
import asyncio
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time
import typing

import harness
import invariants

HERE = pathlib.Path(__file__).resolve().parent
ANSWER_SECONDS_MAX = 300
LLAMACPP_SLOTS = 2


class Case(typing.NamedTuple):
    """A simulator, and how long one of its slots is taken by a request in the mean."""
    slots: int
    ttft: str
    itl: str
    tokens: str
    seconds: float


# From a first token that is a small share of the answer to one that is most of it, and one that differs from request to request.
CASES = (Case(4, "uniform(40ms,60ms)", "10ms", "uniform(20,60)", 0.45), Case(16, "uniform(40ms,60ms)", "10ms", "uniform(20,60)", 0.45),
         Case(8, "300ms", "5ms", "10", 0.345), Case(10, "400ms", "10ms", "5", 0.44), Case(6, "100ms", "10ms", "30", 0.39),
         Case(8, "uniform(210ms,390ms)", "5ms", "10", 0.345))


def request(number, tokens):
    body = json.dumps({"model": "tiny", "max_tokens": tokens, "ignore_eos": True, "temperature": 0, "seed": number, "stream": True,
                       "messages": [{"role": "user", "content": f"Count from {number}."}]}).encode()
    return (f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def has_token(line):
    if not line.startswith(b"data: {"):
        return False
    choices = json.loads(line[6:]).get("choices") or [{}]
    return bool(choices[0].get("delta", {}).get("content"))


async def ask(port, number, tokens):
    """(status, seconds to the first token or None)."""
    began, first, status = time.monotonic(), None, None
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    try:
        writer.write(request(number, tokens))
        status = int((await reader.readline()).split()[1])
        while line := await reader.readline():
            if first is None and has_token(line):
                first = time.monotonic() - began
    finally:
        writer.close()
    return status, first


async def load(port, rate, seconds, tokens, seed):
    """All answers to requests that come at this rate for so long."""
    chance, tasks, at = random.Random(seed), [], time.monotonic()
    end = at + seconds
    while at < end:
        await asyncio.sleep(max(0, at - time.monotonic()))
        tasks.append(asyncio.create_task(asyncio.wait_for(ask(port, len(tasks), tokens), ANSWER_SECONDS_MAX)))
        at += chance.expovariate(rate)
    return await asyncio.gather(*tasks)


def row(name, answers):
    times = sorted(first for status, first in answers if status == 200 and first is not None)
    refused = sum(status == 503 for status, _ in answers)
    shown = " | ".join(f"{harness.percentile(times, share):.2f}" if times else "–" for share in (0.5, 0.99))
    print(f"| {name} | {len(answers)} | {len(times)} | {refused} | {shown} |", flush=True)


def finish(checks, proxy, name, answers):
    checks.that(all(status in (200, 503) for status, _ in answers), f"{name}: each request is answered or sent away")
    invariants.check(checks, proxy)
    checks.that(len(proxy.log_lines()) == len(answers), f"{name}: a line for each request")


def limits_seen(proxy, stop):
    """The adaptive limit, ten times a second, until told to stop."""
    seen = []
    while not stop.is_set():
        seen.append((time.monotonic(), invariants.total(proxy.admin("/metrics"), "streamgauge_concurrency_limit")))
        stop.wait(0.1)
    return seen


async def knee(checks, case, seconds, seed, folder):
    port = harness.free_port()
    slots, name = case.slots, f"{case.slots} slots, {case.ttft}, {case.itl}, {case.tokens}"
    simulator = subprocess.Popen([harness.PROGRAM, "simulate", "--listen", f"127.0.0.1:{port}", "--slots", str(slots), "--ttft", case.ttft,
                                  "--itl", case.itl, "--tokens", case.tokens], stderr=subprocess.DEVNULL, env=harness.environment())
    try:
        harness.wait_until(lambda: harness.accepts(port), harness.START_SECONDS_MAX, "start of the simulator")
        with harness.Proxy(f"http://127.0.0.1:{port}", folder, "--max-concurrency", "auto", "--queue-timeout", "10s") as proxy:
            stop, found = threading.Event(), []
            watching = threading.Thread(target=lambda: found.extend(limits_seen(proxy, stop)))
            watching.start()
            began = time.monotonic()
            # Half as many again as it can serve.
            answers = await load(proxy.port, 1.5 * slots / case.seconds, seconds, 60, seed)
            ended = began + seconds
            stop.set()
            watching.join()
            settled = [limit for at, limit in found if began + seconds / 2 < at < ended]
            mean = sum(settled) / len(settled)
            row(f"simulator with {name}, auto: {mean:.1f} in the mean", answers)
            checks.that(abs(mean - slots) <= max(1, 0.2 * slots), f"the limit found for {name} is within a fifth", f"{mean:.1f}")
            finish(checks, proxy, name, answers)
    finally:
        simulator.terminate()
        simulator.wait(20)


async def llamacpp(checks, options, folder):
    engines = pathlib.Path(os.environ["E2E_ENGINES"])
    port = harness.free_port()
    server = subprocess.Popen([engines / "llamacpp/bin/python", HERE / "engines/llamacpp_server.py", engines / "models/tiny/tiny.gguf", str(port),
                               str(LLAMACPP_SLOTS)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        harness.wait_until(lambda: harness.accepts(port), harness.START_SECONDS_MAX, "start of llama.cpp")
        kinds = {"no gate": [], "gate at 2": ["--max-concurrency", "2"], "gate at 2, 4 wait": ["--max-concurrency", "2", "--max-queue", "4"],
                 "auto": ["--max-concurrency", "auto"]}
        for turn in range(options.rounds):
            for name, arguments in kinds.items():
                with harness.Proxy(f"http://127.0.0.1:{port}", folder, *arguments) as proxy:
                    answers = await load(proxy.port, options.rate, options.seconds, options.tokens, turn)
                    row(f"llama.cpp, {name}, round {turn + 1}", answers)
                    finish(checks, proxy, name, answers)
    finally:
        server.terminate()
        server.wait(20)


async def run(options):
    checks = harness.Checks("gate")
    print("| server and gate | requests | answered | sent away | TTFT p50, s | p99, s |\n|-|-|-|-|-|-|")
    with tempfile.TemporaryDirectory() as folder:
        if options.llamacpp:
            await llamacpp(checks, options, folder)
        else:
            for turn in range(options.rounds):
                for case in CASES:
                    await knee(checks, case, options.seconds, turn, folder)
    return bool(checks.failed)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llamacpp", action="store_true")
    parser.add_argument("--seconds", type=float, default=40, help="of each load")
    parser.add_argument("--rate", type=float, default=8, help="requests a second for llama.cpp")
    parser.add_argument("--tokens", type=int, default=64, help="of each answer of llama.cpp")
    parser.add_argument("--rounds", type=int, default=2)
    return asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
