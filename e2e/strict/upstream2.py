"""The HTTP/2 server behind each proxy: reads strictly, keeps what it got, answers with the target or with a case's own frames."""

import contextlib
import socket
import struct
import threading
import time

import frames
import wire

IDLE_SECONDS_MAX = 60


class Upstream:
    """One port. `script` is absent or (answer, end): `answer(stream)` gives frames and seconds to wait, for requests for /case."""

    def __init__(self):
        self.lock, self.script = threading.Lock(), None
        self.forget()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def forget(self):
        with self.lock:
            self.requests, self.broken = [], []

    def seen(self):
        with self.lock:
            return list(self.requests), list(self.broken)

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        connection.settimeout(IDLE_SECONDS_MAX)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, contextlib.suppress(OSError):
            connection.sendall(frames.hello(push=True))
            data = b""
            while len(data) < len(frames.PREFACE):
                read = connection.recv(65536)
                if not read:
                    return
                data += read
            side, data = frames.Side(client=False), data[len(frames.PREFACE):]
            while self._take(connection, side, data):
                data = connection.recv(65536)
                if not data:
                    return

    def _take(self, connection, side, data):
        """Whether the connection goes on."""
        try:
            side.take(data)
        except wire.Broken as broken:
            with self.lock:
                self.broken.append(str(broken))
            connection.sendall(frames.goaway(0, frames.PROTOCOL_ERROR))
            return False
        connection.sendall(side.take_out())
        for number, stream in list(side.streams.items()):
            if stream.ended and not stream.answered and stream.reset is None:
                stream.answered = True
                if not self._answer(connection, number, stream):
                    return False
        return True

    def _answer(self, connection, number, stream):
        message = as_message(stream)
        with self.lock:
            self.requests.append(message)
        if self.script and message.start[1] == b"/case":
            return self._scripted(connection, number, *self.script)
        path = message.start[1]
        head = [(b":status", b"200"), (b"content-length", b"%d" % len(path))]
        if message.start[0] == b"HEAD":
            connection.sendall(frames.headers(number, head))
        else:
            connection.sendall(frames.headers(number, head, frames.END_HEADERS) + frames.data(number, path))
        return True

    def _scripted(self, connection, number, answer, end):
        for piece in answer(number):
            if isinstance(piece, bytes):
                connection.sendall(piece)
            else:
                time.sleep(piece)
        if end == "reset":
            time.sleep(0.15)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif end == "close":
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
                connection.settimeout(1)
                while connection.recv(65536):
                    pass
        return end == "keep"


def as_message(stream):
    """As if it had come by HTTP/1.1, to be judged in the same way."""
    authority = stream.first(b":authority")
    fields = [field for field in stream.fields if not field[0].startswith(b":")]
    if authority is not None and stream.first(b"host") is None:
        fields.insert(0, (b"host", authority))
    return wire.Message((stream.first(b":method"), stream.first(b":path") or b"", b"2"), fields, stream.body, trailers=stream.trailers)
