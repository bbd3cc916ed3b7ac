"""Calls of all four kinds, of many sizes, codings, metadata and ends, by grpcio, directly and through streamgauge.

    FOLDER/clients/bin/python e2e/compare/grpc_shapes.py [--streams 5000]

What the client sees and what the server says that it saw must be the same, but for x-request-id and traceparent.
"""

import argparse
import asyncio
import collections
import hashlib
import json
import pathlib
import sys
import tempfile
import time

import grpc

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import grpc_echo  # noqa: E402
import harness  # noqa: E402 (found through the lines above)
import invariants  # noqa: E402

MIB = 1024 * 1024
SIZES = (0, 1, 16_379, 16_380, 65_530, 65_536, MIB, 4 * MIB)
OPTIONS = [("grpc.max_receive_message_length", 8 * MIB), ("grpc.max_send_message_length", 8 * MIB),
           ("grpc.max_metadata_size", 64 * 1024), ("grpc.absolute_max_metadata_size", 64 * 1024),
           # of the server: it cancels calls at random when many begin at once
           ("grpc.server.max_pending_requests", 20_000), ("grpc.server.max_pending_requests_hard_limit", 20_000)]
ADDED = ("x-request-id", "traceparent")
# grpc-timeout has eight digits at most: grpcio rounds it up.
ROUNDED_UP = 0.01
# The proxy lets each connection have 128 at once.
SECONDS_MAX, HELD_SECONDS_MAX, OF_ONE_CHANNEL, TOLD_MS_MAX = 60, 300, 100, 100
MESSAGES = ("plain", "two\nlines", "percent % and %41", "наводнение 水位計", "", "x" * 3000)


class Shape:
    def __init__(self, name, kind, messages=(b"hello",), metadata=(), timeout=SECONDS_MAX, coding=None):
        self.name, self.kind, self.messages, self.metadata = name, kind, messages, tuple(metadata)
        self.timeout, self.coding = timeout, coding


