"""Replicas by our own figures: the HorizontalPodAutoscaler of chart/examples/hpa.yaml, on a real control plane.

    python3 e2e/cluster_hpa.py            # as the example says: 20 minutes, for it is slow to take replicas away
    python3 e2e/cluster_hpa.py --quick    # replicas are taken away after 10 s rather than 5 minutes

Real sidecars, at the addresses of a Deployment's pods, in front of one simulator; a real Prometheus that finds and scrapes
them; the adapter's rules of the example, asked exactly as they stand and served through the API server as custom metrics.
First a server whose first tokens are late moves the replicas, then a queue. The queue is the sidecars' own, and the engine's
page says all the while that nobody waits in the engine. `streamgauge cluster` has to tell who scaled and why.
"""

import argparse
import json
import pathlib
import sys
import tempfile
import time

import control_plane
import engine_page
import harness
from cluster import control, load, metrics_api, scraped, stand_ins
from control_plane import kubectl

NS, APP = "streamgauge-hpa", "model"
EXAMPLE = harness.ROOT / "chart/examples/hpa.yaml"
LIMIT = 2
CLIENTS = 8
LATE = "ttft=5s;itl=10ms;tokens=3"
QUICK = "ttft=20ms;itl=20ms;tokens=9"
ENGINE_PAGE = b"""# TYPE vllm:num_requests_waiting gauge
vllm:num_requests_waiting{model_name="m"} 0
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{model_name="m"} 2
"""
OUT_SECONDS_MAX, IN_SECONDS_MAX = 120, 900


def example(path, quick):
    """The adapter's rules, and the autoscaler. kubectl reads the YAML: Python's library does not."""
    rules, scaler = pathlib.Path(path).read_text().split("\n---\n")
    head = "apiVersion: example.test/v1\nkind: Values\nmetadata: {name: adapter}\n"
    rules = json.loads(kubectl("annotate", "--local", "-f", "-", "read=yes", "-o", "json", text=head + rules))["rules"]["custom"]
    scaler = json.loads(kubectl("create", "--dry-run=client", "-f", "-", "-o", "json", text=scaler))
    scaler["metadata"]["namespace"] = NS
    if quick:
        scaler["spec"]["behavior"]["scaleDown"] = {"stabilizationWindowSeconds": 10,
                                                   "policies": [{"type": "Pods", "value": 1, "periodSeconds": 5}]}
    return rules, scaler


class Scaling:
    """One Deployment; its replicas, wanted and ready, and what is told of them."""

    def __init__(self, checks, cluster, api, sidecars):
        self.checks, self.cluster, self.api, self.sidecars = checks, cluster, api, sidecars
        self.kube, self.rows = control.ApiServer(), []

    def row(self, what, command, figure, kept):
        self.checks.that(kept, f"{what} | {command}", figure)
        self.rows.append(f"| {what} | {command} | {figure} |")

    def replicas(self):
        found = self.kube.request("GET", f"/apis/apps/v1/namespaces/{NS}/deployments/{APP}")[1]
        return found["spec"]["replicas"], found["status"].get("readyReplicas", 0)

    def conditions(self):
        found = control.ApiServer().request("GET", f"/apis/autoscaling/v2/namespaces/{NS}/horizontalpodautoscalers/{APP}")[1]
        return [f'{each["type"]}={each["status"]} {each["reason"]}: {each["message"]}' for each in found["status"].get("conditions", [])]

    def seconds_until(self, condition, seconds, what, began):
        harness.wait_until(lambda: time.sleep(0.2) or condition(), seconds, what)
        return time.monotonic() - began

    def hosts(self):
        return [each.host for each in self.sidecars.serving]

    def mean(self, metric):
        """Of the pods, as it was asked last; 0 where there was none."""
        values = self.api.last.get(metric, ("", {}))[1].values()
        return sum(values) / len(values) if values else 0

    def told(self, direction):
        return self.cluster.total("scale_changes_total", namespace=NS, workload=APP, direction=direction, by="autoscaler")

    def out(self, what, metric, target, clients, wish):
        """More replicas, while the load lasts."""
        before, told = self.replicas()[0], self.told("up")
        began, lines = time.monotonic(), len(self.cluster.lines())
        with load.Load(self.hosts, clients, wish) as running:
            known = self.seconds_until(lambda: self.mean(metric) > target, OUT_SECONDS_MAX, f"{metric} above {target}", began)
            value = self.mean(metric)
            wanted = self.seconds_until(lambda: self.replicas()[0] > before, OUT_SECONDS_MAX, "more replicas are wanted", began)
            ready = self.seconds_until(lambda: len(set(self.replicas())) == 1, OUT_SECONDS_MAX, "they are ready", began)
            serving = self.seconds_until(lambda: len(self.sidecars.serving) == self.replicas()[0], OUT_SECONDS_MAX, "they serve", began)
            after = self.replicas()[0]
        self.row(f"{what}: {clients} clients", "the adapter's query of the example", f"{metric} is {value:.1f} a pod after {known:.1f} s (target {target})", True)
        self.row(f"{what}: out", f"kubectl get deployment {APP}", f"{before} → {after} wanted after {wanted:.1f} s, ready after {ready:.1f} s, "
                 f"their sidecars serve after {serving:.1f} s", after > before)
        self.row(f"{what}: answers", "what clients saw", str(running.statuses), set(running.statuses) == {200})
        self.tell(what, lines, "up", told, f"{metric} above target")

    def back(self, what, since):
        """One replica again, without any request."""
        lines, told, before = len(self.cluster.lines()), self.told("down"), self.replicas()[0]
        first = self.seconds_until(lambda: self.replicas()[0] < before, IN_SECONDS_MAX, "fewer replicas are wanted", since)
        last = self.seconds_until(lambda: self.replicas() == (1, 1), IN_SECONDS_MAX, "one replica", since)
        self.row(f"{what}: in", f"kubectl get deployment {APP}", f"{before} → 1: the first was taken away {first:.0f} s after the last request, "
                 f"the last one after {last:.0f} s", True)
        self.tell(f"{what}, in", lines, "down", told, "below target")

    def tell(self, what, lines, direction, told, why):
        """The line waits up to 5 s for the autoscaler's own words."""
        scaled = lambda: [each for each in self.cluster.lines()[lines:] if each["reason"] == "Scaled" and each.get("workload") == APP
                          and each["kind"] == "Deployment" and (each["to"] > each["from"]) == (direction == "up")]
        said = harness.wait_until(scaled, 30, "a line of it")[0]
        self.row(f"{what}: who and why", "jq 'select(.reason==\"Scaled\")'",
                 f'{said["from"]} → {said["to"]} by {said["by"]}: "{said.get("message", "")}"',
                 said["by"] == "autoscaler" and why in said.get("message", ""))
        counted = lambda: self.told(direction) - told
        harness.wait_until(lambda: counted() >= 1, 30, "its count")
        self.row(f"{what}: counted", f'streamgauge_scale_changes_total{{direction="{direction}",by="autoscaler"}}', f"{counted():.0f} more", True)
        desired = lambda: self.cluster.total("replicas", namespace=NS, workload=APP, state="desired")
        harness.wait_until(lambda: desired() == self.replicas()[0], 30, "the same number as kubectl's")
        self.row(f"{what}: wanted", 'streamgauge_replicas{state="desired"}', f"{desired():.0f}", True)


