"""h2spec --strict against streamgauge and other proxies: HTTP/2 by prior knowledge, a small HTTP/1.1 server behind them.

    python3 e2e/strict/h2spec.py [--peers envoy,nginx,haproxy] [SECTION...]

Needs e2e/strict/set-up h2spec. Prints each target's score and failures; the exit code is about streamgauge alone, and about failures
that are no exception below.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import harness  # noqa: E402
import interop  # noqa: E402
import peers  # noqa: E402
import upstream  # noqa: E402

SECONDS_MAX = 400
SUMMARY = re.compile(rb"([0-9]+) tests, ([0-9]+) passed, ([0-9]+) skipped")
# (section, the case's number) → why streamgauge need not pass it.
EXCEPTIONS = {
    ("http2/3.5", "Sends invalid connection preface"): "the port speaks HTTP/1.1, too, and answers the junk in that: 400, closed (9113 3.4 leaves GOAWAY out)",
}


class Upstream(upstream.Upstream):
    """Answers each request with a few bytes."""

    def _echo(self, connection, message):
        body = b"" if message.start[0] == b"HEAD" else b"hello"
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + body)
        self.forget()


def start(name, folder):
    server = Upstream()
    if name == "streamgauge":
        return harness.Proxy(f"http://127.0.0.1:{server.port}", folder)
    return peers.Peer(name, server.port, folder, "h2", "h1")


def run(port, folder, sections):
    """(cases, passed, skipped, failures) with (section, case, what) of each failure."""
    report = pathlib.Path(folder) / f"h2spec-{port}.xml"
    said = subprocess.run([peers.program("h2spec"), *sections, "-p", str(port), "-o", "2", "--strict", "-j", str(report)], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=SECONDS_MAX).stdout
    cases, passed, skipped = (int(number) for number in SUMMARY.search(said).groups())
    # It writes what it got as it came, which may be no XML.
    text = re.sub(rb"[^\x09\x0a\x0d\x20-\x7e]", b"?", report.read_bytes())
    failures = []
    for case in xml.etree.ElementTree.fromstring(text).iter("testcase"):
        found = next((case.find(kind) for kind in ("failure", "error") if case.find(kind) is not None), None)
        if found is not None:
            failures.append((case.get("package"), case.get("classname"), " ".join((found.text or "").split())[:300]))
    return cases, passed, skipped, failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default="", help="of envoy, nginx, haproxy; from the folder E2E_PEERS, or from PATH")
    parser.add_argument("--without-us", action="store_true", help="the peers alone")
    parser.add_argument("section", nargs="*", help="as h2spec names them, such as http2/5.1")
    options = parser.parse_args()
    os.environ.setdefault("E2E_PEERS", str(interop.HOME / "bin"))
    failed = 0
    print("| proxy | cases | passed | skipped | failed | of these expected |\n|-|-|-|-|-|-|")
    for name in ([] if options.without_us else ["streamgauge"]) + list(filter(None, options.peers.split(","))):
        with tempfile.TemporaryDirectory() as folder, start(name, folder) as proxy:
            cases, passed, skipped, failures = run(proxy.port, folder, options.section)
        expected = [failure for failure in failures if name == "streamgauge" and failure[:2] in EXCEPTIONS]
        failed += (len(failures) - len(expected)) if name == "streamgauge" else 0
        for failure in failures:
            harness.say(f"{'expected' if failure in expected else 'FAIL'} {name}: {': '.join(failure)}")
        title = name if name == "streamgauge" else f"{name} {peers.version(name)}"
        print(f"| {title} | {cases} | {passed} | {skipped} | {len(failures)} | {len(expected)} |", flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
