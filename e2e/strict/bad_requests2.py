"""HTTP/2 requests and frames that are malformed or can be read in two ways, and good ones as control. Sections are of RFC 9113 where no other is named.

Allowed outcomes: `4xx`, `5xx`, `rst` (the stream alone is reset), `goaway` (the connection ends: an error's GOAWAY, or closed), `forward` (the
server sees exactly one request, of this meaning), `early` (it may see that much before the fault is there to be seen; the answer may
then be any), `alive` (no answer is due; a good request on the same connection works), `wait`.
"""

import dataclasses
import struct

import field_blocks as hpack
import frames
from client2 import asked

ANY = "4xx 5xx rst goaway"
EITHER = ANY + " forward"
EARLY = EITHER + " early"
DEAD = "goaway"
END, OPEN = frames.END_HEADERS | frames.END_STREAM, frames.END_HEADERS


@dataclasses.dataclass
class Case:
    """What follows the preface and our settings; `body`, `host`, `target` and `fields` are what the server must see if it is forwarded."""

    name: str
    section: str
    data: bytes
    allowed: str = ANY
    body: bytes = b""
    host: bytes = b"a"
    target: bytes = b"/case"
    fields: tuple = ()
    absent: tuple = ()
    trailers: tuple = ()
    stream: int = 1
    first: bytes = None
    requests: int = 1


def show(value):
    text = value if len(value) < 40 else value[:24] + b"... %d bytes" % len(value)
    return text.decode("latin-1").encode("unicode_escape").decode()


def get(*fields, path=b"/case", authority=b"a", method=b"GET", scheme=b"http", flags=END):
    return frames.headers(1, [*asked(path, method, authority, scheme), *fields], flags)


def post(body, *fields, trailers=None):
    out = get(*fields, method=b"POST", flags=OPEN) + frames.data(1, body, 0 if trailers is not None else frames.END_STREAM)
    return out + (frames.headers(1, trailers) if trailers is not None else b"")


def without(name, *more):
    return frames.headers(1, [field for field in asked(b"/case") if field[0] != name] + list(more))


def pseudo_fields():
    for name in (b":method", b":scheme", b":path"):
        yield Case(f"no {show(name)}", "8.3.1", without(name))
        value = dict(asked(b"/case"))[name]
        yield Case(f"{show(name)} twice", "8.3", frames.headers(1, [*asked(b"/case"), (name, value)]))
        yield Case(f"{show(name)} empty", "8.3.1", frames.headers(1, [(key, b"" if key == name else text) for key, text in asked(b"/case")]))
        yield Case(f"{show(name)} behind a field", "8.3", without(name, (b"x", b"y"), (name, value)))
        yield Case(f"{show(name)} in trailers", "8.1", post(b"hello", trailers=[(name, value)]))
    yield Case(":authority twice", "8.3", frames.headers(1, [*asked(b"/case"), (b":authority", b"a")]))
    yield Case(":authority twice, different", "8.3", frames.headers(1, [*asked(b"/case"), (b":authority", b"b")]))
    yield Case(":path twice, different", "8.3", frames.headers(1, [*asked(b"/case"), (b":path", b"/hidden")]))
    yield Case(":authority behind a field", "8.3", without(b":authority", (b"x", b"y"), (b":authority", b"a")))
    for name in (b":status", b":foo", b":", b":Path", b":protocol", b"::path", b":path ", b":host"):
        yield Case(f"{show(name)} in a request", "8.3", frames.headers(1, [*asked(b"/case"), (name, b"200")]))
    yield Case(":status alone", "8.3.1", frames.headers(1, [(b":status", b"200")]))
    yield Case("an empty field block", "8.3.1", frames.headers(1, []))
    for name in (b":status", b":authority", b":foo"):
        yield Case(f"{show(name)} in trailers", "8.1", post(b"hello", trailers=[(name, b"200")]))


