"""Renews the pictures of docs/ from running things. Look at each before it is committed.

    python3 e2e/pictures.py                       # all of them
    python3 e2e/pictures.py timelines report top dashboards live

`timelines` needs the program alone, the others Chromium (see live_page.py), `dashboards` Prometheus 3.8 or later on the path or in E2E_PROMETHEUS.
"""

import argparse
import html
import os
import pathlib
import pty
import re
import select
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import live_page  # noqa: E402
from harness import PROGRAM, ROOT, Proxy, environment, say  # noqa: E402
from live import browser as browsers  # noqa: E402
from live.browser import Page  # noqa: E402

INTO = ROOT / "docs" / "pictures"
BYTES_MAX = 150_000
TARGET = "chat:ttft<800ms,tpot<50ms"


def small(path):
    """As few bytes as a picture of areas and text needs."""
    from PIL import Image
    Image.open(path).convert("RGB").quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    say(path.name, size, "bytes")
    if size > BYTES_MAX:
        raise SystemExit(f"{path.name}: {size} bytes (expected: at most {BYTES_MAX})")


def timelines(_):
    subprocess.run([sys.executable, INTO / "timelines" / "draw.py"], check=True)


def live(_):
    live_page.docs(argparse.Namespace(minutes=4))


# ---- the report of two runs


def logged(folder, name, seconds, ttft):
    """The access log of a run: two models, more requests than the gate lets through, a few failures."""
    faults = [word for fault in ("http_500=0.02", "truncate=0.01", "stall=0.03") for word in ("--fault", fault)]
    with live_page.Simulator("--ttft", ttft, "--itl", "lognormal(35ms,0.3)", "--tokens", "normal(45,15)", *faults) as server:
        with Proxy(server.url, folder, "--max-concurrency", "6", "--max-queue", "40", "--usage", "inject", "--gpu", "off", "--models", "llama-3.1-8b,qwen2.5-7b", "--slo", TARGET) as proxy:
            with live_page.load(proxy, 5, seconds, "--tokens", "10-120", "--model", "llama-3.1-8b"), \
                    live_page.load(proxy, 2, seconds, "--tokens", "10-60", "--model", "qwen2.5-7b"):
                time.sleep(seconds)
        kept = pathlib.Path(folder) / f"{name}.log"
        proxy.log_path.rename(kept)
        return kept


def report(options):
    with tempfile.TemporaryDirectory() as folder, browsers.chromium() as browser:
        before = logged(folder, "before", options.seconds, "lognormal(220ms,0.4)")
        now = logged(folder, "now", options.seconds, "lognormal(420ms,0.5)")
        page = pathlib.Path(folder) / "run.html"
        subprocess.run([PROGRAM, "report", now.name, "--baseline", before.name, "--slo", TARGET, "--html", page.name],
                       cwd=folder, check=True, env=environment(), stdout=subprocess.DEVNULL)
        if options.keep:
            (options.keep / "run.html").write_bytes(page.read_bytes())
        for name, scheme, width, height, selector in (("report", "light", 1180, 1250, None), ("report-load", "dark", 1180, 830, "load")):
            with Page(browser, page.as_uri(), scheme, width, height, still=True) as shown:
                if selector:
                    shown.page.evaluate(f"document.getElementById('{selector}').scrollIntoView()")
                shown.picture(INTO / f"{name}.png")
            small(INTO / f"{name}.png")


# ---- a terminal


SEQUENCE = re.compile(r"\x1b\[[?0-9;]*[A-Za-z]")
TERMINAL = "text{font:13px ui-monospace,'DejaVu Sans Mono',monospace;white-space:pre;fill:#d6dae3}"


def frame(port, seconds, columns=100, lines=32):
    """What `streamgauge top` shows after so many seconds in a terminal of that size: its last whole screen."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(environment(), TERM="xterm-256color", COLUMNS=str(columns), LINES=str(lines))
        os.execv(PROGRAM, [PROGRAM, "top", f"127.0.0.1:{port}"])
    import fcntl
    import struct
    import termios
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    said, until = b"", time.monotonic() + seconds
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.2)[0]:
            said += os.read(terminal, 65536)
    os.write(terminal, b"q")
    time.sleep(1)
    os.close(terminal)
    os.waitpid(pid, 0)
    return said.decode()


def top(_):
    with tempfile.TemporaryDirectory() as folder:
        with live_page.Simulator("--ttft", "lognormal(350ms,0.5)", "--itl", "lognormal(40ms,0.4)", "--tokens", "normal(90,30)", "--fault", "http_500=0.03", "--fault", "stall=0.08") as server:
            with Proxy(server.url, folder, "--max-concurrency", "8", "--max-queue", "20", *live_page.SLO, "--gpu", "off") as proxy, live_page.load(proxy, 11, 60, "--tokens", "40-160"):
                time.sleep(15)
                said = frame(proxy.admin_port, 12)
    (INTO / "top.svg").write_text(terminal_svg(screens(said)[-2]), encoding="utf-8")
    say("top.svg", (INTO / "top.svg").stat().st_size, "bytes")


def screens(said):
    """The text between two returns of the cursor to the upper left corner."""
    return [part for part in re.split(r"\x1b\[H", said) if part.strip()]


def terminal_svg(screen):
    rows = [SEQUENCE.sub("", row).rstrip() for row in screen.replace("\r", "").split("\n")]
    while rows and not rows[-1]:
        rows.pop()
    width, height = 24 + 7.9 * max(map(len, rows)), 22 + 18 * len(rows)
    texts = "\n".join(f'<text x="12" y="{26 + 18 * number}" xml:space="preserve">{html.escape(row, quote=False)}</text>' for number, row in enumerate(rows))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" height="{height}" role="img" aria-labelledby="t">\n'
            f'<title id="t">streamgauge top in a terminal</title>\n<style>{TERMINAL}</style>\n<rect width="{width:.0f}" height="{height}" rx="6" fill="#14161b"/>\n{texts}\n</svg>\n')


# ---- dashboards


def dashboards(options):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="dashboards-"))
    subprocess.run([sys.executable, ROOT / "e2e" / "dashboards.py", "--seconds", str(options.seconds), "--pictures", folder], check=True, stdout=subprocess.DEVNULL)
    with browsers.chromium() as browser:
        for name, height in (("overview", 1000), ("slow", 900)):
            with Page(browser, (folder / f"{name}.html").as_uri(), "dark", 1420, height) as page:
                page.picture(INTO / f"dashboard-{name}.png")
            small(INTO / f"dashboard-{name}.png")


KINDS = {"timelines": timelines, "report": report, "top": top, "dashboards": dashboards, "live": live}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("which", nargs="*", metavar="KIND", help=" ".join(KINDS))
    parser.add_argument("--seconds", type=float, default=90, help="of traffic, for each run of the report and for the dashboards")
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for what was photographed")
    options = parser.parse_args()
    unknown = set(options.which) - set(KINDS)
    if unknown:
        parser.error(f"{' '.join(unknown)}: unknown (expected: {' '.join(KINDS)})")
    browsers.run_here_instead()
    for kind in options.which or KINDS:
        KINDS[kind](options)


if __name__ == "__main__":
    main()
