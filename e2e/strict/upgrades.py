"""Requests of HTTP/1.1 that ask to go on in HTTP/2 (`Upgrade: h2c`). Sections are of RFC 7540 where no other is named.

RFC 9113 has dropped the upgrade, and RFC 9110 section 7.8 lets a server pass over any: answering in HTTP/1.1 is right in each case. An
intermediary may have the server asked for the same and become a tunnel; what it must not pass on is a wish that is none, was to be ignored or
is for this connection alone, for behind a server's 101 nobody looks at what the client sends.

Allowed outcomes: `h1` (answered in HTTP/1.1; the server sees exactly this request, without a wish for HTTP/2), `asked` (the same, with a whole
wish), `h2` (101, then the answer on stream 1, and a further stream works), `dead` (101, then the connection ends; what was asked for before it
may have been answered), `rst` (101, then the one stream at fault is reset, and a further stream works), `gone` (101, no answer on stream 1, and
a further stream works), `4xx`, `5xx`, `close` (ended without an answer).
"""

import base64
import dataclasses
import struct

import frames

REFUSED = "4xx 5xx close"
STAYS = "h1 " + REFUSED
SERVED = "h2 h1 asked"
OPEN = SERVED + " " + REFUSED
BROKEN = "dead " + STAYS
# The wish is a good one, what follows is not.
THEN_BROKEN = BROKEN + " asked"
# What the field says is read by whoever goes over to HTTP/2.
UNREAD = STAYS + " asked"
GOOD = frames.PREFACE + frames.hello()
HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
BOTH = b"Connection: Upgrade, HTTP2-Settings\r\n"
H2C = b"Upgrade: h2c\r\n"


@dataclasses.dataclass
class Case:
    """`data` is sent first, `behind` once a 101 has come, and a FIN with it where the client `ends`; nothing is behind what was sent at once.
    `before` answers are others'; `second` is the target of a request pipelined in HTTP/1.1. No frame has more data than the `window` lets
    it. `strips`: what Connection names stays behind."""

    name: str
    section: str
    data: bytes
    allowed: str = SERVED
    body: bytes = b""
    target: bytes = b"/case"
    method: bytes = b"GET"
    behind: bytes = GOOD
    ends: bool = False
    before: int = 0
    second: bytes = None
    window: int = None
    tls: bool = False
    strips: bool = False


def encoded(*pairs):
    raw = b"".join(struct.pack(">HI", *pair) for pair in pairs)
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


SOME = encoded((frames.MAX_CONCURRENT_STREAMS, 100), (frames.INITIAL_WINDOW_SIZE, 65_535))


def settings(value=SOME):
    return b"HTTP2-Settings: " + value + b"\r\n"


def ask(fields=BOTH + H2C + settings(), line=b"GET /case HTTP/1.1", body=b""):
    return line + b"\r\nHost: a\r\n" + fields + b"\r\n" + body


def post(fields, body=b""):
    return ask(BOTH + H2C + settings() + fields, b"POST /case HTTP/1.1", body)


def with_settings(value):
    return ask(BOTH + H2C + settings(value))


def with_pairs(*pairs):
    return with_settings(encoded(*pairs))


def with_upgrade(value):
    return ask(BOTH + b"Upgrade: " + value + b"\r\n" + settings())


