"""Answers in HTTP/2 that are malformed, cut or lie about their length, and good ones as control. Sections are of RFC 9113 where no other is named.

Allowed outcomes for the client: `5xx`, `cut` (visibly incomplete: reset or closed before the end), `pass` (this status and body).
"""

import dataclasses
import struct

import field_blocks as hpack
import frames
from bad_requests2 import show

BROKEN = "5xx cut"
EITHER = BROKEN + " pass"
OPEN, END = frames.END_HEADERS, frames.END_HEADERS | frames.END_STREAM
STATUS = (b":status", b"200")
CODES = ("NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED", "FRAME_SIZE_ERROR", "REFUSED_STREAM",
         "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED")


@dataclasses.dataclass
class Case:
    """`answer(stream)` gives frames, and seconds to wait between them; `end` is `keep`, `close` or `reset`."""

    name: str
    section: str
    answer: object
    end: str = "keep"
    allowed: str = BROKEN
    status: int = 200
    body: bytes = b"hello"
    method: bytes = b"GET"
    absent: tuple = ()


def case(name, section, *pieces, **more):
    """Pieces are bytes, seconds, or (kind, ...) with the stream still to be put in."""
    return Case(name, section, lambda stream: [piece(stream) if callable(piece) else piece for piece in pieces], **more)


def head(*fields, flags=OPEN, status=STATUS):
    return lambda stream: frames.headers(stream, ([status] if status else []) + list(fields), flags)


def body(data=b"hello", flags=frames.END_STREAM):
    return lambda stream: frames.data(stream, data, flags)


def trailers(*fields, flags=END):
    return lambda stream: frames.headers(stream, list(fields), flags)


def rst(code):
    return lambda stream: frames.reset(stream, code)


def raw(kind, flags, payload, length=None):
    return lambda stream: frames.frame(kind, flags, stream, payload, length)


def good():
    length = (b"content-length", b"5")
    yield case("an answer", "8.1", head(), body(), allowed="pass")
    yield case("an answer with its length", "8.1", head(length), body(), allowed="pass")
    yield case("an answer with trailers", "8.1", head(), body(flags=0), trailers((b"x", b"y")), allowed="pass")
    yield case("an answer of trailers alone", "8.1", head((b"grpc-status", b"0"), flags=END), allowed="pass", body=b"")
    yield case("an answer without a body", "8.1", head((b"content-length", b"0"), flags=END), allowed="pass", body=b"")
    yield case("a body's end in a frame of its own", "8.1", head(), body(flags=0), body(b""), allowed="pass")
    yield case("an empty frame between", "6.1", head(), body(b"", 0), body(flags=0), body(b""), allowed="pass")
    yield case("ten empty frames in a row", "6.1, 10.5", head(), *[body(b"", 0)] * 10, body(flags=0), *[body(b"", 0)] * 10, body(b""), allowed=EITHER)
    yield case("padded frames", "6.1", head(), raw(frames.DATA, frames.PADDED | 1, b"\4hello\0\0\0\0"), allowed="pass")
    yield case("100, 103, then an answer", "8.1, 9110 15.2", head(status=(b":status", b"100")), head((b"link", b"</x>"), status=(b":status", b"103")),
               head(), body(), allowed="pass")
    yield case("204", "9110 15.3.5", head(status=(b":status", b"204"), flags=END), allowed="pass", status=204, body=b"")
    yield case("304 with the length of another", "9110 15.4.5", head(length, status=(b":status", b"304"), flags=END), allowed="pass", status=304, body=b"")
    yield case("an answer to HEAD", "9110 9.3.2", head(length, flags=END), allowed="pass", body=b"", method=b"HEAD")
    yield case("500", "9110 15.6", head(status=(b":status", b"500")), body(), allowed="pass", status=500)
    yield case("frames of unknown types", "5.5", head(), raw(0xbb, 0xff, b"x"), body(flags=0), raw(0xbb, 0, b""), body(b""), allowed="pass")
    yield case("PRIORITY and PING between", "5.1", head(), raw(frames.PRIORITY, 0, struct.pack(">IB", 0, 1)), frames.frame(frames.PING, 0, 0, b"\0" * 8),
               body(), allowed="pass")
    yield case("a body in 1,000 frames", "6.1", head(), *[body(b"x", 0)] * 999, body(b"x"), allowed="pass", body=b"x" * 1_000)
    yield case("a field block in two frames", "6.10", lambda stream: frames.block(stream, hpack.encode([STATUS, (b"x", b"y")]), OPEN, 20), body(),
               allowed="pass")
    yield case("fields from the tables", "7541 6.1", lambda stream: frames.block(stream, b"\x88" + hpack.indexed(b"x", b"y") + b"\xbe", OPEN), body(),
               allowed="pass")
    yield case("RST_STREAM of NO_ERROR behind the whole answer", "8.1", head(), body(), rst(0), allowed="pass")
    yield case("GOAWAY, then the answer", "6.8", lambda stream: frames.goaway(stream, 0), head(), body(), allowed="pass")
    yield case("GOAWAY of 2^31 - 1 within the answer, then its end", "6.8", head(), body(flags=0), frames.goaway(0x7fffffff, 0), 0.05, body(b""),
               allowed="pass")
    yield case("GOAWAY and close behind the answer", "6.8", head(), body(), lambda stream: frames.goaway(stream, 0), end="close", allowed="pass")


