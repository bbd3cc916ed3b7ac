"""The live page in a real browser: photographed, checked by axe-core, and left alone for long.

    python3 e2e/live_page.py pictures [--into FOLDER]
    python3 e2e/live_page.py docs
    python3 e2e/live_page.py memory [--minutes 60] [--into FOLDER]

Needs Chromium; the rest is installed from PyPI into a virtual environment, once.
"""

import argparse
import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from harness import PROGRAM, Checks, Proxy, accepts, environment, free_port, say, wait_until  # noqa: E402
import gpu_hang  # noqa: E402
from live import browser as browsers  # noqa: E402
from live.browser import Page  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOAD = pathlib.Path(__file__).resolve().parent / "live" / "load.py"
LIVE = "document.getElementById('state').dataset.state === 'live'"
SLO = ("--slo", "chat:ttft<500ms,tpot<50ms")
SIZES = {"light": ("light", 1280, 900), "dark": ("dark", 1280, 900), "phone": ("light", 360, 740)}


class Simulator:
    def __init__(self, *options, port=None):
        self.port = port or free_port()
        self.process = subprocess.Popen([PROGRAM, "simulate", "--listen", f"127.0.0.1:{self.port}", *options],
                                        env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: accepts(self.port), 60, "start of the simulator")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)


@contextlib.contextmanager
def load(proxy, streams, seconds, *options):
    process = subprocess.Popen([sys.executable, str(LOAD), str(proxy.port), str(streams), str(seconds), *options])
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def admin(proxy):
    return f"http://127.0.0.1:{proxy.admin_port}/"


class Photographs:
    """Each state of the page in each size, and what must hold in all of them."""

    def __init__(self, browser, folder, checks):
        self.browser, self.folder, self.checks = browser, folder, checks

    def take(self, proxy, state, ready=LIVE, settle=1.0, sizes=SIZES, whole=True):
        for name, (scheme, width, height) in sizes.items():
            with Page(self.browser, admin(proxy), scheme, width, height) as page:
                page.until(ready)
                page.wait(settle)
                page.picture(self.folder / f"{state}-{name}.png", whole)
                self.hold(page, f"{state}, {name}")

    def hold(self, page, what):
        self.checks.that(not page.faults, f"{what}: no error in the console", "; ".join(page.faults))
        self.checks.that(not page.elsewhere, f"{what}: nothing is asked for elsewhere", "; ".join(page.elsewhere))
        self.checks.that(not page.too_wide(), f"{what}: no wider than the screen")
        found = page.axe()
        serious = [each for each in found if each[0] in ("serious", "critical")]
        self.checks.that(not serious, f"{what}: axe-core finds nothing serious", str(serious or found or ""))


def pictures(args):
    checks = Checks("live page")
    folder = pathlib.Path(args.into or tempfile.mkdtemp(prefix="live-page-"))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, browsers.chromium() as browser:
        shots = Photographs(browser, folder, checks)
        with Simulator("--ttft", "lognormal(400ms,0.4)", "--itl", "lognormal(40ms,0.3)", "--tokens", "300") as server:
            with Proxy(server.url, scratch, *SLO) as proxy:
                shots.take(proxy, "none-yet", whole=False)
                with load(proxy, 1, 60, "--tokens", "300-300"):
                    shots.take(proxy, "one-stream", LIVE + " && window.streamgauge.lines.lines.size > 0", 6)
                with load(proxy, 200, 90, "--leave", "0.05"):
                    shots.take(proxy, "200-streams", LIVE + " && window.streamgauge.lines.lines.size > 150", 12)
                    keyboard_and_tables(browser, proxy, folder, shots)
                shots.take(proxy, "idle-again", LIVE + " && !document.getElementById('flight-empty').hidden", 2, whole=False)
        troubles(scratch, shots)
        with_gpu(scratch, shots)
        reconnects(scratch, browser, shots)
        asks_for_the_token(scratch, browser, shots)
    say("pictures:", folder)
    return checks.failed


