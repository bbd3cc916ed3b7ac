"""A client of HTTP/2 for the corpus: sends whatever it is told, reads strictly."""

import contextlib
import socket
import threading
import time

import frames
import wire

ANSWER_SECONDS_MAX = 8
BYTES_MAX = 8 << 20


def asked(path, method=b"GET", authority=b"a", scheme=b"http"):
    return [(b":method", method), (b":scheme", scheme), (b":path", path), (b":authority", authority)]


class Client:
    """One connection; `end` is open, FIN or RST."""

    def __init__(self, port, first=None, of=None):
        """`of` is a socket on which HTTP/1.1 was spoken till now."""
        self.socket = of or socket.create_connection(("127.0.0.1", port), 5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.side, self.end, self.broken, self.bytes = frames.Side(client=True), "open", None, 0
        self.sending = threading.Lock()
        self.send(frames.PREFACE + frames.hello() if first is None else first)

    def send(self, data):
        """Sends beside the reading, because an early answer may stop the taking."""
        if len(data) < 16_384:
            self._send(data)
        else:
            threading.Thread(target=self._send, args=(data,), daemon=True).start()

    def _send(self, data):
        with self.sending, contextlib.suppress(OSError):
            self.socket.settimeout(ANSWER_SECONDS_MAX)
            self.socket.sendall(data)

    def get(self, stream, path, method=b"GET"):
        if method == b"HEAD":
            self.side.streams[stream] = frames.Stream(to_head=True)
        self.send(frames.headers(stream, asked(path, method)))

    def read(self, seconds):
        """One read; whatever is owed to the other end is sent."""
        self.socket.settimeout(max(0.005, seconds))
        try:
            read = self.socket.recv(65536)
            self.bytes += len(read)
            self.end = self.end if read else "FIN"
            self.side.take(read)
        except socket.timeout:
            return
        except wire.Broken as broken:
            self.broken = self.broken or str(broken)
        except OSError:
            self.end = "RST"
        out = self.side.take_out()
        if out and self.end == "open":
            self.send(out)

    def until(self, condition, seconds=ANSWER_SECONDS_MAX):
        """Whether it came true in that time."""
        deadline = time.monotonic() + seconds
        while not condition():
            left = deadline - time.monotonic()
            if self.end != "open" or self.broken or left <= 0 or self.bytes > BYTES_MAX:
                return bool(condition())
            self.read(left)
        return True

    def final(self, stream, seconds=ANSWER_SECONDS_MAX):
        """The whole answer, or "rst N", "goaway N", "cut", "hang", "broken: ..."."""
        def over():
            got = self.side.streams.get(stream)
            return (got and (got.ended or got.reset is not None)) or (self.side.goaway and stream > self.side.goaway[0])

        self.until(over, seconds)
        got = self.side.streams.get(stream)
        if self.broken:
            return f"broken: {self.broken}"
        if got and got.ended:
            return wire.Message((b"2", got.first(b":status"), b""), [field for field in got.fields if field[0] != b":status"], got.body,
                                trailers=got.trailers)
        if got and got.reset is not None:
            return f"rst {got.reset}"
        if self.side.goaway and (self.side.goaway[1] or stream > self.side.goaway[0]):
            return f"goaway {self.side.goaway[1]}"
        return "hang" if self.end == "open" else "cut"

    def usable(self):
        """Whether a new stream may be begun."""
        return self.end == "open" and self.side.goaway is None and self.broken is None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
