"""The custom metrics API for an autoscaler: what prometheus-adapter makes of its rules, for pods alone. A rule's query
has <<.Series>>, <<.LabelMatchers>> and <<.GroupBy>> put in, Prometheus is asked exactly that, and each pod gets its value."""

import contextlib
import datetime
import http.server
import json
import pathlib
import re
import ssl
import subprocess
import sys
import threading
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import harness  # noqa: E402
import prometheus  # noqa: E402
from cluster import control  # noqa: E402

VERSION = "custom.metrics.k8s.io/v1beta2"
NAME = "v1beta2.custom.metrics.k8s.io"
FOR_PODS = re.compile(rf"/apis/{re.escape(VERSION)}/namespaces/([^/]+)/pods/\*/([^/]+)$")


class Rule:
    """One of the adapter's; its metric has the name that `name.as` says, else the series'."""

    def __init__(self, rule):
        self.series, self.query = rule["seriesQuery"].split("{")[0], rule["metricsQuery"]
        self.discovery = rule["seriesQuery"]
        self.name = rule.get("name", {}).get("as") or self.series

    def filled(self, namespace, pods):
        matchers = f'namespace="{namespace}",pod{"=~" if len(pods) > 1 else "="}"{"|".join(pods)}"'
        return (self.query.replace("<<.Series>>", self.series).replace("<<.LabelMatchers>>", matchers).replace("<<.GroupBy>>", "pod"))


class Api(http.server.ThreadingHTTPServer):
    """Listens on the Service's own address: there is nothing else that would lead there."""

    def __init__(self, address, rules, prometheus_port, folder):
        super().__init__((address, 443), Handler)
        self.rules = {rule.name: rule for rule in map(Rule, rules)}
        self.prometheus_port, self.lock, self.kube = prometheus_port, threading.Lock(), control.ApiServer()
        self.last = {}
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "metrics.crt", folder / "metrics.key")
        self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        """An API server that breaks a connection off is no news."""

    def offered(self):
        """A metric is there while a series is."""
        return [rule.name for rule in self.rules.values()
                if prometheus.ask(self.prometheus_port, f"series?limit=1&match[]={urllib.parse.quote(rule.discovery)}")]

    def values(self, namespace, selector, metric):
        with self.lock:
            listed = self.kube.request("GET", f"/api/v1/namespaces/{namespace}/pods?labelSelector={urllib.parse.quote(selector)}")[1]
        pods = sorted(each["metadata"]["name"] for each in listed["items"])
        query = self.rules[metric].filled(namespace, pods)
        found = {labels["pod"]: value for labels, value in prometheus.vector(self.prometheus_port, query) if labels.get("pod") in pods}
        self.last[metric] = (query, found)
        return found


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path, _, query = self.path.partition("?")
        code, body = self._answer(urllib.parse.unquote(path).rstrip("/"), urllib.parse.parse_qs(query))
        text = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _answer(self, path, query):
        if path == f"/apis/{VERSION}":
            return 200, {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": VERSION, "resources": [
                {"name": f"pods/{name}", "singularName": "", "namespaced": True, "kind": "MetricValueList", "verbs": ["get"]}
                for name in self.server.offered()]}
        match = FOR_PODS.match(path)
        if match and match[2] in self.server.rules:
            return 200, self._list(match[1], query.get("labelSelector", [""])[0], match[2])
        return 404, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404, "message": path}

    def _list(self, namespace, selector, metric):
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"kind": "MetricValueList", "apiVersion": VERSION, "metadata": {}, "items": [
            {"describedObject": {"kind": "Pod", "apiVersion": "/v1", "namespace": namespace, "name": pod},
             "metric": {"name": metric}, "timestamp": now, "value": f"{int(value * 1000)}m"}
            for pod, value in self.server.values(namespace, selector, metric).items()]}

    def log_message(self, *_):
        pass


def certificate(service, namespace, folder):
    """Its own authority; in PEM."""
    name = f"{service}.{namespace}.svc"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj",
                    f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", folder / "metrics.key", "-out", folder / "metrics.crt"],
                   check=True, capture_output=True)
    return (folder / "metrics.crt").read_bytes()


def available():
    found = control.find("apiservice", NAME)
    return any(each["type"] == "Available" and each["status"] == "True" for each in (found or {}).get("status", {}).get("conditions", []))


@contextlib.contextmanager
def served(namespace, rules, prometheus_port, folder):
    """By the API server, through a Service of that namespace."""
    folder = pathlib.Path(folder)
    authority = certificate("metrics", namespace, folder)
    # the aggregator wants an address to be there, and dials the Service's own
    control.apply(
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "metrics", "namespace": namespace},
         "spec": {"ports": [{"name": "https", "port": 443}]}},
        {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
         "metadata": {"name": "metrics-1", "namespace": namespace, "labels": {"kubernetes.io/service-name": "metrics"}},
         "ports": [{"name": "https", "port": 443, "protocol": "TCP"}], "endpoints": [{"addresses": ["192.0.2.1"], "conditions": {"ready": True}}]})
    api = Api(control.get("service", "metrics", "-n", namespace)["spec"]["clusterIP"], rules, prometheus_port, folder)
    try:
        control.apply({"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": NAME},
                       "spec": {"group": VERSION.split("/")[0], "version": VERSION.split("/")[1], "groupPriorityMinimum": 100,
                                "versionPriority": 100, "caBundle": control.base64.b64encode(authority).decode(),
                                "service": {"name": "metrics", "namespace": namespace}}})
        harness.wait_until(available, 60, "the custom metrics API to be available")
        yield api
    finally:
        control.kubectl("delete", "apiservice", NAME, "--ignore-not-found", "--wait=false", check=False)
        api.shutdown()
        api.server_close()
