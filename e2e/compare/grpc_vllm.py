"""Calls of vLLM's gRPC server by the stubs of smg-grpc-proto, the package that the server itself takes them from."""

import hashlib

import grpc
from smg_grpc_proto import vllm_engine_pb2 as pb
from smg_grpc_proto import vllm_engine_pb2_grpc

from grpc_seen import BINARY, DEADLINE_OF_SHORT_CALLS, DEADLINE_SECONDS, MESSAGES_BEFORE_END, Seen, follow, unary

CHOICES = 3
LONG, TOO_LONG = 1500, 3000


def stub(asked):
    return vllm_engine_pb2_grpc.VllmEngineStub(asked.channel)


def request(asked, stream, n=1, count=None, ids=None):
    """Several choices have to be sampled; a seed makes them the same each time."""
    sampling = pb.SamplingParams(temperature=0 if n == 1 else 1, seed=asked.number + 1, max_tokens=count or asked.count, n=n,
                                 ignore_eos=True, repetition_penalty=1, top_p=1)
    given = {"tokenized": pb.TokenizedInput(input_ids=ids)} if ids else {"text": asked.text}
    return pb.GenerateRequest(request_id=asked.request_id, sampling_params=sampling, stream=stream, **given)


class Choices:
    """The tokens by choice. A stream's final message repeats its choice's last ones; and a busy server joins two steps into
    one message, so that what is said is the tokens, not the messages."""

    def __init__(self, seen):
        self.seen, self.ids = seen, {}

    def take(self, seen, message):
        chunk = message.chunk if message.HasField("chunk") else None
        part = chunk or message.complete
        ids = self.ids.setdefault(part.index, [])
        new = chunk.token_ids if chunk else [] if ids else part.output_ids
        seen.message(b"", bool(new))
        ids += new
        # A count of 0 isn't sent.
        seen.input_tokens, seen.cached_input_tokens = part.prompt_tokens or None, part.cached_tokens or None
        if not chunk:
            seen.finish_reason = seen.finish_reason or part.finish_reason

    def told(self):
        if self.ids:
            self.seen.output_tokens = sum(len(ids) for ids in self.ids.values())
        self.seen.said = hashlib.sha256(repr(sorted(self.ids.items())).encode())
        return self.seen


def generate(stream, n=1, count=None, ids=None, stop_behind=None, timeout=DEADLINE_SECONDS, compression=None, metadata=()):
    def ask(asked):
        asking = request(asked, stream, n, count, list(range(3, 3 + ids)) if ids else None)
        choices = Choices(Seen(asked.request_id))
        call = stub(asked).Generate(asking, timeout=timeout, compression=compression, metadata=asked.metadata + tuple(metadata))
        follow(choices.seen, call, choices.take, stop_behind)
        return choices.told()
    return ask


def aborted(asked):
    """By another call, as a gateway does it: the stream ends well, with what the engine says of it."""
    choices = Choices(Seen(asked.request_id))
    call = stub(asked).Generate(request(asked, True, count=LONG), timeout=DEADLINE_SECONDS, metadata=asked.metadata)

    def take_and_abort(seen, message):
        choices.take(seen, message)
        if seen.messages == MESSAGES_BEFORE_END:
            stub(asked).Abort(pb.AbortRequest(request_ids=[asked.request_id]), timeout=DEADLINE_SECONDS)
    follow(choices.seen, call, take_and_abort)
    return choices.told()


def health(asked):
    return unary(Seen(asked.request_id), stub(asked).HealthCheck, pb.HealthCheckRequest(),
                 lambda seen, answer: seen.message(answer.SerializeToString(deterministic=True), False),
                 timeout=DEADLINE_SECONDS, metadata=asked.metadata)


KINDS = {
    "Generate, streamed": generate(True),
    "Generate, streamed, token ids": generate(True, ids=40),
    "Generate, streamed, n=3": generate(True, n=CHOICES),
    "Generate, whole": generate(False),
    "Generate, whole, n=3": generate(False, n=CHOICES),
    "Generate, request gzipped, metadata": generate(
        True, compression=grpc.Compression.Gzip, metadata=[("x-text", "a, b"), ("x-numbers-bin", BINARY)]),
    "Generate, too long": generate(True, ids=TOO_LONG),
    "Generate, cancelled": generate(True, count=LONG, stop_behind=MESSAGES_BEFORE_END),
    "Generate, aborted by another call": aborted,
    "Generate, deadline": generate(True, count=LONG, timeout=DEADLINE_OF_SHORT_CALLS),
    "HealthCheck": health,
}