def authorities():
    for value in (b"a b", b"a,b", b"a/b", b"a?b", b"a#b", b"a\\b", b"a:b", b"a:80:80", b"[::1", b"<a>", b"a\tb", b"a\r\nX: y", b"a\nX: y", b"a\x00b",
                  b"a\x7f", b"http://a", b"a, a", b"\"a\"", b" a", b"a "):
        yield Case(f":authority {show(value)}", "8.3.1, 9110 7.2", get(authority=value))
    for value in (b"u@a", b"u:p@a"):
        yield Case(f":authority {show(value)}", "8.3.1", get(authority=value))
    yield Case(":authority empty", "8.3.1", get(authority=b""), EITHER, host=None)
    yield Case(":authority empty, host a", "8.3.1", get((b"host", b"a"), authority=b""), EITHER, host=None)
    yield Case("neither :authority nor host", "8.3.1", without(b":authority"), EITHER, host=None)
    yield Case("host in place of :authority", "8.3.1", without(b":authority", (b"host", b"a")), "forward")
    yield Case("host like :authority", "8.3.1", get((b"host", b"a")), "forward")
    yield Case("host other than :authority", "8.3.1", get((b"host", b"b")), EITHER)
    yield Case("host empty beside :authority", "8.3.1", get((b"host", b"")), EITHER)
    yield Case("host of two names beside :authority", "8.3.1", get((b"host", b"a, b")), EITHER)
    yield Case("two hosts, alike", "8.3.1, 9112 3.2", get((b"host", b"a"), (b"host", b"a")), EITHER)
    yield Case("two hosts, different", "8.3.1, 9112 3.2", get((b"host", b"a"), (b"host", b"b")), EITHER)
    yield Case("two hosts and no :authority", "8.3.1, 9112 3.2", without(b":authority", (b"host", b"a"), (b"host", b"b")))
    yield Case("host with a space and no :authority", "8.3.1, 9112 3.2", without(b":authority", (b"host", b"a b")))
    yield Case("host with user and no :authority", "8.3.1", without(b":authority", (b"host", b"u@a")))


