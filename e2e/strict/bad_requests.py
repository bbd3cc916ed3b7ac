"""Requests that are malformed or can be read in two ways, and good ones as control.

Allowed outcomes: `400`, `4xx`, `5xx`, `close` (ended without an answer), `forward` (the server sees exactly one request,
of this meaning; `requests=2`: and the one that is behind it), `wait` (for the rest of a huge body). Where the RFC says that the answer MUST be 400, that alone is allowed.
"""

import dataclasses

ANY = "4xx 5xx close"
EITHER = ANY + " forward"
HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"


@dataclasses.dataclass
class Case:
    """One connection's bytes; `body`, `host` and `target` are what the server must see if it is forwarded."""

    name: str
    section: str
    data: bytes
    allowed: str = ANY
    body: bytes = b""
    host: bytes = b"a"
    target: bytes = b"/case"
    requests: int = 1


def get(fields=b"", line=b"GET /case HTTP/1.1", host=b"Host: a\r\n"):
    return line + b"\r\n" + host + fields + b"\r\n"


def post(fields, body, line=b"POST /case HTTP/1.1"):
    return get(fields, line) + body


def chunked(body):
    return post(b"Transfer-Encoding: chunked\r\n", body)


def show(value):
    text = value if len(value) < 40 else value[:24] + b"... %d bytes" % len(value)
    return text.decode("latin-1").encode("unicode_escape").decode()


def hosts():
    for value in (b"a b", b"a,b", b"u@a", b"a/b", b"a?b", b"a#b", b"a\\b", b"a:b", b"a:80:80", b"a:-1", b"[::1", b"::1", b"[zz]",
                  b"\"a\"", b"<a>", b"a\tb", b"a, a", b"{a}", b"a|b", b"a^b", b"http://a"):
        yield Case(f"Host: {show(value)}", "9110 7.2, 9112 3.2", get(host=b"Host: " + value + b"\r\n"), "400")
    for value in (b"a\x00b", b"a\x01", b"a\x7f", b"a\rb", b"a\x0bb"):
        yield Case(f"Host: {show(value)}", "9112 3.2, 9110 5.5", get(host=b"Host: " + value + b"\r\n"), ANY)
    for text in (b"Host: a\r\nHost: b\r\n", b"Host: a\r\nHost: a\r\n", b"Host: a\r\nhOST: b\r\n", b"Host: a\r\nX: y\r\nHost:\r\n",
                 b"Host:\r\nHost: a\r\n", b"", b"Host : a\r\n", b"Hos\xc3\xa4: a\r\n"):
        yield Case(f"Host lines {show(text)}", "9112 3.2, 5.1", get(host=text), "400")
    yield Case("Host: empty", "9112 3.2", get(host=b"Host:\r\n"), EITHER, host=None)
    for text in (b"Host: a\r\n Host: b\r\n", b" Host: a\r\n", b"\tHost: a\r\n"):
        yield Case(f"Host folded {show(text)}", "9112 5.2, 2.2", get(host=text), ANY)


def targets():
    for target in (b"http://b/case", b"HTTP://b/case"):
        yield Case(f"absolute-form {show(target)} with Host a", "9112 3.2.2", get(line=b"GET " + target + b" HTTP/1.1"), EITHER,
                   host=b"b", target=None)
        yield Case(f"absolute-form {show(target)} without Host", "9112 3.2", get(line=b"GET " + target + b" HTTP/1.1", host=b""), "400")
    for target in (b"http://", b"http:///case", b"http://u:p@a/case", b"http://a,b/case", b"http:a/case", b"://a/case", b"http://a b/case"):
        yield Case(f"target {show(target)}", "9112 3.2.2, 9110 4.2", get(line=b"GET " + target + b" HTTP/1.1"), ANY)
    for target in (b"case", b"*", b"a:80", b"?x", b"#x", b"../case", b"\\case"):
        yield Case(f"target {show(target)}", "9112 3.2", get(line=b"GET " + target + b" HTTP/1.1"), ANY)
    for line in (b"CONNECT a:80 HTTP/1.1", b"CONNECT /case HTTP/1.1", b"CONNECT a HTTP/1.1", b"CONNECT * HTTP/1.1"):
        yield Case(f"line {show(line)}", "9112 3.2.3", get(line=line) + HIDDEN, ANY)
    for char in (b"\x00", b"\x01", b"\x08", b"\x0b", b"\x0c", b"\x1f", b"\x7f", b"\r", b"\t", b" "):
        yield Case(f"target with {show(char)}", "9112 3.2, 2.2", get(line=b"GET /ca" + char + b"se HTTP/1.1"), ANY)
    for target in (b"/case#x", b"/case\xc3\xa9", b"/case\xff", b"/case%00", b"/case%zz", b"/case<>", b"/case|", b"/case%0d%0aX: y".replace(b" ", b"%20")):
        yield Case(f"target {show(target)}", "9112 3.2, 3986 2", get(line=b"GET " + target + b" HTTP/1.1"), EITHER, target=None)
    yield Case("target of 70,000 bytes", "9112 3", get(line=b"GET /" + b"a" * 70_000 + b" HTTP/1.1"), ANY)
    yield Case("target without an end", "9112 3", b"GET /" + b"a" * 200_000, ANY)


