"""
The watcher's rights: for each of them a `streamgauge cluster` whose service account has all of the release's rights but that
one, all side by side, next to one that has all; then each kind is changed, and their figures are compared.
"""

import concurrent.futures
import copy
import json

from cluster import control, kinds, process
import harness

LABEL = {"e2e": "rights"}
START_SECONDS_MAX = 180
STARTS_AT_ONCE = 4


def without(role, resource, verb):
    """The role with rules split, so that other resources keep the verb."""
    changed = copy.deepcopy(role)
    rules = []
    for rule in changed["rules"]:
        others = [r for r in rule["resources"] if r != resource]
        if verb in rule["verbs"] and len(others) < len(rule["resources"]):
            rules.append({**rule, "resources": others})
            rules.append({**rule, "resources": [resource], "verbs": [v for v in rule["verbs"] if v != verb]})
        else:
            rules.append(rule)
    changed["rules"] = [r for r in rules if r["resources"] and r["verbs"]]
    return changed


def rights(role):
    """Resource and verb, each once."""
    return sorted({(resource, verb) for rule in role["rules"] for resource in rule["resources"] for verb in rule["verbs"]})


def account(release, name, role):
    """A service account with the rights of a role that is the cluster's; a kubeconfig of it."""
    where = {"name": name, "labels": LABEL}
    subject = {"kind": "ServiceAccount", "name": name, "namespace": release.namespace}
    control.apply(
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {**where, "namespace": release.namespace}},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": where, "rules": role["rules"]},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": where, "subjects": [subject],
         "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name}})
    file = release.folder / f"{name}.kubeconfig"
    control.kubeconfig_of(name, release.namespace, file, release.cluster)
    return file


def forget():
    control.kubectl("delete", "clusterrole,clusterrolebinding", "-l", "e2e=rights", "--ignore-not-found")


class Watchers:
    """The one with all rights, and those without one of them, each as (resource, verb)."""

    def __init__(self, release, role):
        self.release, self.role, self.all, self.lacking = release, role, None, {}

    def start(self, name, role):
        running = process.ClusterProcess(self.release, "--leader-election", "off", webhook="off",
                                         kubeconfig=account(self.release, name, role))
        harness.wait_until(running.lives, START_SECONDS_MAX, name)
        return running

    def start_all(self):
        self.all = self.start("e2e-all-rights", self.role)

    def start_lacking(self, wanted):
        def begin(right):
            self.lacking[right] = self.start("e2e-without-" + "-".join(reversed(right)), without(self.role, *right))

        with concurrent.futures.ThreadPoolExecutor(STARTS_AT_ONCE) as pool:
            list(pool.map(begin, wanted))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for running in [self.all, *self.lacking.values()]:
            if running is not None:
                running.kill()
        forget()


def full_name(running, resource):
    """With its group, as metrics and messages have it."""
    return next(each for each in running.watches() if each.split(".")[0] == resource)


def says_so(running, resource, verb):
    """By its log, its metrics and /status; what of them is missing."""
    name, missing = full_name(running, resource), []
    if not any(f'cannot {verb} resource "{resource}"' in line and "403" in line for line in running.log().splitlines()):
        missing.append("log")
    if not running.asked(name, verb, 403):
        missing.append("kube_requests_total")
    if "403" not in (running.watches()[name].get("failure") or ""):
        missing.append("/status")
    return missing


def until(running, figure, namespace, seconds=60):
    began = harness.time.monotonic()
    harness.wait_until(lambda: figure.of(running, namespace) == figure.value, seconds, f"{figure.words()} {figure.value}")
    return harness.time.monotonic() - began


def never(watchers, figure, namespace):
    """Without `list`: the figure does not come at all, though it is there with the right."""
    running = watchers.lacking[figure.resource, "list"]
    here, there = figure.of(watchers.all, namespace), figure.of(running, namespace)
    return here == figure.value and here is not None and there is None, f"{here:g} → {'absent' if there is None else there}"


def stale(watchers, figure, namespace):
    """
    Without `watch`: a change is seen with the next list only. Made right behind a list; if another one came before the
    other had seen it, that says nothing, and it is made again.
    """
    running = watchers.lacking[figure.resource, "watch"]
    name = full_name(running, figure.resource)
    for _ in range(4):
        lists = running.asked(name, "list")
        harness.wait_until(lambda: running.asked(name, "list") > lists, 60, f"a list of {name}")
        until(running, figure, namespace)
        lists = running.asked(name, "list")
        began = harness.time.monotonic()
        before = figure.value
        figure.change(namespace)
        with_it = until(watchers.all, figure, namespace)
        value = figure.of(running, namespace)
        if running.asked(name, "list") == lists:
            until(running, figure, namespace)
            return value == before, f"seen after {with_it:.1f} s → {harness.time.monotonic() - began:.1f} s, by the next list"
    return False, "a list came each time before the change was seen"


def watched(watchers, namespace, checks):
    """Rows of right, feature, and what was seen with and without it."""
    figures = kinds.figures()
    for figure in figures:
        if figure.value is None:
            figure.change(namespace)
        until(watchers.all, figure, namespace)

    def prove(figure):
        kept, seen = never(watchers, figure, namespace)
        found = [((figure.resource, "list"), kept, figure.feature, seen)]
        kept, seen = stale(watchers, figure, namespace)
        return [*found, ((figure.resource, "watch"), kept, figure.feature, seen)]

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for found in pool.map(prove, figures):
            for right, kept, feature, seen in found:
                missing = says_so(watchers.lacking[right], *right)
                checks.that(kept, f"without {right[1]} of {right[0]}: {feature}", seen)
                checks.that(not missing, f"without {right[1]} of {right[0]}: the process says so", "not in " + ", ".join(missing) if missing else "")
                yield right, feature, f"{figure_words(figures, right)}: {seen}"
    ready = watchers.lacking["pods", "list"].status("/readyz")
    checks.that(ready[0] == 503, "without list of pods it is not ready", ready[1].strip())


def figure_words(figures, right):
    return next(f.words() for f in figures if f.resource == right[0])
