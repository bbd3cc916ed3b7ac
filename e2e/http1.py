"""Reads recorded HTTP/1.1 by its framing, strictly enough for comparison and independent of the program under test."""

import dataclasses
import hashlib

HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
ADDED_BY_US = {"x-request-id", "traceparent"}


@dataclasses.dataclass
class Message:
    """A message as far as the bytes go."""

    start_line: str
    fields: list
    head_bytes: int
    body: bytes = b""
    chunks: list = dataclasses.field(default_factory=list)
    trailers: list = dataclasses.field(default_factory=list)
    consumed_bytes: int = 0
    complete: bool = False
    until_close: bool = False

    def field(self, name):
        return next((value for key, value in self.fields if key.lower() == name), None)

    @property
    def status(self):
        return int(self.start_line.split(" ")[1])

    def end_to_end_fields(self):
        named = {name.strip().lower() for name in (self.field("connection") or "").split(",")}
        return [(key, value) for key, value in self.fields if key.lower() not in HOP_BY_HOP | ADDED_BY_US | named]

    def sha256(self):
        return hashlib.sha256(self.body).hexdigest()


def head(data):
    """The first head in `data`, or None if it isn't whole."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    lines = data[:end].decode("latin-1").split("\r\n")
    fields = [(key, value.strip()) for key, value in (line.split(":", 1) for line in lines[1:])]
    return Message(lines[0], fields, end + 4, consumed_bytes=end + 4)


def request(data):
    message = head(data)
    if message is not None:
        read_body(message, data, length_if_silent=0)
    return message


def response(data, method="GET"):
    message = head(data)
    if message is None:
        return None
    if method == "HEAD" or message.status in (204, 304) or message.status < 200:
        message.complete = True
    else:
        read_body(message, data, length_if_silent=None)
    return message


def read_body(message, data, length_if_silent):
    if "chunked" in (message.field("transfer-encoding") or "").lower():
        read_chunks(message, data)
        return
    length = message.field("content-length")
    length = int(length) if length is not None else length_if_silent
    message.until_close = length is None
    message.body = data[message.head_bytes:None if length is None else message.head_bytes + length]
    message.consumed_bytes = message.head_bytes + len(message.body)
    message.complete = length is not None and len(message.body) == length


def read_chunks(message, data):
    at, body = message.head_bytes, []
    while True:
        line_end = data.find(b"\r\n", at)
        size = int(data[at:line_end].split(b";")[0], 16) if line_end >= 0 else None
        if size is None or (size > 0 and line_end + 4 + size > len(data)):
            message.consumed_bytes = len(data)
            break
        if size == 0:
            read_trailers(message, data, line_end + 2)
            break
        body.append(data[line_end + 2:line_end + 2 + size])
        at = line_end + 4 + size
    message.body, message.chunks = b"".join(body), [len(chunk) for chunk in body]


def read_trailers(message, data, at):
    """The part after the last chunk's line: fields, then an empty line."""
    while (line_end := data.find(b"\r\n", at)) >= 0:
        if line_end == at:
            message.complete, message.consumed_bytes = True, at + 2
            return
        key, value = data[at:line_end].decode("latin-1").split(":", 1)
        message.trailers.append((key, value.strip()))
        at = line_end + 2
    message.consumed_bytes = len(data)
