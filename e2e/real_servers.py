"""Starts llama.cpp and vLLM, one after the other, and compares our figures with those of real clients.

    E2E_ENGINES=FOLDER python3 e2e/real_servers.py [--servers llama.cpp,vllm] [--count 20]
"""

import argparse
import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

import harness

HERE = pathlib.Path(__file__).resolve().parent
START_SECONDS_MAX = 600
VLLM_ENVIRONMENT = {
    "VLLM_TARGET_DEVICE": "cpu", "VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_CPU_OMP_THREADS_BIND": "nobind", "OMP_NUM_THREADS": "1",
    "TORCHDYNAMO_DISABLE": "1", "VLLM_HOST_IP": "127.0.0.1", "CUDA_VISIBLE_DEVICES": "", "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}


def command(server, folder, port):
    model = folder / "models" / "tiny"
    if server == "llama.cpp":
        return [folder / "llamacpp/bin/python", HERE / "engines/llamacpp_server.py", model / "tiny.gguf", port]
    return [folder / "vllm/bin/vllm", "serve", model / "hf", "--served-model-name", "tiny", "--load-format", "dummy",
            "--dtype", "bfloat16", "--max-model-len", 2048, "--max-num-seqs", 8, "--enforce-eager",
            "--host", "127.0.0.1", "--port", port]


def healthy(process, port):
    if process.poll() is not None:
        raise RuntimeError(f"the server ended with {process.returncode}")
    with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
        return True
    return False


def compare(server, folder, options, logs):
    port = harness.free_port()
    with open(pathlib.Path(logs) / f"{server}.log", "wb") as log:
        process = subprocess.Popen([str(word) for word in command(server, folder, port)], stdout=log, stderr=log,
                                   env=os.environ | VLLM_ENVIRONMENT, start_new_session=True)
    try:
        harness.wait_until(lambda: healthy(process, port), START_SECONDS_MAX, f"start of {server}")
        return subprocess.run([sys.executable, HERE / "compare/run.py", "--server", server, "--port", str(port),
                               "--count", str(options.count)], check=False).returncode
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--servers", default="llama.cpp,vllm")
    parser.add_argument("--count", type=int, default=20)
    options = parser.parse_args()
    if not os.environ.get("E2E_ENGINES"):
        sys.exit("E2E_ENGINES: not set (expected: the folder that e2e/engines/set-up made)")
    with tempfile.TemporaryDirectory() as logs:
        codes = [compare(server, pathlib.Path(os.environ["E2E_ENGINES"]), options, logs) for server in options.servers.split(",")]
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main())
