"""AdmissionReviews, good ones and spoilt ones, sent to the webhook itself."""

import base64
import copy
import http.client
import json
import random
import ssl


def good(pod, namespace="models", uid="e2e-1"):
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
            "request": {"uid": uid, "kind": {"group": "", "version": "v1", "kind": "Pod"},
                        "resource": {"group": "", "version": "v1", "resource": "pods"},
                        "name": "", "namespace": namespace, "operation": "CREATE", "dryRun": True,
                        "userInfo": {"username": "e2e"}, "object": pod, "oldObject": None, "options": None}}


def labelled_pod(port=8080):
    return {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"generateName": "model-", "labels": {"streamgauge.dev/inject": "true"}},
            "spec": {"containers": [{
                "name": "model", "image": "ghcr.io/ggml-org/llama.cpp:server",
                "args": ["-m", "/models/tiny.gguf", "--host", "0.0.0.0", "--port", str(port)],
                "ports": [{"name": "http", "containerPort": port}]}]}}


def client(address, authorities, port=443):
    context = ssl.create_default_context(cadata=authorities)
    context.check_hostname = False  # the name is the Service's, and there is no DNS here
    return http.client.HTTPSConnection(address, port, context=context, timeout=15)


def send(address, authorities, body, content_type="application/json", port=443):
    connection = client(address, authorities, port)
    try:
        connection.request("POST", "/inject", body, {"Content-Type": content_type})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def containers_after(review, answer):
    """The names of the pod's containers once the patch is applied: as much of RFC 6902 as the webhook uses."""
    pod = copy.deepcopy(review["request"]["object"])
    response = json.loads(answer)["response"]
    for operation in json.loads(base64.b64decode(response.get("patch", base64.b64encode(b"[]")))):
        *parents, last = [p.replace("~1", "/").replace("~0", "~") for p in operation["path"].split("/")[1:]]
        parent = pod
        for name in parents:
            parent = parent[name]
        if operation["op"] == "remove":
            del parent[last]
        else:
            parent[last] = operation["value"]
    return [c["name"] for kind in ("initContainers", "containers") for c in pod["spec"].get(kind, [])]


WRONG = [None, 0, -1, 2 ** 70, 1.5, True, "", "x", "\x00\ud7ff", [], {}, [None], {"a": None}, "9" * 10_000]


def places(node, path=()):
    yield path
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


def put(node, path, value):
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value


def spoilt(seed):
    """A body, and what was done to a good one."""
    draw = random.Random(seed)
    review = good(labelled_pod())
    kind = seed % 10
    if kind < 6:
        path = draw.choice([p for p in places(review) if p])
        value = draw.choice(WRONG)
        put(review, path, value)
        return json.dumps(review).encode(), f"{'.'.join(map(str, path))} = {str(value)[:20]!r}"
    if kind == 6:
        text = json.dumps(review).encode()
        cut = draw.randrange(len(text))
        return text[:cut], f"cut at {cut}"
    if kind == 7:
        text = bytearray(json.dumps(review).encode())
        for _ in range(8):
            text[draw.randrange(len(text))] = draw.randrange(256)
        return bytes(text), "8 bytes changed"
    if kind == 8:
        containers = review["request"]["object"]["spec"]["containers"]
        many = draw.choice([300, 3000])
        containers.extend({"name": f"c{i}", "image": "x", "ports": [{"containerPort": i}]} for i in range(many))
        return json.dumps(review).encode(), f"{many} containers"
    deep = draw.choice([150, 5_000])
    text = json.dumps(review).replace('"options": null', '"options": ' + '{"a":' * deep + "1" + "}" * deep)
    return text.encode(), f"{deep} levels deep"