def shapes():
    for size in SIZES:
        body = (hashlib.sha256(b"%d" % size).digest() * (size // 32 + 1))[:size]
        answer = [("x-bytes", str(size)), ("x-answers", "3")]
        yield Shape(f"Unary of {size} bytes", "Unary", [body], answer)
        yield Shape(f"Down of {size} bytes", "Down", [b"?"], answer)
        yield Shape(f"Up of {size} bytes", "Up", [body] * 3, answer[:1])
        yield Shape(f"Both of {size} bytes", "Both", [body] * 3)
    for coding in grpc_echo.CODINGS:
        for kind in ("Unary", "Down", "Both"):
            yield Shape(f"{kind}, {coding} both ways", kind, [b"river " * 5000] * (3 if kind == "Both" else 1),
                        [("x-compress", coding), ("x-bytes", "70000"), ("x-answers", "4")], coding=grpc_echo.CODINGS[coding])
    for kind in ("Unary", "Down", "Up", "Both"):
        yield Shape(f"{kind}, metadata", kind, metadata=[
            ("x-echo-a", "one"), ("x-echo-a", "two, three"), ("x-echo-spaces", "a  b"), ("x-echo-empty", ""),
            ("x-echo-bin", bytes(range(256))), ("x-echo-bin", b""), ("x-echo-long", "v" * 7000), ("x-echo-_.9", "!~\"'()")])
        for status in range(1, 17):
            yield Shape(f"{kind}, status {status}", kind, metadata=[("x-status", str(status)), ("x-message", json.dumps("wrong"))])
    for message in MESSAGES:
        yield Shape(f"Down, message {message[:20]!r}", "Down", metadata=[("x-status", "9"), ("x-message", json.dumps(message))])
    yield Shape("Down, status without a message", "Down", metadata=[("x-status", "5"), ("x-answers", "0")])
    yield Shape("Down, nothing at all", "Down", metadata=[("x-answers", "0")])
    yield Shape("Up, nothing at all", "Up", [])
    yield Shape("Both, nothing at all", "Both", [])
    yield Shape("Down, 20000 small ones", "Down", metadata=[("x-answers", "20000"), ("x-bytes", "40")])
    yield Shape("Both, 2000 small ones", "Both", [b"%d" % place for place in range(2000)])
    yield Shape("Unary, no deadline", "Unary", timeout=None)


def fields(metadata):
    return [[key, value.hex() if isinstance(value, bytes) else value] for key, value in metadata or ()]


def begin(channel, shape, request_id):
    method = getattr(channel, {"Unary": "unary_unary", "Down": "unary_stream", "Up": "stream_unary", "Both": "stream_stream"}[shape.kind])
    call = method(f"/{grpc_echo.SERVICE}/{shape.kind}")
    given = iter(shape.messages) if shape.kind in ("Up", "Both") else shape.messages[0]
    metadata = shape.metadata + (("x-request-id", request_id),)
    return call(given, timeout=shape.timeout, metadata=metadata, compression=shape.coding)


async def seen(channel, shape, request_id):
    call, got = begin(channel, shape, request_id), hashlib.sha256()
    count = 0
    try:
        if shape.kind in ("Down", "Both"):
            async for one in call:
                got.update(len(one).to_bytes(4, "big") + one)
                count += 1
        else:
            one = await call
            got.update(one)
            count = 1
    except grpc.aio.AioRpcError:
        pass
    trailing = fields(await call.trailing_metadata())
    told = {key: value for key, value in trailing}
    server = json.loads(told.get("x-saw", "{}"))
    server["metadata"] = [field for field in server.get("metadata", []) if field[0] not in ADDED]
    ours = ["x-request-id", request_id]
    return {"code": (await call.code()).value[0], "details": await call.details(), "count": count, "answer": got.hexdigest(),
            "initial": [field for field in fields(await call.initial_metadata()) if field != ours],
            "trailing": [field for field in trailing if field[0] not in ("x-saw", "x-remaining-ms") and (count or field != ours)],
            "server": server, "remaining": told.get("x-remaining-ms")}


def remaining_is_right(shape, remaining):
    if shape.timeout is None:
        return remaining == "none"
    return remaining is None or 0 < int(remaining) <= shape.timeout * 1e3 * (1 + ROUNDED_UP)


async def compare(checks, direct, through, proxy, way):
    same = 0
    for number, shape in enumerate(shapes()):
        before = await seen(direct, shape, f"direct-{number}")
        after = await seen(through, shape, f"{way}-{number}")
        left = after.pop("remaining")
        kept = remaining_is_right(shape, left)
        before.pop("remaining")
        differing = [f"{name}: {after[name]} (directly: {before[name]})"[:600] for name in before if before[name] != after[name]]
        if not differing and kept:
            same += 1
        else:
            checks.that(False, f"{way}: {shape.name}", "; ".join(differing) or f"the deadline is another: {left} ms")
    total = number + 1
    checks.that(same == total, f"{way}: as without the proxy, at the client and at the server", f"{same} of {total} calls")


async def cancels(checks, through, way):
    """What the server is told, and when."""
    late = []
    for number in range(20):
        shape = Shape("", "Down", metadata=[("x-answers", "100000"), ("x-pause-ms", "5")])
        request_id = f"{way}-cancel-{number}"
        call = begin(through, shape, request_id)
        for _ in range(3):
            await call.read()
        left = time.monotonic()
        call.cancel()
        while request_id not in grpc_echo.Cancelled.at and time.monotonic() - left < 5:
            await asyncio.sleep(0.002)
        late.append((grpc_echo.Cancelled.at.get(request_id, float("inf")) - left) * 1e3)
    checks.that(harness.percentile(late, 0.5) < TOLD_MS_MAX, f"{way}: the server is told of a cancellation",
                f"p50 {harness.percentile(late, 0.5):.1f} ms, max {max(late):.1f} ms")


async def many(checks, target, credentials, count, proxy, way):
    """All of them open at once: each has its first message before any gets its second."""
    channels = [channel_to(target, credentials) for _ in range(-(-count // OF_ONE_CHANNEL))]
    shape = Shape("", "Down", metadata=[("x-answers", "2"), ("x-held", ""), ("x-bytes", "40")], timeout=HELD_SECONDS_MAX)
    began = time.monotonic()
    calls = [begin(channels[number % len(channels)], shape, f"{way}-many-{number}") for number in range(count)]
    first = await asyncio.gather(*(call.read() for call in calls), return_exceptions=True)
    seconds, status, rss = time.monotonic() - began, json.loads(proxy.admin("/status")), proxy.rss_kib()
    grpc_echo.Held.let_go.set()
    second = await asyncio.gather(*(call.read() for call in calls), return_exceptions=True)
    codes = collections.Counter([(await call.code()).name for call in calls])
    had = [sum(isinstance(one, bytes) for one in ones) for ones in (first, second)]
    checks.that(had == [count, count] and codes == {"OK": count}, f"{way}: {count} calls at once",
                f"first and second messages {had}, {dict(codes)}, outcomes "
                f"{dict(collections.Counter(line['outcome'] for line in proxy.log_lines() if 'many' in line['request_id']))}; "
                f"all had their first behind {seconds:.1f} s with {status.get('in_flight')} in flight, {rss / 1024:.0f} MiB")
    for channel in channels:
        await channel.close()


def channel_to(target, credentials):
    options = OPTIONS + [("grpc.use_local_subchannel_pool", 1), ("grpc.ssl_target_name_override", "localhost")]
    if credentials is None:
        return grpc.aio.insecure_channel(target, options[:-1])
    return grpc.aio.secure_channel(target, grpc.ssl_channel_credentials(credentials.read_bytes()), options)


async def check_way(checks, direct, proxy, credentials, streams, way):
    through = channel_to(f"127.0.0.1:{proxy.port}", credentials)
    await compare(checks, direct, through, proxy, way)
    await cancels(checks, through, way)
    await through.close()
    if streams:
        await many(checks, f"127.0.0.1:{proxy.port}", credentials, streams, proxy, way)


async def run(options):
    from grpc_calls import certificate
    checks = harness.Checks("grpc shapes")
    server, port = await grpc_echo.serve(OPTIONS)
    direct = channel_to(f"127.0.0.1:{port}", None)
    with tempfile.TemporaryDirectory() as folder:
        with harness.Proxy(f"grpc://127.0.0.1:{port}", folder, *options.proxy) as proxy:
            await check_way(checks, direct, proxy, None, options.streams, "h2c")
            await asyncio.to_thread(invariants.check, checks, proxy)
            said = proxy.errors_path.read_text()
            checks.that("OutOfMemory" not in said, "no word of the proxy about memory", said[-500:])
        made, key = certificate(folder)
        with harness.Proxy(f"h2c://127.0.0.1:{port}", folder, "--tls-cert", made, "--tls-key", key, *options.proxy) as proxy:
            await check_way(checks, direct, proxy, made, 0, "TLS")
            await asyncio.to_thread(invariants.check, checks, proxy)
    await server.stop(0)
    return 1 if checks.failed else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--streams", type=int, default=0, help="so many calls at once, too")
    parser.add_argument("--proxy", nargs=argparse.REMAINDER, default=[], help="further options of the proxy")
    return asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
