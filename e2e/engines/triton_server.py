"""Triton's own server, as the wheel nvidia-pytriton has it: triton_server.py HTTP_PORT GRPC_PORT METRICS_PORT [COMPRESSION]

The models are small generators: `tinylm` (decoupled, two instances) answers with a piece for each of `max_tokens` words, the
first one empty if the text begins with "empty", each many times if with "long", and fails behind the third if with "error";
`tinywhole` answers with all of them at once. COMPRESSION is that of gRPC's answers: none, low, medium or high; the server leaves
it where a message would not get smaller.
"""

import sys
import time

import numpy
from pytriton.model_config import ModelConfig, Tensor
from pytriton.triton import Triton, TritonConfig
from tritonclient.utils import InferenceServerException

WORDS = "the gauge stood in the river below the bridge and nobody read it".split()
# The wheel gives its own processes one second to find each other, which a busy machine has not.
STARTS_MAX = 5
PIECE_SECONDS, PIECES_BEFORE_ERROR, LONG_TIMES = 0.005, 3, 200
INPUTS = [Tensor(name="text_input", dtype=bytes, shape=(1,)), Tensor(name="max_tokens", dtype=numpy.int32, shape=(1,))]
OUTPUTS = [Tensor(name="text_output", dtype=bytes, shape=(1,))]


def answer(text):
    return [{"text_output": numpy.char.encode(numpy.array([text]), "utf-8")}]


def words(request):
    return [" " + WORDS[place % len(WORDS)] for place in range(int(request["max_tokens"].reshape(-1)[0]))]


def pieces(requests):
    text = requests[0]["text_input"].reshape(-1)[0]
    if text.startswith(b"empty"):
        yield [{"text_output": numpy.array([b""], dtype=bytes)}]
    for place, word in enumerate(words(requests[0])):
        if text.startswith(b"error") and place == PIECES_BEFORE_ERROR:
            raise RuntimeError("the model failed, as it was told to")
        yield answer(word * (LONG_TIMES if text.startswith(b"long") else 1))
        time.sleep(PIECE_SECONDS)


def whole(requests):
    return [answer("".join(words(request)))[0] for request in requests]


def serve(config):
    with Triton(config=config) as server:
        server.bind(model_name="tinywhole", infer_func=whole, inputs=INPUTS, outputs=OUTPUTS, config=ModelConfig(batching=False))
        server.bind(model_name="tinylm", infer_func=[pieces] * 2, inputs=INPUTS, outputs=OUTPUTS,
                    config=ModelConfig(batching=False, decoupled=True))
        server.serve()


def main():
    http, grpc, metrics = map(int, sys.argv[1:4])
    local = "127.0.0.1"
    config = TritonConfig(http_port=http, grpc_port=grpc, metrics_port=metrics, http_address=local, grpc_address=local,
                          metrics_address=local, exit_on_error=True,
                          grpc_infer_response_compression_level=(sys.argv[4:] or ["none"])[0])
    for starts_left in reversed(range(STARTS_MAX)):
        try:
            return serve(config)
        except InferenceServerException:
            if not starts_left:
                raise


if __name__ == "__main__":
    main()