def pseudo_fields():
    for value in (b"", b"abc", b"20", b"2000", b"-20", b"+20", b"2x0", b"000", b"099", b"200 OK", b" 200", b"200 ", b"20\x000", b"200\r\nX: y", b"0x0", b"20O"):
        yield case(f":status {show(value)}", "8.3.2, 9110 15", head(status=(b":status", value)), body())
    yield case(":status 999", "9110 15", head(status=(b":status", b"999")), body(), allowed=EITHER, status=999)
    yield case("no :status", "8.3.2", head((b"x", b"y"), status=None), body())
    yield case("an empty field block", "8.3.2", head(status=None), body())
    yield case(":status twice", "8.3", head(STATUS), body())
    yield case(":status twice, different", "8.3", head((b":status", b"404")), body())
    yield case(":status behind a field", "8.3", head((b"x", b"y"), STATUS, status=None), body())
    for name in (b":path", b":method", b":foo", b":"):
        yield case(f"{show(name)} in an answer", "8.3", head((name, b"/x")), body())
    for name in (b":status", b":path", b":foo"):
        yield case(f"{show(name)} in trailers", "8.1", head(), body(flags=0), trailers((name, b"200")))
    yield case(":status 101", "8.6", head(status=(b":status", b"101")), body())
    yield case(":status 101 that ends the stream", "8.6", head(status=(b":status", b"101"), flags=END))


def fields():
    for name in (b"X", b"x y", b"x:y", b"x\x00", b"x\ry", b"x\r\nhidden: y", b"", b"x\x7f", b"x\xe4", b" x", b"x("):
        yield case(f"name {show(name)}", "8.2, 8.2.1", head((name, b"y")), body())
        yield case(f"trailer's name {show(name)}", "8.2, 8.2.1", head(), body(flags=0), trailers((name, b"y")))
    for value in (b"y\x00z", b"y\rz", b"y\nz", b"y\r\nhidden: z", b"y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nhidden!"):
        yield case(f"value {show(value)}", "8.2.1", head((b"x", value)), body())
        yield case(f"trailer's value {show(value)}", "8.2.1", head(), body(flags=0), trailers((b"x", value)))
    for value in (b" y", b"y ", b"\ty"):
        yield case(f"value {show(value)}", "8.2.1", head((b"x", value)), body(), allowed=EITHER)
    for name, value in ((b"connection", b"close"), (b"connection", b"x"), (b"keep-alive", b"timeout=5"), (b"proxy-connection", b"close"),
                        (b"transfer-encoding", b"chunked"), (b"upgrade", b"websocket")):
        yield case(f"{show(name)}: {show(value)}", "8.2.2", head((name, value)), body())
    yield case("transfer-encoding in trailers", "8.2.2", head(), body(flags=0), trailers((b"transfer-encoding", b"chunked")))
    yield case("content-length in trailers", "9110 6.5.1", head(), body(flags=0), trailers((b"content-length", b"3")), allowed=EITHER)


