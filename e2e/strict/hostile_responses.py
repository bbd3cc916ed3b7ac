"""Answers that are malformed, cut or lie about their length, and good ones as control.

Allowed outcomes for the client: `5xx`, `cut` (visibly incomplete: closed or reset before the end), `pass` (this status and body).
"""

import dataclasses

BROKEN = "5xx cut"
EITHER = BROKEN + " pass"
OK = b"HTTP/1.1 200 OK\r\n"
SECOND = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nhidden!"


@dataclasses.dataclass
class Case:
    """What the server sends and how it ends: `keep`, `close`, `reset`, or `early` (sent at once on connecting, then served)."""

    name: str
    section: str
    answer: object
    end: str = "close"
    allowed: str = BROKEN
    status: int = 200
    body: bytes = b"hello"
    method: bytes = b"GET"


def sized(fields=b"", line=OK, body=b"hello", length=b"Content-Length: 5\r\n"):
    return line + length + fields + b"\r\n" + body


def chunked(body, fields=b""):
    return OK + b"Transfer-Encoding: chunked\r\n" + fields + b"\r\n" + body


def show(value):
    text = value if len(value) < 40 else value[:24] + b"... %d bytes" % len(value)
    return text.decode("latin-1").encode("unicode_escape").decode()


def status_lines():
    for line in (b"200 OK", b"HTTP/1.1", b"HTTP/1.1 ", b"HTTP/1.1 OK", b"HTTP/1.1 20 OK", b"HTTP/1.1 2000 OK", b"HTTP/1.1 -20 OK", b"HTTP/1.1 +20 OK",
                 b"HTTP/1.1 2x0 OK", b"HTTP/1.1 000 OK", b"HTTP/1.1 099 OK", b"HTTP/1.1200 OK", b"HTTP/1.1  200 OK", b"HTTP/1.1\t200 OK", b"HTTP/2.0 200 OK",
                 b"HTTP/9.9 200 OK", b"HTTP/0.9 200 OK", b"http/1.1 200 OK", b"HTTP/1. 200 OK", b"HTTP/11 200 OK", b"ICY 200 OK", b"HTTP/1.1 200OK",
                 b"HTTP/1.1 200 O\x00K", b"HTTP/1.1 200 O\x01K", b"HTTP/1.1 200 O\rK", b"GET / HTTP/1.1", b" HTTP/1.1 200 OK", b"junk", b"", b"\x00"):
        yield Case(f"status line {show(line)}", "9112 4", sized(line=line + b"\r\n"))
    yield Case("status 999", "9110 15", sized(line=b"HTTP/1.1 999 Odd\r\n"), allowed=EITHER, status=999)
    yield Case("a body without a head", "9112 4", b"hello")
    yield Case("a status line without an end", "9112 4", b"HTTP/1.1 200 " + b"x" * 300_000)


def lengths():
    for value in (b"-5", b"+5", b"0x5", b"5 5", b"5,6", b"5x", b"five", b"", b"5.0", b"99999999999999999999", b"18446744073709551621", b"5\x00", b"\"5\"", b"5;", b"\x0b5"):
        yield Case(f"Content-Length: {show(value)}", "9112 6.3", sized(length=b"Content-Length: " + value + b"\r\n"))
    yield Case("Content-Length: 5, 5", "9112 6.3", sized(length=b"Content-Length: 5, 5\r\n"), allowed=EITHER)
    for first, second in ((b"5", b"6"), (b"5", b"4"), (b"0", b"5"), (b"5", b"x")):
        yield Case(f"Content-Length {show(first)} and {show(second)}", "9112 6.3",
                   sized(length=b"Content-Length: %s\r\nContent-Length: %s\r\n" % (first, second)))
    yield Case("Content-Length 5 twice", "9112 6.3", sized(length=b"Content-Length: 5\r\n" * 2), allowed=EITHER)
    whole = b"5\r\nhello\r\n0\r\n\r\n"
    for length in (b"5", b"15", b"3"):
        yield Case(f"chunked and Content-Length {show(length)}", "9112 6.3", chunked(whole, b"Content-Length: " + length + b"\r\n"), allowed=EITHER)
    # An unknown coding is until close (9112 6.3); whoever passes it must not pass these bytes as a body of another framing.
    for value in (b"chunked, chunked", b"xchunked", b"\"chunked\"", b"chunked\x00", b"\x0bchunked", b"chunked, cow"):
        yield Case(f"Transfer-Encoding: {show(value)}", "9112 6.1", OK + b"Transfer-Encoding: " + value + b"\r\n\r\n" + whole)
    yield Case("Transfer-Encoding twice", "9112 6.1", chunked(whole, b"Transfer-Encoding: chunked\r\n"))
    yield Case("chunked in HTTP/1.0", "9112 6.1", b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + whole, allowed=EITHER)
    yield Case("short of its length", "9112 6.3, 8", sized(body=b"hel"))
    yield Case("short of its length, reset", "9112 8", sized(body=b"hel"), "reset")
    yield Case("nothing of its length", "9112 8", sized(body=b""))