def good():
    yield Case("a GET", "3.2", ask())
    yield Case("a HEAD", "3.2", ask(line=b"HEAD /case HTTP/1.1"), method=b"HEAD")
    yield Case("OPTIONS *", "3.2", ask(line=b"OPTIONS * HTTP/1.1"), OPEN, target=b"*", method=b"OPTIONS")
    yield Case("names in other letters", "9110 7.8, 5.1", ask(b"CONNECTION: upgrade, http2-settings\r\nUPGRADE: H2C\r\nhttp2-settings: " + SOME + b"\r\n"))
    yield Case("Connection in two fields", "9110 5.3", ask(b"Connection: Upgrade\r\nConnection: HTTP2-Settings\r\n" + H2C + settings()))
    yield Case("Connection: close, too", "9112 9.6", ask(b"Connection: close, Upgrade, HTTP2-Settings\r\n" + H2C + settings()))
    yield Case("a setting that nobody knows", "6.5.2", with_pairs((0xfa, 7)))
    yield Case("HTTP2-Settings: one setting twice", "6.5.3", with_pairs((frames.INITIAL_WINDOW_SIZE, 1), (frames.INITIAL_WINDOW_SIZE, 9)))
    yield Case("HTTP2-Settings empty", "3.2.1", with_settings(b""), OPEN)
    yield Case("a window of 4 bytes", "3.2.1, 6.9.2", with_pairs((frames.INITIAL_WINDOW_SIZE, 4)),
               behind=frames.PREFACE + frames.settings(), window=4)
    yield Case("no table for HPACK, no push", "3.2.1, 6.5.2", with_pairs((frames.HEADER_TABLE_SIZE, 0), (frames.ENABLE_PUSH, 0)),
               behind=frames.PREFACE + frames.settings((frames.HEADER_TABLE_SIZE, 0)))
    yield Case("behind another request", "3.2", b"GET /before HTTP/1.1\r\nHost: a\r\n\r\n" + ask(), OPEN, before=1)
    yield Case("the preface not waited for", "3.2", ask() + GOOD, OPEN + " dead", behind=b"")
    yield Case("the preface and a second stream not waited for", "3.2", ask() + GOOD + frames.headers(3, [(b":method", b"GET"), (b":scheme", b"http"), (
        b":path", b"/after"), (b":authority", b"a")]), OPEN + " dead", behind=b"")


def of_this_connection():
    """What Connection names is removed or replaced (9110 section 7.6.1)."""
    yield Case("with a body, HTTP2-Settings stays behind", "3.2.1, 9110 7.6.1", post(b"Content-Length: 5\r\n", b"hello"), body=b"hello",
               method=b"POST", strips=True)
    yield Case("no Upgrade, HTTP2-Settings stays behind", "3.2.1, 9110 7.6.1", ask(BOTH + settings()), STAYS, strips=True)
    yield Case("no such Upgrade, HTTP2-Settings stays behind", "3.2.1, 9110 7.6.1", ask(
        b"Connection: HTTP2-Settings\r\nUpgrade: websocket\r\n" + settings()), STAYS, strips=True)
    yield Case("Upgrade stays behind where Connection does not name it", "9110 7.8, 7.6.1", ask(b"Connection: HTTP2-Settings\r\n" + H2C + settings()), STAYS)
    yield Case("Upgrade: h2c goes to nobody else", "9110 7.8", ask(), "h2 h1")


