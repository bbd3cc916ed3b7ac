"""A strict reader of HTTP/1.1 (RFC 9110, 9112), for the server and the client of the corpus. Knows nothing of any proxy."""

import dataclasses
import re

TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
REQUEST_LINE = re.compile(rb"(" + TOKEN + rb") ([\x21-\x7e\x80-\xff]+) HTTP/1\.([01])\Z")
STATUS_LINE = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9][0-9])(?: [\t\x20-\x7e\x80-\xff]*)?\Z")
FIELD = re.compile(rb"(" + TOKEN + rb"):[ \t]*([^\x00\r\n]*?)[ \t]*\Z")
HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+;=%-]*)(:[0-9]*)?\Z")
SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(;[\t\x20-\x7e\x80-\xff]*)?\Z")


class Broken(Exception):
    """What no strict reader would take."""


class Short(Exception):
    """More bytes are needed."""


@dataclasses.dataclass
class Message:
    """One whole message."""

    start: tuple
    fields: list
    body: bytes = b""
    end: int = 0
    trailers: list = dataclasses.field(default_factory=list)

    def all(self, name):
        return [value for key, value in self.fields if key.lower() == name]

    def lists(self, name, word):
        return any(part.strip().lower() == word for value in self.all(name) for part in value.split(b","))


def line(data, at):
    end = data.find(b"\n", at)
    if end < 0:
        raise Short
    if data[end - 1:end] != b"\r" or end - 1 < at:
        raise Broken("a line ends in LF alone")
    return data[at:end - 1], end + 1


def fields(data, at):
    found = []
    while True:
        text, at = line(data, at)
        if not text:
            return found, at
        matched = FIELD.match(text)
        if not matched:
            raise Broken(f"field line {text[:60]!r}")
        found.append(matched.groups())


def head(data, at, pattern):
    text, at = line(data, at)
    matched = pattern.match(text)
    if not matched:
        raise Broken(f"start line {text[:60]!r}")
    found, at = fields(data, at)
    return Message(matched.groups(), found, end=at)


def framing(message, old):
    """The body's length, "chunked", or None."""
    lengths, codings = message.all(b"content-length"), message.all(b"transfer-encoding")
    if codings and (lengths or len(codings) > 1 or codings[0].lower() != b"chunked" or old):
        raise Broken("Transfer-Encoding that can be read in two ways")
    if len(lengths) > 1 or (lengths and not re.fullmatch(rb"[0-9]{1,18}", lengths[0])):
        raise Broken("Content-Length that can be read in two ways")
    return "chunked" if codings else int(lengths[0]) if lengths else None


def take_body(message, data, length):
    if length == "chunked":
        take_chunks(message, data)
        return
    if len(data) - message.end < length:
        raise Short
    message.body = data[message.end:message.end + length]
    message.end += length


def take_chunks(message, data):
    pieces, at = [], message.end
    while True:
        text, at = line(data, at)
        matched = SIZE_LINE.match(text)
        if not matched:
            raise Broken(f"chunk size {text[:60]!r}")
        size = int(matched[1], 16)
        if size == 0:
            message.trailers, message.end = fields(data, at)
            message.body = b"".join(pieces)
            return
        if len(data) - at < size + 2:
            raise Short
        if data[at + size:at + size + 2] != b"\r\n":
            raise Broken("no CRLF behind a chunk's data")
        pieces.append(data[at:at + size])
        at += size + 2


def request(data):
    message = head(data, 0, REQUEST_LINE)
    hosts = message.all(b"host")
    if len(hosts) > 1 or (message.start[2] == b"1" and not hosts) or (hosts and not HOST.match(hosts[0])):
        raise Broken(f"Host {hosts!r}")
    take_body(message, data, framing(message, message.start[2] == b"0") or 0)
    return message


def response(data, ended, to_head=False):
    """The first final response; `ended` when the connection ended with a FIN. Interim ones are counted."""
    at, interim = 0, 0
    while True:
        message = head(data, at, STATUS_LINE)
        status = int(message.start[1])
        if status >= 200 or status == 101:
            break
        at, interim = message.end, interim + 1
    if to_head or status in (101, 204, 304):
        return message
    length = framing(message, message.start[0] == b"0")
    if length is None:
        if not ended:
            raise Short
        message.body, message.end = data[message.end:], len(data)
    else:
        take_body(message, data, length)
    return message
