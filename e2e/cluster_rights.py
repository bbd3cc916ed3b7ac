"""Takes each right of the chart's roles away, one at a time, and shows which feature ends with it, and that it works with it.

Prints a row for each verb of each resource. Needs what cluster_install.py needs; kinds that the cluster lacks
(LeaderWorkerSet, InferenceService, Knative's PodAutoscaler) are brought as small definitions, and taken away again. Shows,
too, that they are noticed when they come while the watcher runs. Everything is in namespaces of its own, which it deletes.
"""

import argparse
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
from cluster import control, duties, kinds, process, rights  # noqa: E402

CHART = str(harness.ROOT / "chart")
NAME, NAMESPACE, MODELS = "streamgauge", "e2e-streamgauge", "e2e-models"

checks = harness.Checks("rights")
rows = []


def row(what, figure):
    rows.append((what, figure))
    harness.say(f"     {what}: {figure}")


def quiet_about_absent(running):
    names = [each for each in running.watches() if each in kinds.names()]
    states = {running.watches()[each]["state"] for each in names}
    noisy = [line for line in running.log().splitlines() if any(each in line for each in kinds.names())]
    return len(names) == 3 and states == {"absent"} and not noisy, f"{sorted(states)}, {len(noisy)} lines of log {noisy[:1]}"


def kinds_that_come_later(watchers):
    """The watcher runs, then they are installed."""
    watchers.start_all()
    harness.wait_until(watchers.all.ready, 120, "the watcher")
    harness.wait_until(lambda: all(w["synced"] for w in watchers.all.watches().values()), 60, "all lists")
    kept, seen = quiet_about_absent(watchers.all)
    checks.that(kept, "kinds that the cluster lacks are absent, without a word", seen)
    began = harness.time.monotonic()
    kinds.install()
    control.kubectl("apply", "-n", MODELS, "-f", "-", input_text=listed(kinds.absent_ones()))
    kinds.ready_groups(MODELS, 1)
    for figure in kinds.absent_figures():
        rights.until(watchers.all, figure, MODELS, 150)
        row(f"{figure.resource} installed while it runs: {figure.words()}", f"{figure.value:g} after {harness.time.monotonic() - began:.0f} s")
    states = {state: watchers.all.metric("streamgauge_replicas", workload="group", state=state) for state in ("desired", "ready", "available", "unavailable")}
    checks.that(states == {"desired": 2, "ready": 1, "available": 1, "unavailable": 1}, "replicas of a LeaderWorkerSet", str(states))
    checks.that(not [line for line in watchers.all.log().splitlines() if any(n in line for n in kinds.names())],
                "they come without a word in the log")


def kinds_that_go(watchers):
    began = harness.time.monotonic()
    kinds.remove()
    harness.wait_until(lambda: all(figure.of(watchers.all, MODELS) is None for figure in kinds.absent_figures()), 150, "the end of their figures")
    row("the three kinds removed while it runs", f"their figures are gone after {harness.time.monotonic() - began:.0f} s")
    harness.wait_until(lambda: all(w["state"] == "absent" for n, w in watchers.all.watches().items() if n in kinds.names()), 150, "absent again")
    lines = [line for line in watchers.all.log().splitlines() if any(n in line for n in kinds.names())]
    row("lines about them in the log, all in all", f"{len(lines)} {lines[:2]}")


def listed(objects):
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})


def watchers_rights(release):
    role = control.get("clusterrole", NAME)
    with rights.Watchers(release, role) as watchers:
        kinds_that_come_later(watchers)
        control.kubectl("apply", "-n", MODELS, "-f", "-", input_text=listed(kinds.others()))
        wanted = [(figure.resource, verb) for figure in kinds.figures() for verb in ("list", "watch")]
        began = harness.time.monotonic()
        watchers.start_lacking(wanted)
        row("processes that lack one right each", f"{len(wanted)}, started in {harness.time.monotonic() - began:.0f} s")
        proved = list(rights.watched(watchers, MODELS, checks))
        kinds_that_go(watchers)
    return proved


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["watcher", "webhook"], help="one half of it")
    options = parser.parse_args()
    present = kinds.there()
    if present:
        sys.exit(f"this cluster has {', '.join(present)}: a cluster without them is needed")
    with tempfile.TemporaryDirectory() as folder, control.namespace(NAMESPACE), control.namespace(MODELS):
        control.helm("install", NAME, CHART, "-n", NAMESPACE, "--wait", "--timeout", "60s")
        proved = []
        try:
            release = process.Release(NAME, NAMESPACE, folder, control.ApiServer())
            if options.only != "webhook":
                proved += watchers_rights(release)
            if options.only != "watcher":
                proved += duties.prove(release, MODELS, checks)
            if not options.only:
                every_right(proved)
        finally:
            kinds.remove()
            control.helm("uninstall", NAME, "-n", NAMESPACE, "--wait", "--timeout", "60s")
    for (resource, verb), feature, seen in proved:
        row(f"{verb} of {resource}: {feature}", seen)
    print("\n".join(f"| {what} | {figure} |" for what, figure in rows))
    sys.exit(1 if checks.failed else 0)


def every_right(proved):
    has = set(rights.rights(control.get("clusterrole", NAME))) | set(rights.rights(control.get("role", NAME, "-n", NAMESPACE)))
    shown = {right for right, _, _ in proved}
    checks.that(has == shown, "each right of the roles was taken away once", f"{len(has)} rights; {sorted(has ^ shown)}")


if __name__ == "__main__":
    main()