def chunks():
    for text in (b"-5\r\nhello\r\n0\r\n\r\n", b"+5\r\nhello\r\n0\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n", b"5_\r\nhello\r\n0\r\n\r\n", b"g\r\nhello\r\n0\r\n\r\n",
                 b"\r\nhello\r\n0\r\n\r\n", b"5\r\nhelloX\r\n0\r\n\r\n", b"5\r\nhelloXY0\r\n\r\n", b"5\r\nhello0\r\n\r\n", b"ffffffffffffffff5\r\nhello\r\n0\r\n\r\n",
                 b"5\r\nhello\r\n", b"5\r\nhello\r\n0\r\n", b"5\r\nhello\r\n0", b"5\r\nhel", b"5", b"", b"5\r\nhello\r\n0\r\nX\x00: y\r\n\r\n", b"5\r\nhello\r\n0\r\nX: \x00\r\n\r\n",
                 b"5\r\nhello\r\n0\r\nX : y\r\n\r\n", b"5\r\nhello\r\n0\r\n: y\r\n\r\n", b"5\r\nhello\r\n0\r\nX: y\rz\r\n\r\n", b"5;x=\x00\r\nhello\r\n0\r\n\r\n",
                 b"5;" + b"x" * 300_000 + b"\r\nhello\r\n0\r\n\r\n", b"4\r\nhello\r\n0\r\n\r\n", b"5\r\nhello\r\n-0\r\n\r\n", b"5\r\nhello\r\nxyz\r\n"):
        yield Case(f"chunks {show(text)}", "9112 7.1, 8", chunked(text))
    yield Case("chunked, reset behind a chunk", "9112 8", chunked(b"5\r\nhello\r\n"), "reset")
    yield Case("400,000 bytes of trailers", "9110 6.5", chunked(b"5\r\nhello\r\n0\r\n" + b"X: y\r\n" * 66_000 + b"\r\n"), allowed=EITHER)
    for text in (b"5\nhello\r\n0\r\n\r\n", b"5\r\nhello\n0\r\n\r\n", b"5\r\nhello\r\n0\n\n"):
        yield Case(f"chunks with a bare LF {show(text)}", "9112 2.2, 7.1", chunked(text), allowed=EITHER)


