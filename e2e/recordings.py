"""Recorded exchanges as a list of what one request and its answer were, and in which reads the answer came."""

import base64
import dataclasses
import json
import random

import http1

SERVER_TO_CLIENT, CLIENT_TO_SERVER = "s2c", "c2s"


@dataclasses.dataclass
class Exchange:
    """One request and the reads in which its answer came; `pieces` includes heads and chunk lines."""

    name: str
    request: bytes
    pieces: list

    @property
    def method(self):
        return self.request.split(b" ", 1)[0].decode()

    @property
    def http_1_0(self):
        """Such a client knows no chunks: it gets the body without them, and the server is asked in HTTP/1.1."""
        return http1.head(self.request).start_line.endswith("HTTP/1.0")

    @property
    def waits_for_100(self):
        return (http1.head(self.request).field("expect") or "").lower() == "100-continue"


def of_file(path):
    """The HTTP/1 exchanges of a recording; none if it speaks HTTP/2."""
    connections = {}
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        if "b64" in entry:
            reads = connections.setdefault(entry["conn"], {CLIENT_TO_SERVER: [], SERVER_TO_CLIENT: []})
            reads[entry["dir"]].append(base64.b64decode(entry["b64"]))
    found = []
    for number, reads in connections.items():
        if not b"".join(reads[CLIENT_TO_SERVER]).startswith(b"PRI * HTTP/2"):
            found += of_connection(f"{path.stem}#{number}", reads)
    return found


def of_connection(name, reads):
    asked, answered = b"".join(reads[CLIENT_TO_SERVER]), reads[SERVER_TO_CLIENT]
    found = []
    while asked and answered:
        request = http1.request(asked)
        if request is None or not request.complete:
            break
        exchange = Exchange(f"{name}.{len(found)}", asked[:request.consumed_bytes], [])
        exchange.pieces, answered = split_pieces(answered, answer_bytes(b"".join(answered), exchange.method))
        found.append(exchange)
        asked = asked[request.consumed_bytes:]
    return found


def answer_bytes(data, method):
    """How many bytes belong to the first final answer, interim ones before it included."""
    at = 0
    while True:
        message = http1.response(data[at:], method)
        if message is None:
            return len(data)
        at += message.consumed_bytes
        if message.status >= 200 or message.status == 101:
            return len(data) if message.until_close else at


def split_pieces(pieces, count):
    """The pieces of the first `count` bytes, and the rest."""
    first = []
    rest = list(pieces)
    while rest and count > 0:
        piece = rest.pop(0)
        first.append(piece[:count])
        if len(piece) > count:
            rest.insert(0, piece[count:])
        count -= len(first[-1])
    return first, rest


CONTENT_TYPES = ["text/event-stream", "application/json", "application/x-ndjson", "application/octet-stream", "text/plain; charset=utf-8"]
PATHS = ["/v1/chat/completions", "/v1/completions", "/completion", "/v1/models", "/anything?query=1"]


def at_random(seed, count):
    """Exchanges whose bodies are noise, in every framing, cut anywhere; the types say that they could be read."""
    source = random.Random(seed)
    return [random_exchange(source, f"random-{seed}-{number}") for number in range(count)]


def random_exchange(source, name):
    body = source.randbytes(source.choice([0, 1, 17, 900, 5_000, 40_000]))
    kind = source.choice(CONTENT_TYPES)
    answer = random_answer(source, source.randbytes(source.choice([0, 1, 2, 50, 3_000, 70_000, 300_000])), kind)
    head = f"POST {source.choice(PATHS)} HTTP/1.1\r\nHost: model.test\r\nContent-Type: application/json\r\nX-Odd:  two words \r\n"
    if source.random() < 0.5:
        request = (head + f"Content-Length: {len(body)}\r\n\r\n").encode() + body
    else:
        request = (head + "Transfer-Encoding: chunked\r\n\r\n").encode() + chunked(source, body)
    return Exchange(name, request, cut(source, answer))


def of_corpus(folder, seed, count_each):
    """Answers that a fuzzer kept: FOLDER/DIALECT/corpus, and where such are asked for in FOLDER/DIALECT/shape."""
    source = random.Random(seed)
    found = []
    for shape in sorted(folder.glob("*/shape")):
        path, kind = shape.read_text().split("\n")[:2]
        kept = sorted(file for file in (shape.parent / "corpus").iterdir() if file.stat().st_size > 2)
        for file in source.sample(kept, min(count_each, len(kept))):
            answer = random_answer(source, file.read_bytes()[2:], kind, ["200 OK"])
            head = f"POST {path} HTTP/1.1\r\nHost: model.test\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
            found.append(Exchange(f"{shape.parent.name}/{file.name}", head.encode(), cut(source, answer)))
    return found


STATUSES = ["200 OK", "200 OK", "200 OK", "404 Not Found", "503 Busy", "207 "]


def random_answer(source, body, kind, statuses=STATUSES):
    status = source.choice(statuses)
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nX-Twice: a\r\nx-twice: b\r\nServer: noise\r\n"
    framing = source.choice(["chunked", "chunked", "length", "close"])
    if framing == "length":
        return (head + f"Content-Length: {len(body)}\r\n\r\n").encode() + body
    if framing == "close":
        return (head + "Connection: close\r\n\r\n").encode() + body
    return (head + "Transfer-Encoding: chunked\r\n\r\n").encode() + chunked(source, body)


def chunked(source, body):
    out, at = [], 0
    while at < len(body):
        size = min(len(body) - at, source.choice([1, 3, 200, 4_000, 20_000]))
        extension = b";note=1" if source.random() < 0.1 else b""
        out.append(b"%x%s\r\n%s\r\n" % (size, extension, body[at:at + size]))
        at += size
    trailer = b"X-Checksum: 7\r\n" if source.random() < 0.2 else b""
    return b"".join(out) + b"0\r\n" + trailer + b"\r\n"


def cut(source, answer):
    """The head and some of the body, then pieces of any size."""
    pieces, at = [], 0
    while at < len(answer):
        size = source.choice([1, 2, 64, 700, 1_400, 8_000])
        pieces.append(answer[at:at + size])
        at += size
    return pieces if len(pieces) < 400 else [answer[at:at + 8_000] for at in range(0, len(answer), 8_000)]
