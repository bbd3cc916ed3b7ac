"""Two alerts provoked for real: streams that stand still, and a queue that fills. A real Prometheus has the rules of chart/rules as they are, scrapes two sidecars in front of
simulators, and is asked what each alert is at: pending, firing, resolved, with the times. A third sidecar, whose streams go on, has to stay silent.

    python3 e2e/alerts.py      # about eight minutes: the rules' own times

Needs Prometheus 3.8 or later on the path.
"""

import contextlib
import http.client
import json
import sys
import tempfile
import threading
import time

import dashboards
import harness
import prometheus
from watched import stack

STUCK, FULL = "StreamgaugeStreamsStuck", "StreamgaugeQueueSaturated"
PODS = {STUCK: "still-0", FULL: "full-0"}
LIMIT, PLACES, WAITING = 2, 10, 9
MINUTES_MAX = 10
CONFIG = """
global: {{scrape_interval: 5s, evaluation_interval: 5s, scrape_native_histograms: true}}
rule_files: ["{rules}/*.rules.yaml"]
scrape_configs:
- job_name: sidecars
  static_configs:
{replicas}
"""


class Stream(threading.Thread):
    """A client that asks for a stream and reads it until it is told to leave."""

    def __init__(self, port, wish):
        super().__init__(daemon=True)
        self.port, self.wish = port, wish
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=900)
        self.start()

    def run(self):
        with contextlib.suppress(OSError, http.client.HTTPException, AttributeError, ValueError):
            self.connection.request("POST", "/v1/chat/completions", json.dumps({**stack.CHAT, "max_tokens": 100_000}),
                                    {"Content-Type": "application/json", "x-simulate": self.wish})
            answer = self.connection.getresponse()
            while answer.read1(4096):
                pass

    def leave(self):
        if self.connection.sock is not None:
            with contextlib.suppress(OSError):
                self.connection.sock.shutdown(2)


def states(port):
    """What each alert is at, by its name and pod."""
    found = prometheus.ask(port, "alerts") or {"alerts": []}
    return {(each["labels"]["alertname"], each["labels"].get("pod")): each for each in found["alerts"]}


class Diary:
    """When each alert came to what, in seconds since its cause began."""

    def __init__(self, port, began):
        self.port, self.began, self.rows, self.seen = port, began, [], {}

    def look(self):
        now = states(self.port)
        for name, pod in PODS.items():
            state = now[name, pod]["state"] if (name, pod) in now else "inactive"
            if state != self.seen.get(name, "inactive"):
                self.note(name, pod, state if state != "inactive" else "resolved", now.get((name, pod)))
            self.seen[name] = state
        return now

    def note(self, name, pod, state, alert):
        said = alert["annotations"]["summary"] if alert else ""
        self.rows.append((name, pod, state, time.monotonic() - self.began, said))
        harness.say(f"{time.monotonic() - self.began:6.0f} s  {name} of {pod}: {state} {said}")

    def until(self, state):
        """Both are at that; or False after a while."""
        deadline = time.monotonic() + MINUTES_MAX * 60
        while time.monotonic() < deadline:
            self.look()
            if all(self.seen.get(name, "inactive") == state for name in PODS):
                return True
            time.sleep(1)
        return False


def run(checks, folder):
    with contextlib.ExitStack() as all_of_it:
        simulator = all_of_it.enter_context(stack.simulator("--itl", "200ms"))
        sidecars = {pod: all_of_it.enter_context(harness.Proxy(f"http://127.0.0.1:{simulator}", folder, *options)) for pod, options in (
            ("still-0", ()), ("full-0", ("--max-concurrency", str(LIMIT), "--max-queue", str(PLACES), "--queue-timeout", "30m")), ("moves-0", ()))}
        text = CONFIG.format(rules=stack.RULES, replicas="\n".join(stack.REPLICA.format(port=each.admin_port, pod=pod) for pod, each in sidecars.items()))
        port = all_of_it.enter_context(prometheus.started(folder, text))
        harness.wait_until(lambda: prometheus.value(port, "sum(up)") == 3, 60, "three sidecars scraped")
        diary = Diary(port, time.monotonic())
        clients = [Stream(sidecars["still-0"].port, "fault=stall;after=5;stall=30m") for _ in range(3)]
        clients += [Stream(sidecars["full-0"].port, "tokens=100000") for _ in range(LIMIT + WAITING)]
        clients += [Stream(sidecars["moves-0"].port, "tokens=100000") for _ in range(3)]
        checks.that(diary.until("firing"), "both fire")
        others = [name for name in states(port) if name not in PODS.items()]
        checks.that(not [pod for _, pod in others if pod == "moves-0"], "a sidecar whose streams go on has no alert", others)
        diary.note("–", "–", "the clients leave", None)
        for each in clients:
            each.leave()
        checks.that(diary.until("inactive"), "both resolve")
        kept = [(name, state) for name, _, state, _, _ in diary.rows]
        for name in PODS:
            checks.that([state for each, state in kept if each == name] == ["pending", "firing", "resolved"], f"{name}: pending, firing, resolved")
        print("| alert | pod | is | after, s | summary |\n|-|-|-|-|-|")
        for row in diary.rows:
            print("| {} | {} | {} | {:.0f} | {} |".format(*row))


def main():
    if not dashboards.native_histograms():
        print("skipped: needs Prometheus 3.8 or later", file=sys.stderr)
        return 0
    checks = harness.Checks("alerts")
    with tempfile.TemporaryDirectory() as folder:
        run(checks, folder)
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