def troubles(scratch, shots):
    """A busy queue, errors of all kinds, stalls, and a server that is not there."""
    faults = [word for fault in ("http_500=0.1", "reset=0.06", "truncate=0.06", "error_in_stream=0.06", "stall=0.1") for word in ("--fault", fault)]
    with Simulator("--ttft", "600ms", "--itl", "30ms", "--tokens", "120", *faults) as server:
        with Proxy(server.url, scratch, *SLO, "--max-concurrency", "8", "--max-queue", "12", "--queue-timeout", "3s") as proxy:
            with load(proxy, 18, 70, "--tokens", "60-200", "--leave", "0.1"):
                shots.take(proxy, "errors", LIVE + " && window.streamgauge.lines.lines.size > 10", 14)
    with Proxy(f"http://127.0.0.1:{free_port()}", scratch) as proxy:
        with load(proxy, 2, 45):
            shots.take(proxy, "no-upstream", LIVE + " && document.querySelector('#notices .trouble')", 6)


@contextlib.contextmanager
def a_gpu(scratch):
    """A driver's library that says what it is told; None without a C compiler."""
    folder = gpu_hang.build(pathlib.Path(scratch))
    if folder is None:
        yield None
        return
    gpu_hang.says(folder, gpu_hang.HEALTHY)
    before = dict(os.environ)
    os.environ.update(LD_LIBRARY_PATH=str(folder), NVIDIA_VISIBLE_DEVICES="all")
    try:
        yield folder
    finally:
        os.environ.clear()
        os.environ.update(before)


def with_gpu(scratch, shots):
    with a_gpu(scratch) as folder:
        if folder is None:
            say("skipped: a GPU; there is no C compiler")
            return
        with Simulator("--itl", "20ms") as server, Proxy(server.url, scratch, *SLO, "--engine-metrics", server.url + "/nothing") as proxy:
            with load(proxy, 3, 30, "--tokens", "30-60"):
                shots.take(proxy, "gpu", LIVE + " && document.getElementById('charts').innerText.includes(' W')", 2, {"light": SIZES["light"]})


def docs(args):
    """The pictures of docs/live.md: a queue, a few errors and stalls, a GPU; small files."""
    from PIL import Image
    into = ROOT / "docs" / "pictures"
    into.mkdir(exist_ok=True)
    faults = [word for fault in ("http_500=0.03", "reset=0.03", "stall=0.12") for word in ("--fault", fault)]
    with tempfile.TemporaryDirectory() as scratch, browsers.chromium() as browser, a_gpu(scratch):
        with Simulator("--ttft", "lognormal(350ms,0.5)", "--itl", "lognormal(45ms,0.4)", "--tokens", "normal(110,40)", *faults) as server:
            with Proxy(server.url, scratch, *SLO, "--max-concurrency", "9", "--max-queue", "20") as proxy:
                with load(proxy, 12, args.minutes * 60 + 60, "--tokens", "60-200", "--leave", "0.03"):
                    time.sleep(args.minutes * 60)
                    for name, scheme, width, height in (("live-light", "light", 1280, 1130), ("live-phone-dark", "dark", 360, 740)):
                        with Page(browser, admin(proxy), scheme, width, height) as page:
                            page.until(LIVE)
                            page.wait(13)
                            page.picture(into / f"{name}.png")
                        picture = Image.open(into / f"{name}.png").convert("RGB").quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
                        picture.save(into / f"{name}.png", optimize=True)
                        say(name, (into / f"{name}.png").stat().st_size, "bytes")
    return 0


def keyboard_and_tables(browser, proxy, folder, shots):
    with Page(browser, admin(proxy), still=True) as page:
        page.until(LIVE + " && window.streamgauge.lines.lines.size > 0")
        reached = []
        for _ in range(14):
            page.page.keyboard.press("Tab")
            reached.append(page.page.evaluate("document.activeElement.id || document.activeElement.name || document.activeElement.textContent"))
        shots.checks.that("as-tables" in reached and "window" in reached and "slow" in reached,
                          "the keyboard reaches tables, the time shown and the slowest requests", str(reached))
        page.page.focus("#as-tables")
        page.page.keyboard.press("Enter")
        page.wait(2)
        shots.checks.that(page.page.locator("#flight-table tbody tr").count() > 50, "requests in flight are there as a table")
        shots.checks.that(page.page.locator(".chart .as-table:not([hidden]) table").count() == 6, "each chart is there as a table")
        page.picture(folder / "tables-light.png", True)
        shots.hold(page, "tables")


