"""Starts one of the servers that e2e/engines/set-up made, on ports of its own, and ends it."""

import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import harness  # noqa: E402 (found through the line above)

START_SECONDS_MAX = 600
OFFLINE = {"CUDA_VISIBLE_DEVICES": "", "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "OMP_NUM_THREADS": "1",
           "DO_NOT_TRACK": "1"}
# The prompt as the model's own chat template writes it.
OLLAMA_MODEL = '''FROM {gguf}
PARAMETER num_thread 1
TEMPLATE """{{{{ range .Messages }}}}<s>{{{{ .Role }}}}: {{{{ .Content }}}}
{{{{ end }}}}assistant: """
'''


class Llamacpp:
    version, health = "xllamacpp 2026.10.11549", "/health"

    def __init__(self, folder):
        self.made = folder / "llamacpp/bin/python"

    def command(self, folder, port):
        return [self.made, HERE / "llamacpp_server.py", folder / "models/tiny/tiny.gguf", port]

    def environment(self, folder, port):
        return {}

    def healthy(self, port):
        with contextlib.suppress(urllib.error.URLError, OSError), \
                urllib.request.urlopen(f"http://127.0.0.1:{port}{self.health}", timeout=5):
            return True
        return False

    def prepare(self, folder, port):
        """What is left to do once the server answers."""

    def page(self, port):
        """Where its metrics are."""
        return f"http://127.0.0.1:{port}/metrics"


class Vllm(Llamacpp):
    version = "0.32.0 on CPU"

    def __init__(self, folder):
        self.made = folder / "vllm/bin/vllm"

    def command(self, folder, port):
        return [self.made, "serve", folder / "models/tiny/hf", "--served-model-name", "tiny", "--load-format", "dummy",
                "--dtype", "bfloat16", "--max-model-len", 2048, "--max-num-seqs", 8, "--enforce-eager",
                "--host", "127.0.0.1", "--port", port]

    def environment(self, folder, port):
        return OFFLINE | {"VLLM_TARGET_DEVICE": "cpu", "VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_CPU_OMP_THREADS_BIND": "nobind",
                          "TORCHDYNAMO_DISABLE": "1", "VLLM_HOST_IP": "127.0.0.1", "VLLM_NO_USAGE_STATS": "1"}


class VllmGrpc(Vllm):
    """It listens when the engine is ready."""
    version = "0.32.0 on CPU (smg-grpc-servicer 0.14.1)"

    def command(self, folder, port):
        return [*super().command(folder, port), "--grpc"]

    def healthy(self, port):
        return harness.accepts(port)


class Sglang(Llamacpp):
    version = "0.5.23 on CPU"

    def __init__(self, folder):
        self.made = folder / "sglang/bin/python"

    def command(self, folder, port):
        return [self.made, "-m", "sglang.launch_server", "--model-path", folder / "models/tiny/hf",
                "--served-model-name", "tiny", "--load-format", "dummy", "--device", "cpu", "--dtype", "bfloat16",
                "--attention-backend", "torch_native", "--sampling-backend", "pytorch", "--disable-cuda-graph",
                "--disable-overlap-schedule", "--max-total-tokens", 8192, "--max-running-requests", 8,
                "--context-length", 2048, "--mem-fraction-static", 0.1, "--skip-server-warmup",
                "--enable-metrics", "--host", "127.0.0.1", "--port", port]

    def environment(self, folder, port):
        return OFFLINE | {"SGLANG_USE_CPU_ENGINE": "1", "LD_LIBRARY_PATH": folder / "sglang-stub"}


class Ollama(Llamacpp):
    version, health = "0.17.4", "/api/version"

    def __init__(self, folder):
        self.made = folder / "ollama/bin/ollama"

    def command(self, folder, port):
        return [self.made, "serve"]

    def environment(self, folder, port):
        return {"OLLAMA_HOST": f"127.0.0.1:{port}", "OLLAMA_MODELS": folder / "models/ollama", "HOME": folder / "models",
                "OLLAMA_NUM_PARALLEL": "2", "OLLAMA_KEEP_ALIVE": "30m", "OMP_NUM_THREADS": "1"}

    def prepare(self, folder, port):
        recipe = folder / "models/Modelfile"
        recipe.write_text(OLLAMA_MODEL.format(gguf=folder / "models/tiny/tiny.gguf"))
        subprocess.run([self.made, "create", "tiny", "-f", recipe], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, env=os.environ | as_text(self.environment(folder, port)))


