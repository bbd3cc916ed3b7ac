"""A collector that dies or hangs in the midst of the load, and comes back: what the streams feel, and what is lost.

    OTELCOL=FOLDER/otelcol python3 e2e/otlp_faults.py [--rounds N] [--seconds S]

Needs what otlp.py needs. Two proxies with the same options take the same load in turn, each with a collector of its own;
one collector is killed (SIGKILL, started again) or stopped (SIGSTOP, SIGCONT) for the middle half of each turn of its proxy.
"""

import argparse
import collections
import contextlib
import os
import shutil
import signal
import tempfile
import threading
import time

import harness
from otlp import WARM_SECONDS, Collector, ask, attributes, env, load, number, simulator

TIMEOUT_MS = 2000
AFTERWARDS = 50
SIGNALS = {"traces": "spans", "logs": "log records"}


class Killed:
    name = "killed"

    @staticmethod
    def away(collector):
        collector.kill()

    @staticmethod
    def back(collector):
        collector.start()


class Hung:
    name = "hung"

    @staticmethod
    def away(collector):
        collector.process.send_signal(signal.SIGSTOP)

    @staticmethod
    def back(collector):
        collector.process.send_signal(signal.SIGCONT)


class Arm:
    """One proxy and its collector."""

    def __init__(self, upstream, folder, protocol, started):
        os.makedirs(folder)
        self.collector = Collector(folder)
        started.callback(self.end)
        port = self.collector.grpc if protocol == "grpc" else self.collector.http
        self.proxy = started.enter_context(harness.Proxy(
            upstream, folder, "--otlp-endpoint", f"http://127.0.0.1:{port}", "--otlp-protocol", protocol))
        self.requests, self.p99s = 0, []

    def end(self):
        with contextlib.suppress(ProcessLookupError):
            self.collector.process.send_signal(signal.SIGCONT)
        self.collector.kill()

    def warm(self, workers):
        self.requests += len(load(self.proxy.port, WARM_SECONDS, workers))

    def turn(self, seconds, workers, disturb=None):
        disturber = threading.Thread(target=disturb) if disturb else None
        if disturber:
            disturber.start()
        took = load(self.proxy.port, seconds, workers)
        if disturber:
            disturber.join()
        self.requests += len(took)
        self.p99s.append(harness.percentile(took, .99))

    def items(self, what, result):
        return int(number(self.proxy, "streamgauge_otlp_items_total", signal=what, result=result))

    def counted(self, what):
        return {result: self.items(what, result) for result in ("sent", "failed", "dropped")}

    def all_counted(self):
        return all(sum(self.counted(what).values()) == self.requests for what in SIGNALS)

    def arrived(self):
        """How often each request came, as a span and as a log record."""
        spans, _, logs, _ = self.collector.received()
        return {"traces": collections.Counter(attributes(s)["streamgauge.request_id"] for s in spans if s["kind"] == 2),
                "logs": collections.Counter(attributes(log)["request_id"] for log in logs)}


def disturbance(fault, collector, seconds):
    def run():
        time.sleep(seconds / 4)
        fault.away(collector)
        time.sleep(seconds / 2)
        fault.back(collector)
    return run


def goes_on(checks, title, arm):
    """What is asked for once it is back is sent."""
    before = {what: arm.items(what, "sent") for what in SIGNALS}
    for _ in range(AFTERWARDS):
        ask(arm.proxy.port)
    arm.requests += AFTERWARDS
    harness.wait_until(arm.all_counted, 60, "all requests counted as sent, failed or dropped")
    sent = {what: arm.items(what, "sent") - before[what] for what in SIGNALS}
    checks.that(all(each >= AFTERWARDS for each in sent.values()), f"{title}: when it is back sending goes on", str(sent))


def lost(checks, title, arm):
    arrived = arm.arrived()
    for what, name in SIGNALS.items():
        counted, came = arm.counted(what), len(arrived[what])
        missing, told = arm.requests - came, counted["failed"] + counted["dropped"]
        checks.that(sum(counted.values()) == arm.requests, f"{title}: each of the {name} is counted once", f"{counted} of {arm.requests}")
        checks.that(told > 0, f"{title}: what is lost of the {name} is counted", f"{told} counted, {missing} missing")
        harness.say(f"     {title}, {name}: {arm.requests} requests, {counted}, {came} arrived, "
                    f"{sum(arrived[what].values()) - came} of them twice, {missing} missing")
        yield f"{name}: {counted['failed']} failed, {counted['dropped']} dropped, {missing} missing"


def spread(values):
    return f"{harness.percentile(values, .5):.1f} ({min(values):.1f} … {max(values):.1f})"


def beside(checks, folder, fault, protocol, options):
    title = f"{fault.name}, {protocol}"
    with simulator() as upstream, contextlib.ExitStack() as started, \
            env(OTEL_BSP_SCHEDULE_DELAY="200", OTEL_BLRP_SCHEDULE_DELAY="200", OTEL_EXPORTER_OTLP_TIMEOUT=str(TIMEOUT_MS)):
        calm, hit = (Arm(upstream, f"{folder}/{fault.name}-{protocol[:4]}-{arm}", protocol, started) for arm in ("calm", "hit"))
        for arm in (calm, hit):
            arm.warm(options.workers)
        for turn in range(options.rounds):
            for arm in (calm, hit) if turn % 2 == 0 else (hit, calm):
                arm.turn(options.seconds, options.workers, disturbance(fault, arm.collector, options.seconds) if arm is hit else None)
        goes_on(checks, title, hit)
        harness.wait_until(calm.all_counted, 60, "all requests of the calm proxy counted")
        for what in SIGNALS:
            checks.that(calm.counted(what)["sent"] == calm.requests, f"{title}: beside it nothing is lost", str(calm.counted(what)))
        telling = "; ".join(lost(checks, title, hit))
        for name, arm in (("takes all", calm), (title, hit)):
            print(f"| {name} | {arm.requests} | {spread(arm.p99s)} | {arm.proxy.rss_kib() / 1024:.0f} | {telling if arm is hit else ''} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=12)
    parser.add_argument("--workers", type=int, default=16)
    options = parser.parse_args()
    checks = harness.Checks("otlp")
    if not shutil.which(os.environ.get("OTELCOL", "otelcol")):
        harness.say("skipped: no collector (OTELCOL)")
        return 0
    print("| the collector | requests | p99 of a stream in ms, median of the turns (least … most) | RSS MiB at the end | of it |\n|-|-|-|-|-|")
    with tempfile.TemporaryDirectory() as folder:
        for fault in (Killed, Hung):
            for protocol in ("http/protobuf", "grpc"):
                beside(checks, folder, fault, protocol, options)
    return 1 if checks.failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