def reconnects(scratch, browser, shots):
    with Simulator() as server:
        proxy = Proxy(server.url, scratch)
        with Page(browser, admin(proxy)) as page:
            page.until(LIVE)
            proxy.terminate()
            page.until("document.body.dataset.stale !== undefined")
            page.picture(shots.folder / "connection-lost-light.png")
            shots.checks.that("No connection" in page.text("#notices"), "the page says that the connection is lost")
            ports = (proxy.port, proxy.admin_port)
            again = SamePorts(server.url, scratch, ports)
            with again:
                page.until(LIVE, 40)
                shots.checks.that("started again" in page.text("#notices"), "the page comes back by itself and says that it was a new start")
                shots.checks.that("No connection" not in page.text("#notices"), "what is over is no longer said")


class SamePorts(Proxy):
    def __init__(self, url, folder, ports):
        import harness
        given = iter(ports)
        free, harness.free_port = harness.free_port, lambda: next(given)
        try:
            super().__init__(url, folder)
        finally:
            harness.free_port = free


def asks_for_the_token(scratch, browser, shots):
    token = pathlib.Path(scratch) / "token"
    token.write_text("a-word-that-nobody-guesses\n")
    with Simulator() as server, Proxy(server.url, scratch, "--admin-token-file", str(token)) as proxy:
        with Page(browser, admin(proxy)) as page:
            page.until("!document.getElementById('token-form').hidden")
            page.picture(shots.folder / "token-light.png")
            page.page.fill("#token", "wrong")
            page.page.keyboard.press("Enter")
            page.until("document.getElementById('token-wrong').textContent !== ''")
            page.page.fill("#token", "a-word-that-nobody-guesses")
            page.page.keyboard.press("Enter")
            page.until(LIVE)
            shots.checks.that(page.page.locator("#main").is_visible(), "with the token the page shows what there is")


def memory(args):
    """A page under load for long: what it holds after a collection, by the minute."""
    folder = pathlib.Path(args.into or tempfile.mkdtemp(prefix="live-memory-"))
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    with tempfile.TemporaryDirectory() as scratch, browsers.chromium() as browser:
        with Simulator("--ttft", "300ms", "--itl", "50ms", "--tokens", "80", "--fault", "http_500=0.05") as server:
            with Proxy(server.url, scratch, *SLO) as proxy, load(proxy, 10, args.minutes * 60, "--tokens", "10-120"):
                with Page(browser, admin(proxy)) as page:
                    page.until(LIVE)
                    tools = page.context.new_cdp_session(page.page)
                    tools.send("Performance.enable")
                    for minute in range(args.minutes + 1):
                        tools.send("HeapProfiler.collectGarbage")
                        metrics = {each["name"]: each["value"] for each in tools.send("Performance.getMetrics")["metrics"]}
                        rows.append([minute, round(metrics["JSHeapUsedSize"] / 1024), int(metrics["Nodes"]), int(metrics["JSEventListeners"]), proxy.rss_kib()])
                        line = "\t".join(str(cell) for cell in rows[-1])
                        say(line)
                        with open(folder / "memory.tsv", "a") as file:
                            file.write(line + "\n")
                        if minute < args.minutes:
                            page.wait(60)
                    page.picture(folder / "after.png", True)
                    say("faults:", page.faults)
    settled = [row[1] for row in rows if row[0] >= min(16, args.minutes // 2)]
    checks = Checks("live page")
    checks.that(max(settled) < 1.25 * min(settled), "its heap keeps its size once the history is full", f"{min(settled)} to {max(settled)} KiB")
    return checks.failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["pictures", "docs", "memory"])
    parser.add_argument("--into")
    parser.add_argument("--minutes", type=int, help="of load: 60 for memory, 4 for docs")
    args = parser.parse_args()
    browsers.run_here_instead()
    began = time.monotonic()
    args.minutes = args.minutes or (60 if args.what == "memory" else 4)
    failed = {"pictures": pictures, "docs": docs, "memory": memory}[args.what](args)
    say(f"{time.monotonic() - began:.0f} s; {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