class Triton(Llamacpp):
    version, health = "2.51.0 (nvidia-pytriton 0.7.0)", "/v2/models/tinylm/ready"

    def __init__(self, folder):
        self.made, self.metrics_port = folder / "triton/bin/python", harness.free_port()

    def command(self, folder, port):
        return [self.made, HERE / "triton_server.py", port, harness.free_port(), self.metrics_port]

    def page(self, port):
        return f"http://127.0.0.1:{self.metrics_port}/metrics"

    def environment(self, folder, port):
        """The process that runs the models is linked against the interpreter's library."""
        where = subprocess.run([self.made, "-c", "import sysconfig; print(sysconfig.get_config_var('LIBDIR'))"],
                               check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        return {"LD_LIBRARY_PATH": where}


class TritonGrpc(Triton):
    """Its health is told over HTTP alone."""

    def __init__(self, folder, compression="none"):
        super().__init__(folder)
        self.http_port, self.compression = harness.free_port(), compression

    def command(self, folder, port):
        return [self.made, HERE / "triton_server.py", self.http_port, port, harness.free_port(), self.compression]

    def healthy(self, port):
        return super().healthy(self.http_port)


class TritonGrpcGzip(TritonGrpc):
    def __init__(self, folder):
        super().__init__(folder, "low")


class Mlserver(Llamacpp):
    version, health = "1.7.1", "/v2/models/tinylm/ready"

    def __init__(self, folder):
        self.made = folder / "mlserver/bin/mlserver"

    def command(self, folder, port):
        return [self.made, "start", HERE / "mlserver"]

    def environment(self, folder, port):
        return {"MLSERVER_HOST": "127.0.0.1", "MLSERVER_HTTP_PORT": port, "MLSERVER_GRPC_PORT": harness.free_port(),
                "MLSERVER_METRICS_PORT": harness.free_port(), "MLSERVER_PARALLEL_WORKERS": 0,
                "MLSERVER_GZIP_ENABLED": "false", "PYTHONPATH": HERE / "mlserver"}


class MlserverGrpc(Mlserver):
    def __init__(self, folder):
        super().__init__(folder)
        self.http_port = harness.free_port()

    def environment(self, folder, port):
        return super().environment(folder, self.http_port) | {"MLSERVER_GRPC_PORT": port}

    def healthy(self, port):
        return super().healthy(self.http_port)


SERVERS = {"llama.cpp": Llamacpp, "vllm": Vllm, "sglang": Sglang, "ollama": Ollama, "triton": Triton, "mlserver": Mlserver,
           "vllm gRPC": VllmGrpc, "triton gRPC": TritonGrpc, "triton gRPC, gzip": TritonGrpcGzip, "mlserver gRPC": MlserverGrpc}


def as_text(environment):
    return {name: str(value) for name, value in environment.items()}


def folder():
    named = os.environ.get("E2E_ENGINES")
    if not named:
        sys.exit("E2E_ENGINES: not set (expected: the folder that e2e/engines/set-up made)")
    return pathlib.Path(named).resolve()


def healthy(process, server, port):
    if process.poll() is not None:
        raise RuntimeError(f"the server ended with {process.returncode}")
    return server.healthy(port)


@contextlib.contextmanager
def running(name, log_path):
    """The port of the server `name`, which is there for as long as the block runs."""
    with running_server(SERVERS[name](folder()), name, log_path) as port:
        yield port


@contextlib.contextmanager
def running_server(server, name, log_path):
    home, port = folder(), harness.free_port()
    with open(log_path, "wb") as log:
        process = subprocess.Popen([str(word) for word in server.command(home, port)], stdout=log, stderr=log,
                                   env=os.environ | as_text(server.environment(home, port)), start_new_session=True)
    try:
        harness.wait_until(lambda: healthy(process, server, port), START_SECONDS_MAX, f"start of {name}")
        server.prepare(home, port)
        yield port
    except (RuntimeError, TimeoutError) as failure:
        raise RuntimeError(f"{name}: {failure}: {pathlib.Path(log_path).read_text(errors='replace')[-2000:]}") from failure
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        end(process)


def end(process):
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