def bodies():
    for name, fields, body in (("Content-Length: 5", b"Content-Length: 5\r\n", b"hello"),
                               ("chunks", b"Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n0\r\n\r\n"),
                               ("chunks and trailers", b"Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n0\r\nx: y\r\n\r\n"),
                               ("Expect: 100-continue", b"Expect: 100-continue\r\nContent-Length: 5\r\n", b"hello")):
        yield Case(f"a body, {name}", "3.2", post(fields, body), body=b"hello", method=b"POST")
    yield Case("a body of 300,000 bytes", "3.2", post(b"Content-Length: 300000\r\n", b"x" * 300_000), body=b"x" * 300_000, method=b"POST")
    yield Case("a body that looks like frames", "3.2", post(b"Content-Length: %d\r\n" % len(GOOD), GOOD), body=GOOD, method=b"POST")
    yield Case("a body that looks like a request", "3.2", post(b"Content-Length: %d\r\n" % len(HIDDEN), HIDDEN), body=HIDDEN, method=b"POST")
    yield Case("Content-Length: 0", "3.2", post(b"Content-Length: 0\r\n"), method=b"POST")
    yield Case("chunks, none of them", "3.2", post(b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n"), method=b"POST")
    for fields in (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"Content-Length: 0\r\nContent-Length: 5\r\n", b"Transfer-Encoding: x\r\n",
                   b"Content-Length: -1\r\n"):
        yield Case(f"framing that is wrong: {fields.decode().strip()!r}", "9112 6.1, 6.3", post(fields, b"0\r\n\r\n"),
                   (STAYS + " asked") if fields.startswith(b"Content-Length: 5") else REFUSED, method=b"POST")


def bad_settings():
    yield Case("no HTTP2-Settings", "3.2.1", ask(b"Connection: Upgrade\r\n" + H2C), UNREAD)
    yield Case("no HTTP2-Settings, though Connection names it", "3.2.1", ask(BOTH + H2C), UNREAD)
    yield Case("HTTP2-Settings twice, the same", "3.2.1", ask(BOTH + H2C + settings() * 2), UNREAD)
    yield Case("HTTP2-Settings twice, different", "3.2.1", ask(BOTH + H2C + settings() + settings(b"AAMAAABk")), UNREAD)
    yield Case("HTTP2-Settings twice in one field", "3.2.1", with_settings(b"AAMAAABk, AAMAAABk"), UNREAD)
    for value in (b"AAMAAABkAAQAAP//", b"AAQAAP/+", b"!!!!!!!!", b"AAMA AABk", b"AAMAAABk=", b"=AAMAAABk", b"AAMAAABk====", b"A",
                  b"\xc3\xa4AMAAABk", b"\"AAMAAABk\"", b"AAMAAABk;q=1"):
        yield Case(f"HTTP2-Settings no base64url: {value.decode('latin-1')}", "3.2.1", with_settings(value), UNREAD)
    for size in (1, 3, 5, 7, 11, 13):
        raw = (b"\0\3\0\0\0\x64" * 3)[:size]
        yield Case(f"HTTP2-Settings of {size} bytes", "3.2.1, 6.5", with_settings(base64.urlsafe_b64encode(raw).rstrip(b"=")), THEN_BROKEN)
    for key, value in ((frames.ENABLE_PUSH, 2), (frames.ENABLE_PUSH, 1 << 31), (frames.INITIAL_WINDOW_SIZE, 1 << 31), (frames.INITIAL_WINDOW_SIZE, 0xffffffff),
                       (frames.MAX_FRAME_SIZE, 16_383), (frames.MAX_FRAME_SIZE, 1 << 24), (frames.MAX_FRAME_SIZE, 0)):
        yield Case(f"HTTP2-Settings with setting {key} = {value}", "3.2.1, 6.5.2", with_pairs((key, value)), THEN_BROKEN)
    yield Case("HTTP2-Settings, the last of several out of range", "6.5.2", with_pairs(
        (frames.MAX_CONCURRENT_STREAMS, 5), (frames.MAX_FRAME_SIZE, 1)), THEN_BROKEN)
    yield Case("HTTP2-Settings of 1,500 settings", "9113 10.5", with_pairs(*[(frames.MAX_CONCURRENT_STREAMS, 5)] * 1_500), OPEN + " dead")
    yield Case("HTTP2-Settings of 200,000 bytes", "9113 10.5", with_settings(b"AAMAAABk" * 25_000), REFUSED)


def wishes():
    yield Case("Upgrade without Connection", "9110 7.8", ask(H2C + settings()), STAYS)
    yield Case("Connection names Upgrade alone", "3.2.1", ask(b"Connection: Upgrade\r\n" + H2C + settings()), OPEN)
    yield Case("Connection: keep-alive", "9110 7.8", ask(b"Connection: keep-alive\r\n" + H2C + settings()), STAYS)
    yield Case("HTTP2-Settings alone", "3.2", ask(settings()), STAYS)
    yield Case("HTTP/1.0", "9110 7.8", ask(line=b"GET /case HTTP/1.0"), STAYS)
    yield Case("HTTP/1.0, kept alive", "9110 7.8", ask(b"Connection: Upgrade, HTTP2-Settings, keep-alive\r\n" + H2C + settings(), b"GET /case HTTP/1.0"), STAYS)
    yield Case("two Hosts", "9112 3.2", ask(b"Host: b\r\n" + BOTH + H2C + settings()), REFUSED)
    yield Case("no Host", "9112 3.2", b"GET /case HTTP/1.1\r\n" + BOTH + H2C + settings() + b"\r\n", REFUSED)
    yield Case("CONNECT", "9110 9.3.6", ask(line=b"CONNECT a:80 HTTP/1.1"), REFUSED)
    for value in (b"h2c, websocket", b"websocket, h2c", b"h2c,", b", h2c", b"h2c\t", b"h2c, h2c", b"h2, h2c", b"HTTP/2.0, h2c", b"TLS/1.3, h2c"):
        yield Case(f"Upgrade: {value.decode()}", "9110 7.8", with_upgrade(value), OPEN)
    yield Case("Upgrade twice, websocket first", "9110 7.8, 5.3", ask(BOTH + b"Upgrade: websocket\r\n" + H2C + settings()), OPEN)
    yield Case("Upgrade twice, websocket last", "9110 7.8, 5.3", ask(BOTH + H2C + b"Upgrade: websocket\r\n" + settings()), OPEN)
    yield Case("Upgrade: h2c, websocket without HTTP2-Settings", "3.2.1", ask(b"Connection: Upgrade\r\nUpgrade: h2c, websocket\r\n"), STAYS)
    yield Case("Upgrade: h2", "3.2", with_upgrade(b"h2"), STAYS)
    for value in (b"\"h2c\"", b"h2c;q=1", b"h2c/1", b"h2c websocket", b"h2c\x0b", b"h2c\x00", b"\x0bh2c", b"h2c\xa0"):
        yield Case(f"Upgrade: {value.decode('latin-1').encode('unicode_escape').decode()}", "9110 7.8, 5.6.2", with_upgrade(value), STAYS)
    yield Case("Upgrade folded", "9112 5.2", ask(BOTH + b"Upgrade:\r\n h2c\r\n" + settings()), OPEN)
    yield Case("Upgrade with a space before its colon", "9112 5.1", ask(BOTH + b"Upgrade : h2c\r\n" + settings()), REFUSED)
    yield Case("over TLS", "3.3", ask(), STAYS, tls=True)
    yield Case("over TLS, a body", "3.3", post(b"Content-Length: 5\r\n", b"hello"), STAYS, body=b"hello", method=b"POST", tls=True)


def pipelined():
    yield Case("a second request behind it", "9110 7.8", ask() + HIDDEN, THEN_BROKEN, second=b"/hidden", behind=b"")
    yield Case("a second request behind it, with a body of its own", "9110 7.8", ask() + b"POST /hidden HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
               THEN_BROKEN, second=b"/hidden", behind=b"")
    body = post(b"Content-Length: 5\r\n", b"hello")
    yield Case("a second request behind its body", "9110 7.8", body + HIDDEN, THEN_BROKEN, body=b"hello", method=b"POST", second=b"/hidden", behind=b"")
    yield Case("a second wish behind it", "9110 7.8", ask() + ask(line=b"GET /hidden HTTP/1.1"), THEN_BROKEN + " h2", second=b"/hidden", behind=b"")


def behind():
    """What the client sends where its preface belongs (section 3.5; 9113 section 3.4), and on stream 1, which it has ended (5.1)."""
    for name, data in (("no preface but frames", frames.hello()), ("one letter wrong", frames.PREFACE.replace(b"SM", b"SN") + frames.hello()),
                       ("half of the preface, then frames", frames.PREFACE[:12] + frames.hello()), ("a request of HTTP/1.1", HIDDEN),
                       ("the wish again", ask(line=b"GET /hidden HTTP/1.1")), ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 60),
                       ("the preface twice", frames.PREFACE * 2 + frames.hello()),
                       ("the preface without settings", frames.PREFACE + frames.frame(frames.PING, 0, 0, b"12345678")),
                       ("settings that acknowledge, first", frames.PREFACE + frames.frame(frames.SETTINGS, frames.ACK)), ("zeros", b"\0" * 64)):
        yield Case(f"behind the 101: {name}", "3.5, 9113 3.4", ask(), THEN_BROKEN, behind=data)
    yield Case("behind the 101: nothing, and the end", "3.5", ask(), THEN_BROKEN, behind=b"", ends=True)
    yield Case("behind the 101: half of the preface, and the end", "3.5", ask(), THEN_BROKEN, behind=frames.PREFACE[:9], ends=True)
    path = [(b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/hidden"), (b":authority", b"a")]
    yield Case("behind the 101: a head on stream 1", "5.1, 3.2", ask(), THEN_BROKEN + " rst h2", behind=GOOD + frames.headers(1, path))
    yield Case("behind the 101: data on stream 1", "5.1, 3.2", ask(), THEN_BROKEN + " rst h2", behind=GOOD + frames.data(1, b"hello"))
    yield Case("behind the 101: stream 1 reset", "5.4.2", ask(), "gone " + SERVED, behind=GOOD + frames.reset(1, frames.CANCEL))
    yield Case("behind the 101: stream 2", "5.1.1", ask(), THEN_BROKEN, behind=GOOD + frames.headers(2, path))
    yield Case("behind the 101: a frame of 20,000 bytes", "4.2", ask(), THEN_BROKEN, behind=GOOD + frames.frame(frames.PING, 0, 0, b"x" * 20_000))
    yield Case("behind the 101: settings out of range", "6.5.2", ask(), THEN_BROKEN, behind=frames.PREFACE + frames.settings((frames.MAX_FRAME_SIZE, 1)))


def all_cases():
    return [case for part in (good, of_this_connection, bodies, bad_settings, wishes, pipelined, behind) for case in part()]
