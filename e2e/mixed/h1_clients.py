"""Clients that speak HTTP/1.1 on plain sockets, keep their connection, and leave it by FIN or RST when they like."""

import asyncio
import contextlib
import random
import socket
import struct

import wishes

ANSWER_SECONDS_MAX = 60


class Broken(Exception):
    """The answer ended before its end."""


class Client:
    """One client, one request at a time."""

    KIND = "http/1.1"

    def __init__(self, port, tally):
        self.port, self.tally = port, tally
        self.reader = self.writer = None

    async def run(self, stop):
        while not stop.is_set():
            wish = wishes.draw()
            try:
                await asyncio.wait_for(self._exchange(wish), wish.leaves_after or ANSWER_SECONDS_MAX)
            except asyncio.TimeoutError:
                if wish.leaves_after is None:
                    self.tally.failed(self.KIND, f"no end within {ANSWER_SECONDS_MAX} s of {wish.simulate}")
                self.tally.left(self.KIND)
                self.leave()
            except OSError as failure:
                self.tally.failed(self.KIND, f"{type(failure).__name__}, expected {wish.expected} of {wish.simulate}")
                self.leave()
        self.leave()

    def leave(self):
        if self.writer is not None:
            if random.random() < 0.5:
                reset_on_close(self.writer.transport)
            self.writer.transport.abort()
        self.writer = None

    async def _exchange(self, wish):
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        status, body = None, bytearray()
        try:
            self.writer.write(head_of(wish) + wish.body)
            await self.writer.drain()
            status, fields = await read_head(self.reader)
            if wish.pause_seconds:
                await asyncio.sleep(wish.pause_seconds)
            await read_body(self.reader, fields, body)
            complete = True
            if "close" in fields.get("connection", ""):
                self.leave()
        except (Broken, asyncio.IncompleteReadError, ConnectionError):
            complete = False
            self.leave()
        self.tally.came(self.KIND, wish, status, bytes(body), complete)


def head_of(wish):
    fields = [f"{wish.method} {wish.path} HTTP/1.1", "host: soak"]
    if wish.body:
        fields += ["content-type: application/json", f"content-length: {len(wish.body)}"]
    if wish.simulate:
        fields.append(f"x-simulate: {wish.simulate}")
    return "\r\n".join([*fields, "", ""]).encode()


async def read_head(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = {}
    for line in head[1:]:
        if line:
            name, value = line.split(":", 1)
            fields[name.lower()] = value.strip().lower()
    return int(head[0].split(" ")[1]), fields


async def read_body(reader, fields, body):
    if "content-length" in fields:
        body += await reader.readexactly(int(fields["content-length"]))
        return
    if "chunked" not in fields.get("transfer-encoding", ""):
        raise Broken("neither a length nor chunks")
    while True:
        try:
            size = int(await reader.readuntil(b"\r\n"), 16)
        except ValueError as failure:
            raise Broken("a chunk without its size") from failure
        if size == 0:
            while await reader.readuntil(b"\r\n") != b"\r\n":
                pass
            return
        body += (await reader.readexactly(size + 2))[:-2]


def reset_on_close(transport):
    connection = transport.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
