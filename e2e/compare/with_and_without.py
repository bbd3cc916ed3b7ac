"""The same request in turn without and with the proxy: what of a time to first token is of our making.

    python3 e2e/compare/with_and_without.py --port 8100
"""

import argparse
import sys
import tempfile
import types

import socket_requests
from table import harness

SHARES = (0.1, 0.5, 0.75, 0.9)
WARM_UP = 20


def once(port, kind, name, number):
    """On a connection of its own, so that neither way has the better one."""
    if hasattr(socket_requests.IN_THREAD, "connection"):
        socket_requests.IN_THREAD.connection.close()
        del socket_requests.IN_THREAD.connection
    options = types.SimpleNamespace(kind=kind, tokens=32, host=f"127.0.0.1:{port}", prefix=name, empty_counts=True)
    return socket_requests.once(options, number)


def row(kind, way, seen):
    cells = []
    for figure in ("ttft_ms", "duration_ms"):
        values = [one[figure] for one in seen]
        cells.append(" / ".join(f"{harness.percentile(values, share):.1f}" for share in SHARES)
                     + f"; {sum(values) / len(values):.1f}")
    return f"| {kind} | {way} | {len(seen)} | " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True, help="where the server listens, serving a model as tiny")
    parser.add_argument("--count", type=int, default=60)
    options = parser.parse_args()
    print("| kind | way | n | TTFT at the client, ms: p10 / p50 / p75 / p90; mean | duration, the same |\n|-|-|-|-|-|")
    with tempfile.TemporaryDirectory() as folder, harness.Proxy(f"http://127.0.0.1:{options.port}", folder) as proxy:
        for kind in ("chat", "completions"):
            for number in range(WARM_UP):
                once(proxy.port, kind, "warm-up", number)
            without, through = [], []
            for number in range(options.count):
                without.append(once(options.port, kind, "without", number))
                through.append(once(proxy.port, kind, "with", number))
            print(row(kind, "without the proxy", without) + "\n" + row(kind, "with it", through), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
