"""What the chart gives Prometheus' operator (PodMonitor, ServiceMonitor, PrometheusRule) and Grafana: accepted, and right.

Needs kubectl and helm, KUBECONFIG of an administrator, the operator's definitions in the cluster (CRDs of
monitoring.coreos.com/v1), and promtool on the path or from `prometheus.py get`. Checks that the API server takes them under
strict validation, that what they select is there, by labels and by names of ports, on the chart's Service and pods and on pods
with a native and an ordinary sidecar, and that promtool takes the rules. Everything is in namespaces of its own.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import prometheus  # noqa: E402
from cluster import control  # noqa: E402

CHART = str(harness.ROOT / "chart")
NAME, NAMESPACE, MODELS = "streamgauge", "e2e-streamgauge", "e2e-models"
KINDS = ("podmonitors", "servicemonitors", "prometheusrules")
ON = [word for value in ("podMonitor", "serviceMonitor", "prometheusRule", "dashboards")
      for word in ("--set", f"metrics.{value}.enabled=true")]

checks = harness.Checks("monitors")
rows = []


def row(what, figure):
    rows.append((what, figure))
    harness.say(f"     {what}: {figure}")


def accepted():
    manifests = control.helm("template", NAME, CHART, "-n", NAMESPACE, *ON).stdout
    done = control.run("kubectl", "apply", "--dry-run=server", "--validate=strict", "-n", NAMESPACE, "-f", "-",
                       input_text=manifests, check=False)
    took = [line for line in done.stdout.splitlines() if "dry run" in line]
    checks.that(done.returncode == 0, "the API server takes all of it under strict validation", f"{len(took)} objects {done.stderr.strip()[:300]}")
    spoilt = control.run("kubectl", "apply", "--dry-run=server", "--validate=strict", "-n", NAMESPACE, "-f", "-",
                         input_text=manifests.replace("podMetricsEndpoints:", "podMetricsEndpointz:"), check=False)
    checks.that(spoilt.returncode != 0, "and would not take a wrong field", spoilt.stderr.strip()[-150:])


def picks(selector, labels):
    return all(labels.get(key) == value for key, value in selector["matchLabels"].items())


def service_monitor():
    monitor = control.get("servicemonitor", NAME, "-n", NAMESPACE)
    services = [s for s in control.get("services", "-A")["items"] if picks(monitor["spec"]["selector"], s["metadata"]["labels"])]
    checks.that([s["metadata"]["name"] for s in services] == [NAME], "the ServiceMonitor picks our Service and no other")
    ports = {p["name"]: p for p in services[0]["spec"]["ports"]}
    names = [e["port"] for e in monitor["spec"]["endpoints"]]
    checks.that(all(name in ports for name in names), "its ports are the Service's", f"{names} of {sorted(ports)}")
    pods = [p for p in control.get("pods", "-n", NAMESPACE)["items"] if picks({"matchLabels": services[0]["spec"]["selector"]}, p["metadata"]["labels"])]
    targets = {p["name"] for pod in pods for c in pod["spec"]["containers"] for p in c["ports"]}
    checks.that(len(pods) == 2 and all(ports[name]["targetPort"] in targets for name in names), "the Service leads to both pods' port of that name",
                f"{[ports[n]['targetPort'] for n in names]} of {sorted(targets)}")


def injected(name, annotations):
    """A pod as the API server stores it, with the sidecar that `streamgauge inject` gave it."""
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {
        "name": name, "namespace": MODELS, "labels": {"streamgauge.dev/inject": "true"}, "annotations": annotations},
        "spec": control.deployment(name, MODELS)["spec"]["template"]["spec"]}
    done = subprocess.run([harness.PROGRAM, "inject", "-"], input=json.dumps(pod), capture_output=True, text=True, check=True,
                          env=harness.environment())
    control.kubectl("create", "-f", "-", input_text=done.stdout)
    return control.get("pod", name, "-n", MODELS)


def pod_monitor():
    spec = control.get("podmonitor", f"{NAME}-sidecars", "-n", NAMESPACE)["spec"]
    checks.that(spec["namespaceSelector"] == {"any": True}, "the PodMonitor looks in all namespaces")
    for sidecar in ("native", "ordinary"):
        pod = injected(sidecar, {"streamgauge.dev/sidecar": sidecar})
        ports = {p["name"]: (c["name"], p["containerPort"]) for kind in ("initContainers", "containers")
                 for c in pod["spec"].get(kind, []) for p in c.get("ports", []) if "name" in p}
        names = [e["port"] for e in spec["podMetricsEndpoints"]]
        checks.that(picks(spec["selector"], pod["metadata"]["labels"]) and all(n in ports for n in names),
                    f"it picks a pod with {sidecar} sidecar, and its port is there", f"{[(n, *ports.get(n, ())) for n in names]}")
        paths = {e["path"] for e in spec["podMetricsEndpoints"]}
        checks.that(paths == {"/metrics"}, f"{sidecar}: its path", str(paths))
    plain = control.deployment("plain", MODELS)["spec"]["template"]
    checks.that(not picks(spec["selector"], plain["metadata"]["labels"]), "it picks no pod without a sidecar")


def rules(folder):
    rule = control.get("prometheusrule", NAME, "-n", NAMESPACE)
    file = pathlib.Path(folder) / "rules.json"  # JSON is YAML
    file.write_text(json.dumps({"groups": rule["spec"]["groups"]}))
    tool = prometheus.program("promtool")
    if tool is None:
        checks.that(False, "promtool is there", "get it with e2e/prometheus.py get")
        return
    done = control.run(tool, "check", "rules", str(file), check=False)
    said = " ".join(done.stdout.split()[-3:])
    checks.that(done.returncode == 0, "promtool takes the PrometheusRule's groups", said + done.stderr.strip()[:200])
    names = [r.get("record") or r["alert"] for g in rule["spec"]["groups"] for r in g["rules"]]
    row("rules", f"{len(names)} in {len(rule['spec']['groups'])} groups: {said}")


def dashboards():
    files = sorted((harness.ROOT / "chart" / "dashboards").glob("*.json"))
    found = control.get("configmaps", "-n", NAMESPACE, "-l", "grafana_dashboard=1")["items"]
    checks.that(len(found) == len(files), "a ConfigMap for each dashboard", f"{len(found)} of {len(files)}")
    for each in found:
        for text in each["data"].values():
            json.loads(text)


def main():
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    lacking = [k for k in KINDS if not control.find("crd", f"{k}.monitoring.coreos.com")]
    if lacking:
        sys.exit(f"this cluster has no {', '.join(lacking)}: the definitions of Prometheus' operator are needed")
    with tempfile.TemporaryDirectory() as folder, control.namespace(NAMESPACE), control.namespace(MODELS):
        accepted()
        control.helm("install", NAME, CHART, "-n", NAMESPACE, "--wait", "--timeout", "60s", *ON)
        try:
            service_monitor()
            pod_monitor()
            rules(folder)
            dashboards()
        finally:
            control.helm("uninstall", NAME, "-n", NAMESPACE, "--wait", "--timeout", "60s")
    print("\n".join(f"| {what} | {figure} |" for what, figure in rows))
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
