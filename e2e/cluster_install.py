"""Installs the chart on a real API server and shows what is promised of it; prints a row for each promise.

Needs kubectl and helm on the path, and KUBECONFIG with a client certificate of an administrator: of a cluster whose
Services' addresses are this machine's own (a service range in 127.0.0.0/8) and whose pods need no kubelet, such as
kube-apiserver with kwok. `streamgauge cluster` runs here, on the Service's address, with the chart's rights and settings.
Listens on port 443 of that address. Everything is in namespaces of its own, which it deletes.
"""

import argparse
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
from cluster import control, process, reviews, rotation  # noqa: E402
from cluster.control import kubectl  # noqa: E402

CHART = str(harness.ROOT / "chart")
NAME, NAMESPACE, MODELS = "streamgauge", "e2e-streamgauge", "e2e-models"
LABEL = '{"spec":{"template":{"metadata":{"labels":{"streamgauge.dev/inject":"true"}}}}}'
TEST_ENDS = "tests.annotations.fake-kubelet/mode=complete"

checks = harness.Checks("cluster")
rows = []


def row(what, figure):
    rows.append((what, figure))
    harness.say(f"     {what}: {figure}")


def chart():
    checks.that(control.helm("lint", "--strict", CHART).returncode == 0, "helm lint --strict")
    first, second = (control.helm("template", NAME, CHART, "-n", NAMESPACE).stdout for _ in range(2))
    checks.that(first == second, "rendered twice it is the same", f"{len(first)} bytes")
    old = control.helm("template", NAME, CHART, "--kube-version", "1.28.4", "-s", "templates/config.yaml").stdout
    checks.that("sidecar: ordinary" in old, "before Kubernetes 1.29 the sidecar is an ordinary container")
    for value, says in (("replicas=two", "replicas"), ("injection.drainTokenKey=0123456789abcdef", "drainTokenKey"),
                        ("injection.proxy.listen=0.0.0.0:1", "listen"), ("injection.proxy.tlsCert=/x", "tlsCert"),
                        ("certificates.caBundle=eA==", "caBundle"), ("injection.proxy.maxConcurency=8", "maxConcurency"),
                        ("injection.mode=sideways", "mode"), ("options.recheckInterval=5", "recheckInterval"),
                        ("webhook.timeoutSeconds=30", "timeoutSeconds")):
        done = control.helm("template", NAME, CHART, "--set", value, check=False)
        lines = [line.strip() for line in done.stderr.splitlines() if says in line]
        checks.that(done.returncode != 0 and lines, f"{value} is refused", lines[-1] if lines else done.stderr[:200])


def install(folder, api):
    seconds = harness.time.monotonic()
    control.helm("install", NAME, CHART, "-n", NAMESPACE, "--create-namespace", "--wait", "--timeout", "60s",
                 "--set", TEST_ENDS)
    row("helm install --wait", f"{harness.time.monotonic() - seconds:.1f} s")
    return process.Release(NAME, NAMESPACE, folder, api)


def injected(app, count):
    found = control.pods(MODELS, app)
    return len(found) == count and all(
        "streamgauge" in control.containers(p) and p["status"].get("phase") == "Running" for p in found)


def label(app, replicas):
    kubectl("patch", "deployment", app, "-n", MODELS, "--type=merge", "-p", LABEL)
    harness.wait_until(lambda: injected(app, replicas), 60, "pods with a sidecar")


def one_label(running):
    control.apply(control.deployment("model", MODELS, 2), control.service("model", MODELS))
    harness.wait_until(lambda: len(control.pods(MODELS, "model")) == 2, 30, "pods")
    checks.that(not injected("model", 2), "without the label no pod is touched")
    before = control.get("service", "model", "-n", MODELS)["spec"]
    seconds = harness.time.monotonic()
    label("model", 2)
    row("label on a Deployment → both pods with sidecar, Running", f"{harness.time.monotonic() - seconds:.1f} s")
    checks.that(control.get("service", "model", "-n", MODELS)["spec"] == before, "the Service is unchanged")
    pod = control.pods(MODELS, "model")[0]
    sidecar = next(c for c in pod["spec"]["initContainers"] if c["name"] == "streamgauge")
    checks.that(sidecar["restartPolicy"] == "Always", "the sidecar is a native one")
    row("injections_total{result=injected}", running.metric("streamgauge_injections_total", result="injected"))