def lines():
    for line in (b"GET", b"GET /case", b"GET  HTTP/1.1", b" GET /case HTTP/1.1", b"GET\t/case\tHTTP/1.1", b"GET  /case HTTP/1.1",
                 b"GET /case  HTTP/1.1", b"GET /case HTTP/1.1 ", b"GET /case HTTP/1.1 x", b"GET /case http/1.1", b"GET /case Http/1.1",
                 b"GET /case HTTP/1", b"GET /case HTTP/1.", b"GET /case HTTP/.1", b"GET /case HTTP/11", b"GET /case HTTP/01.1",
                 b"GET /case HTTP/1.10", b"GET /case HTTP/1.01", b"GET /case HTTP/1,1", b"GET /case HTTP 1.1", b"GET /case HTTPS/1.1",
                 b"GET /case HTTP/x.1", b"GET /case HTTP/-1.1", b"GET /case HTTP/1.1\x00", b"GET /case HTTP/1.1\r", b"GET /case FTP/1.1",
                 b"GET /case HTTP/0.9", b"GET /case HTTP/2.0", b"GET /case HTTP/3.0", b"GET /case HTTP/9.9", b"GET /case HTTP/0.0",
                 b"G\x00T /case HTTP/1.1", b"G(T /case HTTP/1.1", b"G:T /case HTTP/1.1", b"G\xc3\xa9T /case HTTP/1.1", b"\"GET\" /case HTTP/1.1",
                 b"G\x7fT /case HTTP/1.1", b"G,T /case HTTP/1.1", b"/case HTTP/1.1", b":GET /case HTTP/1.1", b"\x00GET /case HTTP/1.1",
                 b"{} /case HTTP/1.1", b"\xef\xbb\xbfGET /case HTTP/1.1", b"GET/case HTTP/1.1", b"GET /caseHTTP/1.1"):
        # 9112 section 3 lets a reader split at any white space.
        lenient = line.split() == [b"GET", b"/case", b"HTTP/1.1"]
        yield Case(f"line {show(line)}", "9112 3, 2.3", get(line=line), EITHER if lenient else ANY)
    yield Case("line of HTTP/1.2", "9110 2.5", get(line=b"GET /case HTTP/1.2"), EITHER)
    yield Case("method in lower case", "9110 9.1", get(line=b"get /case HTTP/1.1"), EITHER)
    yield Case("TLS in place of a request", "9112 3", b"\x16\x03\x01\x00\x05hello\r\n\r\n", ANY)
    yield Case("an answer in place of a request", "9112 3", b"HTTP/1.1 200 OK\r\nHost: a\r\n\r\n", ANY)
    yield Case("HTTP/2 preface and no more than its settings", "9113 3.4", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", ANY + " h2")
    yield Case("junk before the request", "9112 2.2", b"xx\r\n" + get(), ANY)
    yield Case("10,000 empty lines", "9112 2.2", b"\r\n" * 10_000 + get(), EITHER)
    yield Case("CR before the request", "9112 2.2", b"\r" + get(), ANY)


def field_lines():
    for text in (b"X : y", b"X\t: y", b": y", b"X", b"X y", b"X\x00: y", b"X\x01: y", b"X\r: y", b"X\x7f: y", b"X\xe4: y", b"X(: y", b"X/: y",
                 b"X@: y", b"\"X\": y", b"X[: y", b"X,Y: y", b"X;: y", b"{X}: y", b"X\\: y", b"Content-Length : 5", b"Transfer-Encoding : chunked",
                 b" X: y", b"\tX: y", b"X: y\r\n z", b"X: y\r\n\tz", b"X: y\r\n \r\n z", b"X: y\r\n Content-Length: 5"):
        must = "400" if b" :" in text else ANY
        fold = EITHER if text.startswith(b"X: y\r\n") else must
        yield Case(f"field line {show(text)}", "9112 5, 5.1, 5.2", get(text + b"\r\n"), fold)
    for char in b"\x00\x01\x02\x07\x08\x0b\x0c\x0e\x1b\x1f\x7f\r":
        byte = bytes([char])
        # CR and NUL are refused or replaced; other control characters may stay (9110 section 5.5).
        yield Case(f"value with {show(byte)}", "9110 5.5, 9112 2.2", get(b"X: y" + byte + b"z\r\n"), EITHER)
    for text in (b"GET /case HTTP/1.1\nHost: a\n\n", b"GET /case HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", b"GET /case HTTP/1.1\nHost: a\r\n\r\n",
                 b"GET /case HTTP/1.1\r\nHost: a\r\n\n"):
        yield Case(f"bare LF {show(text)}", "9112 2.2", text, EITHER)
    for text in (b"GET /case HTTP/1.1\rHost: a\r\r", b"GET /case HTTP/1.1\r\nHost: a\rX: y\r\n\r\n", b"GET /case HTTP/1.1\r\nHost: a\r\r\n\r\n",
                 b"GET /case HTTP/1.1\r\nX: \rContent-Length: 5\r\nHost: a\r\n\r\n"):
        yield Case(f"bare CR {show(text)}", "9112 2.2", text + HIDDEN, ANY)
    yield Case("5,000 fields", "9110 5.4", get(b"".join(b"X%d: y\r\n" % i for i in range(5_000))), ANY)
    yield Case("a value of 200,000 bytes", "9110 5.4", get(b"X: " + b"y" * 200_000 + b"\r\n"), ANY)
    yield Case("a name of 200,000 bytes", "9110 5.4", get(b"X" * 200_000 + b": y\r\n"), ANY)
    yield Case("fields without an end", "9110 5.4", get()[:-2] + b"X: y\r\n" * 40_000, ANY)
    yield Case("Expect with an unknown value", "9110 10.1.1", get(b"Expect: 200-maybe\r\n"), EITHER)
    yield Case("Upgrade without Connection", "9110 7.8", get(b"Upgrade: websocket\r\n"), EITHER)
    yield Case("Upgrade to an unknown protocol", "9110 7.8", get(b"Connection: upgrade\r\nUpgrade: nonsense/9\r\n"), EITHER)
    yield Case("Connection names Host", "9110 7.6.1", get(b"Connection: host\r\n"), EITHER, host=None)
    yield Case("Connection names Content-Length", "9110 7.6.1", post(b"Connection: content-length\r\nContent-Length: 33\r\n", HIDDEN),
               EITHER, body=HIDDEN)
    yield Case("Connection names Transfer-Encoding", "9110 7.6.1", post(
        b"Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n", b"5\r\nhello\r\n0\r\n\r\n"), EITHER, body=b"hello")


def lengths():
    for value in (b"-5", b"+5", b"0x5", b"5 5", b"5,5", b"5, 5", b"5,6", b"5;", b"5.0", b"five", b"", b"'5'", b"\"5\"", b"5e0", b"5_0", b"5\x0b", b"\x0b5",
                  b"5\x00", b"99999999999999999999", b"18446744073709551621", b"9223372036854775808", b"\xd9\xa5", b"5h", b"5\xa0", b"5,"):
        same = value in (b"5,5", b"5, 5", b"5,")
        yield Case(f"Content-Length: {show(value)}", "9112 6.3, 9110 8.6", post(b"Content-Length: " + value + b"\r\n", b"hello" + HIDDEN),
                   EITHER if same else ANY + " wait" if value == b"9223372036854775808" else ANY, body=b"hello", requests=2 if same else 1)
    for first, second in ((b"5", b"6"), (b"0", b"5"), (b"5", b"0"), (b"5", b""), (b"5", b"x"), (b"5", b"05")):
        yield Case(f"Content-Length {show(first)} and {show(second)}", "9112 6.3",
                   post(b"Content-Length: %s\r\nContent-Length: %s\r\n" % (first, second), b"hello" + HIDDEN),
                   EITHER if second == b"05" else ANY, body=b"hello", requests=2)
    yield Case("Content-Length 5 twice", "9112 6.3", post(b"Content-Length: 5\r\nContent-Length: 5\r\n", b"hello"), "400 forward", body=b"hello")
    yield Case("Content-Length folded", "9112 5.2", post(b"Content-Length:\r\n 5\r\n", b"hello"), EITHER, body=b"hello")


def codings():
    whole = b"0\r\n\r\n" + HIDDEN
    for value in (b"xchunked", b"chunkedx", b"chunked, identity", b"identity", b"gzip", b"chunked, gzip", b"chunked, chunked", b"chunked,",
                  b",chunked", b"\"chunked\"", b"'chunked'", b"chunked;q=1", b"chunked x", b"\x0bchunked", b"chunked\x0b", b"chunked\x00", b"\x00chunked",
                  b"chu\tnked", b"chunked\x0c", b"cow", b"", b"chunked\xa0", b"[chunked]", b"chunke\xc4\x91", b"identity, chunked", b"chunked\r x"):
        yield Case(f"Transfer-Encoding: {show(value)}", "9112 6.1, 6.3", post(b"Transfer-Encoding: " + value + b"\r\n", whole),
                   EITHER if value in (b"chunked,", b",chunked") else ANY, requests=2)
    for text in (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
                 b"Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                 b"Transfer-Encoding\r\n: chunked", b"Transfer-Encoding:\r\n x",
                 b"Transfer_Encoding : chunked", b"X: y\rTransfer-Encoding: chunked", b"Transfer-Encoding: chunked\nX: y\r\n : z"):
        yield Case(f"codings {show(text)}", "9112 6.1", post(text + b"\r\n", whole), ANY)
    body = b"5\r\nhello\r\n0\r\n\r\n"
    for length in (b"0", b"5", b"15", b"4", b"999"):
        both = b"Content-Length: " + length + b"\r\n"
        coding = b"Transfer-Encoding: chunked\r\n"
        yield Case(f"Content-Length {show(length)}, then chunked", "9112 6.1, 6.3", post(both + coding, body), EITHER, body=b"hello")
        yield Case(f"chunked, then Content-Length {show(length)}", "9112 6.1, 6.3", post(coding + both, body), EITHER, body=b"hello")
    yield Case("chunked in HTTP/1.0", "9112 6.1", post(b"Transfer-Encoding: chunked\r\n", body, b"POST /case HTTP/1.0"), EITHER, body=b"hello")
    yield Case("chunked and length in HTTP/1.0, kept alive", "9112 6.1", post(
        b"Connection: keep-alive\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n", whole, b"POST /case HTTP/1.0"), ANY)
    yield Case("chunked folded", "9112 5.2", post(b"Transfer-Encoding:\r\n chunked\r\n", body), EITHER, body=b"hello")


def chunks():
    for size in (b"-5", b"+5", b"0x5", b" 5", b"5 5", b"5_", b"_5", b"", b"g", b"5g", b"5,", b"10000000000000005", b"ffffffffffffffff", b"fffffffffffffffff",
                 b"\x005", b"5\x00", b"5\x0b", b"\t5", b"5\r", b"'5'", b"5.0", b"5:", b"5h", b"\xd9\xa5"):
        yield Case(f"chunk size {show(size)}", "9112 7.1", chunked(size + b"\r\nhello\r\n0\r\n\r\n" + HIDDEN),
                   ANY + " wait" if size == b"f" * 16 else ANY)
    for size in (b"5 ", b"5\t", b"5 ;x", b"5; x=y", b"5;", b"0" * 5_000 + b"5"):
        yield Case(f"chunk size {show(size)}", "9112 7.1.1", chunked(size + b"\r\nhello\r\n0\r\n\r\n"), EITHER, body=b"hello")
    for text in (b";x=\x00", b";x\x01", b";\x0b", b";x\ry", b";x\x7f", b";x\ny", b";x=\"\n\"", b";x=\"\r\n\"", b";" + b"x" * 300_000):
        yield Case(f"chunk extension {show(text)}", "9112 7.1.1, 9110 5.5", chunked(b"5" + text + b"\r\nhello\r\n0\r\n\r\n" + HIDDEN), ANY)
    yield Case("chunk extension without an end", "9112 7.1.1", chunked(b"5;" + b"x" * 400_000), ANY)
    for text in (b"5\r\nhelloX\r\n0\r\n\r\n", b"5\r\nhello0\r\n\r\n", b"5\r\nhello\n0\r\n\r\n", b"5\r\nhello\r0\r\n\r\n", b"5\nhello\r\n0\r\n\r\n",
                 b"5\r\nhello\r\n0\n\r\n", b"5\r\nhello\r\n0\r\n\n", b"5\rhello\r\n0\r\n\r\n", b"5\r\nhello\r\n\r\n0\r\n\r\n", b"5\r\nhelloXY0\r\n\r\n",
                 b"5\r\nhell\r\n0\r\n\r\n", b"4\r\nhello\r\n0\r\n\r\n", b"5\r\nhello\r\n0\r\nX\r\n\r\n", b"5\r\nhello\r\n0\r\n\r\r\n", b"hello", b"\r\n5\r\nhello\r\n0\r\n\r\n",
                 b"5\r\nhello\r\n0;\n\r\n\r\n", b"5\r\nhello\r\n-0\r\n\r\n", b"5\r\nhello\r\n0x0\r\n\r\n", b"5\r\nhello \r\n0\r\n\r\n"):
        # A bare LF may be read as a line's end (9112 section 2.2); whoever does so must rewrite it.
        lenient = b"\n\r\n" in text or b"hello\n0" in text or b"5\nh" in text or text.endswith(b"\r\n\n")
        allowed = EITHER if lenient and b";" not in text else ANY
        yield Case(f"chunks {show(text)}", "9112 7.1", chunked(text), allowed, body=b"hello")
    end = b"5\r\nhello\r\n0\r\n"
    for text in (b"X\x00: y", b"X: \x00", b"X: y\x01z", b"X : y", b": y", b"X y", b"X: y\rz", b" X: y", b"X(: y", b"X\xe4: y"):
        yield Case(f"trailer {show(text)}", "9112 7.1.2, 5", chunked(end + text + b"\r\n\r\n"), ANY)
    for text in (b"Content-Length: 5", b"Transfer-Encoding: chunked", b"Host: b", b"Connection: close", b"X: y\r\n z"):
        yield Case(f"trailer {show(text)}", "9110 6.5.1", chunked(end + text + b"\r\n\r\n"), EITHER, body=b"hello")
    yield Case("100,000 trailers", "9110 6.5", chunked(end + b"X: y\r\n" * 100_000 + b"\r\n"), EITHER, body=b"hello")
    yield Case("a trailer without an end", "9110 6.5", chunked(end + b"X: " + b"y" * 400_000), ANY)


def good():
    yield Case("good: GET", "9112 3", get(), "forward")
    yield Case("good: no space behind the colon, tabs, an empty value", "9112 5", get(b"X:y\r\nZ:\t y \t\r\nE:\r\n"), "forward")
    yield Case("good: Host with a port", "9110 7.2", get(host=b"Host: a:80\r\n"), "forward", host=None)
    yield Case("good: Host of IPv6", "9110 7.2", get(host=b"Host: [::1]:80\r\n"), "forward", host=None)
    yield Case("good: query and percent", "9112 3.2.1", get(line=b"GET /case?a=%20&b=%2F HTTP/1.1"), "forward", target=b"/case?a=%20&b=%2F")
    yield Case("good: an empty line before", "9112 2.2", b"\r\n" + get(), "forward")
    yield Case("good: OPTIONS *", "9112 3.2.4", get(line=b"OPTIONS * HTTP/1.1"), "forward", target=None)
    yield Case("good: length 5", "9112 6.2", post(b"Content-Length: 5\r\n", b"hello"), "forward", body=b"hello")
    yield Case("good: length 0", "9112 6.2", post(b"Content-Length: 0\r\n", b""), "forward")
    yield Case("good: length with zeros before", "9110 8.6", post(b"Content-Length: 005\r\n", b"hello"), "forward", body=b"hello")
    yield Case("good: chunked", "9112 7.1", chunked(b"5\r\nhello\r\n0\r\n\r\n"), "forward", body=b"hello")
    yield Case("good: chunked in capitals", "9112 7", post(b"Transfer-Encoding: CHUNKED\r\n", b"5\r\nhello\r\n0\r\n\r\n"), "forward", body=b"hello")
    yield Case("good: chunk sizes in hex, zeros, extensions", "9112 7.1", chunked(b"00A;x=\"y\"\r\n0123456789\r\n000\r\n\r\n"), "forward", body=b"0123456789")
    yield Case("good: a trailer", "9112 7.1.2", chunked(b"5\r\nhello\r\n0\r\nX: y\r\n\r\n"), "forward", body=b"hello")
    yield Case("good: a request inside a body", "9112 6", post(b"Content-Length: %d\r\n" % len(HIDDEN), HIDDEN), "forward", body=HIDDEN)
    yield Case("good: own method, own field", "9110 9.1", get(b"X!#$%&'*+-.^_`|~: y\r\n", b"FETCH-IT /case HTTP/1.1"), "forward")
    yield Case("good: 20 fields of 200 bytes", "9110 5.4", get(b"".join(b"X%d: %s\r\n" % (i, b"y" * 200) for i in range(20))), "forward")


def all_cases():
    return [case for part in (hosts, targets, lines, field_lines, lengths, codings, chunks, good) for case in part()]
