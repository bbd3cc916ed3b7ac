"""llama.cpp's own HTTP server, as the wheel xllamacpp has it: llamacpp_server.py MODEL.gguf PORT [SLOTS]"""

import signal
import sys

import xllamacpp

THREADS, SLOTS, CONTEXT_TOKENS = 1, 4, 8192


def parameters(model, port, slots=SLOTS):
    chosen = xllamacpp.CommonParams()
    chosen.model.path = model
    chosen.model_alias = {"tiny"}
    chosen.port = port
    chosen.n_ctx = CONTEXT_TOKENS
    chosen.n_parallel = int(slots)
    chosen.cpuparams.n_threads = THREADS
    chosen.cpuparams_batch.n_threads = THREADS
    chosen.use_jinja = True
    chosen.warmup = False
    chosen.endpoint_metrics = True
    return chosen


if __name__ == "__main__":
    server = xllamacpp.Server(parameters(sys.argv[1], int(sys.argv[2]), *sys.argv[3:]))
    print("listens on", server.listening_address, flush=True)
    signal.pause()
