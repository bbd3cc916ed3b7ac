#!/usr/bin/env python3
"""From exec to the first proxied 200 where the container has a share of a processor only: a start of each share in turn, in a
control group of its own. Needs root and cgroups (either version) in which a group may be made."""

import argparse
import http.client
import os
import pathlib
import statistics
import subprocess
import sys
import time

from control_groups import Group
from harness import PROGRAM, Checks, accepts, environment, free_port, say, wait_until

PERIOD_MICROS = 100_000
MUST_SECONDS = {0.2: 2.0}


def share_of(processors):
    group = Group("cpu", "share")
    quota = round(processors * PERIOD_MICROS)
    if group.v2:
        group.write("cpu.max", f"{quota} {PERIOD_MICROS}")
    else:
        group.write("cpu.cfs_period_us", PERIOD_MICROS)
        group.write("cpu.cfs_quota_us", quota)
    return group


def answers(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/v1/models", headers={"Connection": "close"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def start_seconds(share, upstream):
    """Also the processor's seconds that it took."""
    group = share_of(share)
    port = free_port()
    words = ["proxy", "--listen", f"127.0.0.1:{port}", "--admin", f"127.0.0.1:{free_port()}", "--upstream",
             f"http://127.0.0.1:{upstream}", "--access-log", "file:/dev/null"]
    began = time.monotonic()
    proxy = subprocess.Popen(group.command(PROGRAM, *words), env=environment(), stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL)
    try:
        while not answers(port):
            if proxy.poll() is not None or time.monotonic() - began > 60:
                raise SystemExit("it does not start")
            time.sleep(0.002)
        seconds = time.monotonic() - began
        fields = pathlib.Path(f"/proc/{proxy.pid}/stat").read_text().rpartition(")")[2].split()
        return seconds, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    finally:
        proxy.terminate()
        proxy.wait(30)
        group.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shares", default="0.2,0.5,1,2", help="of a processor")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    shares = [float(share) for share in options.shares.split(",")]
    if os.geteuid() != 0:
        say("skipped: a control group needs root")
        return 0
    checks = Checks("start with a share of a processor")
    upstream = free_port()
    simulator = subprocess.Popen([PROGRAM, "simulate", "--listen", f"127.0.0.1:{upstream}"], env=environment(),
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    took = {share: [] for share in shares}
    try:
        wait_until(lambda: accepts(upstream), 60, "the simulator listens")
        for _ in range(options.rounds):
            for share in shares:
                took[share].append(start_seconds(share, upstream))
    finally:
        simulator.terminate()
        simulator.wait(30)
    say("| processors | exec to the first proxied 200, ms: median (least … most) | CPU ms |")
    say("|-|-|-|")
    for share, rounds in took.items():
        seconds = sorted(each[0] for each in rounds)
        cpu = statistics.median(each[1] for each in rounds)
        say(f"| {share:g} | {statistics.median(seconds) * 1000:,.0f} ({seconds[0] * 1000:,.0f} … {seconds[-1] * 1000:,.0f}) "
            f"| {cpu * 1000:,.0f} |")
        if share in MUST_SECONDS:
            checks.that(statistics.median(seconds) <= MUST_SECONDS[share],
                        f"a start with {share:g} processors takes at most {MUST_SECONDS[share]:g} s",
                        f"{statistics.median(seconds):.2f} s")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
