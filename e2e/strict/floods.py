"""Floods, bounded in count and time, at streamgauge and Envoy in the same run, each with a well-behaved client beside it.

    python3 e2e/strict/floods.py [--peers envoy,haproxy] [--seconds 10] [--only WORDS] [--cold]

A proxy first gets the flood and the well-behaved client for a while unmeasured (not with --cold): one that runs for weeks is what is asked
about. A row: what was sent, on how many connections (more than at first: the proxy closed some), the well-behaved client's requests, losses and
times, and the most memory (RSS) that the proxy took. The exit code is about streamgauge alone: losses, memory above the container's limit,
a proxy that has ended. Times only print.
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import attacks  # noqa: E402
import harness  # noqa: E402
import interop  # noqa: E402
import peers  # noqa: E402

HERE = pathlib.Path(__file__).parent
MEMORY_MIB_MAX = 128
SAMPLE_SECONDS = 0.05
SETTLE_SECONDS = 0.5
WARM_SECONDS = 4
COLD_SECONDS = 1.5


@contextlib.contextmanager
def plain_server():
    process = subprocess.Popen([sys.executable, str(HERE / "plain_server.py")], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(20)


def start(name, server_port, folder, options):
    if name == "streamgauge":
        return harness.Proxy(f"http://127.0.0.1:{server_port}", folder, *options)
    return peers.Peer(name, server_port, folder, "any", "h1")


def rss_mib(pid):
    """Of the process and its children."""
    kib, todo = 0, [pid]
    while todo:
        each = todo.pop()
        with contextlib.suppress(OSError):
            status = pathlib.Path(f"/proc/{each}/status").read_text()
            kib += next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")), 0)
            todo += [int(child) for child in pathlib.Path(f"/proc/{each}/task/{each}/children").read_text().split()]
    return kib / 1024


def flood(attack, proxy, seconds):
    """(what the attack did, what the steady client got, the most memory)."""
    receiver, sender = multiprocessing.Pipe(False)
    attacker = multiprocessing.Process(target=lambda: sender.send(attack(proxy.port, seconds)), daemon=True)
    steady = subprocess.Popen([sys.executable, str(HERE / "steady.py"), str(proxy.port), str(seconds + 2 * SETTLE_SECONDS)],
                              stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    time.sleep(SETTLE_SECONDS)
    attacker.start()
    most = 0.0
    while steady.poll() is None:
        most = max(most, rss_mib(proxy.process.pid))
        time.sleep(SAMPLE_SECONDS)
    attacker.join(20)
    did = receiver.recv() if receiver.poll(1) else "the attack did not end in time"
    if attacker.is_alive():
        attacker.terminate()
    return did, json.loads(steady.stdout.read()), most


def row(name, did, got, most):
    millis = got["millis"]
    times = [harness.percentile(millis, share) for share in (0.5, 0.99)]
    shown = " | ".join("–" if value is None else f"{value:.1f}" for value in times)
    print(f"| {name} | {did} | {len(millis)} | {got['lost_count']} | {shown} | {most:.0f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default="", help="of envoy, haproxy")
    parser.add_argument("--seconds", type=float, default=10, help="of each flood")
    parser.add_argument("--cold", action="store_true", help="the flood is the first that the process sees")
    parser.add_argument("--only", default="", help="floods whose names have this in them")
    parser.add_argument("--options", default="", help="more options of streamgauge")
    parser.add_argument("--without-us", action="store_true", help="the peers alone")
    options = parser.parse_args()
    multiprocessing.set_start_method("fork")
    os.environ.setdefault("E2E_PEERS", str(interop.HOME / "bin"))
    checks = harness.Checks("floods")
    names = ([] if options.without_us else ["streamgauge"]) + list(filter(None, options.peers.split(",")))
    with plain_server() as server_port, tempfile.TemporaryDirectory() as folder:
        for title, attack in attacks.ALL.items():
            if options.only not in title:
                continue
            print(f"\n**{title}**\n\n| proxy | sent | requests beside it | lost | p50, ms | p99, ms | memory, MiB |\n|-|-|-|-|-|-|-|")
            for name in names:
                # A proxy of its own for each flood, so that memory is this flood's.
                with start(name, server_port, folder, options.options.split()) as proxy:
                    warm = flood(attacks.ALL["nothing"] if options.cold else attack, proxy, COLD_SECONDS if options.cold else WARM_SECONDS)
                    did, got, most = flood(attack, proxy, options.seconds)
                    most = max(most, warm[2])
                    got["lost"] += warm[1]["lost"]
                    got["lost_count"] += warm[1]["lost_count"]
                    row(name, did, got, most)
                    if name == "streamgauge":
                        checks.that(proxy.process.poll() is None, f"{title}: the proxy goes on")
                        checks.that(got["lost_count"] == 0 and got["millis"], f"{title}: nobody else loses anything", "; ".join(got["lost"]))
                        checks.that(most <= MEMORY_MIB_MAX, f"{title}: memory within {MEMORY_MIB_MAX} MiB", f"{most:.0f} MiB")
    return bool(checks.failed)


if __name__ == "__main__":
    sys.exit(main())
