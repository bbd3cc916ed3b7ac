"""Clients on grpcio: calls of each kind, cancelled, out of time, and with their channel closed under them.

Messages are written by hand: field numbers as in vLLM's `vllm_engine.proto` (smg-grpc-proto 0.4.28) and KServe's
`grpc_predict_v2.proto`.
"""

import asyncio
import contextlib
import random

import grpc
import wishes

GENERATE = "/vllm.grpc.engine.VllmEngine/Generate"
INFER = "/inference.GRPCInferenceService/ModelInfer"
STREAM_INFER = "/inference.GRPCInferenceService/ModelStreamInfer"
UNKNOWN = "/soak.Unknown/Call"
CALLS = 5
CALLS_OF_A_CHANNEL = (10, 150)
CALL_SECONDS_MAX = 60
PAYLOAD_BYTES = (20, 2_000, 100_000)
# A connection that broke or went away takes calls with it that nothing else is wrong with.
COLLATERAL = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.INTERNAL, grpc.StatusCode.CANCELLED, grpc.StatusCode.UNKNOWN,
              grpc.StatusCode.RESOURCE_EXHAUSTED)


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def generate(tokens):
    text = "x" * random.randrange(random.choice(PAYLOAD_BYTES))
    return field(1, f"r{random.getrandbits(40):x}") + field(3, text) + field(4, field(8, tokens)) + field(5, 1)


def infer(identity, simulate=None):
    message = field(1, random.choice(wishes.MODELS)) + field(3, identity)
    return message + (field(4, field(1, "simulate") + field(2, field(3, simulate))) if simulate else b"")


class Channel:
    """One channel and a few calls at once on it."""

    KIND = "grpc"

    def __init__(self, port, tally):
        self.tally, self.leaving = tally, False
        self.channel = grpc.aio.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.use_local_subchannel_pool", 1)])
        as_is = {"request_serializer": None, "response_deserializer": None}
        self.generate = self.channel.unary_stream(GENERATE, **as_is)
        self.infer = self.channel.unary_unary(INFER, **as_is)
        self.stream_infer = self.channel.stream_stream(STREAM_INFER, **as_is)
        self.unknown = self.channel.unary_unary(UNKNOWN, **as_is)

    async def one(self):
        fault = random.choice(list(wishes.OF_FAULT)) if random.random() < wishes.FAULT_SHARE else None
        tokens = random.randint(6, 24)
        simulate = f"tokens={tokens}" + (f";fault={fault};after={random.randint(0, 4)}" if fault else "")
        deadline = random.uniform(0.01, wishes.LEAVES_WITHIN_SECONDS) if random.random() < 0.1 else None
        if fault == "no_answer":
            deadline = wishes.LEAVES_UNANSWERED_SECONDS
        leaves = random.uniform(0, wishes.LEAVES_WITHIN_SECONDS) if random.random() < 0.1 else None
        kind = random.choice((self._generate, self._generate, self._infer, self._stream_infer, self._unknown))
        try:
            code, messages, wanted = await asyncio.wait_for(kind(tokens, simulate, deadline), leaves or CALL_SECONDS_MAX)
        except asyncio.TimeoutError:
            if leaves is None:
                self.tally.failed(self.KIND, f"no end within {CALL_SECONDS_MAX} s of {kind.__name__} {fault}")
            self.tally.left(self.KIND)
            return
        except asyncio.CancelledError:
            if not self.leaving:
                raise
            self.tally.left(self.KIND)
            return
        except grpc.aio.UsageError:
            if not self.leaving:
                raise
            return  # closed before it was sent
        if self.leaving:
            self.tally.left(self.KIND)
            return
        self._came(kind.__name__, fault, deadline is not None, code, messages, wanted)

    def _came(self, kind, fault, deadline, code, messages, wanted):
        ok = code is grpc.StatusCode.OK
        self.tally.counts[self.KIND, "whole" if ok else code.name] += 1
        if ok and wanted is not None and messages != wanted:
            self.tally.failed(self.KIND, f"{kind} {fault}: OK with {messages} messages, {wanted} expected")
        elif ok and fault is not None and wishes.OF_FAULT[fault] == wishes.BROKEN and kind != "_stream_infer":
            self.tally.failed(self.KIND, f"{kind} {fault}: OK")
        elif not ok and fault is None and code not in COLLATERAL and not (
                deadline and code is grpc.StatusCode.DEADLINE_EXCEEDED) and kind != "_unknown":
            self.tally.failed(self.KIND, f"{kind}: {code.name}")

    async def _generate(self, tokens, simulate, deadline):
        call = self.generate(generate(tokens), metadata=(("x-simulate", simulate),), timeout=deadline)
        return (*await counted(call), tokens + 1)

    async def _infer(self, _, simulate, deadline):
        call = self.infer(infer("one"), metadata=(("x-simulate", simulate),), timeout=deadline)
        try:
            await call
            return grpc.StatusCode.OK, 1, 1
        except grpc.aio.AioRpcError as failure:
            return failure.code(), 0, 1

    async def _stream_infer(self, _, simulate, deadline):
        """Several inferences in one call."""
        inferences = [(number, random.randint(1, 12)) for number in range(random.randint(1, 5))]

        async def requests():
            for number, tokens in inferences:
                yield infer(f"i{number}", simulate if number and "fault" in simulate else f"tokens={tokens}")
                await asyncio.sleep(random.uniform(0, 0.05))

        return (*await counted(self.stream_infer(requests(), timeout=deadline)), None)

    async def _unknown(self, _, __, deadline):
        call = self.unknown(b"x", timeout=deadline)
        with contextlib.suppress(grpc.aio.AioRpcError):
            await call
        return await call.code(), 0, 0

    async def close(self):
        self.leaving = True
        await self.channel.close()


async def counted(call):
    messages = 0
    try:
        async for _ in call:
            messages += 1
    except grpc.aio.AioRpcError as failure:
        return failure.code(), messages
    return await call.code(), messages


async def run(port, tally, stop):
    """One channel after the other; one in three is closed in the midst of its calls."""
    while not stop.is_set():
        channel = Channel(port, tally)
        left = random.randint(*CALLS_OF_A_CHANNEL)
        in_the_midst = random.random() < 0.33

        async def calls():
            nonlocal left
            while left > 0 and not (stop.is_set() or channel.leaving):
                left -= 1
                await channel.one()
            if in_the_midst:
                await channel.close()

        for outcome in await asyncio.gather(*(calls() for _ in range(CALLS)), return_exceptions=True):
            if isinstance(outcome, Exception):
                tally.failed(Channel.KIND, f"{type(outcome).__name__}: {outcome}")
        await channel.close()