def targets():
    for path in (b"case", b"?x", b"#x", b"*", b"a:80", b"../case", b"\\case", b" /case", b"/ca se", b"/case ", b"/ca\tse", b"/ca\x00se", b"/ca\x01se",
                 b"/ca\x0bse", b"/ca\x7fse", b"/ca\rse", b"/ca\nse", b"/case HTTP/1.1", b"/case HTTP/1.1\r\nHost: b\r\n\r\nGET /hidden",
                 b"/case\r\nX: y", b"/case\nX: y", b"/case HTTP/1.1\r\n\r\n", b"://a/case"):
        yield Case(f":path {show(path)}", "8.3.1, 8.2.1, 9112 3", get(path=path))
    for path in (b"http://b/case", b"http:///case", b"HTTP://a/case"):
        yield Case(f":path {show(path)}", "8.3.1", get(path=path))
    for path in (b"/case#x", b"/case\xc3\xa9", b"/case\xff", b"/case%00", b"/case%zz", b"/case<>", b"/case|", b"/case%0d%0aX:%20y", b"//case", b"/./case",
                 b"/case?a=b c".replace(b" ", b"%20")):
        yield Case(f":path {show(path)}", "8.3.1, 3986 2", get(path=path), EITHER, target=None)
    yield Case(":path * with OPTIONS", "8.3.1", get(path=b"*", method=b"OPTIONS"), EITHER, target=b"*")
    yield Case(":path of 70,000 bytes", "10.5.1", get(path=b"/" + b"a" * 70_000))
    for method in (b"G T", b"GET /x", b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\nGET", b"G\x00T", b"G\rT", b"G\nT", b"G\tT", b"GET ", b" GET", b"G(T", b"G:T",
                   b"G\xc3\xa9T", b"\"GET\"", b"G\x7fT", b"G,T", b"{}", b"G/T"):
        yield Case(f":method {show(method)}", "8.3.1, 9110 9.1", get(method=method))
    yield Case(":method in lower case", "9110 9.1", get(method=b"get"), EITHER)
    yield Case(":method of 10,000 bytes", "9110 9.1", get(method=b"M" * 10_000), EITHER)
    for scheme in (b"ht tp", b"http://x", b"http:", b"ht\x00tp", b"ht\r\ntp", b"1http", b"://", b"http\xff"):
        yield Case(f":scheme {show(scheme)}", "8.3.1, 3986 3.1", get(scheme=scheme))
    for scheme in (b"https", b"ftp", b"HTTP", b"grpc"):
        yield Case(f":scheme {show(scheme)}", "8.3.1", get(scheme=scheme), EITHER, target=None)


def connects():
    for fields in ([(b":method", b"CONNECT"), (b":authority", b"a:80"), (b":path", b"/case")],
                   [(b":method", b"CONNECT"), (b":authority", b"a:80"), (b":scheme", b"http")],
                   [(b":method", b"CONNECT"), (b":authority", b"a:80"), (b":scheme", b"http"), (b":path", b"/case")],
                   [(b":method", b"CONNECT"), (b":path", b"/case")], [(b":method", b"CONNECT")],
                   [(b":method", b"CONNECT"), (b":authority", b"a:80")]):
        yield Case("CONNECT with " + " ".join(show(name) for name, _ in fields[1:]), "8.5", frames.headers(1, fields, OPEN))
    protocol = (b":protocol", b"websocket")
    yield Case(":protocol without CONNECT", "8441 4", get(protocol))
    yield Case("CONNECT with :protocol and no :path", "8441 4",
               frames.headers(1, [(b":method", b"CONNECT"), (b":authority", b"a"), (b":scheme", b"http"), protocol], OPEN))


def names():
    for name in (b"x(", b"x@", b"x[", b"x,y", b"x;", b"\"x\"", b"x/y", b"{x}", b"x\\"):
        # No token, but not among the bytes that section 8.2.1 forbids; whoever forwards the request has to leave the field out.
        yield Case(f"name {show(name)}", "9110 5.1", get((name, b"y")), EITHER)
    for name in (b"X", b"xY", b"Content-Length", b"x y", b"x:y", b"x\x00y", b"x\ry", b"x\ny", b"x\r\nhidden: y\r\nz", b"x\ty", b"x\x7f", b"x\xe4", b"",
                 b" x", b"x ", b"x\x01", b"x: y\r\nz", b"host "):
        yield Case(f"name {show(name)}", "8.2, 8.2.1, 9110 5.1", get((name, b"y")))
        yield Case(f"trailer's name {show(name)}", "8.2, 8.2.1", post(b"hello", trailers=[(name, b"y")]))
    for value in (b"y\x00z", b"y\rz", b"y\nz", b"y\r\nhidden: z", b"y\r\n\r\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n", b"\ny", b"y\r", b"\x00"):
        yield Case(f"value {show(value)}", "8.2.1", get((b"x", value)))
        yield Case(f"trailer's value {show(value)}", "8.2.1", post(b"hello", trailers=[(b"x", value)]))
    for value in (b" y", b"y ", b"\ty", b"y\t", b" "):
        yield Case(f"value {show(value)}", "8.2.1", get((b"x", value)), EITHER)
    for value in (b"y\x01z", b"y\x0bz", b"y\x1bz", b"y\x7fz"):
        yield Case(f"value {show(value)}", "9110 5.5", get((b"x", value)), EITHER)
    for value in (b"y\xe4\xff", b"y z\tz", b"", b"y" * 8_000):
        yield Case(f"value {show(value)}", "9110 5.5", get((b"x", value)), "forward", fields=((b"x", value),))


def connection_fields():
    for name, value in ((b"connection", b"close"), (b"connection", b"keep-alive"), (b"connection", b"x"), (b"connection", b"host"),
                        (b"connection", b""), (b"keep-alive", b"timeout=5"), (b"proxy-connection", b"keep-alive"), (b"transfer-encoding", b"chunked"),
                        (b"transfer-encoding", b"identity"), (b"transfer-encoding", b"gzip, chunked"), (b"upgrade", b"websocket"), (b"upgrade", b"h2c"),
                        (b"te", b"gzip"), (b"te", b"trailers, gzip"), (b"te", b"chunked"), (b"te", b"trailers;q=0.5")):
        yield Case(f"{show(name)}: {show(value)}", "8.2.2", get((name, value)))
    yield Case("transfer-encoding with a body", "8.2.2", post(b"0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n", (b"transfer-encoding", b"chunked")))
    yield Case("connection and upgrade to websocket", "8.2.2", get((b"connection", b"upgrade"), (b"upgrade", b"websocket")))
    yield Case("te: trailers", "8.2.2", get((b"te", b"trailers")), "forward")
    yield Case("te: Trailers", "8.2.2, 9110 10.1.4", get((b"te", b"Trailers")), EITHER)
    yield Case("te: trailers, twice", "8.2.2", get((b"te", b"trailers"), (b"te", b"trailers")), EITHER)
    yield Case("http2-settings", "8.2.2, 3.2.1 of 7540", get((b"http2-settings", b"AAMAAABkAAQAAP__")), EITHER)
    for name in (b"connection", b"transfer-encoding", b"te"):
        yield Case(f"{show(name)} in trailers", "8.2.2", post(b"hello", trailers=[(name, b"trailers, x")]))
    for name, value in ((b"content-length", b"5"), (b"host", b"b"), (b"content-type", b"x"), (b"authorization", b"x")):
        yield Case(f"{show(name)} in trailers", "9110 6.5.1", post(b"hello", trailers=[(name, value)]), EITHER, body=b"hello")
    crumbs = [(b"cookie", b"a=1"), (b"x", b"y"), (b"cookie", b"b=2"), (b"cookie", b"c=3")]
    yield Case("a cookie in three fields", "8.2.3", get(*crumbs), "forward", fields=((b"cookie", b"a=1; b=2; c=3"), (b"x", b"y")))
    yield Case("a field twice", "9110 5.3", get((b"x", b"1"), (b"x", b"2")), "forward", fields=((b"x", b"1"), (b"x", b"2")))
    yield Case("expect: 100-continue with a body", "9110 10.1.1", post(b"hello", (b"expect", b"100-continue")), "forward", body=b"hello")
    yield Case("expect: 200-maybe", "9110 10.1.1", get((b"expect", b"200-maybe")), EITHER)


def lengths():
    length = b"content-length"
    for value in (b"4", b"6", b"0", b"-5", b"+5", b"0x5", b"5 5", b"5,6", b"5;", b"5.0", b"five", b"", b"5e0", b"5_0", b"99999999999999999999",
                  b"18446744073709551621", b"\xd9\xa5", b"5h", b"'5'"):
        yield Case(f"content-length {show(value)} of 5 bytes", "8.1.1, 9110 8.6", post(b"hello", (length, value)), EARLY if value == b"0" else ANY)
    yield Case("content-length 5 of 5 bytes", "8.1.1", post(b"hello", (length, b"5")), "forward", body=b"hello")
    yield Case("content-length 05 of 5 bytes", "9110 8.6", post(b"hello", (length, b"05")), EITHER, body=b"hello")
    for first, second in ((b"5", b"6"), (b"6", b"5"), (b"5", b""), (b"0", b"5")):
        yield Case(f"content-length {show(first)} and {show(second)}", "9110 8.6", post(b"hello", (length, first), (length, second)))
    for values in ((b"5", b"5"), (b"5, 5",)):
        yield Case(f"content-length {show(b' and '.join(values))}", "9110 8.6", post(b"hello", *[(length, value) for value in values]), EITHER,
                   body=b"hello")
    yield Case("content-length 5 and no data", "8.1.1", get((length, b"5"), method=b"POST"))
    yield Case("content-length 5, then trailers behind 3 bytes", "8.1.1", post(b"hel", (length, b"5"), trailers=[(b"x", b"y")]))
    yield Case("content-length 3, then trailers behind 5 bytes", "8.1.1", post(b"hello", (length, b"3"), trailers=[(b"x", b"y")]))
    yield Case("content-length 33 hides a request", "8.1.1", post(b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n", (length, b"0")), EARLY)
    yield Case("content-length of a GET with data", "8.1", frames.headers(1, [*asked(b"/case"), (length, b"5")], OPEN) + frames.data(1, b"hello"),
               EITHER, body=b"hello")
    yield Case("data with a chunk's form", "8.1", post(b"0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"), "forward",
               body=b"0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n")


def messages():
    good = get()
    yield Case("a GET", "8.1", good, "forward")
    yield Case("a POST without content-length", "8.1", post(b"hello"), "forward", body=b"hello")
    yield Case("a POST with trailers", "8.1", post(b"hello", trailers=[(b"x", b"y")]), "forward", body=b"hello")
    yield Case("trailers that do not end the stream", "8.1", post(b"hello", trailers=[])[:-9] + frames.headers(1, [(b"x", b"y")], OPEN))
    yield Case("trailers, then data", "8.1", post(b"hello", trailers=[])[:-9] + frames.headers(1, [(b"x", b"y")], OPEN) + frames.data(1, b"more"))
    yield Case("empty trailers", "8.1", post(b"hello", trailers=[]), EITHER, body=b"hello")
    yield Case("a second head that ends the stream", "8.1", get(flags=OPEN) + get())
    yield Case("data frames of no bytes", "6.1", get(method=b"POST", flags=OPEN) + frames.data(1, b"", 0) + frames.data(1, b"hello", 0)
               + frames.data(1, b""), "forward", body=b"hello")
    yield Case("five data frames of no bytes in a row", "6.1, 10.5", get(method=b"POST", flags=OPEN) + frames.data(1, b"", 0) * 5
               + frames.data(1, b"hello"), EITHER, body=b"hello")
    yield Case("padded frames", "6.1, 6.2", frames.frame(frames.HEADERS, OPEN | frames.PADDED, 1, b"\5" + hpack.encode(asked(b"/case", b"POST")) + b"\0" * 5)
               + frames.frame(frames.DATA, frames.END_STREAM | frames.PADDED, 1, b"\3hello\0\0\0"), "forward", body=b"hello")
    yield Case("a field block with priority", "6.2", frames.frame(frames.HEADERS, END | frames.WITH_PRIORITY, 1,
               struct.pack(">IB", 0, 15) + hpack.encode(asked(b"/case"))), "forward")
    yield Case("a field block in a frame for each byte", "6.10", frames.block(1, hpack.encode(asked(b"/case")), END, 3), EITHER)
    yield Case("a field block in two frames", "6.10", frames.block(1, hpack.encode(asked(b"/case")), END, 30), "forward")
    coded = b"".join(b"\0" + hpack.huffman(name) + hpack.huffman(value) for name, value in asked(b"/case"))
    yield Case("a field block in Huffman's code", "7541 5.2", frames.block(1, coded), "forward")
    yield Case("a request from the tables", "7541 6.1", frames.block(1, b"\x82\x86\x04\x05/case\x01\x01a"), "forward")
    line = hpack.encode([(b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/case")])
    yield Case("a second request by the first one's table", "7541 6.1",
               frames.block(1, line + hpack.indexed(b":authority", b"a")) + frames.block(3, line + b"\xbe"), "forward", requests=2, stream=3)
    yield Case("reset before its end", "5.4.2", get(method=b"POST", flags=OPEN) + frames.reset(1, frames.CANCEL), "alive forward", stream=None)
    yield Case("too many fields", "10.5.1", get(*[(b"x%d" % at, b"y") for at in range(5_000)]))
    yield Case("a value of 200,000 bytes", "10.5.1", get((b"x", b"y" * 200_000)))
    yield Case("a name of 200,000 bytes", "10.5.1", get((b"x" * 200_000, b"y")))
    bomb = hpack.encode(asked(b"/case")) + hpack.indexed(b"x", b"y" * 4_000) + b"\xbe" * 15_000
    yield Case("a field of 4,000 bytes named 15,000 times", "7541 7.3", frames.block(1, bomb))


def all_cases():
    import bad_frames
    found = []
    for part in (messages, pseudo_fields, authorities, targets, connects, names, connection_fields, lengths):
        found += list(part())
    return found + list(bad_frames.all_cases())
