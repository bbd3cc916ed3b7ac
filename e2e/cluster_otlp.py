"""A user of the chart turns OTLP on: the stored pod says who sends, and the program, run with just that, tells a real collector.

    KUBECONFIG=... OTELCOL=FOLDER/otelcol python3 e2e/cluster_otlp.py

Needs what cluster_install.py needs, and the collector of otlp.py. What a kubelet would make of the container's variables and
words is made here of the pod as the API server has it.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import otlp  # noqa: E402
from cluster import control, process  # noqa: E402

CHART, LIBRARY = str(harness.ROOT / "chart"), harness.ROOT / "chart" / "library"
NAME, NAMESPACE, MODELS = "streamgauge", "e2e-otlp-streamgauge", "e2e-otlp-models"
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "collector", "namespace": MODELS},
          "stringData": {"headers": "x-tenant=e2e"}}
ATTRIBUTES = "deployment.environment.name=e2e,team=a%20b"
PARENT = """{{- include "streamgauge.sidecar" (dict "image" "x" "upstreamPort" 8001 "options" .Values.options "otlp" .Values.otlp) }}"""

checks = harness.Checks("cluster")


def pod(name, **annotations):
    return {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": MODELS, "labels": {"streamgauge.dev/inject": "true"},
                         "annotations": {f"streamgauge.dev/{key}": value for key, value in annotations.items()}},
            "spec": {"containers": [{"name": "model", "image": "vllm/vllm-openai:v0.32.0",
                                     "args": ["m", "--port", str(harness.free_port()), "--shutdown-timeout", "60"]}]}}


def stored(name, **annotations):
    """As the API server has it once it runs on a node."""
    control.apply(pod(name, **annotations))
    harness.wait_until(lambda: control.get("pod", name, "-n", MODELS)["status"].get("hostIP"), 30, "the pod on its node")
    found = control.get("pod", name, "-n", MODELS)
    return found, next(c for c in found["spec"]["initContainers"] if c["name"] == "streamgauge")


def expanded(text, variables):
    """$(NAME) of what stands before, $$ a dollar sign."""
    return re.sub(r"\$\$|\$\(([A-Za-z_][A-Za-z0-9_]*)\)",
                  lambda m: "$" if m.group(0) == "$$" else variables.get(m.group(1), m.group(0)), text)


def as_kubelet(found, container):
    """Variables and words of the container."""
    fields = {"metadata.name": found["metadata"]["name"], "metadata.namespace": MODELS, "metadata.uid": found["metadata"]["uid"],
              "spec.nodeName": found["spec"]["nodeName"], "status.hostIP": found["status"]["hostIP"]}
    variables = {}
    for each in container["env"]:
        source = each.get("valueFrom", {})
        if "secretKeyRef" in source:
            secret = control.find("secret", source["secretKeyRef"]["name"], "-n", MODELS)
            text = secret and control.base64.b64decode(secret["data"][source["secretKeyRef"]["key"]]).decode()
        else:
            text = fields[source["fieldRef"]["fieldPath"]] if source else expanded(each.get("value", ""), variables)
        if text is not None:
            variables[each["name"]] = text
    return variables, [expanded(word, variables) for word in container["args"]]


def says_who_it_is(collector):
    found, container = stored("chat", **{"otlp-service-name": "chat", "admin-port": str(harness.free_port())})
    variables, words = as_kubelet(found, container)
    checks.that(variables.get("OTEL_EXPORTER_OTLP_HEADERS") == "x-tenant=e2e", "the headers come from the Secret of the pod's namespace")
    upstream = next(word.split("//")[1] for word in words if word.startswith("--upstream="))
    port = int(next(word for word in words if word.startswith("--listen=")).rsplit(":", 1)[1])
    environment = {name: value for name, value in harness.environment().items() if not name.startswith("OTEL_")} | variables
    server = subprocess.Popen([harness.PROGRAM, "simulate", "--listen", upstream], env=harness.environment(),
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    proxy = subprocess.Popen([harness.PROGRAM, *words], env=environment, stdout=subprocess.DEVNULL)
    try:
        harness.wait_until(lambda: harness.accepts(port) and harness.accepts(int(upstream.rsplit(":", 1)[1])), 60, "start of both")
        otlp.ask(port)
        harness.wait_until(lambda: collector.received()[0] and collector.received()[2], 30, "a span and a log record")
    finally:
        for each in (proxy, server):
            each.terminate()
            each.wait(60)
    harness.wait_until(lambda: collector.received()[1], 10, "the metrics of its end")
    wanted = {"service.name": "chat", "k8s.pod.name": "chat", "k8s.namespace.name": MODELS, "k8s.node.name": found["spec"]["nodeName"],
              "k8s.pod.uid": found["metadata"]["uid"], "k8s.container.name": "streamgauge", "service.instance.id": f"{MODELS}.chat",
              "deployment.environment.name": "e2e", "team": "a b"}
    resources = collector.received()[3]
    wrong = [(name, {r.get(name) for r in resources}) for name in wanted if {r.get(name) for r in resources} != {wanted[name]}]
    checks.that(len(resources) >= 3 and not wrong, "spans, log records and metrics arrive with the pod's resource", str(wrong or wanted))


def who_says_no():
    _, container = stored("silent", **{"proxy.otlp-endpoint": "off"})
    checks.that(not [each for each in container["env"] if each["name"].startswith("OTEL_")], "a pod that says off has none of it")


def for_the_node():
    """The address of a collector that runs on each node."""
    found, container = stored("node", **{"proxy.otlp-endpoint": "http://$(NODE_IP):4318"})
    words = as_kubelet(found, container)[1]
    checks.that(f"--otlp-endpoint=http://{found['status']['hostIP']}:4318" in words, "$(NODE_IP) is the node's address",
                found["status"]["hostIP"])
    return container


def without_a_webhook(folder, injected):
    """The library chart's container says the same."""
    parent = pathlib.Path(folder) / "parent"
    (parent / "templates").mkdir(parents=True)
    (parent / "Chart.yaml").write_text(json.dumps({"apiVersion": "v2", "name": "parent", "version": "1.0.0", "dependencies": [
        {"name": "streamgauge-sidecar", "version": "0.1.0", "repository": f"file://{LIBRARY}"}]}))
    (parent / "templates" / "all.yaml").write_text(
        'apiVersion: v1\nkind: Pod\nmetadata: {name: by-library}\nspec:\n  containers: [{name: model, image: x}]\n  initContainers:\n'
        '    {{- include "parent" . | nindent 4 }}\n')
    (parent / "templates" / "_it.tpl").write_text('{{- define "parent" -}}\n' + PARENT + "\n{{- end -}}\n")
    (parent / "values.yaml").write_text(json.dumps({
        "options": {"otlpEndpoint": "http://$(NODE_IP):4318"}, "otlp": {"attributes": ATTRIBUTES, "headersSecret": "collector/headers"}}))
    shutil.copytree(LIBRARY, parent / "charts" / "streamgauge-sidecar")
    rendered = control.helm("template", "by-library", str(parent)).stdout
    made = json.loads(control.kubectl("create", "--dry-run=server", "-n", MODELS, "-o", "json", "-f", "-", input_text=rendered))
    env = {each["name"]: each for each in made["spec"]["initContainers"][0]["env"]}
    theirs = {each["name"]: each for each in injected["env"]}
    same = [name for name in ("NODE_IP", "POD_UID", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_EXPORTER_OTLP_HEADERS")
            if env.get(name) != theirs.get(name)]
    checks.that(not same, "the library chart's container has the same variables", str([(env.get(n), theirs.get(n)) for n in same]))


def run(folder):
    collector = otlp.Collector(folder)
    values = pathlib.Path(folder) / "values.json"
    values.write_text(json.dumps({"injection": {"otlpAttributes": ATTRIBUTES, "otlpHeadersSecret": "collector/headers",
                                                "proxy": {"otlpEndpoint": f"http://$(NODE_IP):{collector.grpc}", "otlpProtocol": "grpc"}}}))
    done = control.helm("template", NAME, CHART, "--set", "injection.otlpAttribute=a", check=False)
    checks.that(done.returncode != 0 and "otlpAttribute" in done.stderr, "a key that is none of ours is refused by the schema", done.stderr.strip()[-120:])
    try:
        control.helm("install", NAME, CHART, "-n", NAMESPACE, "--wait", "--timeout", "60s", "--values", str(values))
        with process.ClusterProcess(process.Release(NAME, NAMESPACE, folder, control.ApiServer())) as running:
            running.await_ready().await_trusted()
            harness.time.sleep(2)  # the API server reads webhook configurations by watching
            control.apply(SECRET)
            says_who_it_is(collector)
            who_says_no()
            without_a_webhook(folder, for_the_node())
    finally:
        control.helm("uninstall", NAME, "-n", NAMESPACE, check=False)
        collector.kill()


def main():
    if not shutil.which(os.environ.get("OTELCOL", "otelcol")):
        harness.say("skipped: no collector (OTELCOL)")
        return 0
    with tempfile.TemporaryDirectory() as folder, control.namespace(NAMESPACE), control.namespace(MODELS):
        run(folder)
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
