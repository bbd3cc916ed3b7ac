#!/usr/bin/env python3
"""Writes the dashboards (*.json here) from boards/. Python 3.9 and its library only.

    chart/dashboards/generate.py            # writes them
    chart/dashboards/generate.py --check    # fails where one is not what would be written
"""

import argparse
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

from boards import cluster, overview, replica, slo, slow  # noqa: E402
from boards.panel import RUNBOOKS, as_json  # noqa: E402,F401

BOARDS = (overview.BOARD, replica.BOARD, slow.BOARD, cluster.BOARD, slo.BOARD)
# What Grafana would put in.
CHOSEN = {"$__rate_interval": "5m", "$__range": "1h", "$namespace": ".*", "$workload": ".*", "$pod": ".*", "$model": ".*",
          "$kwh_price": "0.25", "$gpu_hour_price": "2.5"}


def path_of(board):
    return HERE / f"{board.uid.removeprefix('streamgauge-')}.json"


def text_of(board):
    return json.dumps(as_json(board), indent=1, ensure_ascii=False) + "\n"


def queries():
    """Each query with its dashboard and panel."""
    return [(board, panel, ask) for board in BOARDS for panel in board.panels() for ask in panel.asks]


def filled(expr, chosen=None):
    for name, value in (CHOSEN | (chosen or {})).items():
        expr = expr.replace(name, value)
    return expr


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    wanted = {path_of(board): text_of(board) for board in BOARDS}
    stale = [path.name for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    stray = [path.name for path in HERE.glob("*.json") if path not in wanted]
    if options.check:
        for name in stale + stray:
            print(f"{name}: not what generate.py writes; run chart/dashboards/generate.py", file=sys.stderr)
        return 1 if stale or stray else 0
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    for name in stray:
        print(f"{name}: nobody writes it", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
