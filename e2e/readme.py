"""Runs the commands of README.md and of docs/getting-started.md as they are written there, and checks that they do what it says.

    python3 e2e/readme.py            # in this tree, which is built
    python3 e2e/readme.py --fresh    # in a fresh clone of it: builds there, runs the test command too
    python3 e2e/readme.py --of docs/getting-started.md

A command that stands there and is not known here is a failure: RULES says what each kind has to show. Ports are the
README's own, so that they must be free. Of the JDKs only the one of JAVA_HOME is on PATH. A container engine is used
where there is one that has the base images (or may get them: --pull); else those commands are named as skipped, and
what they tell the proxy goes to `streamgauge config`.
"""

import argparse
import contextlib
import glob
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import urllib.parse

import harness
from readme_commands import Command, Readme
from readme_shown import Shown

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
DOCUMENTS = ["README.md", "docs/getting-started.md"]
BUILD_SECONDS_MAX = 1500
CURL_SECONDS_MAX = 60
STOP_SECONDS_MAX = 60
LISTEN, ADMIN, UPSTREAM, SIMULATOR = "0.0.0.0:8080", "0.0.0.0:9464", "http://127.0.0.1:8000", "127.0.0.1:8000"


def java_home():
    for home in [os.environ.get("JAVA_HOME", ""), *sorted(glob.glob("/usr/lib/jvm/*25*"))]:
        if home and os.access(f"{home}/bin/javac", os.X_OK):
            return home
    raise SystemExit("readme: no JDK 25 (expected: JAVA_HOME, or one in /usr/lib/jvm)")


def environment(**more):
    """No setting but what a command brings along; no Java but one JDK 25."""
    kept = {name: value for name, value in harness.environment().items() if name not in ("JAVA_HOME", "STREAMGAUGE_JAVA")}
    return {**kept, "PATH": f"{java_home()}/bin:{SYSTEM_PATH}", **more}


def port_of(address):
    return int(address.rsplit(":", 1)[1])


def upstream_port(url):
    return urllib.parse.urlsplit(url).port


