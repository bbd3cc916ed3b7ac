"""Pods admitted at a steady rate while the webhook's authority is turned."""

import json
import threading
import time

from cluster import control, reviews
import harness


class Steady:
    """Does something so many times a second, and notes how long it took and what failed."""

    def __init__(self, a_second, workers):
        self.interval = workers / a_second
        self.seconds, self.failures, self.stopping = [], [], threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._work, args=(i / a_second,)) for i in range(workers)]

    def worker(self):
        """What one thread does each time: returns None, or what failed."""
        raise NotImplementedError

    def _work(self, offset):
        once = self.worker()
        due = time.monotonic() + offset
        while not self.stopping.is_set():
            time.sleep(max(0.0, due - time.monotonic()))
            due += self.interval
            began = time.monotonic()
            try:
                failure = once()
            except OSError as error:
                failure = str(error)
            took = time.monotonic() - began
            with self.lock:
                self.seconds.append(took)
                if failure:
                    self.failures.append(failure)

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


class Admissions(Steady):
    """Dry runs of creating a pod; each has to come back with the sidecar."""

    def __init__(self, namespace, a_second):
        self.path = f"/api/v1/namespaces/{namespace}/pods?dryRun=All"
        super().__init__(a_second, 24)

    def worker(self):
        api = control.ApiServer()

        def once():
            status, pod = api.request("POST", self.path, reviews.labelled_pod())
            fine = status == 201 and "streamgauge" in control.containers(pod)
            return None if fine else f"{status} {pod.get('message', 'no sidecar')}"

        return once


class Handshakes(Steady):
    """Reviews as an API server sends them that keeps no connection: each trusts what caBundle says, as last seen."""

    def __init__(self, release, a_second):
        self.release, self.trusted = release, None
        self.body = json.dumps(reviews.good(reviews.labelled_pod()))
        super().__init__(a_second, 8)

    def look(self):
        self.trusted = control.base64.b64decode(self.release.ca_bundle()).decode()

    def worker(self):
        def once():
            status, answer = reviews.send(self.release.address, self.trusted, self.body)
            return None if status == 200 and b'"patch"' in answer else f"{status} {answer[:100]}"

        return once


def authorities(bundle):
    """How many are trusted."""
    return control.base64.b64decode(bundle or "").decode().count("BEGIN CERTIFICATE")


def turn(release, seconds=120, seen=lambda: None):
    """
    Asks for a turn of the authority and waits for its end; returns the bundles that were seen, by their sizes.
    `seen` is called after each look.
    """
    before, sizes = release.ca_bundle(), []
    control.kubectl("annotate", "secret", f"{release.name}-webhook", "-n", release.namespace, "--overwrite",
                    f"streamgauge.dev/rotate={time.time()}")

    def over():
        bundle = release.ca_bundle()
        seen()
        count = authorities(bundle)
        if not sizes or sizes[-1] != count:
            sizes.append(count)
        return count == 1 and bundle != before

    harness.wait_until(over, seconds, "the turn of the authority")
    return sizes
