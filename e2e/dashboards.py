"""Every query of every dashboard, asked of a real Prometheus with native histograms and of one with classic ones, while simulators, sidecars, a driver
without a GPU, an engine's page and the recorded pages of a cluster give them something to tell. Prints a table: a query that finds nothing has to say why.

    python3 e2e/dashboards.py [--seconds 75] [--clients 6] [--pictures FOLDER]

Needs Prometheus 3.8 or later on the path or in E2E_PROMETHEUS (native histograms by its configuration), and a C compiler for the GPU.
"""

import argparse
import math
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.parse

import harness
import prometheus
from watched import picture, stack

sys.path.insert(0, str(harness.ROOT / "chart/dashboards"))
import generate  # noqa: E402

STEP_SECONDS = 2
CHOSEN = {"$__rate_interval": "20s", "$__range": "60s"}
OF_ONE = {"$pod": "llama-0"}
# scrape_native_histograms came with it
WITH_NATIVE = (3, 8)


def native_histograms():
    """Whether this Prometheus takes them by its configuration."""
    program = prometheus.program("prometheus")
    if program is None:
        return False
    said = subprocess.run([program, "--version"], capture_output=True, text=True)
    major, minor = (said.stdout + said.stderr).split("version ")[1].split(".")[:2]
    return (int(major), int(minor)) >= WITH_NATIVE


def chosen(board):
    return CHOSEN | (OF_ONE if board.uid == "streamgauge-replica" else {})


def asked(port, board, ask, start, end):
    """The series that a panel would show, each as its points; points that are no numbers are left out."""
    query = urllib.parse.urlencode({"query": generate.filled(ask.expr, chosen(board)), "start": start, "end": end, "step": STEP_SECONDS})
    data = prometheus.ask(port, f"query_range?{query}")
    if data is None:
        raise RuntimeError(f"Prometheus refuses: {ask.expr}")
    points = [(each["metric"], [(float(at), float(value)) for at, value in each.get("values", []) if math.isfinite(float(value))]) for each in data["result"]]
    return [(labels, values) for labels, values in points if values]


def said(found):
    if not found:
        return "–"
    last = max(values[-1][1] for _, values in found)
    moved = any(value for _, values in found for _, value in values)
    return f"{len(found)} series, {'last at most %.4g' % last if moved else 'all 0'}"


def exemplars(port, start, end):
    """By the panel's own query, as Grafana asks."""
    board, _, ask = next(each for each in generate.queries() if each[2].exemplars)
    query = urllib.parse.urlencode({"query": generate.filled(ask.expr, chosen(board)), "start": start, "end": end})
    data = prometheus.ask(port, f"query_exemplars?{query}") or []
    return [each["labels"] for series in data for each in series["exemplars"]]


def run(checks, options, folder):
    with stack.running(folder, options.clients) as (native, classic, traffic, turned):
        start = time.time()
        time.sleep(options.seconds / 2)
        turned.set()
        time.sleep(options.seconds / 2)
        end = time.time()
        print("| dashboard | panel | query | native histograms | classic histograms | nothing, because |\n|-|-|-|-|-|-|")
        shown, counts = {}, {"data": 0, "reason": 0, "missing": 0}
        for board, panel, ask in generate.queries():
            both = [asked(port, board, ask, start, end) for port in (native, classic)]
            shown[board.uid, panel.title, ask.expr] = both[0]
            has = [bool(each) for each in both]
            result = "data" if all(has) else "reason" if not any(has) and ask.absent else "missing"
            counts[result] += 1
            print(f"| {board.title.split(': ')[-1]} | {panel.title} | {ask.legend or '–'} | {said(both[0])} | {said(both[1])} | {ask.absent if not any(has) else ''} |")
            if result == "missing":
                checks.that(False, f"{board.title} / {panel.title} / {ask.legend}: has data or a reason", f"native {has[0]}, classic {has[1]}: {ask.expr}")
        harness.say(f"{len(shown)} queries: {counts['data']} with data, {counts['reason']} without for a stated reason, {counts['missing']} without; {traffic.sent} requests sent")
        checks.that(prometheus.value(native, "count(streamgauge_time_to_first_token_seconds_bucket)") is None, "the first Prometheus has native histograms alone")
        checks.that(prometheus.value(classic, "count(streamgauge_time_to_first_token_seconds)") is None, "the second has classic ones alone")
        # of the classic one: 3.16 drops those of native histograms where it does not take the classic ones, too
        found = exemplars(classic, start, end)
        checks.that(any("trace_id" in each and "request_id" in each for each in found), "exemplars of the first token lead to traces", len(found))
        if options.pictures:
            picture.draw(options.pictures, shown)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=75)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--pictures", type=pathlib.Path, help="where a page of each dashboard is written, with its curves")
    options = parser.parse_args()
    if not native_histograms():
        print("skipped: needs Prometheus 3.8 or later", file=sys.stderr)
        return 0
    checks = harness.Checks("dashboards")
    with tempfile.TemporaryDirectory() as folder:
        run(checks, options, folder)
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
