"""Installs the first chart that could be installed, as version 0.0.1, and upgrades it to this one; then back, away, and again.

Needs what cluster_install.py needs, and git with the history of this repository. The program is today's throughout; what the
old chart calls by another name is given to it by today's. Shows: values and certificates are kept,
and pods get their sidecars before, during and behind the upgrade and the rollback; values that the old chart took and this
one does not are refused with a readable word, and nothing is changed; `helm uninstall` leaves nothing but the replicas'
Lease; a second installation over what was left works. Everything is in namespaces of its own, which it deletes.
"""

import argparse
import io
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
from cluster import control, process, rotation  # noqa: E402

CHART = str(harness.ROOT / "chart")
NAME, NAMESPACE, MODELS = "streamgauge", "e2e-streamgauge", "e2e-models"
OLD_VERSION = "0.0.1"
VALUES = ["--set", "injection.cpuRequest=37m", "--set", "options.recheckInterval=7m", "--set", "commonLabels.team=e2e"]
A_SECOND = 10

checks = harness.Checks("upgrade")
rows = []


def row(what, figure):
    rows.append((what, figure))
    harness.say(f"     {what}: {figure}")


def git(*words):
    return subprocess.run(["git", "-C", harness.ROOT, *words], capture_output=True, check=True).stdout


def old_chart(folder, commit):
    """Of a commit; else of the first that had the chart's roles, without which nothing ran."""
    commit = commit or git("log", "--reverse", "--format=%h", "--diff-filter=A", "--", "chart/templates/rbac.yaml").decode().split()[0]
    with tarfile.open(fileobj=io.BytesIO(git("archive", commit, "chart"))) as archive:
        archive.extractall(folder, filter="data")
    chart = pathlib.Path(folder) / "chart"
    lines = (chart / "Chart.yaml").read_text().splitlines()
    (chart / "Chart.yaml").write_text("\n".join(f"version: {OLD_VERSION}" if line.startswith("version:") else line for line in lines) + "\n")
    row("upgraded from", f"the chart of {commit}, as {OLD_VERSION}")
    return str(chart)


def helm(*words, check=True):
    return control.helm(*words, "-n", NAMESPACE, check=check)


def values():
    return json.loads(helm("get", "values", NAME, "-o", "json").stdout)


def chart_version():
    return json.loads(helm("list", "-o", "json").stdout)[0]["chart"]


def in_todays_words(release):
    """An option that had another name then."""
    file = release.folder / "cluster.yaml"
    file.write_text(re.sub("^lease:", "leaseName:", file.read_text(), flags=re.MULTILINE))


def fresh_pod(name, cpu):
    """A pod made now has the sidecar, and that of the policy that was given at the installation."""
    control.apply(control.deployment(name, MODELS, 1, {"streamgauge.dev/inject": "true"}))
    harness.wait_until(lambda: len(control.pods(MODELS, name)) == 1, 60, f"a pod of {name}")
    pod = control.pods(MODELS, name)[0]
    sidecar = [c for c in pod["spec"].get("initContainers", []) if c["name"] == "streamgauge"]
    checks.that(sidecar and sidecar[0]["resources"]["requests"]["cpu"] == cpu, f"{name}: a new pod has its sidecar, as the values say",
                json.dumps(sidecar[0]["resources"]) if sidecar else "none")


class Kept:
    """What an upgrade may not change."""

    def __init__(self, release):
        self.release, self.before = release, self.now(release)

    @staticmethod
    def now(release):
        return release.secret()["data"], release.ca_bundle(), values()

    def check(self, when):
        names = [n for n, a, b in zip(("certificates", "caBundle", "values"), self.before, self.now(self.release)) if a != b]
        checks.that(not names, f"{when}: certificates, caBundle and values are kept", f"changed: {names}" if names else "")


