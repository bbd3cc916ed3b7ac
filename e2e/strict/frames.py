"""HTTP/2 (RFC 9113): writes any frame, reads strictly; for the server and the client of the corpus. Knows nothing of any proxy."""

import dataclasses
import re
import struct

import field_blocks
import wire

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
ACK, END_STREAM, END_HEADERS, PADDED, WITH_PRIORITY = 1, 1, 4, 8, 32
NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR = 0, 1, 2, 3
REFUSED_STREAM, CANCEL, ENHANCE_YOUR_CALM = 7, 8, 11
HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE = range(1, 6)
FRAME_BYTES_MAX = 16_384
HEAD_FRAMES_MAX = 64
WINDOW_BYTES = 1 << 20
OF_ONE_CONNECTION = (b"connection", b"keep-alive", b"proxy-connection", b"transfer-encoding", b"upgrade")
NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9a-z-]+\Z")
VALUE = re.compile(rb"(?![ \t])[^\x00\r\n]*(?<![ \t])\Z")
TARGET = re.compile(rb"(/[\x21-\x7e\x80-\xff]*|\*)\Z")
STATUS = re.compile(rb"[1-9][0-9][0-9]\Z")
METHOD = re.compile(wire.TOKEN + rb"\Z")


def frame(kind, flags=0, stream=0, payload=b"", length=None):
    return struct.pack(">I", len(payload) if length is None else length)[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def block(stream, encoded, flags=END_HEADERS | END_STREAM, size=FRAME_BYTES_MAX):
    """A field block in as many frames as it takes."""
    pieces = [encoded[at:at + size] for at in range(0, len(encoded), size)] or [b""]
    out = [frame(HEADERS, flags if len(pieces) == 1 else flags & ~END_HEADERS, stream, pieces[0])]
    for piece in pieces[1:]:
        out.append(frame(CONTINUATION, END_HEADERS if piece is pieces[-1] else 0, stream, piece))
    return b"".join(out)


def headers(stream, fields, flags=END_HEADERS | END_STREAM):
    return block(stream, field_blocks.encode(fields), flags)


def data(stream, payload, flags=END_STREAM):
    return frame(DATA, flags, stream, payload)


def settings(*pairs):
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", *pair) for pair in pairs))


def reset(stream, code):
    return frame(RST_STREAM, 0, stream, struct.pack(">I", code))


def goaway(last, code, text=b""):
    return frame(GOAWAY, 0, 0, struct.pack(">II", last, code) + text)


def window(stream, more):
    return frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", more))


def hello(push=False):
    """Our settings, and a window that no case needs to ask more of."""
    pairs = [(INITIAL_WINDOW_SIZE, WINDOW_BYTES)] + ([] if push else [(ENABLE_PUSH, 0)])
    return settings(*pairs) + window(0, WINDOW_BYTES * 16)


@dataclasses.dataclass
class Stream:
    """What came on one stream."""

    fields: list = None
    interim: int = 0
    body: bytes = b""
    trailers: list = dataclasses.field(default_factory=list)
    ended: bool = False
    reset: int = None
    answered: bool = False
    to_head: bool = False

    def first(self, name):
        return next((value for key, value in self.fields or [] if key == name), None)


class Side:
    """One end of a connection: takes what the other end sent; `out` is what is owed to it."""

    def __init__(self, client):
        self.client, self.decoder, self.streams = client, field_blocks.Decoder(), {}
        self.data, self.out, self.goaway, self.frames, self.half = b"", b"", None, 0, None
        self.acks = self.pongs = 0
        self.peer_settings = {}

    def take(self, data):
        self.data += data
        at = 0
        while len(self.data) - at >= 9:
            length = int.from_bytes(self.data[at:at + 3], "big")
            kind, flags, stream = struct.unpack(">BBI", self.data[at + 3:at + 9])
            if length > FRAME_BYTES_MAX:
                raise wire.Broken(f"a frame of {length} bytes (4.2)")
            if len(self.data) - at - 9 < length:
                break
            payload, at = self.data[at + 9:at + 9 + length], at + 9 + length
            self.frames += 1
            self._frame(kind, flags, stream & 0x7fffffff, payload)
        self.data = self.data[at:]

    def take_out(self):
        out, self.out = self.out, b""
        return out

    def _frame(self, kind, flags, stream, payload):
        if (self.half is None) == (kind == CONTINUATION) or (kind == CONTINUATION and stream != self.half[0]):
            raise wire.Broken(f"a frame of type {kind} where a field block has (not) begun (6.10)")
        if self.frames == 1 and kind != SETTINGS:
            raise wire.Broken("the first frame is none of settings (3.4)")
        if kind in (DATA, HEADERS, PRIORITY, RST_STREAM, CONTINUATION) and stream == 0:
            raise wire.Broken(f"a frame of type {kind} on stream 0")
        if kind in (SETTINGS, PING, GOAWAY) and stream != 0:
            raise wire.Broken(f"a frame of type {kind} on stream {stream}")
        if kind == DATA:
            self._data(flags, stream, payload)
        elif kind in (HEADERS, CONTINUATION):
            self._block(kind, flags, stream, payload)
        else:
            self._other(kind, flags, stream, payload)

    def _other(self, kind, flags, stream, payload):
        sizes = {PRIORITY: 5, RST_STREAM: 4, PING: 8, WINDOW_UPDATE: 4}
        if kind in sizes and len(payload) != sizes[kind]:
            raise wire.Broken(f"a frame of type {kind} with {len(payload)} bytes")
        if kind == PUSH_PROMISE:
            raise wire.Broken("a push that nobody allowed (8.4)")
        if kind == SETTINGS and flags & ACK:
            self.acks += 1
        elif kind == SETTINGS:
            self.peer_settings.update(struct.unpack(">HI", payload[at:at + 6]) for at in range(0, len(payload), 6))
            self.out += frame(SETTINGS, ACK)
        elif kind == PING and flags & ACK:
            self.pongs += 1
        elif kind == PING:
            self.out += frame(PING, ACK, 0, payload)
        elif kind == GOAWAY:
            last, code = struct.unpack(">II", payload[:8])
            self.goaway = (last & 0x7fffffff, code, payload[8:])
        elif kind == RST_STREAM:
            self.streams.setdefault(stream, Stream()).reset = int.from_bytes(payload, "big")
        elif kind == WINDOW_UPDATE and int.from_bytes(payload, "big") == 0:
            raise wire.Broken("a window made larger by 0 (6.9)")

    def _data(self, flags, stream, payload):
        got = self.streams.get(stream)
        if got is None or got.fields is None:
            raise wire.Broken("data without a head (8.1)")
        if got.ended:
            raise wire.Broken("data behind the end of its stream (5.1)")
        if payload:
            self.out += window(0, len(payload)) + (b"" if flags & END_STREAM else window(stream, len(payload)))
        got.body += unpadded(flags, payload)
        if flags & END_STREAM:
            self._end(got)

    def _block(self, kind, flags, stream, payload):
        if kind == HEADERS:
            payload = unpadded(flags, payload)
            payload = payload[5:] if flags & WITH_PRIORITY else payload
            self.half = [stream, payload, flags & END_STREAM, 1]
        else:
            self.half[1] += payload
            self.half[3] += 1
        if self.half[3] > HEAD_FRAMES_MAX:
            raise wire.Broken("a field block in too many frames")
        if flags & END_HEADERS:
            _, encoded, end, _ = self.half
            self.half = None
            self._fields(stream, self.decoder.decode(encoded), end)

    def _fields(self, stream, found, end):
        got = self.streams.setdefault(stream, Stream())
        if got.ended:
            raise wire.Broken("fields behind the end of their stream (5.1)")
        if got.fields is not None:
            check(found, "trailers")
            got.trailers = found
            if not end:
                raise wire.Broken("trailers without an end of the stream (8.1)")
        elif self.client and (dict(found).get(b":status") or b"").startswith(b"1"):
            check(found, "response")
            got.interim += 1
            if end:
                raise wire.Broken("an interim answer that ends the stream (8.1)")
        else:
            check(found, "response" if self.client else "request")
            got.fields = found
        if end:
            self._end(got)

    def _end(self, got):
        got.ended = True
        lengths = [value for name, value in got.fields if name == b"content-length"]
        if len(lengths) > 1 or (lengths and not re.fullmatch(rb"[0-9]{1,18}", lengths[0])):
            raise wire.Broken(f"content-length {lengths!r}")
        empty = self.client and (got.first(b":status") in (b"204", b"304") or got.to_head)
        if lengths and not empty and int(lengths[0]) != len(got.body):
            raise wire.Broken(f"content-length {lengths[0]!r} of {len(got.body)} bytes (8.1.1)")


def unpadded(flags, payload):
    if not flags & PADDED:
        return payload
    if not payload or payload[0] >= len(payload):
        raise wire.Broken("padding longer than its frame (6.1)")
    return payload[1:len(payload) - payload[0]]


def check(fields, kind):
    """Section 8.2 and 8.3; what is wrong is raised."""
    pseudo, regular = {}, False
    for name, value in fields:
        if not VALUE.match(value):
            raise wire.Broken(f"value {value[:60]!r} of {name!r} (8.2.1)")
        if name.startswith(b":"):
            if regular or name in pseudo or kind == "trailers":
                raise wire.Broken(f"{name!r} twice, or where it must not be (8.3)")
            pseudo[name] = value
            continue
        regular = True
        if not NAME.match(name):
            raise wire.Broken(f"name {name[:60]!r} (8.2.1)")
        if name in OF_ONE_CONNECTION or (name == b"te" and value != b"trailers"):
            raise wire.Broken(f"{name!r}: {value[:60]!r} (8.2.2)")
    if kind == "response" and (set(pseudo) != {b":status"} or not STATUS.match(pseudo[b":status"])):
        raise wire.Broken(f"{pseudo!r} of an answer (8.3.2)")
    if kind == "request":
        check_request(pseudo, [value for name, value in fields if name == b"host"])


def check_request(pseudo, hosts):
    wanted = {b":method", b":authority"} if pseudo.get(b":method") == b"CONNECT" else {b":method", b":scheme", b":path"}
    if not wanted <= set(pseudo) or set(pseudo) - wanted - {b":authority"}:
        raise wire.Broken(f"{pseudo!r} of a request (8.3.1)")
    authority = pseudo.get(b":authority")
    if len(hosts) > 1 or (hosts and authority is not None and hosts[0] != authority):
        raise wire.Broken(f"host {hosts!r} beside :authority {authority!r} (8.3.1)")
    host = authority if authority is not None else hosts[0] if hosts else b""
    if not wire.HOST.match(host) or not METHOD.match(pseudo[b":method"]) or not TARGET.match(pseudo.get(b":path", b"*")):
        raise wire.Broken(f"{pseudo!r} of a request, host {hosts!r} (8.3.1)")