def lengths():
    for value in (b"4", b"6", b"0", b"-5", b"+5", b"5,6", b"5x", b"", b"99999999999999999999", b"18446744073709551621", b"0x5"):
        # By 0 the answer was over for a client of HTTP/1.1 before the data was there.
        more = {"allowed": EITHER, "body": b""} if value == b"0" else {}
        yield case(f"content-length {show(value)} of 5 bytes", "8.1.1, 9110 8.6", head((b"content-length", value)), body(), **more)
    for first, second in ((b"5", b"6"), (b"6", b"5"), (b"5", b"x")):
        yield case(f"content-length {show(first)} and {show(second)}", "8.1.1", head((b"content-length", first), (b"content-length", second)), body())
    yield case("content-length 5 twice", "9110 8.6", head((b"content-length", b"5"), (b"content-length", b"5")), body(), allowed=EITHER)
    yield case("content-length 5 and no data", "8.1.1", head((b"content-length", b"5"), flags=END))
    yield case("content-length 5, trailers behind 3 bytes", "8.1.1", head((b"content-length", b"5")), body(b"hel", 0), trailers((b"x", b"y")))
    yield case("content-length 5, 3 bytes, end in a frame of its own", "8.1.1", head((b"content-length", b"5")), body(b"hel", 0), 0.05, body(b""))
    yield case("content-length 5, 8 bytes in two frames", "8.1.1", head((b"content-length", b"5")), body(b"hell", 0), 0.05, body(b"oooo"))
    yield case("204 with data", "9110 15.3.5", head(status=(b":status", b"204")), body(), allowed=EITHER, status=204, body=b"")
    yield case("304 with data", "9110 15.4.5", head(status=(b":status", b"304")), body(), allowed=EITHER, status=304, body=b"")
    yield case("an answer to HEAD with data", "8.1.1, 9110 9.3.2", head(), body(), allowed=EITHER, method=b"HEAD", body=b"")


