"""Frames that break RFC 9113's rules of framing, streams and settings, or RFC 7541's; part of bad_requests2."""

import struct

import field_blocks as hpack
import frames
from bad_requests2 import ANY, DEAD, EARLY, END, OPEN, Case, get
from client2 import asked

PRIORITY = struct.pack(">IB", 0, 15)
TEN = b"\0" * 8


def of_connection():
    """What must end the connection, or must be overlooked; no request is open."""
    frame, block = frames.frame, hpack.encode(asked(b"/case"))
    for name, section, data in (
            ("DATA on stream 0", "6.1", frame(frames.DATA, 1, 0, b"x")),
            ("HEADERS on stream 0", "6.2", frame(frames.HEADERS, END, 0, block)),
            ("PRIORITY on stream 0", "6.3", frame(frames.PRIORITY, 0, 0, PRIORITY)),
            ("RST_STREAM on stream 0", "6.4", frame(frames.RST_STREAM, 0, 0, b"\0\0\0\x08")),
            ("SETTINGS on stream 1", "6.5", frame(frames.SETTINGS, 0, 1, b"")),
            ("PING on stream 1", "6.7", frame(frames.PING, 0, 1, TEN)),
            ("GOAWAY on stream 1", "6.8", frame(frames.GOAWAY, 0, 1, TEN)),
            ("CONTINUATION on stream 0", "6.10", frame(frames.CONTINUATION, 4, 0, block)),
            ("CONTINUATION without HEADERS", "6.10", frame(frames.CONTINUATION, 4, 1, block)),
            ("DATA on an idle stream", "5.1", frames.data(1, b"x")),
            ("RST_STREAM on an idle stream", "5.1", frames.reset(1, 8)),
            ("WINDOW_UPDATE on an idle stream", "5.1", frames.window(1, 5)),
            ("HEADERS on stream 2", "5.1.1", frames.headers(2, asked(b"/case"))),
            ("PUSH_PROMISE of a client", "8.4", frame(frames.PUSH_PROMISE, 4, 1, struct.pack(">I", 2) + block)),
            ("SETTINGS of 5 bytes", "6.5", frame(frames.SETTINGS, 0, 0, b"\0" * 5)),
            ("SETTINGS, an ACK with a value", "6.5", frame(frames.SETTINGS, 1, 0, b"\0\3\0\0\0\1")),
            ("ENABLE_PUSH of 2", "6.5.2", frames.settings((frames.ENABLE_PUSH, 2))),
            ("INITIAL_WINDOW_SIZE of 2^31", "6.5.2", frames.settings((frames.INITIAL_WINDOW_SIZE, 1 << 31))),
            ("MAX_FRAME_SIZE of 16,383", "6.5.2", frames.settings((frames.MAX_FRAME_SIZE, 16_383))),
            ("MAX_FRAME_SIZE of 2^24", "6.5.2", frames.settings((frames.MAX_FRAME_SIZE, 1 << 24))),
            ("PING of 7 bytes", "6.7", frame(frames.PING, 0, 0, b"\0" * 7)),
            ("PING of 9 bytes", "6.7", frame(frames.PING, 0, 0, b"\0" * 9)),
            ("GOAWAY of 7 bytes", "6.8", frame(frames.GOAWAY, 0, 0, b"\0" * 7)),
            ("WINDOW_UPDATE of 3 bytes", "6.9", frame(frames.WINDOW_UPDATE, 0, 0, b"\0" * 3)),
            ("WINDOW_UPDATE of 0 for the connection", "6.9", frames.window(0, 0)),
            ("WINDOW_UPDATE past 2^31 for the connection", "6.9.1", frames.window(0, 0x7fffffff) * 2),
            ("a frame of 16,385 bytes for the connection", "4.2", frame(frames.SETTINGS, 0, 0, b"\0\x7f\0\0\0\0" * 2_731)),
            ("a frame of 2^24 - 1 bytes, announced", "4.2", frame(frames.PING, 0, 0, TEN, 0xffffff)),
            ("a field block of 16,385 bytes in a frame", "4.2", frame(frames.HEADERS, END, 1, (block + hpack.encode([(b"x", b"y" * 17_000)]))[:16_385])),
            ("HTTP/1.1 within the connection", "4.1", b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n")):
        yield Case(name, section, data, DEAD, stream=None)
    for name, section, data in (
            ("a frame of an unknown type", "4.1, 5.5", frame(0xbb, 0, 0, b"hello")),
            ("an unknown setting", "6.5.2", frames.settings((0x7f7f, 5))),
            ("no settings", "6.5", frames.settings()),
            ("PRIORITY on an idle stream", "5.1", frame(frames.PRIORITY, 0, 5, PRIORITY)),
            ("PING", "6.7", frame(frames.PING, 0, 0, TEN)),
            ("PING, an ACK that nobody asked for", "6.7", frame(frames.PING, 1, 0, TEN)),
            ("SETTINGS with unknown flags", "4.1", frame(frames.SETTINGS, 0xfe, 0, b"")),
            ("PING with the reserved bit", "4.1", frame(frames.PING, 0, 0x80000000, TEN)),
            ("MAX_FRAME_SIZE of 2^24 - 1", "6.5.2", frames.settings((frames.MAX_FRAME_SIZE, (1 << 24) - 1)))):
        yield Case(name, section, data, "alive", stream=None)
    # Section 5.5 has it overlooked, section 5.1 takes every frame but two for an error there.
    yield Case("a frame of an unknown type, on an idle stream", "5.5, 5.1", frame(0xbb, 0xff, 5, b"hello"), "alive goaway", stream=None)
    yield Case("SETTINGS, an ACK that nobody owes", "6.5.3", frame(frames.SETTINGS, 1), "alive goaway", stream=None)
    # An error of the stream by section 4.2, of the connection by section 6.1.
    yield Case("DATA padded, and no byte of it", "6.1, 4.2", get(method=b"POST", flags=OPEN) + frame(frames.DATA, 1 | frames.PADDED, 1, b""),
               "goaway alive", stream=None)
    yield Case("PRIORITY of 4 bytes", "6.3", frame(frames.PRIORITY, 0, 1, b"\0" * 4), "goaway alive", stream=None)
    yield Case("GOAWAY of ours", "6.8", frames.goaway(0, 0), "alive goaway", stream=None)


def of_stream():
    """What is wrong on a stream with a request."""
    frame, block, begun, whole = frames.frame, hpack.encode(asked(b"/case")), get(method=b"POST", flags=OPEN), get()
    for name, section, data in (
            ("RST_STREAM of 3 bytes", "6.4", begun + frame(frames.RST_STREAM, 0, 1, b"\0" * 3)),
            ("HEADERS padded past their end", "6.2", frame(frames.HEADERS, END | frames.PADDED, 1, b"\xff" + block)),
            ("DATA padded past its end", "6.1", begun + frame(frames.DATA, 1 | frames.PADDED, 1, b"\x06hello")),
            ("HEADERS with priority, and too short for it", "6.2", frame(frames.HEADERS, END | frames.WITH_PRIORITY, 1, b"\0\0\0")),
            ("DATA between HEADERS and CONTINUATION", "6.10", frame(frames.HEADERS, 1, 1, block) + frames.data(1, b"x")),
            ("PING between HEADERS and CONTINUATION", "6.10", frame(frames.HEADERS, 1, 1, block) + frame(frames.PING, 0, 0, TEN)),
            ("an unknown frame between HEADERS and CONTINUATION", "6.10, 5.5", frame(frames.HEADERS, 1, 1, block) + frame(0xbb, 0, 0, TEN)),
            ("CONTINUATION of another stream", "6.10", frame(frames.HEADERS, 1, 1, block) + frame(frames.CONTINUATION, 4, 3, block)),
            ("HEADERS within HEADERS", "6.10", frame(frames.HEADERS, 1, 1, block) + frames.headers(3, asked(b"/case"))),
            ("CONTINUATION behind a whole block", "6.10", begun + frame(frames.CONTINUATION, 4, 1, block)),
            ("a stream lower than one before", "5.1.1", frames.headers(5, asked(b"/case", b"POST"), OPEN) + frames.headers(3, asked(b"/hidden")))):
        yield Case(name, section, data, DEAD, stream=None)
    for name, section, data in (
            ("WINDOW_UPDATE of 0", "6.9", begun + frames.window(1, 0)),
            ("WINDOW_UPDATE past 2^31", "6.9.1", begun + frames.window(1, 0x7fffffff) * 2),
            ("PRIORITY on itself", "5.3.1 of 7540", begun + frame(frames.PRIORITY, 0, 1, struct.pack(">IB", 1, 1))),
            ("DATA of 16,385 bytes", "4.2", begun + frames.data(1, b"x" * 16_385)),
            ("a push for a stream", "8.4", begun + frame(frames.PUSH_PROMISE, 4, 1, struct.pack(">I", 2) + block))):
        allowed = ANY + " wait" if "itself" in name else ANY
        yield Case(name, section, data, allowed, target=None)
    for name, section, data in (
            ("DATA behind the end", "5.1", whole + frames.data(1, b"x")),
            ("HEADERS behind the end", "5.1", whole + frames.headers(1, asked(b"/hidden"))),
            ("trailers behind the end", "5.1", whole + frames.headers(1, [(b"x", b"y")])),
            ("CONTINUATION behind the end", "6.10", whole + frame(frames.CONTINUATION, 4, 1, block)),
            ("PRIORITY behind the end", "5.1", whole + frame(frames.PRIORITY, 0, 1, PRIORITY)),
            ("WINDOW_UPDATE behind the end", "5.1", whole + frames.window(1, 5)),
            ("an unknown frame behind the end", "5.5", whole + frame(0xbb, 0, 1, b"x")),
            ("WINDOW_UPDATE of 0 behind the end", "6.9", whole + frames.window(1, 0))):
        yield Case(name, section, data, "forward" if name.startswith(("PRIORITY", "WINDOW_UPDATE b")) else EARLY)
    yield Case("DATA behind RST_STREAM", "5.1", begun + frames.reset(1, 8) + frames.data(1, b"x"), "goaway alive rst", stream=None)
    yield Case("HEADERS behind RST_STREAM", "5.1", begun + frames.reset(1, 8) + whole, "goaway alive rst", stream=None)
    yield Case("RST_STREAM twice", "5.1", begun + frames.reset(1, 8) * 2, "goaway alive rst", stream=None)
    yield Case("300 streams at once", "5.1.2", b"".join(
        frames.headers(at, asked(b"/begun", b"POST"), OPEN) for at in range(1, 600, 2)), "alive goaway rst", stream=None)
    yield Case("a field block that never ends", "6.10", frame(frames.HEADERS, 1, 1, block), "wait goaway")
    yield Case("more data than the window has", "6.9", begun + b"".join(frames.data(1, b"x" * 16_384, 0) for _ in range(200)), "goaway rst alive", stream=None)


def of_compression():
    """Each is a COMPRESSION_ERROR of the connection (RFC 9113 section 4.3)."""
    good = hpack.encode(asked(b"/case"))
    for name, section, block in (
            ("index 0", "7541 6.1", b"\x80"), ("index 62 of an empty table", "7541 2.3.3", b"\xbe"), ("index 10,000", "7541 2.3.3", b"\xff\x91\x4d"),
            ("a literal's name by index 62", "7541 6.2", b"\x7e\1y"), ("an integer of ten bytes", "7541 5.1", b"\xff" * 10 + b"\x0f"),
            ("an integer that ends early", "7541 5.1", b"\xff"), ("a literal that ends early", "7541 6.2", b"\0\5ab"),
            ("a name that ends early", "7541 5.2", b"\0\x7f"), ("a length of 2^31", "7541 5.2", b"\0\x7f\x81\xff\xff\xff\x07"),
            ("a table larger than allowed", "7541 6.3", b"\x3f\xff\xff\x03"), ("a table's size behind a field", "7541 4.2", b"\0\1x\1y\x20"),
            ("a code padded with zeros", "7541 5.2", b"\0\1x\x81\x18"), ("a code padded by more than 7 bits", "7541 5.2", b"\0\1x\x82\x1f\xff"),
            ("the end's code", "7541 5.2", b"\0\1x\x84\xff\xff\xff\xff")):
        yield Case(f"compression: {name}", section, frames.block(1, block if block[:1] == b"\x3f" else good + block), DEAD, stream=None)
    yield Case("compression: a table of no bytes", "7541 6.3", frames.block(1, b"\x20" + good), "forward")
    yield Case("compression: a table of no bytes, then of 4,096", "7541 6.3", frames.block(1, b"\x20\x3f\xe1\x1f" + good), "forward")
    yield Case("compression: an entry larger than the table", "7541 4.4", frames.block(1, good + hpack.indexed(b"x", b"y" * 5_000)), "forward")


def beginnings():
    hello = frames.hello()
    for name, section, first in (
            ("a preface that is wrong behind its line", "3.4", b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n" + hello),
            ("a preface of HTTP/2.1", "3.4", b"PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n" + hello),
            ("a preface for /", "3.4", b"PRI / HTTP/2.0\r\n\r\nSM\r\n\r\n" + hello),
            ("a preface with a field", "3.4", b"PRI * HTTP/2.0\r\nHost: a\r\n\r\nSM\r\n\r\n" + hello),
            ("a preface twice", "3.4", frames.PREFACE * 2 + hello),
            ("frames without a preface", "3.4", hello)):
        yield Case(name, section, get(), ANY, first=first)
    for name, data in (("PING", frames.frame(frames.PING, 0, 0, TEN)), ("HEADERS", get()), ("GOAWAY", frames.goaway(0, 0)),
                       ("a settings' ACK", frames.frame(frames.SETTINGS, 1))):
        yield Case(f"{name} in place of the first settings", "3.4", data, DEAD + (" 4xx" if name == "HEADERS" else ""),
                   stream=1 if name == "HEADERS" else None, first=frames.PREFACE)


def all_cases():
    for part in (of_connection, of_stream, of_compression, beginnings):
        yield from part()
