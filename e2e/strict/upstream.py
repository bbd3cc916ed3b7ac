"""The server behind each proxy: reads strictly, keeps what it got, answers with the target or with a case's own bytes."""

import contextlib
import socket
import struct
import threading
import time

import wire

IDLE_SECONDS_MAX = 60
BYTES_MAX = 1 << 20


class Upstream:
    """One port; `script` is the answer to requests for /case, (bytes, end) or absent."""

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
        with connection, contextlib.suppress(OSError):
            script = self.script
            if script and script[1] == "early":
                connection.sendall(script[0])
            data = b""
            while len(data) < BYTES_MAX:
                read = connection.recv(65536)
                if not read:
                    return
                data = self._answer(connection, data + read)
                if data is None:
                    return

    def _answer(self, connection, data):
        """What is left of the data; None where the connection is to be closed."""
        while data:
            try:
                message = wire.request(data)
            except wire.Short:
                return data
            except wire.Broken as broken:
                with self.lock:
                    self.broken.append(f"{broken} in {data[:120]!r}")
                connection.sendall(b"HTTP/1.1 418 Ambiguous\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return None
            with self.lock:
                self.requests.append(message)
            data = data[message.end:]
            if self.script and message.start[1].endswith(b"/case") and self.script[1] != "early":
                if not self._scripted(connection, *self.script):
                    return None
            else:
                self._echo(connection, message)
        return data

    def _echo(self, connection, message):
        body = b"" if message.start[0] == b"HEAD" else message.start[1]
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(message.start[1]), body))

    def _scripted(self, connection, answer, end):
        """Whether the connection goes on."""
        for piece in answer if isinstance(answer, list) else [answer]:
            connection.sendall(piece)
            time.sleep(0.03 if isinstance(answer, list) else 0)
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
