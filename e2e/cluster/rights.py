"""Takes each verb of an installed release away, and sees which feature ends with it."""

import copy

from cluster import control, process, reviews
import harness


def roles(release):
    """Kind, words for kubectl, and the object."""
    for words in (["clusterrole", release.name], ["role", release.name, "-n", release.namespace]):
        yield words, control.get(*words)


def verbs(release):
    for words, role in roles(release):
        for at, rule in enumerate(role["rules"]):
            for resource in rule["resources"]:
                for verb in rule["verbs"]:
                    yield words, role, at, resource, verb


def without(role, at, resource, verb):
    """The rule split in two, so that the other resources keep the verb."""
    changed = copy.deepcopy(role)
    rule = changed["rules"][at]
    others = [r for r in rule["resources"] if r != resource]
    alone = copy.deepcopy(rule)
    alone["resources"], alone["verbs"] = [resource], [v for v in rule["verbs"] if v != verb]
    rule["resources"] = others
    changed["rules"] = [r for r in [*changed["rules"], alone] if r["resources"] and r["verbs"]]
    return changed


def put(role):
    role = copy.deepcopy(role)
    role["metadata"] = {k: v for k, v in role["metadata"].items() if k in ("name", "namespace", "labels", "annotations")}
    control.kubectl("replace", "-f", "-", input_text=control.json.dumps(role))


# What ends without it: words for the report, and how the process says so.
FEATURES = {
    ("secrets", "list"): "certificates: none can be read",
    ("secrets", "watch"): "certificates: a turn is not seen",
    ("secrets", "patch"): "certificates: none can be made, drain hooks get no token",
    ("mutatingwebhookconfigurations", "list"): "caBundle is not kept, pods are not re-checked",
    ("mutatingwebhookconfigurations", "watch"): "caBundle that somebody else changed is not seen",
    ("mutatingwebhookconfigurations", "patch"): "caBundle is not written",
    ("namespaces", "list"): "the webhook does not become ready",
    ("namespaces", "watch"): "annotations of namespaces are not seen",
    ("events", "create"): "nobody is told why a pod got no sidecar",
    ("events", "patch"): "how often is not counted",
    ("events", "list"): "the event log",
    ("events", "watch"): "the event log goes on by lists alone",
    ("pods", "list"): "pod status, start-up stages, the re-check",
    ("pods", "watch"): "pod status follows by lists alone",
    ("leases", "create"): "no replica leads",
    ("leases", "get"): "no replica leads",
    ("leases", "update"): "no replica leads again",
}
# Kinds that this cluster lacks: what is forbidden there and what is absent can't be told apart by their use.
ABSENT = {"leaderworkersets", "inferenceservices", "podautoscalers"}


def refused(running, resource, verb):
    """The process says that it was refused just this."""
    return any(resource in line and "403" in line and f'cannot {verb} resource "{resource}"' in line
               for line in running.log().splitlines())


def use(release, models, resource, verb):
    """Does what needs the right, beyond the start itself."""
    if resource == "events" and verb in ("create", "patch"):
        # refused: the engine of this image is not known
        bad = reviews.labelled_pod()
        bad["spec"]["containers"][0]["image"] = "example.test/nothing-we-know"
        bad["metadata"]["generateName"] = "refused-"
        for _ in range(2):
            control.kubectl("create", "-n", models, "-f", "-", input_text=control.json.dumps(bad))
    if resource == "secrets" and verb == "patch":
        control.kubectl("patch", "secret", f"{release.name}-webhook", "-n", release.namespace, "--type=json",
                        "-p", '[{"op":"remove","path":"/data"}]', check=False)
    if resource == "mutatingwebhookconfigurations" and verb == "patch":
        control.kubectl("patch", "mutatingwebhookconfiguration", release.name, "--type=json",
                        "-p", '[{"op":"remove","path":"/webhooks/0/clientConfig/caBundle"}]', check=False)
    if resource == "leases" and verb == "create":
        control.kubectl("delete", "lease", release.name, "-n", release.namespace, check=False)


def prove(release, models, checks):
    """Returns rows of resource, verb, feature and what was seen."""
    rows = []
    for words, role, at, resource, verb in list(verbs(release)):
        if resource in ABSENT:
            rows.append((resource, verb, "as of the other kinds that are watched", "not in this cluster"))
            continue
        put(without(role, at, resource, verb))
        try:
            use(release, models, resource, verb)
            with process.ClusterProcess(release) as running:
                try:
                    harness.wait_until(lambda: refused(running, resource, verb), 25, "refusal")
                    seen = True
                except TimeoutError:
                    seen = False
                if resource == "events" and verb in ("create", "patch") and not seen:
                    use(release, models, resource, verb)
                    seen = bool(refused(running, resource, verb))
        finally:
            put(role)
        feature = FEATURES.get((resource, verb), f"figures of {resource}")
        checks.that(seen, f"without {verb} of {resource}: {feature}")
        rows.append((resource, verb, feature, "ends" if seen else "goes on"))
    return rows
