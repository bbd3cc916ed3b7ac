"""Starts llama.cpp and vLLM, one after the other, and compares our figures with those of real clients.

    E2E_ENGINES=FOLDER python3 e2e/real_servers.py [--servers llama.cpp,vllm] [--count 20]
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "engines"))
import servers  # noqa: E402 (found through the line above)


def compare(server, options, logs):
    with servers.running(server, pathlib.Path(logs) / f"{server}.log") as port:
        return subprocess.run([sys.executable, HERE / "compare/run.py", "--server", server, "--port", str(port),
                               "--count", str(options.count)], check=False).returncode


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--servers", default="llama.cpp,vllm")
    parser.add_argument("--count", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as logs:
        codes = [compare(server, options, logs) for server in options.servers.split(",")]
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main())
