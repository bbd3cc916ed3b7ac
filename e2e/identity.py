"""Byte identity: what a client gets through the proxy is what it gets without, in the same pieces, with nothing held back.

    python3 e2e/identity.py                              the recordings in this repository, and random bodies
    STREAMGAUGE_TRANSCRIPTS=FOLDER python3 e2e/identity.py

A server plays each recorded answer in the reads in which it was recorded, and sends a piece only after the client
has got all of the one before: a proxy that holds bytes back stops the play and fails. Each exchange is played to
a client that is connected directly and to one that goes through the proxy. Equal must be: status line, fields in their
order and spelling (hop-by-hop and x-request-id apart), sha256 of the body, sizes of the chunks, trailers, whether
it ended whole, and at which bytes of the body the client's reads ended. In the other direction the server compares
what it got.
"""

import argparse
import contextlib
import os
import pathlib
import socket
import sys
import tempfile
import threading

import harness
import http1
import invariants
import recordings

HELD_BACK_SECONDS_MAX = 5
READ_BYTES_MAX = 1 << 20
ONE_READ_BYTES_MAX = 2_000
RECORDED = harness.ROOT / "sse-parser/src/test/resources/recorded"


class Stage:
    """The play now on: what is to be answered, what the server got, how far the client is."""

    def __init__(self, exchange):
        self.exchange, self.changed = exchange, threading.Condition()
        self.client_bytes, self.client_gone, self.held_back, self.got = 0, exchange.http_1_0, None, None

    def client_has(self, count):
        with self.changed:
            self.client_bytes = count
            self.changed.notify_all()

    def client_left(self):
        with self.changed:
            self.client_gone = True
            self.changed.notify_all()

    def wait_for_client(self, count):
        with self.changed:
            if not self.changed.wait_for(lambda: self.client_gone or self.client_bytes >= count, HELD_BACK_SECONDS_MAX):
                self.held_back = f"{count - self.client_bytes} bytes of the body not with the client"


class Server:
    """Plays the current stage on whichever connection a request comes."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.stage = None
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            connection, _ = self.listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, contextlib.suppress(OSError):
            while self._one_request(connection):
                pass

    def _one_request(self, connection):
        data = b""
        asked_to_go_on = False
        while (request := http1.request(data)) is None or not request.complete:
            if request is not None and self.stage.exchange.waits_for_100 and not asked_to_go_on:
                connection.sendall(self.stage.exchange.pieces[0])
                asked_to_go_on = True
            read = connection.recv(READ_BYTES_MAX)
            if not read:
                return False
            data += read
        self.stage.got = request
        return self._play(connection, self.stage, self.stage.exchange.pieces[1 if asked_to_go_on else 0:])

    def _play(self, connection, stage, pieces):
        """Sends piece by piece; false if the connection ends with the answer."""
        answer, sent = b"".join(pieces), 0
        final = recordings.answer_bytes(answer, stage.exchange.method)
        message = last_message(answer, stage.exchange.method)
        body_from = message[0] + message[1].head_bytes if message else final
        for piece in pieces:
            connection.sendall(piece)
            sent += len(piece)
            stage.wait_for_client(max(0, sent - body_from))
        return bool(message) and message[1].complete and "close" not in (message[1].field("connection") or "").lower()


def last_message(data, method):
    """Where the final answer begins, and the answer; None if its head isn't whole."""
    at = 0
    while (message := http1.response(data[at:], method)) is not None and message.status < 200 and message.status != 101:
        at += message.consumed_bytes
    return None if message is None else (at, message)