def late(scaling, names):
    """Late first tokens without any queue; and then quick ones, until nine of ten are."""
    metric, target = names["ttft"]
    scaling.out("late first tokens", metric, target, LIMIT, LATE)
    with load.Load(scaling.hosts, LIMIT * 3, QUICK):
        harness.wait_until(lambda: time.sleep(0.2) or scaling.mean(metric) < target / 4, OUT_SECONDS_MAX, "quick first tokens")
    scaling.back("late first tokens", time.monotonic())


def queue(scaling, names):
    metric, target = names["waiting"]
    scaling.out("queue", metric, target, CLIENTS, QUICK)
    scaling.back("queue", time.monotonic())


def figures(scaler):
    """The two metrics of the example, with their targets."""
    found = {each["pods"]["metric"]["name"]: float(each["pods"]["target"]["averageValue"]) for each in scaler["spec"]["metrics"]}
    return {key: next((name, target) for name, target in found.items() if key in name) for key in ("ttft", "waiting")}


def run(checks, options, folder):
    rules, scaler = example(options.example, options.quick)
    engine = engine_page.Engine()
    engine.handle_error = lambda *_: None  # a sidecar that ends, or waits no longer, breaks its look at the page off
    engine.shows(engine_page.TYPES[".txt"], ENGINE_PAGE)
    control.apply(stand_ins.injected(
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": APP, "namespace": NS},
         "spec": {"replicas": 1, "selector": {"matchLabels": {"app": APP}}, "template": labelled(stand_ins.server(**{"ready-delay": "3s"}))}},
        folder, maxConcurrency=LIMIT, engineMetrics=f"http://127.0.0.1:{engine.server_address[1]}/metrics", engineMetricsInterval="1s"))
    with stand_ins.Simulator() as simulator, scraped.by(folder, NS, options.scrape_interval) as port, \
            control_plane.Cluster(folder, "--leader-election", "off") as cluster, metrics_api.served(NS, rules, port, folder) as api, \
            stand_ins.Sidecars(control.ApiServer(), NS, APP, simulator.port, folder) as sidecars:
        scaling = Scaling(checks, cluster, api, sidecars)
        harness.wait_until(lambda: len(sidecars.serving) == 1, 60, "the first sidecar serves")
        control.apply(scaler)
        bounds = lambda: {dict(k)["bound"]: v for k, v in cluster.where("replicas_bound", namespace=NS, workload=APP).items()}
        harness.wait_until(lambda: len(bounds()) == 2, 30, "its bounds")
        scaling.row("bounds", "streamgauge_replicas_bound", str(bounds()), bounds() == {"min": 1, "max": 8})
        names = figures(scaler)
        try:
            for name, phase in (("late", late), ("queue", queue)):
                if not options.only or options.only == name:
                    phase(scaling, names)
        finally:
            for metric, (query, found) in api.last.items():
                harness.say(f"     {metric}: {query} → {found}")
            harness.say(f"     {scaling.conditions()}")
    print("| row | command | figure |\n|-|-|-|\n" + "\n".join(scaling.rows))


def labelled(template):
    template["metadata"]["labels"] = {"app": APP, **template["metadata"]["labels"]}
    return template


def main():
    parser = argparse.ArgumentParser(description=__doc__ + "\n" + control_plane.HELP + "\nAnd a Prometheus with Kubernetes discovery on the path.",
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="replicas are taken away soon")
    parser.add_argument("--only", choices=("late", "queue"), help="one of both")
    parser.add_argument("--scrape-interval", default="15s", help="of Prometheus (15s, as the chart has it)")
    parser.add_argument("--example", default=EXAMPLE, help="another file than chart/examples/hpa.yaml")
    options = parser.parse_args()
    control_plane.needed()
    checks = harness.Checks("cluster_hpa")
    with tempfile.TemporaryDirectory() as folder, control.namespace(NS):
        run(checks, options, folder)
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
