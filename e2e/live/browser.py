"""Chromium, driven by Playwright, for the checks of the live page. E2E_BROWSER is the folder of its virtual environment."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import time

HOME = pathlib.Path(os.environ.get("E2E_BROWSER", pathlib.Path.home() / ".cache" / "streamgauge-browser"))
PYTHON = HOME / "venv" / "bin" / "python"
PACKAGES = ["playwright==1.65.2", "axe-playwright-python==0.1.8", "pillow==13.0.0"]
CHROMIUM = os.environ.get("E2E_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def run_here_instead():
    """Makes the environment once, and goes on in it."""
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", str(HOME / "venv")], check=True)
        subprocess.run([str(PYTHON), "-m", "pip", "-q", "install", *PACKAGES], check=True)
    if pathlib.Path(sys.executable) != PYTHON:
        os.execv(str(PYTHON), [str(PYTHON), *sys.argv])
    if not CHROMIUM:
        raise SystemExit("no Chromium: install it (Debian: apt-get install chromium) or name it in E2E_CHROMIUM")


@contextlib.contextmanager
def chromium():
    from playwright.sync_api import sync_playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


class Page:
    """A page whose errors, and whose requests to anywhere else, are kept."""

    def __init__(self, browser, url, scheme="light", width=1280, height=900, still=False, scale=1):
        self.context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": height},
                                           device_scale_factor=scale, reduced_motion="reduce" if still else "no-preference")
        self.page = self.context.new_page()
        self.faults, self.elsewhere = [], []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type in ("error", "warning") else None)
        self.page.on("request", lambda asked: None if asked.url.startswith((url, "data:")) else self.elsewhere.append(asked.url))
        self.page.goto(url)

    def wait(self, seconds):
        self.page.wait_for_timeout(seconds * 1000)

    def until(self, expression, seconds=30):
        """Asked from outside: the page's own policy lets no text be run as a script."""
        deadline = time.monotonic() + seconds
        while not self.page.evaluate(f"Boolean({expression})"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"not within {seconds} s: {expression}; {self.faults}")
            self.page.wait_for_timeout(100)

    def text(self, selector):
        return self.page.locator(selector).inner_text()

    def picture(self, path, whole=False):
        self.page.screenshot(path=str(path), full_page=whole)

    def too_wide(self):
        return self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")

    def axe(self):
        """What axe-core finds, as (impact, rule, first place)."""
        import axe_playwright_python
        source = pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js"
        found = self.page.evaluate(source.read_text() + "\n;axe.run(document, {resultTypes: ['violations']})")
        return [(each["impact"], each["id"], each["nodes"][0]["html"][:120]) for each in found["violations"]]

    def close(self):
        self.context.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
