"""Triton's own server, as the wheel nvidia-pytriton has it: triton_server.py HTTP_PORT GRPC_PORT METRICS_PORT

The models are small generators: `tinylm` (decoupled) answers with a piece for each of `max_tokens` words, the first one
empty if the text begins with "empty"; `tinywhole` answers with all of them at once.
"""

import sys
import time

import numpy
from pytriton.model_config import ModelConfig, Tensor
from pytriton.triton import Triton, TritonConfig

WORDS = "the gauge stood in the river below the bridge and nobody read it".split()
PIECE_SECONDS = 0.005
INPUTS = [Tensor(name="text_input", dtype=bytes, shape=(1,)), Tensor(name="max_tokens", dtype=numpy.int32, shape=(1,))]
OUTPUTS = [Tensor(name="text_output", dtype=bytes, shape=(1,))]


def answer(text):
    return [{"text_output": numpy.char.encode(numpy.array([text]), "utf-8")}]


def words(request):
    return [" " + WORDS[place % len(WORDS)] for place in range(int(request["max_tokens"].reshape(-1)[0]))]


def pieces(requests):
    if requests[0]["text_input"].reshape(-1)[0].startswith(b"empty"):
        yield [{"text_output": numpy.array([b""], dtype=bytes)}]
    for word in words(requests[0]):
        yield answer(word)
        time.sleep(PIECE_SECONDS)


def whole(requests):
    return [answer("".join(words(request)))[0] for request in requests]


def main():
    http, grpc, metrics = map(int, sys.argv[1:])
    local = "127.0.0.1"
    config = TritonConfig(http_port=http, grpc_port=grpc, metrics_port=metrics, http_address=local, grpc_address=local,
                          metrics_address=local, exit_on_error=True)
    with Triton(config=config) as server:
        server.bind(model_name="tinywhole", infer_func=whole, inputs=INPUTS, outputs=OUTPUTS, config=ModelConfig(batching=False))
        server.bind(model_name="tinylm", infer_func=pieces, inputs=INPUTS, outputs=OUTPUTS,
                    config=ModelConfig(batching=False, decoupled=True))
        server.serve()


if __name__ == "__main__":
    main()
