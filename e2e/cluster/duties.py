"""The rights of the webhook and of the leader: what each duty does with them and without one of them, on one release."""

import contextlib
import copy
import json

from cluster import control, kinds, process, reviews, rights
import harness

REFUSED_IMAGE = "example.test/nothing-we-know"  # of no engine: the injection is refused, with an Event


class Duties:
    """One process of the release at a time, which leads; rights are taken from the release's roles and given back."""

    def __init__(self, release, models):
        self.release, self.models, self.running = release, models, None
        self.port = harness.free_port()
        self.count = 0

    def roles(self):
        yield control.get("clusterrole", self.release.name)
        yield control.get("role", self.release.name, "-n", self.release.namespace)

    @contextlib.contextmanager
    def lacking(self, resource, verb):
        """While it lasts, the release has not that right."""
        whole = list(self.roles())
        try:
            for role in whole:
                put(rights.without(role, resource, verb))
            harness.wait_until(lambda: not self.may(verb, resource), 30, f"{verb} of {resource} taken away")
            yield
        finally:
            for role in whole:
                put(role)
        harness.wait_until(lambda: self.may(verb, resource), 30, f"{verb} of {resource} given back")

    def may(self, verb, resource):
        name = {"secrets": f"{self.release.name}-webhook"}.get(resource, self.release.name)
        words = [resource if verb == "create" or resource in ("namespaces", "events") else f"{resource}/{name}"]
        done = control.run("kubectl", "auth", "can-i", verb, *words, "-n", self.release.namespace,
                           f"--as=system:serviceaccount:{self.release.namespace}:{self.release.name}", check=False)
        return done.stdout.strip() == "yes"

    def start(self):
        """A new one, in the old one's place."""
        self.stop()
        control.kubectl("delete", "lease", self.release.name, "-n", self.release.namespace, "--ignore-not-found")
        self.running = process.ClusterProcess(self.release, webhook=f"127.0.0.1:{self.port}")
        harness.wait_until(self.running.lives, 120, "the process")
        return self.running

    def stop(self):
        if self.running is not None:
            self.running.kill()

    # ---- what is looked at

    def bundle(self):
        return self.release.ca_bundle()

    def drop_bundle(self):
        control.kubectl("patch", "mutatingwebhookconfiguration", self.release.name, "--type=json",
                        "-p", '[{"op":"remove","path":"/webhooks/0/clientConfig/caBundle"}]')

    def secret_data(self):
        return self.release.secret().get("data")

    def empty_secret(self):
        control.kubectl("patch", "secret", f"{self.release.name}-webhook", "-n", self.release.namespace, "--type=json",
                        "-p", '[{"op":"remove","path":"/data"}]')

    def leads(self):
        return self.running.metric("streamgauge_cluster_leader") == 1

    def review(self, pod):
        review = reviews.good(pod, self.models)
        review["request"]["dryRun"] = False  # a dry run has no side effects, so no Event
        trusted = control.base64.b64decode(self.secret_data()["ca.crt"]).decode()
        return reviews.send("127.0.0.1", trusted, json.dumps(review), port=self.port)[1]

    def injects(self):
        return b'"patch"' in self.review(reviews.labelled_pod())

    def refuse(self):
        """Has the injection of a pod refused, of a name of its own each time."""
        self.count += 1
        pod = reviews.labelled_pod()
        pod["metadata"] = {"name": f"refused-{self.count}", "labels": pod["metadata"]["labels"]}
        pod["spec"]["containers"][0]["image"] = REFUSED_IMAGE
        self.review(pod)
        return pod

    def event_count(self, pod):
        found = [e for e in control.events(self.models, "SidecarRefused") if e["involvedObject"]["name"] == pod["metadata"]["name"]]
        return found[0]["count"] if found else 0

    def annotate_namespace(self, bad):
        """With an annotation that nobody knows no pod of the namespace is injected."""
        control.kubectl("annotate", "namespace", self.models, "--overwrite", "streamgauge.dev/nonsense" + ("=1" if bad else "-"))


def put(role):
    role = copy.deepcopy(role)
    role["metadata"] = {k: v for k, v in role["metadata"].items() if k in ("name", "namespace", "labels", "annotations")}
    control.kubectl("replace", "-f", "-", input_text=json.dumps(role))


FULL = {"mutatingwebhookconfigurations": "mutatingwebhookconfigurations.admissionregistration.k8s.io",
        "leases": "leases.coordination.k8s.io"}


