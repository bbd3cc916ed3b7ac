"""Pods admitted at a steady rate while the webhook's authority is turned."""

import threading
import time

from cluster import control, reviews
import harness


class Admissions:
    """Dry runs of creating a pod, so many a second; each has to come back with the sidecar."""

    def __init__(self, namespace, a_second, workers=24):
        self.path = f"/api/v1/namespaces/{namespace}/pods?dryRun=All"
        self.interval = workers / a_second
        self.seconds, self.failures, self.stopping = [], [], threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._work, args=(i / a_second,)) for i in range(workers)]

    def _work(self, offset):
        api = control.ApiServer()
        due = time.monotonic() + offset
        while not self.stopping.is_set():
            time.sleep(max(0.0, due - time.monotonic()))
            due += self.interval
            began = time.monotonic()
            status, pod = api.request("POST", self.path, reviews.labelled_pod())
            took = time.monotonic() - began
            fine = status == 201 and "streamgauge" in control.containers(pod)
            with self.lock:
                self.seconds.append(took)
                if not fine:
                    self.failures.append((status, pod.get("message", "no sidecar")))

    def __enter__(self):
        self.began = time.monotonic()
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join()
        self.took = time.monotonic() - self.began


def authorities(bundle):
    """How many are trusted."""
    return control.base64.b64decode(bundle or "").decode().count("BEGIN CERTIFICATE")


def turn(release, seconds=120):
    """Asks for a turn of the authority and waits for its end; returns the bundles that were seen, by their sizes."""
    before, sizes = release.ca_bundle(), []
    control.kubectl("annotate", "secret", f"{release.name}-webhook", "-n", release.namespace, "--overwrite",
                    f"streamgauge.dev/rotate={time.time()}")

    def over():
        bundle = release.ca_bundle()
        count = authorities(bundle)
        if not sizes or sizes[-1] != count:
            sizes.append(count)
        return count == 1 and bundle != before

    harness.wait_until(over, seconds, "the turn of the authority")
    return sizes