class Seen:
    """What a client got for one request."""

    def __init__(self, stage, port):
        self.stage, self.data, self.body_reads, self.reset = stage, b"", [], False
        with socket.create_connection(("127.0.0.1", port), 30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                self._ask(connection)
                self._read(connection)
            except ConnectionError:
                self.reset = True
        stage.client_left()
        found = last_message(self.data, stage.exchange.method)
        self.message = found[1] if found else None

    def _ask(self, connection):
        request = self.stage.exchange.request
        if not self.stage.exchange.waits_for_100:
            connection.sendall(request)
            return
        head = http1.head(request).head_bytes
        connection.sendall(request[:head])
        while b"\r\n\r\n" not in self.data:
            self.data += connection.recv(READ_BYTES_MAX)
        connection.sendall(request[head:])

    def _read(self, connection):
        while read := connection.recv(READ_BYTES_MAX):
            self.data += read
            found = last_message(self.data, self.stage.exchange.method)
            if found is None:
                continue
            at, message = found
            body = len(self.data) - at - message.head_bytes
            if body > 0:
                self.body_reads.append(body)
            self.stage.client_has(body)
            if message.complete:
                return

    def facts(self):
        """What must be equal with and without the proxy."""
        if self.message is None:
            return {"answer": None}
        one = self.message
        if self.stage.exchange.http_1_0:
            return {"status": one.status, "fields": one.end_to_end_fields(), "body": one.sha256()}
        return {"status line": one.start_line, "fields": one.end_to_end_fields(), "body": one.sha256(), "chunks": one.chunks,
                "trailers": one.trailers, "whole": one.complete or (one.until_close and not self.reset)}


def asked(message):
    return {"method and target": message.start_line.rsplit(" ", 1)[0], "fields": message.end_to_end_fields(), "body": message.sha256()}


def merged_or_split(exchange, through):
    """Reads of the server's that did not leave as they came, by the offsets in the body at which they ended."""
    answer = b"".join(exchange.pieces)
    at, message = last_message(answer, exchange.method)
    ends, sent = [], -(at + message.head_bytes)
    for piece in exchange.pieces:
        sent += len(piece)
        if sent > 0:
            ends.append((sent, len(piece)))
    got = set(through.body_reads)
    merged = [end for end, _ in ends if end not in got]
    known = {end for end, _ in ends}
    split = [end for end in got - known if next((size for sent_end, size in ends if sent_end > end), 0) <= ONE_READ_BYTES_MAX]
    return merged, split


def differences(server, proxy, exchange):
    server.stage = direct_stage = Stage(exchange)
    direct = Seen(direct_stage, server.port)
    server.stage = stage = Stage(exchange)
    through = Seen(stage, proxy.port)
    found = [f"{name}: {expected!r:.300} became {through.facts().get(name)!r:.300}"
             for name, expected in direct.facts().items() if through.facts().get(name) != expected]
    if stage.got is None or asked(stage.got) != asked(direct_stage.got):
        found.append(f"the request: {asked(direct_stage.got)!r:.300} became {stage.got and asked(stage.got)!r:.300}")
    if stage.held_back:
        found.append(f"held back: {stage.held_back}")
    if direct.message is not None and through.message is not None and not exchange.http_1_0:
        merged, split = merged_or_split(exchange, through)
        found += [f"reads merged: at {merged[:5]}"] * bool(merged) + [f"reads split: at {split[:5]}"] * bool(split)
    return found


def play_all(checks, name, server, proxy, exchanges):
    failed = 0
    for exchange in exchanges:
        try:
            found = differences(server, proxy, exchange)
        except Exception as failure:
            found = [f"{type(failure).__name__}: {failure}"]
        failed += bool(found)
        for difference in found:
            harness.say(f"     {exchange.name}: {difference}")
    pieces = sum(len(exchange.pieces) for exchange in exchanges)
    checks.that(not failed, f"{name}: through the proxy as without", f"{len(exchanges)} exchanges, {pieces} pieces, {failed} differ")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--random", type=int, default=60, help="how many random exchanges")
    parser.add_argument("--corpus", type=pathlib.Path, help="also what ./build fuzz kept: fuzz/target/work")
    parser.add_argument("--corpus-each", type=int, default=200, help="how many of each dialect")
    parser.add_argument("--seed", type=int, default=4)
    options = parser.parse_args()
    folder = pathlib.Path(os.environ.get("STREAMGAUGE_TRANSCRIPTS") or RECORDED)
    exchanges = [exchange for path in sorted(folder.glob("*__*.jsonl")) for exchange in recordings.of_file(path)]
    checks = harness.Checks("identity")
    server = Server()
    with tempfile.TemporaryDirectory() as logs, harness.Proxy(f"http://127.0.0.1:{server.port}", logs) as proxy:
        play_all(checks, f"recordings in {folder.name}", server, proxy, exchanges)
        if options.corpus:
            kept = recordings.of_corpus(options.corpus, options.seed, options.corpus_each)
            play_all(checks, f"answers that the fuzzer kept, {options.corpus_each} of each dialect", server, proxy, kept)
        play_all(checks, f"random bodies, seed {options.seed}", server, proxy, recordings.at_random(options.seed, options.random))
        invariants.check(checks, proxy)
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