def said(running, resource, verb):
    """The process says that it was refused just this: by its log and by a metric."""
    in_log = any("403" in line and f'cannot {verb} resource "{resource}"' in line for line in running.log().splitlines())
    return in_log and running.asked(FULL.get(resource, resource), verb, 403) > 0


def until(condition, seconds, what):
    began = harness.time.monotonic()
    harness.wait_until(condition, seconds, what)
    return harness.time.monotonic() - began


class Report:
    def __init__(self, checks):
        self.checks, self.rows = checks, []

    def row(self, resource, verb, feature, ended, says, seen):
        self.checks.that(ended, f"without {verb} of {resource}: {feature}", seen)
        self.checks.that(says, f"without {verb} of {resource}: the process says so")
        self.rows.append(((resource, verb), feature, seen))


def live(duties, report):
    """Rights that each request needs anew: taken from a process that runs, and given back."""
    running = duties.start()
    running.await_ready(120)
    harness.wait_until(duties.bundle, 60, "caBundle")
    harness.wait_until(duties.secret_data, 60, "certificates")
    lost(duties, report, "mutatingwebhookconfigurations", "patch", "caBundle is kept", duties.drop_bundle, duties.bundle,
         "caBundle stays empty")
    lost(duties, report, "secrets", "patch", "certificates are kept in the Secret", duties.empty_secret, duties.secret_data,
         "the Secret stays empty")
    events(duties, report)
    for verb, before in (("get", lambda: None), ("update", lambda: None), ("create", duties_lease_deleted(duties))):
        leader(duties, report, verb, before)


def duties_lease_deleted(duties):
    return lambda: control.kubectl("delete", "lease", duties.release.name, "-n", duties.release.namespace)


def lost(duties, report, resource, verb, feature, spoil, there, words):
    """Something that is put right when somebody spoils it, and is not without the right."""
    spoil()
    with_it = until(there, 60, feature)
    with duties.lacking(resource, verb):
        spoil()
        harness.wait_until(lambda: said(duties.running, resource, verb), 60, f"{verb} of {resource} refused")
        harness.time.sleep(2)  # tried once a second
        ended = not there()
    again = until(there, 60, feature)
    report.row(resource, verb, feature, ended, True, f"written anew after {with_it:.1f} s → {words}; given back: {again:.1f} s")


def events(duties, report):
    running = duties.running
    with duties.lacking("events", "create"):
        unseen = duties.refuse()
        harness.wait_until(lambda: said(running, "events", "create"), 60, "create of events refused")
        ended = duties.event_count(unseen) == 0
    seen = duties.refuse()
    with_it = until(lambda: duties.event_count(seen) == 1, 60, "an Event")
    report.row("events", "create", "an Event says why a pod has no sidecar", ended, True, f"after {with_it:.1f} s → none")
    counted(duties, report, seen)


def counted(duties, report, pod):
    def again():
        duties.count -= 1
        duties.refuse()

    again()
    with_it = until(lambda: duties.event_count(pod) == 2, 60, "the Event's count")
    with duties.lacking("events", "patch"):
        again()
        harness.wait_until(lambda: said(duties.running, "events", "patch"), 60, "patch of events refused")
        ended = duties.event_count(pod) == 2
    again()
    until(lambda: duties.event_count(pod) == 3, 60, "the Event's count")
    report.row("events", "patch", "and how often", ended, True, f"count 2 after {with_it:.1f} s → stays at 2; given back: 3")


def leader(duties, report, verb, spoil):
    """Who cannot renew the lease leads no more, and the leader's figures end."""
    running = duties.running
    harness.wait_until(lambda: duties.leads() and running.metric("streamgauge_pod_status"), 60, "a leader and its figures")
    with duties.lacking("leases", verb):
        spoil()
        told = running.log().count("leads no more")
        ends = until(lambda: not duties.leads(), 60, "the end of leading")
        until(lambda: running.log().count("leads no more") > told, 10, "a word about it")
        says = said(running, "leases", verb)
        ended = running.metric("streamgauge_pod_status") is None
    again = until(duties.leads, 60, "a leader")
    until(lambda: running.metric("streamgauge_pod_status") is not None, 60, "the leader's figures")
    report.row("leases", verb, "a replica leads" + (" where there is no Lease yet" if verb == "create" else ""), ended, says,
               f"it leads, pod_status is there → after {ends:.1f} s neither; given back: leads after {again:.1f} s")