def up_and_back(release, old):
    """Under admissions all the while; the running process is as a pod that was not replaced yet, then a new one is."""
    kept = Kept(release)
    with process.ClusterProcess(release) as running:
        running.await_ready()
        with rotation.Admissions(MODELS, A_SECOND) as admissions:
            seconds = harness.time.monotonic()
            helm("upgrade", NAME, CHART, "--reset-then-reuse-values", "--wait", "--timeout", "60s")
            row("helm upgrade --reset-then-reuse-values --wait", f"{harness.time.monotonic() - seconds:.1f} s; {chart_version()}")
            kept.check("upgraded")
            helm("rollback", NAME, "1", "--wait", "--timeout", "60s")
            row("helm rollback", chart_version())
            kept.check("rolled back")
            helm("upgrade", NAME, CHART, "--reuse-values", "--wait", "--timeout", "60s")
            kept.check("upgraded with --reuse-values")
        row("admissions meanwhile", f"{len(admissions.seconds)}, {len(admissions.failures)} failed {admissions.failures[:1]}")
        checks.that(not admissions.failures, "no admission fails during upgrade, rollback and upgrade")
        running.terminate()
    release.write_files()
    with process.ClusterProcess(release) as running:
        running.await_ready().await_trusted()
        kept.check("a new process of the new release")
        fresh_pod("upgraded", "37m")
        running.terminate()


def refusals(old):
    """Values without a schema were taken by the old chart; a release that has them says what to mend."""
    for value, says in (("injection.proxy.maxConcurency=8", "maxConcurency"), ("options.recheckInterval=soon", "recheckInterval"),
                        ("replicaCount=2", "replicaCount"), ("certificates.mode=selfmanaged", "mode")):
        took = control.helm("template", NAME, old, "--set", value, check=False).returncode == 0
        before = helm("history", NAME, "-o", "json").stdout
        done = helm("upgrade", NAME, CHART, "--reset-then-reuse-values", "--set", value, check=False)
        lines = [line.strip() for line in done.stderr.splitlines() if says in line]
        changed = helm("history", NAME, "-o", "json").stdout != before
        checks.that(done.returncode != 0 and lines and not changed, f"{value}: refused, nothing is changed",
                    f"the old chart {'took it' if took else 'did not take it'}; {lines[-1] if lines else done.stderr[:200]}")


def left():
    """All that is in the namespace but for what Kubernetes lays into each, and the cluster's things of the release."""
    kinds = control.kubectl("api-resources", "--verbs=list", "--namespaced", "-o", "name").split()
    skipped = {"events", "events.events.k8s.io", "pods.metrics.k8s.io"}
    found = control.get(",".join(k for k in kinds if k not in skipped), "-n", NAMESPACE)["items"]
    names = [f"{each['kind']}/{each['metadata']['name']}" for each in found]
    own = ("ConfigMap/kube-root-ca.crt", "ServiceAccount/default")
    wide = control.kubectl("api-resources", "--verbs=list", "--namespaced=false", "-o", "name").split()
    labelled = control.get(",".join(k for k in wide if k != "componentstatuses"), "-l", f"app.kubernetes.io/instance={NAME}")["items"]
    return [n for n in names if n not in own] + [f"{each['kind']}/{each['metadata']['name']}" for each in labelled]


def uninstall():
    helm("uninstall", NAME, "--wait", "--timeout", "60s")
    harness.wait_until(lambda: not [n for n in left() if n.startswith(("Pod/", "ReplicaSet/"))], 60, "the end of the pods")
    found = left()
    checks.that(found in ([], [f"Lease/{NAME}"]), "helm uninstall leaves nothing but the Lease", str(found))


def again(folder, api):
    """Over the Lease and whatever else was left."""
    helm("install", NAME, CHART, "--wait", "--timeout", "60s")
    release = process.Release(NAME, NAMESPACE, folder, api)
    with process.ClusterProcess(release) as running:
        running.await_ready().await_trusted()
        harness.time.sleep(2)  # the API server reads webhook configurations by watching
        fresh_pod("again", "100m")  # the default
        running.terminate()
    helm("uninstall", NAME, "--wait", "--timeout", "60s")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="commit", help="another commit whose chart is upgraded")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, control.namespace(NAMESPACE), control.namespace(MODELS):
        api, old = control.ApiServer(), old_chart(folder, options.commit)
        helm("install", NAME, old, "--wait", "--timeout", "60s", *VALUES)
        try:
            release = process.Release(NAME, NAMESPACE, folder, api)
            in_todays_words(release)
            with process.ClusterProcess(release) as running:
                running.await_ready().await_trusted()
                harness.time.sleep(2)  # the API server reads webhook configurations by watching
                fresh_pod("before", "37m")
                running.terminate()
            up_and_back(release, old)
            refusals(old)
        finally:
            uninstall()
        again(folder, api)
    print("\n".join(f"| {what} | {figure} |" for what, figure in rows))
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
