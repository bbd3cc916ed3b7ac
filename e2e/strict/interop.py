"""gRPC's interop cases of the Go, Java and Python clients, through streamgauge and other proxies, without TLS and with it.

    python3 e2e/strict/interop.py [--peers envoy,nginx,haproxy,direct] [--clients go,java,python] [--tls none,client,server,both] [-v]

Needs e2e/strict/set-up; what is not there is named and left out. Left out too: cases that need cloud credentials, and load reports, which
the servers do not send. TLS has the certificates of gRPC's own tests, out of grpc-java's jar, and each side checks the other's name. The exit
code is about streamgauge alone.
"""

import argparse
import contextlib
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import harness  # noqa: E402
import peers  # noqa: E402

CASE_SECONDS_MAX = 60
HOME = pathlib.Path(os.environ.get("E2E_PEERS_HOME", "~/.cache/streamgauge-peers")).expanduser()
COMMON = """empty_unary large_unary client_streaming server_streaming ping_pong empty_stream timeout_on_sleeping_server cancel_after_begin
cancel_after_first_response status_code_and_message special_status_message custom_metadata unimplemented_method unimplemented_service""".split()
# Only Java's server compresses when asked to, and takes GET.
JAVA = COMMON + """client_compressed_unary_noprobe server_compressed_unary client_compressed_streaming_noprobe server_compressed_streaming very_large_request
rpc_soak channel_soak""".split()
JAVA_CLASS = "io.grpc.testing.integration.TestService"
# What speaks TLS: nobody, the clients, the server.
TLS = {"none": (False, False), "client": (True, False), "server": (False, True), "both": (True, True)}
TLS_NAME = "foo.test.google.fr"
TLS_FILES = ("ca.pem", "server1.pem", "server1.key")


def java():
    home = os.environ.get("JAVA_HOME")
    return [str(pathlib.Path(home) / "bin" / "java") if home else "java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
            f"{HOME}/grpc-java/*"]


def certificates():
    """Out of the jar, once; None where there is none."""
    folder = HOME / "grpc-certs"
    jar = next(iter(sorted((HOME / "grpc-java").glob("grpc-testing-*.jar"))), None)
    if jar is None:
        return None
    with zipfile.ZipFile(jar) as packed:
        folder.mkdir(exist_ok=True)
        for name in TLS_FILES:
            (folder / name).write_bytes(packed.read(f"certs/{name}"))
    return peers.Certificates(*(folder / name for name in TLS_FILES), TLS_NAME)


def go_client(case, port, tls):
    more = ["--use_tls", "--use_test_ca", f"--ca_file={tls.ca}", f"--server_host_override={tls.name}"] if tls else []
    return [str(HOME / "bin" / "interop_client"), "--server_host=127.0.0.1", f"--server_port={port}", f"--test_case={case}", *more]


def java_client(*more):
    soak = ("--soak_iterations=20", "--soak_max_failures=0", "--soak_overall_timeout_seconds=40", "--soak_per_iteration_max_acceptable_latency_ms=10000")

    def command(case, port, tls):
        secure = ["--use_tls=true", "--use_test_ca=true", f"--server_host_override={tls.name}"] if tls else ["--use_tls=false"]
        return [*java(), JAVA_CLASS + "Client", "--server_host=127.0.0.1", f"--server_port={port}", *secure, f"--test_case={case}", *more,
                *(soak if "soak" in case else ())]
    return command


def python_client(case, port, tls=None):
    more = [str(tls.ca), tls.name] if tls else []
    return [str(HOME / "grpc-python" / "bin" / "python"), str(pathlib.Path(__file__).with_name("interop_client.py")), str(port), case, *more]


def python_cases():
    client = python_client("", "")[:2]
    return subprocess.run(client, capture_output=True, text=True, timeout=30, check=True).stdout.split()


# Client → what must be there, its server, its command line, its cases.
CLIENTS = {
    "go": ("bin/interop_client", "go", go_client, lambda: COMMON),
    "java": ("grpc-java", "java", java_client(), lambda: JAVA),
    "java-okhttp": ("grpc-java", "java", java_client("--use_okhttp=true"), lambda: COMMON),
    "python": ("grpc-python", "java", python_client, python_cases),
}
# Java's server brings the same certificates itself.
SERVERS = {
    "go": lambda port, tls: [str(HOME / "bin" / "interop_server"), f"--port={port}",
                             *(["--use_tls", f"--tls_cert_file={tls.cert}", f"--tls_key_file={tls.key}"] if tls else [])],
    "java": lambda port, tls: [*java(), JAVA_CLASS + "Server", f"--port={port}", f"--use_tls={'true' if tls else 'false'}"],
}


