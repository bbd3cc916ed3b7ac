"""The same requests on a plain socket: each read is stamped before anything is parsed, so that no library's time is in it."""

import argparse
import concurrent.futures
import http.client
import json
import socket
import sys
import threading
import time
import urllib.parse

WORDS = "river gauge water level stone bank flood bridge quiet morning boat current".split()
READ_BYTES_MAX = 64 * 1024
IN_THREAD = threading.local()


def prompt(number):
    return " ".join(WORDS[(number * 5 + place) % len(WORDS)] for place in range(20 + number % 13))


def request_bytes(options, number):
    body = {"model": "tiny", "max_tokens": options.tokens, "temperature": 0, "seed": number, "ignore_eos": True,
            "stream": True, "stream_options": {"include_usage": True}}
    if options.kind == "chat":
        path, body["messages"] = "/v1/chat/completions", [{"role": "user", "content": prompt(number)}]
    else:
        path, body["prompt"] = "/v1/completions", prompt(number)
    encoded = json.dumps(body).encode()
    return (f"POST {path} HTTP/1.1\r\nHost: {options.host}\r\nContent-Type: application/json\r\n"
            f"x-request-id: {options.prefix}-{number}\r\nContent-Length: {len(encoded)}\r\n\r\n").encode() + encoded


def connection_of_thread(options):
    if not hasattr(IN_THREAD, "connection"):
        host, port = options.host.split(":")
        IN_THREAD.connection = socket.create_connection((host, int(port)), 300)
        IN_THREAD.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return IN_THREAD.connection


def reads_of(connection):
    """All reads up to the last chunk, each with its time."""
    reads, tail = [], b""
    while not tail.endswith(b"\r\n0\r\n\r\n"):
        data = connection.recv(READ_BYTES_MAX)
        now = time.perf_counter()
        if not data:
            raise ConnectionError("closed within an answer")
        reads.append((now, data))
        tail = (tail + data)[-7:]
    return reads


class Reads:
    """The reads as one file whose position says which read a line was completed by."""

    def __init__(self, reads):
        self.reads, self.data, self.ends = reads, b"".join(data for _, data in reads), []
        for _, data in reads:
            self.ends.append((self.ends[-1] if self.ends else 0) + len(data))

    def time_at(self, end):
        return next(when for (when, _), reached in zip(self.reads, self.ends) if reached >= end)

    def events(self):
        """Each event with the time of the read that brought its last byte."""
        at = self.data.index(b"\r\n\r\n") + 4
        body, ends = b"", []
        while True:
            line_end = self.data.index(b"\r\n", at)
            size = int(self.data[at:line_end].split(b";")[0], 16)
            if size == 0:
                return self._split(body, ends)
            body += self.data[line_end + 2:line_end + 2 + size]
            ends.append((len(body), line_end + 2 + size))
            at = line_end + 4 + size

    def _split(self, body, ends):
        at = 0
        while (end := body.find(b"\n\n", at)) >= 0:
            in_body, on_wire = next((reached, wire) for reached, wire in ends if reached >= end + 2)
            yield self.time_at(on_wire - (in_body - end - 2)), body[at:end]
            at = end + 2


def is_event(choice, empty_counts):
    if "delta" in choice:
        delta = choice["delta"]
        return bool(delta.get("content") or delta.get("reasoning") or delta.get("reasoning_content"))
    return bool(choice.get("text")) or (empty_counts and choice.get("finish_reason") is None)


def once(options, number):
    connection = connection_of_thread(options)
    sending = request_bytes(options, number)
    began = time.perf_counter()
    connection.sendall(sending)
    reads = Reads(reads_of(connection))
    if not reads.data.startswith(b"HTTP/1.1 200"):
        raise http.client.HTTPException(reads.data[:60])
    times, usage = [], None
    for when, event in reads.events():
        if event.startswith(b"data: {"):
            piece = json.loads(event[6:])
            usage = piece.get("usage") or usage
            times += [when for choice in piece["choices"] if is_event(choice, options.empty_counts)]
    return {"request_id": f"{options.prefix}-{number}", "events": len(times), "ttft_ms": (times[0] - began) * 1e3,
            "duration_ms": (reads.reads[-1][0] - began) * 1e3,
            "tpot_ms": (times[-1] - times[0]) * 1e3 / (usage["completion_tokens"] - 1),
            "gaps_ms": [(later - earlier) * 1e3 for earlier, later in zip(times, times[1:])],
            "input_tokens": usage["prompt_tokens"], "output_tokens": usage["completion_tokens"]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--kind", choices=["chat", "completions"], default="chat")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=32)
    parser.add_argument("--prefix", default="socket")
    parser.add_argument("--empty-counts", action="store_true", help="an empty text is a token, as with vLLM and SGLang")
    options = parser.parse_args()
    options.host = urllib.parse.urlsplit(options.url).netloc
    with concurrent.futures.ThreadPoolExecutor(options.concurrency) as pool:
        for seen in pool.map(lambda number: once(options, number), range(options.count)):
            print(json.dumps(seen), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
