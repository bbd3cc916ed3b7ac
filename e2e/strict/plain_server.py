"""A plain HTTP/1.1 server in a process of its own: plain_server.py, which prints its port. Bodies of requests are read and dropped.

    /          200 and a few bytes
    /endless   1 MB/s of chunks until the client leaves or two minutes are over, never more than its socket takes
    /stream/N  N pieces, one each 20 ms
"""

import asyncio
import contextlib
import re

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
OPEN = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
PIECE_BYTES = 16_384
PIECES_MAX = 120 * 64


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


async def drop_body(reader, head):
    length = LENGTH.search(head)
    if CHUNKED.search(head):
        # Nobody sends ahead here, and no trailers: the end is at an end. A look at each chunk would make this the slowest of all.
        tail = b""
        while not tail.endswith(b"0\r\n\r\n"):
            read = await reader.read(1 << 18)
            if not read:
                raise ConnectionError
            tail = (tail + read)[-5:]
    elif length:
        left = int(length[1])
        while left:
            read = await reader.read(min(left, 65536))
            if not read:
                raise ConnectionError
            left -= len(read)


async def answer(writer, path):
    if path == b"/endless":
        writer.write(OPEN)
        for _ in range(PIECES_MAX):
            writer.write(chunk(b"data: " + b"x" * (PIECE_BYTES - 8) + b"\n\n"))
            await writer.drain()
            await asyncio.sleep(1 / 64)
        writer.write(b"0\r\n\r\n")
    elif path.startswith(b"/stream/"):
        writer.write(OPEN)
        for number in range(int(path[8:])):
            writer.write(chunk(b"data: piece %d\n\n" % number))
            await asyncio.sleep(0.02)
        writer.write(b"0\r\n\r\n")
    else:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
    await writer.drain()


async def serve(reader, writer):
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            await drop_body(reader, head)
            await answer(writer, head.split(b" ", 2)[1])
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 20, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