def order():
    yield case("data before the head", "8.1", body(flags=0), head(), body())
    yield case("data alone", "8.1", body())
    yield case("trailers that do not end the stream", "8.1", head(), body(flags=0), trailers((b"x", b"y"), flags=OPEN), body(b""))
    yield case("a second head", "8.1", head(), head(), body())
    yield case("data behind trailers", "5.1", head(), body(flags=0), trailers((b"x", b"y")), body(b"more"), allowed=EITHER)
    yield case("data behind the end", "5.1", head(), body(), body(b"more"), allowed=EITHER)
    yield case("a second answer behind the end", "5.1", head(), body(), head(), body(b"hidden"), allowed=EITHER)
    yield case("100 that ends the stream", "8.1", head(status=(b":status", b"100"), flags=END))
    yield case("103 that ends the stream", "8.1", head(status=(b":status", b"103"), flags=END))
    yield case("100 and no more", "8.1", head(status=(b":status", b"100")), end="close")
    yield case("100, then data", "8.1", head(status=(b":status", b"100")), body())
    yield case("100 behind the head", "8.1", head(), head(status=(b":status", b"100")), body())
    yield case("1,000 interim answers", "10.5", *[head(status=(b":status", b"103"))] * 1_000, head(), body(), allowed=EITHER)
    yield case("100 with content-length", "9110 8.6", head((b"content-length", b"5"), status=(b":status", b"100")), head(), body(), allowed=EITHER)
    yield case("an answer on a stream that nobody opened", "5.1", lambda stream: frames.headers(stream + 100, [STATUS], END))
    yield case("a push", "8.4", lambda stream: frames.frame(frames.PUSH_PROMISE, OPEN, stream, struct.pack(">I", 2) + hpack.encode(
        [(b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/pushed"), (b":authority", b"a")])), head(), body())


def ends():
    for code, name in enumerate(CODES):
        yield case(f"RST_STREAM {name} before the head", "7", rst(code))
        yield case(f"RST_STREAM {name} behind the head", "7", head(), 0.05, rst(code))
        yield case(f"RST_STREAM {name} within the body", "7, 8.1", head(), body(flags=0), 0.05, rst(code))
    yield case("RST_STREAM of an unknown code", "7", head(), body(flags=0), 0.05, rst(0xabcdef))
    yield case("RST_STREAM within a body of known length", "8.1.1", head((b"content-length", b"9")), body(flags=0), 0.05, rst(0))
    # All that the length promised came, and HTTP/1.1 has no other sign of the end.
    yield case("RST_STREAM behind all of a known length", "8.1", head((b"content-length", b"5")), body(flags=0), 0.05, rst(2), allowed=EITHER)
    for end in ("close", "reset"):
        yield case(f"{end} before the head", "9.1", 0.02, end=end)
        yield case(f"{end} behind the head", "8.1", head(), 0.05, end=end)
        yield case(f"{end} within the body", "8.1", head(), body(flags=0), 0.05, end=end)
        yield case(f"{end} within a body of known length", "8.1", head((b"content-length", b"9")), body(flags=0), 0.05, end=end)
        yield case(f"{end} within a frame", "4.1", head(), raw(frames.DATA, 1, b"hel", 9), 0.05, end=end)
        yield case(f"{end} within a head", "4.3", lambda stream: frames.headers(stream, [STATUS])[:-3], 0.05, end=end)
        yield case(f"{end} within a field block", "6.10", raw(frames.HEADERS, 0, hpack.encode([STATUS])), 0.05, end=end)
        yield case(f"{end} before the trailers' end", "8.1", head(), body(flags=0), raw(frames.HEADERS, 1, hpack.encode([(b"x", b"y")])), 0.05, end=end)
        yield case(f"GOAWAY that names the stream, then {end} within the body", "6.8", head(), body(flags=0),
                   lambda stream: frames.goaway(stream, 0), 0.05, end=end)
        yield case(f"GOAWAY of an error within the body, then {end}", "6.8", head(), body(flags=0), frames.goaway(0, 2, b"text"), 0.05, end=end)
    yield case("GOAWAY that leaves the stream out, no head", "6.8", frames.goaway(0, 0), 0.05, end="close")


def bad_frames():
    frame = frames.frame
    for name, section, piece in (
            ("padded past its end", "6.1", raw(frames.DATA, 1 | frames.PADDED, b"\x06hello")),
            ("DATA of 16,385 bytes", "4.2", body(b"x" * 16_385)),
            ("DATA on stream 0", "6.1", frame(frames.DATA, 1, 0, b"x")),
            ("a frame of 2^24 - 1 bytes, announced", "4.2", raw(frames.DATA, 0, b"x", 0xffffff)),
            ("CONTINUATION without HEADERS", "6.10", raw(frames.CONTINUATION, 4, b"")),
            ("RST_STREAM of 3 bytes", "6.4", raw(frames.RST_STREAM, 0, b"\0" * 3)),
            ("SETTINGS of 5 bytes", "6.5", frame(frames.SETTINGS, 0, 0, b"\0" * 5)),
            ("ENABLE_PUSH of 1", "6.5.2", frames.settings((frames.ENABLE_PUSH, 1))),
            ("INITIAL_WINDOW_SIZE of 2^31", "6.5.2", frames.settings((frames.INITIAL_WINDOW_SIZE, 1 << 31))),
            ("MAX_FRAME_SIZE of 1", "6.5.2", frames.settings((frames.MAX_FRAME_SIZE, 1))),
            ("PING of 7 bytes", "6.7", frame(frames.PING, 0, 0, b"\0" * 7)),
            ("WINDOW_UPDATE of 0 for the connection", "6.9", frames.window(0, 0)),
            ("WINDOW_UPDATE past 2^31", "6.9.1", frames.window(0, 0x7fffffff) * 2),
            ("HEADERS on a stream of the server's", "5.1.1", frames.headers(2, [STATUS])),
            ("PING within a field block", "6.10", lambda stream: frame(frames.HEADERS, 1, stream, hpack.encode([(b"x", b"y")])) + frame(frames.PING, 0, 0, b"\0" * 8)),
            ("HTTP/1.1 in place of a frame", "4.1", b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhidden"),
            ("compression: index 10,000", "7541 2.3.3", lambda stream: frames.block(stream, b"\xff\x91\x4d")),
            ("compression: index 0", "7541 6.1", lambda stream: frames.block(stream, b"\x80")),
            ("compression: a literal that ends early", "7541 6.2", lambda stream: frames.block(stream, b"\0\5ab"))):
        yield case(f"within the body: {name}", section, head(), body(flags=0), 0.05, piece, end="close")
        yield case(f"before the head: {name}", section, piece, end="close")
    yield case("more data than the window has", "6.9", head(), *[body(b"x" * 16_384, 0)] * 200, body(b""), allowed=EITHER, body=b"x" * 16_384 * 200)
    yield case("a value of 200,000 bytes", "10.5.1", head((b"x", b"y" * 200_000)), body())
    yield case("5,000 fields", "10.5.1", head(*[(b"x%d" % at, b"y") for at in range(5_000)]), body())
    bomb = hpack.encode([STATUS]) + hpack.indexed(b"x", b"y" * 4_000) + b"\xbe" * 15_000
    yield case("a field of 4,000 bytes named 15,000 times", "7541 7.3", lambda stream: frames.block(stream, bomb, OPEN), body())
    yield case("10,000 CONTINUATION frames", "10.5", raw(frames.HEADERS, 0, hpack.encode([STATUS])), *[raw(frames.CONTINUATION, 0, b"")] * 10_000,
               raw(frames.CONTINUATION, 4, b""), body(), allowed=EITHER)
    yield case("trailers of 200,000 bytes", "10.5.1", head(), body(flags=0), trailers((b"x", b"y" * 200_000)))


def all_cases():
    found = []
    for part in (good, pseudo_fields, fields, lengths, order, ends, bad_frames):
        found += list(part())
    return found
