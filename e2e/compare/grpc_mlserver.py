"""Calls of MLServer by its own stubs; its ModelStreamInfer sends bare responses, which no other client expects."""

import grpc
from mlserver.grpc import dataplane_pb2 as pb
from mlserver.grpc import dataplane_pb2_grpc

from grpc_seen import BINARY, DEADLINE_OF_SHORT_CALLS, DEADLINE_SECONDS, MESSAGES_BEFORE_END, Seen, follow, unary

LONG = 2000
ECHOED = (("x-echo-text", "a, b"), ("x-echo-numbers-bin", BINARY))


def stub(asked):
    return dataplane_pb2_grpc.GRPCInferenceServiceStub(asked.channel)


def request(asked, count=None, text=None, model="tinylm"):
    def tensor(name, datatype, **contents):
        return pb.ModelInferRequest.InferInputTensor(name=name, datatype=datatype, shape=[1], contents=pb.InferTensorContents(**contents))
    inputs = [tensor("text_input", "BYTES", bytes_contents=[(text or asked.text).encode()]),
              tensor("max_tokens", "INT32", int_contents=[count or asked.count])]
    return pb.ModelInferRequest(model_name=model, id=f"inference-{asked.number}", inputs=inputs)


def take(seen, message):
    texts = [text for output in message.outputs for text in output.contents.bytes_contents]
    seen.message(message.SerializeToString(deterministic=True), any(texts))


def take_whole(seen, message):
    seen.message(message.SerializeToString(deterministic=True), False)


def infer(model="tinylm", metadata=(), compression=None):
    def ask(asked):
        asking = request(asked, model=model)
        return unary(Seen(asked.request_id), stub(asked).ModelInfer, asking, take_whole, timeout=DEADLINE_SECONDS,
                     compression=compression, metadata=asked.metadata + tuple(metadata))
    return ask


def stream(count=None, text=None, stop_behind=None, timeout=DEADLINE_SECONDS, metadata=(), compression=None):
    def ask(asked):
        asking = request(asked, count, text)
        seen = Seen(asked.request_id)
        call = stub(asked).ModelStreamInfer(iter([asking]), timeout=timeout, compression=compression,
                                            metadata=asked.metadata + tuple(metadata))
        return follow(seen, call, take, stop_behind)
    return ask


KINDS = {
    "ModelInfer": infer(),
    "ModelInfer, request gzipped, metadata": infer(metadata=ECHOED, compression=grpc.Compression.Gzip),
    "ModelInfer, no such model": infer(model="nobody"),
    "ModelStreamInfer": stream(),
    "ModelStreamInfer, request gzipped, metadata": stream(metadata=ECHOED, compression=grpc.Compression.Gzip),
    "ModelStreamInfer, error": stream(text="error"),
    "ModelStreamInfer, cancelled": stream(count=LONG, stop_behind=MESSAGES_BEFORE_END),
    "ModelStreamInfer, deadline": stream(count=LONG, timeout=DEADLINE_OF_SHORT_CALLS),
}
