"""A small model server on plain sockets, for a machine that has nothing but Python.

It closes connections that were idle for 5 s, as uvicorn does. A request's body says how long the answer is
(`max_tokens`) and how far apart its pieces are (`gap_ms`).
"""

import asyncio
import json
import pathlib
import subprocess
import sys
import time

import harness
import sse_answers

KEEP_ALIVE_SECONDS = 5
TOKENS, GAP_MILLIS = 6, 10


def answer_of(method, body):
    """Content type and pieces for a request."""
    if method == "GET":
        return b"application/json", [sse_answers.listing()]
    wish = json.loads(body)
    tokens = wish.get("max_tokens", TOKENS)
    if wish.get("stream"):
        return b"text/event-stream", sse_answers.chat_pieces(body, tokens)
    return b"application/json", [sse_answers.chat_whole(body, tokens)]


def gap_seconds(method, body):
    return (GAP_MILLIS if method == "GET" else json.loads(body).get("gap_ms", GAP_MILLIS)) / 1e3


async def answer(writer, method, body):
    kind, pieces = answer_of(method, body)
    gap = gap_seconds(method, body)
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: " + kind + b"\r\ntransfer-encoding: chunked\r\n\r\n")
    for piece in pieces:
        sent = b"; t=%d" % time.monotonic_ns()
        writer.write(b"%x%s\r\n%s\r\n" % (len(piece), sent, piece))
        await writer.drain()
        await asyncio.sleep(gap)
    writer.write(b"0\r\n\r\n")
    await writer.drain()


async def serve_connection(reader, writer):
    try:
        while True:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), KEEP_ALIVE_SECONDS)
            lines = head.decode("latin-1").split("\r\n")
            fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
            body = await reader.readexactly(int(fields.get("content-length", "0")))
            await answer(writer, lines[0].split(" ")[0], body)
    except (asyncio.TimeoutError, asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def serve(port):
    server = await asyncio.start_server(serve_connection, "127.0.0.1", port, backlog=512)
    async with server:
        await server.serve_forever()


def started(folder, command=None):
    """Starts this server, or another one by its command, on a free port; returns process and port."""
    port = harness.free_port()
    words = command(port) if command else [sys.executable, str(pathlib.Path(__file__).resolve()), str(port)]
    with open(pathlib.Path(folder) / "upstream.err", "wb") as errors:
        process = subprocess.Popen(words, cwd=pathlib.Path(__file__).resolve().parent, stdout=errors, stderr=errors)
    harness.wait_until(lambda: harness.accepts(port), 60, "start of the upstream")
    return process, port


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