@dataclasses.dataclass
class Direct:
    """No proxy at all."""

    port: int


@contextlib.contextmanager
def server(name, folder, tls):
    port = harness.free_port()
    with open(pathlib.Path(folder) / f"server-{name}", "wb") as out:
        process = subprocess.Popen(SERVERS[name](port, tls), stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        harness.wait_until(lambda: harness.accepts(port), 60, f"start of {name}'s server")
        yield port
    finally:
        process.terminate()
        process.wait(20)


def start(name, server_port, folder, to_clients, to_server):
    if name == "direct":
        return contextlib.nullcontext(Direct(server_port))
    if name == "streamgauge":
        options = ["--tls-cert", to_clients.cert, "--tls-key", to_clients.key] if to_clients else []
        options += ["--upstream-tls-ca", to_server.ca, "--upstream-tls-name", to_server.name] if to_server else []
        return harness.Proxy(f"{'https' if to_server else 'grpc'}://127.0.0.1:{server_port}", folder, *map(str, options))
    return peers.Peer(name, server_port, folder, "h2", "h2", to_clients, to_server)


def run_case(command):
    """What went wrong, or None."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=CASE_SECONDS_MAX, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return f"not over within {CASE_SECONDS_MAX} s"
    lines = [line for line in (done.stdout + done.stderr).splitlines() if re.search("(?i)error|fail|exception|expected|got", line)]
    return None if done.returncode == 0 else " / ".join(lines[:3])[:400] or f"exit code {done.returncode}"


def run_client(client, target, tls):
    """(passed, failures) of one client through one target."""
    _, server_name, command, cases = CLIENTS[client]
    failures, names = [], cases()
    to_clients, to_server = (certificates() if speaks else None for speaks in TLS[tls])
    with tempfile.TemporaryDirectory() as folder, server(server_name, folder, to_server) as server_port, \
            start(target, server_port, folder, to_clients, to_server) as proxy:
        for case in names:
            wrong = run_case(command(case, proxy.port, to_server if target == "direct" else to_clients))
            if wrong:
                failures.append((case, wrong))
    return len(names) - len(failures), failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default="", help="of envoy, nginx, haproxy, and direct for no proxy at all")
    parser.add_argument("--clients", default=",".join(CLIENTS), help=f"of {', '.join(CLIENTS)}")
    parser.add_argument("--tls", default=",".join(TLS), help=f"who speaks it, of {', '.join(TLS)}")
    parser.add_argument("--without-us", action="store_true", help="the peers alone")
    parser.add_argument("-v", action="store_true", help="show the failures of the peers, too")
    options = parser.parse_args()
    os.environ.setdefault("E2E_PEERS", str(HOME / "bin"))
    clients = [name for name in options.clients.split(",") if (HOME / CLIENTS[name][0]).exists()]
    for name in set(options.clients.split(",")) - set(clients):
        harness.say(f"skipped: {name} is not there (e2e/strict/set-up)")
    ways = options.tls.split(",")
    if certificates() is None:
        harness.say("skipped: TLS, whose certificates come with grpc-java (e2e/strict/set-up)")
        ways = ["none"]
    targets, failed = ([] if options.without_us else ["streamgauge"]) + list(filter(None, options.peers.split(","))), 0
    print("| proxy | TLS | " + " | ".join(f"{name}, of {len(CLIENTS[name][3]())}" for name in clients) + " |")
    print("|-" * (2 + len(clients)) + "|")
    for way in ways:
        # nothing between, nothing to tell apart
        for target in (name for name in targets if name != "direct" or way in ("none", "both")):
            cells = []
            for client in clients:
                passed, failures = run_client(client, target, way)
                cells.append(str(passed))
                failed += len(failures) if target == "streamgauge" else 0
                for case, wrong in failures if options.v or target == "streamgauge" else []:
                    harness.say(f"FAIL {target}: TLS {way}: {client}: {case}: {wrong}")
            name = target if target in ("streamgauge", "direct") else f"{target} {peers.version(target)}"
            print(f"| {name} | {way} | " + " | ".join(cells) + " |", flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
