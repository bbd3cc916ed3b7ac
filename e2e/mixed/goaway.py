"""Stands between the proxy and a server of HTTP/2, and lets the server say GOAWAY, or vanish behind it, in the midst of its streams."""

import asyncio
import random
import struct

PREFACE_BYTES = 24
FRAME_HEAD_BYTES = 9
HEADERS, GOAWAY = 1, 7
NO_ERROR, ENHANCE_YOUR_CALM = 0, 11
FRAMES_BEFORE = (100, 1500)


class Frames:
    """Cuts bytes into whole frames."""

    def __init__(self, skip):
        self.held, self.skip = bytearray(), skip

    def add(self, data):
        self.held += data
        if self.skip and len(self.held) >= self.skip:
            yield bytes(self.held[:self.skip]), None, 0
            del self.held[:self.skip]
            self.skip = 0
        while not self.skip and len(self.held) >= FRAME_HEAD_BYTES:
            end = FRAME_HEAD_BYTES + int.from_bytes(self.held[:3], "big")
            if len(self.held) < end:
                return
            yield bytes(self.held[:end]), self.held[3], int.from_bytes(self.held[5:9], "big") & 0x7FFFFFFF
            del self.held[:end]


class Between:
    """One connection."""

    def __init__(self, counts):
        self.counts, self.newest, self.frames_left = counts, 0, random.randint(*FRAMES_BEFORE)

    async def relay(self, reader, writer, server_port):
        to_server = None
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", server_port)
            await asyncio.gather(self._requests(reader, to_server), self._answers(from_server, writer))
        except OSError:
            pass
        finally:
            for side in (writer, to_server):
                if side is not None:
                    side.transport.abort()

    async def _requests(self, reader, writer):
        frames = Frames(PREFACE_BYTES)
        while data := await reader.read(65536):
            for frame, kind, number in frames.add(data):
                if kind == HEADERS:
                    self.newest = max(self.newest, number)
                writer.write(frame)
            await writer.drain()
        raise ConnectionResetError("the proxy left")

    async def _answers(self, reader, writer):
        frames = Frames(0)
        while data := await reader.read(65536):
            for frame, _, _ in frames.add(data):
                writer.write(frame)
                self.frames_left -= 1
                if self.frames_left == 0:
                    await self._go_away(writer)
            await writer.drain()
        writer.close()

    async def _go_away(self, writer):
        """Gracefully, or with the newest requests not looked at and the connection gone."""
        how = random.choice(("graceful", "unprocessed", "calm"))
        self.counts["goaway", how] += 1
        last = self.newest if how != "unprocessed" else max(0, self.newest - 2 * random.randint(1, 4))
        code = ENHANCE_YOUR_CALM if how == "calm" else NO_ERROR
        payload = struct.pack(">II", last, code)
        writer.write(len(payload).to_bytes(3, "big") + bytes((GOAWAY, 0)) + struct.pack(">I", 0) + payload)
        await writer.drain()
        if how != "graceful":
            writer.close()
            raise ConnectionResetError(how)


async def serve(server_port, counts):
    """Listens on a free port; gives the server and the port."""
    server = await asyncio.start_server(lambda reader, writer: Between(counts).relay(reader, writer, server_port), "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]