class Started:
    """A command that runs until it is stopped."""

    def __init__(self, session, command, ports, text=None):
        self.session, self.command, self.ports = session, command, ports
        self.out, self.err = (pathlib.Path(session.folder) / f"{len(session.seen)}.{kind}" for kind in ("out", "err"))
        for port in ports:
            if harness.accepts(port):
                raise RuntimeError(f"port {port} is taken; the README's `{command.name}` needs it")
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            self.process = subprocess.Popen(["bash", "-c", text or command.text], cwd=session.tree, env=environment(),
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True)

    def up(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"`{self.command.name}` ended with {self.process.returncode}: {self.err.read_text()}")
        return all(map(harness.accepts, self.ports))

    def stop(self):
        """SIGTERM to all of it, as a closing terminal does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            code = self.process.wait()
        return code in (0, 143, -signal.SIGTERM), str(code)


class Session:
    """The commands of one section: its terminals stay open until it ends."""

    def __init__(self, checks, readme, tree, folder, options):
        self.checks, self.readme, self.tree, self.folder, self.options = checks, readme, tree, folder, options
        self.running, self.proxy, self.seen, self.functions = [], None, [], []

    def run(self, command):
        self.seen.append(command)
        rule = rule_of(command)
        if rule:
            rule(self, command)

    def start(self, command, ports, text=None):
        started = Started(self, command, ports, text)
        self.running.append(started)
        return started

    def settle(self):
        """Only now are starts waited for: they came at once, as in several terminals, and the first ones build."""
        for started in self.running:
            harness.wait_until(started.up, BUILD_SECONDS_MAX, f"start of `{started.command.name}`")

    def finish(self):
        self.settle()
        self.finish_proxy()
        for started in reversed(self.running):
            self.checks.that(*promise(started))
        self.running = []

    def finish_proxy(self):
        """What is said of each proxy, once a request of ours has gone through as well."""
        if not self.proxy:
            return
        started, upstream, self.proxy = self.proxy, self.proxy_upstream, None
        if not harness.accepts(upstream):
            self.start(Command("", f"bin/streamgauge simulate --listen 127.0.0.1:{upstream}"), [upstream])
        self.settle()
        Shown(self, started).check()
        self.running.remove(started)
        self.checks.that(*promise(started))

    def config_takes(self, command, words, variables):
        """Whether `streamgauge config` takes what is meant for the proxy."""
        checked = subprocess.run(["bin/streamgauge", "config", *words], cwd=self.tree, env=environment(**variables),
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.checks.that(checked.returncode == 0, f"the settings in `{command.name}` are right", checked.stderr.strip())

    def close(self):
        for started in self.running:
            started.stop()


def promise(started):
    ended_well, code = started.stop()
    return ended_well, f"`{started.command.name}` ends with 0 or 143 on SIGTERM", code


def simulate(session, command):
    session.start(command, [port_of(command.value("--listen", SIMULATOR))])


def proxy(session, command):
    start_proxy(session, command, command.value("--upstream", UPSTREAM))
    if not session.options.fresh:
        session.config_takes(command, command.words[2:], {})


def start_proxy(session, command, upstream, text=None):
    """Of two proxies in one section the second stands for the first: they are at the same ports."""
    session.finish_proxy()
    ports = [port_of(command.value("--listen", LISTEN)), port_of(command.value("--admin", ADMIN))]
    session.proxy, session.proxy_upstream = session.start(command, ports, text), upstream_port(upstream)


def demo(session, command):
    """Until its table has begun."""
    started = session.start(command, [])
    harness.wait_until(lambda: started.up() and "TTFT" in started.out.read_text(), BUILD_SECONDS_MAX, "the demo's table")
    session.checks.that(True, f"`{command.name}` shows its table")


def curl(session, command):
    session.settle()
    path = urllib.parse.urlsplit(next(word for word in command.words if word.startswith("http"))).path
    done = subprocess.run(["bash", "-c", command.text], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=CURL_SECONDS_MAX)
    session.checks.that(done.returncode == 0, f"`{command.line}` succeeds", str(done.returncode))
    expected = {"/v1/chat/completions": r"^data: \{.*\"content\".*^data: \[DONE\]$", "/metrics": r"^streamgauge_\w+(_total|_count)\{",
                "/healthz": ".", "/readyz": ".", "/status": r"^\{"}.get(path)
    session.checks.that(expected and re.search(expected, done.stdout, re.S | re.M), f"and prints what {path} is to say",
                        "" if expected else "there is no rule for this path")


def function(session, command):
    """Of the shell, for later commands, as in one terminal."""
    session.functions.append(command.text)


def ask(session, command):
    session.settle()
    done = subprocess.run(["bash", "-c", "\n".join([*session.functions, command.text])], env=environment(), timeout=CURL_SECONDS_MAX)
    session.checks.that(done.returncode == 0, f"`{command.line}` succeeds", str(done.returncode))


def top(session, command):
    session.settle()
    done = subprocess.run(["bash", "-c", command.text], cwd=session.tree, env=environment(), stdout=subprocess.PIPE, text=True, timeout=CURL_SECONDS_MAX)
    session.checks.that(done.returncode == 0 and "TTFT" in done.stdout, f"`{command.line}` shows its table", str(done.returncode))


def test(session, command):
    if session.options.fresh:
        done = subprocess.run(["bash", "-c", command.text], cwd=session.tree, env=environment(), stdout=sys.stderr,
                              timeout=BUILD_SECONDS_MAX)
        session.checks.that(done.returncode == 0, f"`{command.line}` succeeds", str(done.returncode))
    else:
        run_by_ci = (session.tree / ".ci" / "run").read_text().splitlines()
        session.checks.that(command.text in run_by_ci, f"`{command.text}` is what CI runs")


def skipped(command, why):
    harness.say(f"skip readme: `{command.name}` is not run: {why}")


class Containers:
    """The engine of this machine, docker or podman, and why it is of no use."""

    def __init__(self, session):
        self.session = session
        self.engine = next((name for name in ("docker", "podman") if self._works(name)), None)
        missing = [image for image in self._bases() if self.engine and not self._has(image)]
        self.why_not = "no container engine" if not self.engine else f"no image {missing[0]}" if missing else None

    def text(self, command):
        return re.sub(r"^docker\b", self.engine, command.text)

    def _works(self, name):
        return self._run(name, "info") == 0

    def _has(self, image):
        return (self._run(self.engine, "image", "inspect", image) == 0
                or (self.session.options.pull and self._run(self.engine, "pull", image) == 0))

    def _bases(self):
        return re.findall(r"^ARG (?:BUILD|RUN)_IMAGE=(\S+)", (self.session.tree / "Dockerfile").read_text(), re.M)

    def _run(self, *words):
        try:
            return subprocess.run(words, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300).returncode
        except (FileNotFoundError, subprocess.TimeoutExpired):
            return None


def docker_build(session, command):
    known = re.findall(r"^ARG (\w+)", (session.tree / "Dockerfile").read_text(), re.M)
    named = [word.split("=")[0] for word, before in zip(command.words[1:], command.words) if before == "--build-arg"]
    session.checks.that(set(named) <= set(known), "the build arguments are the Dockerfile's", ", ".join(named))
    containers = Containers(session)
    if containers.why_not:
        skipped(command, containers.why_not)
        return
    done = subprocess.run(["bash", "-c", containers.text(command)], cwd=session.tree, env=environment(), stdout=sys.stderr,
                          timeout=BUILD_SECONDS_MAX)
    session.checks.that(done.returncode == 0, f"`{command.line}` succeeds", str(done.returncode))


DOCKER_OPTIONS_WITH_VALUE = ("-e", "--env", "--network", "-p", "--publish", "--name", "--user", "-v", "--volume", "--memory")


def docker_run(session, command):
    variables, image, words = container(command.words[2:])
    built = [other.value("-t", None) for other in session.seen if other.words[:2] == ["docker", "build"]]
    session.checks.that(image in built, f"the image {image} was built", ", ".join(map(str, built)))
    session.checks.that(not words or words[0] == "proxy", "the container runs the proxy", " ".join(words))
    session.config_takes(command, words[1:], variables)
    containers = Containers(session)
    if containers.why_not:
        skipped(command, containers.why_not)
    else:
        upstream = variables.get("STREAMGAUGE_UPSTREAM", UPSTREAM)
        start_proxy(session, command, command.value("--upstream", upstream), containers.text(command))


def container(words):
    """Variables, image and command of a `docker run`."""
    variables, at = {}, 0
    while words[at].startswith("-"):
        takes_next = words[at] in DOCKER_OPTIONS_WITH_VALUE
        if words[at] in ("-e", "--env"):
            name, value = words[at + 1].split("=", 1)
            variables[name] = value
        at += 2 if takes_next else 1
    return variables, words[at], words[at + 1:]


def begins(*words):
    return lambda command: tuple(command[:len(words)]) == words


RULES = [
    (begins("bin/streamgauge", "simulate"), simulate),
    (begins("bin/streamgauge", "proxy"), proxy),
    (begins("bin/streamgauge", "demo"), demo),
    (begins("./build", "demo"), demo),
    (begins("./build", "test"), test),
    (begins("bin/streamgauge", "top"), top),
    (begins("curl"), curl),
    (begins("ask()"), function),
    (begins("ask"), ask),
    (begins("docker", "build"), docker_build),
    (begins("docker", "run"), docker_run),
]


def rule_of(command):
    return next((rule for fits, rule in RULES if fits(command.words)), None)


def check(checks, readme, tree, folder, options):
    for command in readme.commands:
        checks.that(rule_of(command), f"there is a rule for `{command.line}`", "" if rule_of(command) else "add one to RULES")
    session = Session(checks, readme, tree, folder, options)
    try:
        for before, command in zip([None, *readme.commands], readme.commands):
            if before and before.section != command.section:
                session.finish()
            session.run(command)
        session.finish()
    except (RuntimeError, TimeoutError, OSError) as failure:
        checks.that(False, "the commands run", str(failure))
    finally:
        session.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fresh", action="store_true", help="in a fresh clone, which builds")
    parser.add_argument("--pull", action="store_true", help="get base images that the container engine lacks")
    parser.add_argument("--of", nargs="+", default=DOCUMENTS, help=f"which documents (default: {' '.join(DOCUMENTS)})")
    options = parser.parse_args()
    checks = harness.Checks("readme")
    with tempfile.TemporaryDirectory() as folder:
        tree = harness.ROOT
        if options.fresh:
            tree = pathlib.Path(folder) / "streamgauge"
            subprocess.run(["git", "clone", "-q", str(harness.ROOT), str(tree)], check=True)
        for document in options.of:
            readme = Readme((harness.ROOT / document).read_text())
            checks.that(readme.commands, f"{document} has commands", f"{len(readme.commands)}")
            check(checks, readme, tree, folder, options)
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