def refusal_has_an_event(running):
    bad = control.deployment("unknown", MODELS, 1, {"streamgauge.dev/inject": "true"},
                             {"name": "model", "image": "example.test/nothing-we-know"})
    control.apply(bad)
    harness.wait_until(lambda: control.events(MODELS, "SidecarRefused"), 30, "an Event of the refusal")
    event = control.events(MODELS, "SidecarRefused")[0]
    checks.that(len(control.pods(MODELS, "unknown")) == 1, "a pod that can't have a sidecar starts all the same")
    row("Event of the refusal", f"{event['involvedObject']['kind']}: {event['message'][:110]}")
    kubectl("delete", "deployment", "unknown", "-n", MODELS)


def webhook_away(release, running):
    running.kill()
    control.apply(control.deployment("while-away", MODELS, 2, {"streamgauge.dev/inject": "true"}),
                  control.deployment("unlabelled", MODELS, 1))

    def started(app, count):
        found = control.pods(MODELS, app)
        return len(found) == count and all(p["status"].get("phase") == "Running" for p in found)

    harness.wait_until(lambda: started("while-away", 2) and started("unlabelled", 1), 60, "pods without a webhook")
    checks.that(True, "webhook killed: labelled and unlabelled pods start")
    with process.ClusterProcess(release) as back:
        back.await_ready()
        seconds = harness.time.monotonic()
        harness.wait_until(lambda: back.metric("streamgauge_uninjected_pods", namespace=MODELS) == 2, 90, "re-check")
        row("ready again → the re-check has counted both", f"{harness.time.monotonic() - seconds:.1f} s (the old lease lasts 15 s)")
        harness.wait_until(lambda: len(control.events(MODELS, "SidecarMissing")) == 2, 30, "Events of the re-check")
        row("Event of the re-check", control.events(MODELS, "SidecarMissing")[0]["message"][:110])
        back.terminate()
    kubectl("delete", "deployment", "while-away", "unlabelled", "-n", MODELS)


def rotate(release, a_second):
    """Two replicas: one is asked, and the other leads or not, as it happens."""
    overlap = ["--webhook-ca-overlap", "5s"]
    with process.ClusterProcess(release, *overlap) as asked, \
            process.ClusterProcess(release, *overlap, webhook=f"127.0.0.1:{harness.free_port()}"):
        asked.await_ready().await_trusted()
        harness.time.sleep(2)  # the API server reads webhook configurations by watching
        before = asked.metric("streamgauge_webhook_certificate_expiry_seconds")
        with rotation.Admissions(MODELS, a_second) as admissions:
            harness.time.sleep(3)
            sizes = rotation.turn(release)
            harness.time.sleep(3)
        took = sorted(admissions.seconds)
        checks.that(not admissions.failures, f"authority turned during {a_second} admissions a second: none fails",
                    f"{len(took)} in {admissions.took:.0f} s, {len(admissions.failures)} failed {admissions.failures[:2]}")
        checks.that(sizes == [1, 2, 1], "the old authority stays trusted beside the new one for a while", str(sizes))
        row("admissions during the turn", f"{len(took)}, {len(took) / admissions.took:.1f} a second, {len(admissions.failures)} failed; dry run by the "
            f"API server p50 {1e3 * harness.percentile(took, .5):.1f} ms, p99 {1e3 * harness.percentile(took, .99):.1f} ms")
        handshakes = rotation.Handshakes(release, a_second)
        handshakes.look()
        with handshakes:
            rotation.turn(release, seen=handshakes.look)
        took = sorted(handshakes.seconds)
        checks.that(not handshakes.failures, f"turned again under {a_second} handshakes and reviews a second: none fails",
                    f"{len(took)} in {handshakes.took:.0f} s, {len(handshakes.failures)} failed {handshakes.failures[:2]}")
        row("handshakes with reviews during a turn", f"{len(took)}, {len(took) / handshakes.took:.1f} a second, {len(handshakes.failures)} failed; "
            f"p50 {1e3 * harness.percentile(took, .5):.1f} ms, p99 {1e3 * harness.percentile(took, .99):.1f} ms")
        reviews_seen = asked.metric("streamgauge_webhook_review_seconds_count")
        mean = asked.metric("streamgauge_webhook_review_seconds_sum") / reviews_seen
        row("the webhook's own part of each", f"{1e3 * mean:.2f} ms on average of {reviews_seen:.0f}")
        row("certificate's time left", f"{before:.0f} s before, {asked.metric('streamgauge_webhook_certificate_expiry_seconds'):.0f} s after")
        row("webhook's memory", f"{asked_rss(asked):.0f} MiB RSS")


