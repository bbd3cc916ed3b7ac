#!/usr/bin/env python3
"""Reads an access log another way than `streamgauge report`, and compares: exact percentiles of the sorted values.

    python3 percentiles.py LOG REPORT.json [--slo-ttft-ms N --slo-tpot-ms N]

Uses numpy if it is there, else plain lists. Ends with exit code 1 if a figure is more than 0.2 % off, or a count at all.
"""
import argparse
import array
import collections
import datetime
import functools
import gzip
import json
import math
import sys

FIGURES = ("ttft", "tpot", "itl", "duration", "queue")
QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
CALLERS = {"ok", "caller_error", "caller_invalid", "caller_disconnect"}
ERROR_MAX = 0.002

try:
    import numpy
except ImportError:
    numpy = None


def ordered(values):
    return numpy.sort(numpy.frombuffer(values)) if numpy is not None else sorted(values)


def figures(line):
    if line.get("operation") == "other":
        return
    yield "ttft", line.get("ttft_ms")
    yield "tpot", line.get("tpot_ms")
    chunks, tokens = line.get("chunks"), line.get("output_tokens")
    if chunks is not None and tokens is not None and abs(chunks - tokens) <= 1:
        yield "itl", line.get("gap_p50_ms")
    if line["outcome"] == "ok":
        yield "duration", line["duration_ms"]
    yield "queue", line.get("queue_ms")


@functools.lru_cache(maxsize=4096)
def second(text):
    return datetime.datetime.strptime(text + "+0000", "%Y-%m-%dT%H:%M:%S%z").timestamp()


def millis(time):
    return second(time[:19]) * 1000 + int(time[20:23])


def verdict(line, ttft_ms, tpot_ms):
    """Of the target ttft<...,tpot<...; None where the request says nothing about it."""
    if line["outcome"] not in CALLERS:
        return "by_error"
    if line["outcome"] in ("caller_error", "caller_invalid"):
        return None
    ttft = line.get("ttft_ms")
    left = line["outcome"] == "caller_disconnect"
    if ttft is None and line.get("stream") and left:
        ttft = line["duration_ms"]
    if ttft is not None and ttft >= ttft_ms:
        return "by_ttft"
    tpot = line.get("tpot_ms")
    if tpot is not None and tpot >= tpot_ms:
        return "by_tpot"
    return "met" if not left and (ttft is not None or tpot is not None) else None


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("log")
    arguments.add_argument("report")
    arguments.add_argument("--slo-ttft-ms", type=float)
    arguments.add_argument("--slo-tpot-ms", type=float)
    args = arguments.parse_args()

    with open(args.report, encoding="utf-8") as report:
        run = json.load(report)["run"]
    last = datetime.datetime.fromisoformat(run["parts"][-1]["start"].replace("Z", "+00:00"))
    until_ms = (last.timestamp() + run["part_seconds"]) * 1000

    values = collections.defaultdict(lambda: array.array("d"))
    outcomes = collections.Counter()
    verdicts = collections.Counter()
    energy = collections.defaultdict(lambda: [0.0, 0])
    running_ms = 0.0
    lines = 0
    opener = gzip.open if args.log.endswith(".gz") else open
    with opener(args.log, "rb") as log:
        for text in log:
            line = json.loads(text)
            lines += 1
            outcomes[line["outcome"]] += 1
            model = line.get("model")
            for figure, value in figures(line):
                if value is not None:
                    values[model, figure].append(value)
            if args.slo_ttft_ms:
                verdicts[verdict(line, args.slo_ttft_ms, args.slo_tpot_ms)] += 1
            joules = line.get("gpu", {}).get("energy_joules")
            if joules is not None and line.get("output_tokens") is not None:
                energy[model][0] += joules
                energy[model][1] += line["output_tokens"]
            if line.get("operation") == "other":
                continue
            came_ms = millis(line["time"])
            ended_ms = min(until_ms, came_ms + line["duration_ms"])
            running_ms += max(0, ended_ms - came_ms - min(line["duration_ms"], line.get("queue_ms", 0)))

    worst, bad = 0.0, []

    def equal(what, ours, theirs):
        if ours != theirs:
            bad.append(f"{what}: {ours} here, {theirs} there")

    def close(what, ours, theirs, least=0.002):
        nonlocal worst
        error = abs(ours - theirs) / max(abs(ours), least)
        worst = max(worst, error)
        if error > ERROR_MAX:
            bad.append(f"{what}: {ours} here, {theirs} there")

    equal("lines", lines, run["lines"]["requests"])
    equal("outcomes", dict(outcomes), run["all"]["outcomes"])
    compared = 0
    for group in [run["all"]] + run["models"]:
        everybody = group is run["all"]
        for figure in FIGURES:
            sets = [v for (m, f), v in values.items() if f == figure and (everybody or m == group.get("model"))]
            if not sets:
                continue
            whole = array.array("d")
            for one in sets:
                whole.extend(one)
            whole = ordered(whole)
            there = group[figure + "_ms"]
            name = f"{'all' if everybody else group.get('model')} {figure}"
            equal(name + " count", len(whole), there["count"])
            close(name + " max", whole[-1], there["max"])
            close(name + " min", whole[0], there["min"])
            close(name + " mean", float(sum(whole) / len(whole) if numpy is None else whole.mean()), there["mean"])
            for label, quantile in QUANTILES.items():
                close(f"{name} {label}", whole[math.ceil(quantile * len(whole)) - 1], there[label])
                compared += 1
        if not everybody and group.get("model") in energy:
            joules, tokens = energy[group.get("model")]
            close("joules per token", joules / tokens, group["energy"]["joules_per_output_token"])
    if args.slo_ttft_ms:
        target = run["all"]["targets"][0]
        for kind in ("met", "by_ttft", "by_tpot", "by_error"):
            equal("target " + kind, verdicts[kind], target[kind])
    seen_ms = sum(part["running"] for part in run["parts"]) * run["part_seconds"] * 1000
    close("requests running, over all time", running_ms, seen_ms)
    for line in bad:
        print(line)
    print(f"{lines} lines, {compared} percentiles compared, largest difference {worst * 100:.3f} %, {len(bad)} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
