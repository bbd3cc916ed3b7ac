"""The chart's certificates by cert-manager, and by an existing Secret with and without caBundle: served, renewed, trusted.

Needs what cluster_install.py needs, openssl, and for cert-manager's part what certmanager/set-up makes (E2E_CERT_MANAGER):
its controllers and its CA injector as a program, and its definitions. A certificate's Secret is laid
into files as the kubelet does it, some seconds late. Handshakes go on all the while, each trusting what caBundle says at the
time, and reviews by the API server; none may fail. Everything is in namespaces of its own, which it deletes.
"""

import argparse
import base64
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
from cluster import authority, control, process, rotation  # noqa: E402

CHART = str(harness.ROOT / "chart")
NAME, NAMESPACE, MODELS = "streamgauge", "e2e-streamgauge", "e2e-models"
CERT_MANAGER = pathlib.Path(os.environ.get("E2E_CERT_MANAGER", pathlib.Path.home() / ".cache/streamgauge-cert-manager"))
HANDSHAKES, ADMISSIONS = 20, 10  # a second
KUBELET_LATE_SECONDS = 5

checks = harness.Checks("certificates")
rows = []


def row(what, figure):
    rows.append((what, figure))
    harness.say(f"     {what}: {figure}")


class Mounted:
    """A Secret as files, all of them changed at one moment, as the kubelet does it."""

    def __init__(self, secret, folder):
        self.secret, self.folder, self.count = secret, pathlib.Path(folder), 0
        self.folder.mkdir()
        self.link = self.folder / "now"
        self.sync()

    def data(self):
        return control.get("secret", self.secret, "-n", NAMESPACE)["data"]

    def sync(self):
        self.count += 1
        version = self.folder / str(self.count)
        version.mkdir()
        for name, value in self.data().items():
            (version / name).write_bytes(base64.b64decode(value))
        fresh = self.folder / "next"
        fresh.symlink_to(version)
        os.replace(fresh, self.link)

    def options(self, *, with_authority):
        cert, key, ca = (str(self.link / name) for name in ("tls.crt", "tls.key", "ca.crt"))
        return ["--webhook-cert", cert, "--webhook-key", key, *(["--webhook-ca", ca] if with_authority else [])]


class Traffic:
    """Handshakes and admissions while something is changed; who shakes hands looks at caBundle all the time."""

    def __init__(self, release):
        self.handshakes = rotation.Handshakes(release, HANDSHAKES)
        self.admissions = rotation.Admissions(MODELS, ADMISSIONS)
        self.over = threading.Event()
        self.looking = threading.Thread(target=self.look)

    def look(self):
        while not self.over.wait(0.1):
            self.handshakes.look()

    def __enter__(self):
        self.handshakes.look()
        self.looking.start()
        self.handshakes.__enter__()
        self.admissions.__enter__()
        return self

    def __exit__(self, *failure):
        self.admissions.__exit__()
        self.handshakes.__exit__()
        self.over.set()
        self.looking.join()

    def check(self, what):
        for name, each in (("handshakes", self.handshakes), ("admissions", self.admissions)):
            checks.that(not each.failures, f"{what}: no failed {name}", f"{len(each.seconds)}, {len(each.failures)} failed {each.failures[:1]}")
            row(f"{what}: {name}", f"{len(each.seconds)}, {len(each.failures)} failed")


def decoded(text):
    return base64.b64decode(text).decode().strip()


def shown(release):
    """The certificate that the webhook shows."""
    return authority.shown(release.address, 443)


def renewed(release, mounted, change, what):
    """Changes the Secret under traffic, and waits until the webhook shows what is in it then."""
    before, data = shown(release), mounted.data()
    with Traffic(release) as traffic:
        harness.time.sleep(2)
        change()
        harness.wait_until(lambda: mounted.data()["tls.crt"] != data["tls.crt"], 60, "a new certificate in the Secret")
        harness.time.sleep(KUBELET_LATE_SECONDS)
        mounted.sync()
        began = harness.time.monotonic()
        harness.wait_until(lambda: shown(release) != before, 60, "the new certificate shown")
        took = harness.time.monotonic() - began
        harness.time.sleep(3)
    row(f"{what}: files changed → shown", f"{took:.1f} s, without a new start")
    traffic.check(what)


def injects(what):
    name = what.replace(" ", "-").lower()
    control.apply(control.deployment(name, MODELS, 1, {"streamgauge.dev/inject": "true"}))
    harness.wait_until(lambda: len(control.pods(MODELS, name)) == 1, 60, "a pod")
    checks.that("streamgauge" in control.containers(control.pods(MODELS, name)[0]), f"{what}: a pod gets its sidecar by the API server")
    control.kubectl("delete", "deployment", name, "-n", MODELS)