def asked_rss(running):
    for line in pathlib.Path(f"/proc/{running.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def spoilt_reviews(release, running, count):
    trusted = control.base64.b64decode(release.ca_bundle()).decode()
    answers = {}
    for seed in range(count):
        body, what = reviews.spoilt(seed)
        status, answer = reviews.send(release.address, trusted, body)
        clear = (status == 200 and json.loads(answer)["response"]["allowed"] is True) or (
            status in (400, 413) and answer.strip())
        if not clear:
            checks.that(False, f"spoilt review {seed} gets a clear answer", f"{what}: {status} {answer[:100]}")
        answers[status] = answers.get(status, 0) + 1
    review = reviews.good(reviews.labelled_pod())
    status, answer = reviews.send(release.address, trusted, json.dumps(review))
    alive = status == 200 and "streamgauge" in reviews.containers_after(review, answer)
    checks.that(alive and running.process.poll() is None, "after them a good one is injected")
    row(f"{count} spoilt AdmissionReviews", ", ".join(f"{n} × {s}" for s, n in sorted(answers.items())) + "; none refuses a pod")


def upgrade(release):
    secret, bundle = release.secret()["data"], release.ca_bundle()
    control.helm("upgrade", NAME, CHART, "-n", NAMESPACE, "--set", TEST_ENDS, "--set", "injection.cpuRequest=50m",
                 "--wait", "--timeout", "60s")
    checks.that(release.secret()["data"] == secret and release.ca_bundle() == bundle,
                "an upgrade leaves certificates and caBundle alone")
    done = control.helm("test", NAME, "-n", NAMESPACE, "--timeout", "60s", check=False)
    checks.that(done.returncode == 0, "helm test", done.stderr[:200])
    release.write_files()


def uninstall():
    control.helm("uninstall", NAME, "-n", NAMESPACE, "--wait", "--timeout", "60s")
    left = [k for k in ("mutatingwebhookconfiguration", "clusterrole", "clusterrolebinding") if control.find(k, NAME)]
    checks.that(not left, "uninstalled: nothing of the cluster's is left", str(left))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=50, help="admissions a second during the turn (50)")
    parser.add_argument("--spoilt", type=int, default=100, help="spoilt reviews (100)")
    options = parser.parse_args()
    chart()
    with tempfile.TemporaryDirectory() as folder, control.namespace(NAMESPACE), control.namespace(MODELS):
        release = install(folder, control.ApiServer())
        try:
            with process.ClusterProcess(release) as running:
                seconds = harness.time.monotonic()
                running.await_ready().await_trusted()
                row("from nothing to certificate and caBundle", f"{harness.time.monotonic() - seconds:.1f} s")
                harness.time.sleep(2)  # the API server reads webhook configurations by watching
                one_label(running)
                refusal_has_an_event(running)
                spoilt_reviews(release, running, options.spoilt)
                webhook_away(release, running)
            rotate(release, options.rate)
            upgrade(release)
        finally:
            uninstall()
    print("\n".join(f"| {what} | {figure} |" for what, figure in rows))
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
