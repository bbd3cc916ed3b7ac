"""A gRPC server of bytes, by grpcio: it does what the metadata of a call asks for and tells what it saw of the call.

    x-answers N     how many messages it answers with (streams)
    x-bytes N       how long each of them is
    x-status N      the status it ends with, and x-message: as JSON
    x-compress      gzip or deflate: of its messages
    x-pause-ms N    between two messages
    x-held          its second message waits until the test lets it go
The trailing metadata has x-saw: what came, as JSON; x-remaining-ms; and each x-echo field as it came, in head and trailers.
"""

import asyncio
import hashlib
import json
import time

import grpc

SERVICE = "e2e.Echo"
NOBODYS = ("user-agent", "grpc-accept-encoding", "accept-encoding")
CODINGS = {"gzip": grpc.Compression.Gzip, "deflate": grpc.Compression.Deflate}
STATUS = {code.value[0]: code for code in grpc.StatusCode}


class Cancelled:
    """When a call's end came without an answer, by its id."""
    at = {}


class Held:
    let_go = asyncio.Event()


def saw(context, messages):
    fields = [[key, value.hex() if isinstance(value, bytes) else value] for key, value in context.invocation_metadata()]
    all_of_them = hashlib.sha256()
    for one in messages:
        all_of_them.update(len(one).to_bytes(4, "big") + one)
    return {"metadata": sorted(fields), "messages": len(messages), "content": all_of_them.hexdigest()}


async def end(context, asked, messages):
    echoes = tuple((key, value) for key, value in context.invocation_metadata() if key.startswith("x-echo"))
    left = context.time_remaining()
    told = (("x-saw", json.dumps(saw(context, messages))), ("x-remaining-ms", f"{left * 1e3:.0f}" if left is not None else "none"))
    context.set_trailing_metadata(told + echoes)
    if asked.get("x-status", "0") != "0":
        await context.abort(STATUS[int(asked["x-status"])], json.loads(asked.get("x-message", '""')), told + echoes)


async def begin(context):
    asked = {key: value for key, value in context.invocation_metadata()}
    echoes = tuple((key, value) for key, value in context.invocation_metadata() if key.startswith("x-echo"))
    if "x-compress" in asked:
        context.set_compression(CODINGS[asked["x-compress"]])
    if echoes or int(asked.get("x-answers", "1")):
        await context.send_initial_metadata(echoes)
    return asked


def piece(asked, place):
    return (b"%08d" % place * (int(asked.get("x-bytes", "10")) // 8 + 1))[:int(asked.get("x-bytes", "10"))]


async def pieces(asked):
    for place in range(int(asked.get("x-answers", "1"))):
        if place and "x-held" in asked:
            await Held.let_go.wait()
        if place and "x-pause-ms" in asked:
            await asyncio.sleep(int(asked["x-pause-ms"]) / 1e3)
        yield piece(asked, place)


async def unary(message, context):
    asked = await begin(context)
    await end(context, asked, [message])
    return piece(asked, 0)


async def down(message, context):
    asked = await begin(context)
    try:
        async for one in pieces(asked):
            yield one
    except (asyncio.CancelledError, GeneratorExit):
        Cancelled.at[asked.get("x-request-id")] = time.monotonic()
        raise
    await end(context, asked, [message])


async def up(messages, context):
    asked = await begin(context)
    await end(context, asked, [one async for one in messages])
    return piece(asked, 0)


async def both(messages, context):
    """An answer to each message at once."""
    asked, seen = await begin(context), []
    async for one in messages:
        seen.append(one)
        yield one
    await end(context, asked, seen)


HANDLERS = {"Unary": grpc.unary_unary_rpc_method_handler(unary), "Down": grpc.unary_stream_rpc_method_handler(down),
            "Up": grpc.stream_unary_rpc_method_handler(up), "Both": grpc.stream_stream_rpc_method_handler(both)}


async def serve(options):
    server = grpc.aio.server(options=options)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, HANDLERS),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    return server, port