def at_start(duties, report):
    """`list`: without it nothing is known at the start; given back, it goes on without a new start."""
    for resource, feature, words in (("secrets", "the webhook has its certificate", "a certificate"),
                                     ("namespaces", "the webhook knows the namespaces", "the list of namespaces")):
        with duties.lacking(resource, "list"):
            running = duties.start()
            harness.wait_until(lambda: said(running, resource, "list"), 60, f"list of {resource} refused")
            harness.wait_until(duties.leads, 60, "a leader")
            code, text = running.status("/readyz")
            shown = "403" in (running.watches()[resource]["failure"] or "")
        again = until(running.ready, 60, "ready")
        report.row(resource, "list", feature, code == 503 and words in text, shown,
                   f"ready → /readyz 503, {text.strip()}; given back: ready after {again:.1f} s")
    configuration_unknown(duties, report)


def configuration_unknown(duties, report):
    """Nobody answers at the Service's address here, so a labelled pod has no sidecar, and the re-check is to find it."""
    duties.stop()
    duties.drop_bundle()
    control.kubectl("create", "-n", duties.models, "-f", "-", input_text=json.dumps(reviews.labelled_pod()))
    resource = "mutatingwebhookconfigurations"

    def found():
        return duties.running.metric("streamgauge_uninjected_pods", namespace=duties.models)

    with duties.lacking(resource, "list"):
        running = duties.start()
        running.await_ready(120)
        harness.wait_until(duties.leads, 60, "a leader")
        harness.wait_until(lambda: said(running, resource, "list"), 60, f"list of {resource} refused")
        harness.time.sleep(2)  # tried once a second
        ended = not duties.bundle() and found() is None
    again = until(duties.bundle, 60, "caBundle")
    rechecked = until(found, 60, "the re-check")
    report.row(resource, "list", "caBundle is kept, pods are re-checked", ended, True,
               f"caBundle is never written, uninjected_pods absent; given back: {again:.1f} s, and {found():g} after {rechecked:.1f} s")


def late(duties, report):
    """`watch`: without it a change is seen with the next list only."""
    toggle = iter([True, False] * 20)

    def namespaces_changed():
        bad = next(toggle)
        duties.annotate_namespace(bad)
        return lambda: duties.injects() != bad

    def spoilt(spoil, there):
        def change():
            spoil()
            return there
        return change

    for resource, feature, change in (
            ("secrets", "a change of the Secret is seen at once", spoilt(duties.empty_secret, duties.secret_data)),
            ("mutatingwebhookconfigurations", "a change of caBundle is seen at once", spoilt(duties.drop_bundle, duties.bundle)),
            ("namespaces", "annotations of a namespace are seen at once", namespaces_changed)):
        name = FULL.get(resource, resource)
        with duties.lacking(resource, "watch"):
            running = duties.start()
            running.await_ready(120)
            harness.wait_until(duties.leads, 60, "a leader")
            harness.wait_until(lambda: running.asked(name, "watch", 403) > 3, 120, "longer pauses")
            ended, took = behind_a_list(running, name, change)
            says = said(running, resource, "watch") and "403" in (running.watches()[name]["failure"] or "")
        harness.wait_until(lambda: running.asked(name, "watch") > 0, 60, f"a watch of {name}")
        lists = running.asked(name, "list")
        with_it = until(change(), 60, feature)
        by_watch = running.asked(name, "list") == lists
        report.row(resource, "watch", feature, ended and by_watch, says, f"{with_it:.1f} s → {took:.1f} s, by the next list")
    duties.annotate_namespace(False)


def behind_a_list(running, name, change):
    """Whether a change right behind a list was not seen for 3 s, unless a list came; and after how long it was."""
    for _ in range(4):
        lists = running.asked(name, "list")
        harness.wait_until(lambda: running.asked(name, "list") > lists, 60, f"a list of {name}")
        lists = running.asked(name, "list")
        seen = change()
        began = harness.time.monotonic()
        harness.time.sleep(3)
        early = seen()
        if running.asked(name, "list") == lists:
            harness.wait_until(seen, 60, f"the change of {name}")
            return not early, harness.time.monotonic() - began
        harness.wait_until(seen, 60, f"the change of {name}")
    return False, float("nan")


def prove(release, models, checks):
    """Rows as those of the watcher's rights."""
    duties, report = Duties(release, models), Report(checks)
    control.kubectl("apply", "-n", models, "-f", "-", input_text=json.dumps(kinds.pod()))
    try:
        live(duties, report)
        at_start(duties, report)
        late(duties, report)
    finally:
        duties.stop()
    return report.rows