def strictly(*options):
    """Whether the API server takes what the chart renders, and all of it."""
    manifests = control.helm("template", NAME, CHART, "-n", NAMESPACE, *options).stdout
    done = control.run("kubectl", "apply", "--dry-run=server", "--validate=strict", "-n", NAMESPACE, "-f", "-", input_text=manifests, check=False)
    checks.that(done.returncode == 0, "taken under strict validation: " + " ".join(options[1::2]), done.stderr.strip()[:300])


@contextlib.contextmanager
def installed(folder, *options):
    control.helm("install", NAME, CHART, "-n", NAMESPACE, "--wait", "--timeout", "60s", *options)
    try:
        release = process.Release(NAME, NAMESPACE, folder, control.ApiServer())
        yield release
    finally:
        control.helm("uninstall", NAME, "-n", NAMESPACE, "--wait", "--timeout", "60s")


def rights_to_patch_configurations():
    rules = control.get("clusterrole", NAME)["rules"]
    return any("mutatingwebhookconfigurations" in r["resources"] and "patch" in r["verbs"] for r in rules)


# ---- cert-manager

@contextlib.contextmanager
def cert_manager(folder):
    control.kubectl("apply", "--server-side", "-f", str(CERT_MANAGER / "crds"))
    definitions = [n for n in control.kubectl("get", "crd", "-o", "name").split() if n.endswith("cert-manager.io")]
    control.kubectl("wait", "--for=condition=Established", "--timeout=60s", *definitions)
    with open(pathlib.Path(folder) / "cert-manager.log", "wb") as log:
        running = subprocess.Popen([CERT_MANAGER / "cert-manager"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield running
        checks.that(running.poll() is None, "cert-manager ran to the end")
    finally:
        if running.poll() is None:
            running.send_signal(signal.SIGTERM)
        running.wait(30)
        control.kubectl("delete", "--wait", "--timeout=60s", *definitions)


def condition(name, kind):
    found = control.find("certificate", name, "-n", NAMESPACE) or {}
    return next((c["status"] for c in found.get("status", {}).get("conditions", []) if c["type"] == kind), None)


def renew(certificate):
    """As `cmctl renew` does it."""
    now = harness.time.strftime("%Y-%m-%dT%H:%M:%SZ", harness.time.gmtime())
    conditions = control.get("certificate", certificate, "-n", NAMESPACE)["status"]["conditions"]
    conditions = [c for c in conditions if c["type"] != "Issuing"]
    conditions.append({"type": "Issuing", "status": "True", "reason": "ManuallyTriggered", "message": "by e2e", "lastTransitionTime": now})
    control.kubectl("patch", "certificate", certificate, "-n", NAMESPACE, "--subresource=status", "--type=merge",
                    "-p", json.dumps({"status": {"conditions": conditions}}))


def renew_authority(mounted):
    """And then the certificate that it signs."""
    def secret():
        return control.get("secret", f"{NAME}-webhook-ca", "-n", NAMESPACE)["data"]

    before = secret()
    renew(f"{NAME}-webhook-ca")
    harness.wait_until(lambda: secret()["tls.crt"] != before["tls.crt"], 60, "a new authority")
    checks.that(secret()["tls.key"] == before["tls.key"], "an authority's key stays when it is renewed")
    renew(f"{NAME}-webhook")


def by_cert_manager(folder):
    began = harness.time.monotonic()
    strictly("--set", "certificates.mode=certManager")
    strictly("--set", "certificates.mode=certManager", "--set", "certificates.certManager.issuerRef.name=mine",
             "--set", "certificates.certManager.issuerRef.kind=ClusterIssuer")
    with installed(folder, "--set", "certificates.mode=certManager") as release:
        harness.wait_until(lambda: condition(f"{NAME}-webhook", "Ready") == "True", 120, "the Certificate to be ready")
        harness.wait_until(release.ca_bundle, 60, "caBundle by the CA injector")
        row("cert-manager: from helm install to Certificate and caBundle", f"{harness.time.monotonic() - began:.1f} s")
        mounted = Mounted(f"{NAME}-webhook-tls", pathlib.Path(folder) / "cert-manager")
        checks.that(release.ca_bundle() == mounted.data()["ca.crt"], "cert-manager: caBundle is the authority of the Secret")
        checks.that(not rights_to_patch_configurations(), "cert-manager: no right to patch the configuration is asked for")
        with process.ClusterProcess(release, *mounted.options(with_authority=False)) as running:
            running.await_ready(120)
            harness.time.sleep(2)  # the API server reads webhook configurations by watching
            injects("cert manager")
            bundle = release.ca_bundle()
            renewed(release, mounted, lambda: renew(f"{NAME}-webhook"), "cert-manager renews")
            checks.that(release.ca_bundle() == bundle, "cert-manager renews: caBundle stays")
            renewed(release, mounted, lambda: renew_authority(mounted), "cert-manager renews the authority, too")
            # its CA injector keeps the old one beside it
            harness.wait_until(lambda: decoded(mounted.data()["ca.crt"]) in decoded(release.ca_bundle()), 30, "caBundle")
            checks.that(release.ca_bundle() != bundle, "cert-manager renews the authority, too: caBundle has the new one",
                        f"{rotation.authorities(release.ca_bundle())} authorities")
            injects("cert manager again")
            refused = [line for line in running.log().splitlines() if "403" in line]
            checks.that(not refused, "cert-manager: no right is lacking", str(refused[:1]))
    left = [s["metadata"]["name"] for s in control.get("secrets", "-n", NAMESPACE)["items"] if s["metadata"]["name"] != "mine"]
    row("cert-manager: Secrets behind helm uninstall", f"{left}: cert-manager leaves them")
    control.kubectl("delete", "secrets", "--all", "-n", NAMESPACE)


# ---- a Secret of somebody's own

def secret(name, pair, trusted):
    data = {"tls.crt": pair.certificate, "tls.key": pair.key, **({"ca.crt": trusted} if trusted else {})}
    control.apply({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": NAMESPACE}, "type": "kubernetes.io/tls",
                   "data": {k: base64.b64encode(v.encode()).decode() for k, v in data.items()}})


def by_existing_secret(folder):
    """With ca.crt: the leader writes caBundle. Renewed by the same authority, and in two steps by another one."""
    first, second = authority.Authority(folder, "first"), authority.Authority(folder, "second")
    names = [f"{NAME}.{NAMESPACE}.svc"]
    secret("mine", first.signs(names), first.certificate)
    options = ["--set", "certificates.mode=existingSecret", "--set", "certificates.existingSecret=mine"]
    strictly(*options)
    with installed(folder, *options) as release:
        mounted = Mounted("mine", pathlib.Path(folder) / "existing")
        with process.ClusterProcess(release, *mounted.options(with_authority=True)) as running:
            running.await_ready(120).await_trusted()
            harness.time.sleep(2)  # the API server reads webhook configurations by watching
            checks.that(decoded(release.ca_bundle()) == first.certificate.strip(), "existing Secret: caBundle is its ca.crt")
            injects("existing secret")
            renewed(release, mounted, lambda: secret("mine", first.signs(names), first.certificate), "existing Secret renewed")
            both = first.certificate + second.certificate
            secret("mine", first.signs(names), both)
            mounted.sync()
            harness.wait_until(lambda: rotation.authorities(release.ca_bundle()) == 2, 60, "both authorities trusted")
            renewed(release, mounted, lambda: secret("mine", second.signs(names), both), "existing Secret, of another authority")
            secret("mine", second.signs(names), second.certificate)
            mounted.sync()
            harness.wait_until(lambda: decoded(release.ca_bundle()) == second.certificate.strip(), 60, "the new authority alone")
            injects("existing secret again")
            checks.that("403" not in running.log(), "existing Secret: no right is lacking")


def by_bundle_of_values(folder):
    """With caBundle among the values nobody writes it, and there is no right to."""
    mine = authority.Authority(folder, "third")
    secret("mine", mine.signs([f"{NAME}.{NAMESPACE}.svc"]), None)
    bundle = base64.b64encode(mine.certificate.encode()).decode()
    options = ["--set", "certificates.mode=existingSecret", "--set", "certificates.existingSecret=mine", "--set", f"certificates.caBundle={bundle}"]
    with installed(folder, *options) as release:
        checks.that(release.ca_bundle() == bundle, "caBundle of the values is rendered")
        checks.that(not rights_to_patch_configurations(), "caBundle of the values: no right to patch the configuration is asked for")
        mounted = Mounted("mine", pathlib.Path(folder) / "bundle")
        with process.ClusterProcess(release, *mounted.options(with_authority=False)) as running:
            running.await_ready(120)
            harness.time.sleep(2)  # the API server reads webhook configurations by watching
            injects("bundle of values")
            renewed(release, mounted, lambda: secret("mine", mine.signs([f"{NAME}.{NAMESPACE}.svc"]), None), "caBundle of the values, Secret renewed")
            checks.that("403" not in running.log(), "caBundle of the values: no right is lacking")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["secret", "cert-manager"], help="one part of it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, control.namespace(NAMESPACE), control.namespace(MODELS):
        if not options.only or options.only == "secret":
            by_existing_secret(folder)
            by_bundle_of_values(folder)
        if options.only != "secret" and (CERT_MANAGER / "cert-manager").exists():
            with cert_manager(folder):
                by_cert_manager(folder)
        elif options.only != "secret":
            harness.say("skipped: cert-manager's part; certmanager/set-up has not run")
    print("\n".join(f"| {what} | {figure} |" for what, figure in rows))
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