def heads():
    for text in (b"X\x00: y", b"X: \x00y", b"X: y\rz", b"X : y", b": y", b"X y", b"X", b"X(: y", b"X\x01: y", b" X: y"):
        allowed = EITHER if text == b"X : y" else BROKEN
        yield Case(f"field line {show(text)}", "9112 5, 9110 5.5", sized(text + b"\r\n"), allowed=allowed)
    for char in b"\x01\x0b\x7f":
        yield Case(f"value with {show(bytes([char]))}", "9110 5.5", sized(b"X: y" + bytes([char]) + b"\r\n"), allowed=EITHER)
    yield Case("a folded field", "9112 5.2", sized(b"X: y\r\n z\r\n"), allowed=EITHER)
    yield Case("fields end in LF", "9112 2.2", b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", allowed=EITHER)
    yield Case("fields end in CR", "9112 2.2", b"HTTP/1.1 200 OK\rContent-Length: 5\r\rhello")
    yield Case("5,000 fields", "9110 5.4", sized(b"".join(b"X%d: y\r\n" % i for i in range(5_000))))
    yield Case("a value of 300,000 bytes", "9110 5.4", sized(b"X: " + b"y" * 300_000 + b"\r\n"))
    yield Case("fields without an end", "9110 5.4", OK + b"X: y\r\n" * 60_000)
    for text in (b"", b"HTT", OK, OK + b"Content-Le", OK + b"Content-Length: 5\r\n"):
        yield Case(f"closed behind {show(text)}", "9112 8", text)
        yield Case(f"reset behind {show(text)}", "9112 8", text, "reset")


def interim():
    go_on = b"HTTP/1.1 100 Continue\r\n\r\n"
    yield Case("100 and closed", "9110 15.2", go_on)
    yield Case("102 with a body and closed", "9110 15.2", b"HTTP/1.1 102 Odd\r\nContent-Length: 5\r\n\r\nhello")
    yield Case("103 and closed", "9110 15.2", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
    yield Case("100 with a length, then an answer", "9112 6.3", b"HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\nhello" + sized())
    yield Case("20,000 interim answers and closed", "9110 15.2", go_on * 20_000)
    yield Case("20,000 interim answers, then one", "9110 15.2", go_on * 20_000 + sized())
    yield Case("101 unasked", "9110 15.2.2", b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n" + SECOND)
    yield Case("101 unasked, bare", "9110 15.2.2", b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + SECOND)


def behind():
    """What comes behind a whole answer belongs to no other one."""
    yield Case("junk behind the body", "9112 6.3", sized(body=b"hellojunk"), "keep", EITHER)
    yield Case("two answers", "9112 9.3", sized() + SECOND, "keep", EITHER)
    yield Case("a second answer later", "9112 9.3", [sized(), SECOND], "keep", EITHER)
    yield Case("two answers, chunked", "9112 9.3", chunked(b"5\r\nhello\r\n0\r\n\r\n") + SECOND, "keep", EITHER)
    yield Case("junk behind chunks", "9112 7.1", chunked(b"5\r\nhello\r\n0\r\n\r\njunk"), "keep", EITHER)
    yield Case("a body for HEAD", "9112 6.3", sized() , "keep", EITHER, body=b"", method=b"HEAD")
    yield Case("an answer for HEAD, and one more", "9112 6.3", sized(body=b"") + SECOND, "keep", EITHER, body=b"", method=b"HEAD")
    for status in (204, 304):
        line = b"HTTP/1.1 %d X\r\n" % status
        yield Case(f"{status} with a body", "9112 6.3", sized(line=line, length=b"") + SECOND, "keep", EITHER, status, b"")
        yield Case(f"{status} with chunks", "9112 6.3", line + b"Transfer-Encoding: chunked\r\n\r\n" + b"5\r\nhello\r\n0\r\n\r\n" + SECOND,
                   "keep", EITHER, status, b"")
    yield Case("bytes before the request", "9112 9.2", SECOND, "early", EITHER, body=b"/case")
    yield Case("until close, reset", "9112 8", OK + b"\r\nhello", "reset")
    yield Case("until close in HTTP/1.0, reset", "9112 8", b"HTTP/1.0 200 OK\r\n\r\nhello", "reset")


def good():
    for name, answer, end in (
            ("a length", sized(), "keep"), ("no reason", sized(line=b"HTTP/1.1 200 \r\n"), "keep"),
            ("chunks", chunked(b"5\r\nhello\r\n0\r\n\r\n"), "keep"), ("chunks, extension, trailer", chunked(b"5;x=y\r\nhello\r\n0\r\nX: y\r\n\r\n"), "keep"),
            ("until close", OK + b"\r\nhello", "close"), ("HTTP/1.0", b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", "close"),
            ("100, then an answer", b"HTTP/1.1 100 Continue\r\n\r\n" + sized(), "keep"), ("a length, then closed", sized(), "close"),
            ("in two reads", [sized(body=b"he"), b"llo"], "keep")):
        yield Case(f"good: {name}", "9112 6", answer, end, "pass")
    yield Case("good: 404", "9110 15", sized(line=b"HTTP/1.1 404 Not Found\r\n"), "keep", "pass", 404)
    yield Case("good: 204", "9110 15", b"HTTP/1.1 204 No Content\r\n\r\n", "keep", "pass", 204, b"")
    yield Case("good: HEAD", "9110 9.3.2", sized(body=b""), "keep", "pass", body=b"", method=b"HEAD")


def all_cases():
    return [case for part in (status_lines, lengths, chunks, heads, interim, behind, good) for case in part()]
