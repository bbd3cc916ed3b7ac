"""gRPC's interop cases of the Go, Java and Python clients, through streamgauge and other proxies (h2c on both sides).

    python3 e2e/strict/interop.py [--peers envoy,nginx,haproxy,direct] [--clients go,java,python] [-v]

Needs e2e/strict/set-up; what is not there is named and left out. Left out too: cases that need TLS or cloud credentials, and load reports,
which the servers do not send. The exit code is about streamgauge alone.
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


def java():
    home = os.environ.get("JAVA_HOME")
    return [str(pathlib.Path(home) / "bin" / "java") if home else "java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
            f"{HOME}/grpc-java/*"]


def go_client(case, port):
    return [str(HOME / "bin" / "interop_client"), "--server_host=127.0.0.1", f"--server_port={port}", f"--test_case={case}"]


def java_client(*more):
    soak = ("--soak_iterations=20", "--soak_max_failures=0", "--soak_overall_timeout_seconds=40", "--soak_per_iteration_max_acceptable_latency_ms=10000")
    return lambda case, port: [*java(), JAVA_CLASS + "Client", "--server_host=127.0.0.1", f"--server_port={port}", "--use_tls=false",
                               f"--test_case={case}", *more, *(soak if "soak" in case else ())]


def python_client(case, port):
    return [str(HOME / "grpc-python" / "bin" / "python"), str(pathlib.Path(__file__).with_name("interop_client.py")), str(port), case]


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
SERVERS = {
    "go": lambda port: [str(HOME / "bin" / "interop_server"), f"--port={port}"],
    "java": lambda port: [*java(), JAVA_CLASS + "Server", f"--port={port}", "--use_tls=false"],
}


@dataclasses.dataclass
class Direct:
    """No proxy at all."""

    port: int


@contextlib.contextmanager
def server(name, folder):
    port = harness.free_port()
    with open(pathlib.Path(folder) / f"server-{name}", "wb") as out:
        process = subprocess.Popen(SERVERS[name](port), stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        harness.wait_until(lambda: harness.accepts(port), 60, f"start of {name}'s server")
        yield port
    finally:
        process.terminate()
        process.wait(20)


def start(name, server_port, folder):
    if name == "direct":
        return contextlib.nullcontext(Direct(server_port))
    if name == "streamgauge":
        return harness.Proxy(f"grpc://127.0.0.1:{server_port}", folder)
    return peers.Peer(name, server_port, folder, "h2", "h2")


def run_case(command):
    """What went wrong, or None."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=CASE_SECONDS_MAX, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return f"not over within {CASE_SECONDS_MAX} s"
    lines = [line for line in (done.stdout + done.stderr).splitlines() if re.search("(?i)error|fail|exception|expected|got", line)]
    return None if done.returncode == 0 else " / ".join(lines[:3])[:400] or f"exit code {done.returncode}"


def run_client(client, target):
    """(passed, failures) of one client through one target."""
    _, server_name, command, cases = CLIENTS[client]
    failures, names = [], cases()
    with tempfile.TemporaryDirectory() as folder, server(server_name, folder) as server_port, start(target, server_port, folder) as proxy:
        for case in names:
            wrong = run_case(command(case, proxy.port))
            if wrong:
                failures.append((case, wrong))
    return len(names) - len(failures), failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default="", help="of envoy, nginx, haproxy, and direct for no proxy at all")
    parser.add_argument("--clients", default=",".join(CLIENTS), help=f"of {', '.join(CLIENTS)}")
    parser.add_argument("--without-us", action="store_true", help="the peers alone")
    parser.add_argument("-v", action="store_true", help="show the failures of the peers, too")
    options = parser.parse_args()
    os.environ.setdefault("E2E_PEERS", str(HOME / "bin"))
    clients = [name for name in options.clients.split(",") if (HOME / CLIENTS[name][0]).exists()]
    for name in set(options.clients.split(",")) - set(clients):
        harness.say(f"skipped: {name} is not there (e2e/strict/set-up)")
    targets, failed = ([] if options.without_us else ["streamgauge"]) + list(filter(None, options.peers.split(","))), 0
    print("| proxy | " + " | ".join(f"{name}, of {len(CLIENTS[name][3]())}" for name in clients) + " |")
    print("|-" * (1 + len(clients)) + "|")
    for target in targets:
        cells = []
        for client in clients:
            passed, failures = run_client(client, target)
            cells.append(str(passed))
            failed += len(failures) if target == "streamgauge" else 0
            for case, wrong in failures if options.v or target == "streamgauge" else []:
                harness.say(f"FAIL {target}: {client}: {case}: {wrong}")
        print(f"| {target if target in ('streamgauge', 'direct') else f'{target} {peers.version(target)}'} | " + " | ".join(cells) + " |", flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
