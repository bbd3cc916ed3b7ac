"""Judges what became of a wish for HTTP/2 (upgrades.py): first HTTP/1.1 on the connection, then, behind a 101, frames."""

import contextlib
import socket
import time

import client2
import frames
import run
import wire

END_SECONDS_MAX = 5
STREAM_1_SECONDS_MAX = 2


class Side(frames.Side):
    """Keeps the most data of one frame."""

    most = 0

    def _data(self, flags, stream, payload):
        self.most = max(self.most, len(payload))
        super()._data(flags, stream, payload)


class Client(client2.Client):
    """Goes on in HTTP/2 where HTTP/1.1 ended."""

    def __init__(self, before, case):
        super().__init__(None, case.behind, before.socket)
        self.side = Side(client=True)
        self.side.streams[1] = frames.Stream(to_head=case.method == b"HEAD")
        if case.ends:
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
        try:
            self.side.take(before.data)
        except wire.Broken as broken:
            self.broken = str(broken)

    def closed(self):
        """Whether the other end ends the connection, whatever it says till then."""
        deadline = time.monotonic() + END_SECONDS_MAX
        while self.end == "open" and time.monotonic() < deadline:
            self.socket.settimeout(0.1)
            try:
                self.end = self.end if self.socket.recv(65536) else "FIN"
            except socket.timeout:
                pass
            except OSError:
                self.end = "RST"
        return self.end != "open"


def judge(case, port, server):
    """What is wrong, or None."""
    server.forget()
    with run.Client(port, case.tls) as client:
        client.send(case.data)
        for _ in range(case.before):
            client.final()
        answer = client.final(case.method == b"HEAD")
        switched = isinstance(answer, wire.Message) and answer.start[1] == b"101"
        wrong = (judge_switched if switched else judge_stayed)(case, client, answer)
        time.sleep(0.01)
        requests, broken = server.seen()
    if broken:
        return f"forwarded what no strict server takes: {broken[0]}"
    requests = [request for request in requests if request.start[1] not in (b"/after", b"/before")]
    return passed_on(case, requests, switched) or wrong or refused_alone(case, requests, answer) or run.next_works(port, case.tls)


def passed_on(case, requests, switched):
    """What is wrong with what the server got."""
    seconds = [request for request in requests if request.start[1] == case.second]
    rest = [request for request in requests if request.start[1] != case.second]
    if switched and seconds:
        return "what was sent in HTTP/1.1 behind the wish came out as a request, though the answer was 101"
    if len(rest) > 1 or len(seconds) > 1:
        return f"{len(requests)} requests"
    for request in requests:
        if any(b"h2" in value.lower() for value in request.all(b"upgrade")) and "asked" not in case.allowed.split():
            return f"the wish was passed on: Upgrade {request.all(b'upgrade')!r}"
        if request.all(b"http2-settings") and case.strips:
            return "HTTP2-Settings was passed on, though Connection names it"
    for request in rest:
        got = (request.start[0], request.start[1], request.body)
        if got != (case.method, case.target, case.body):
            return f"forwarded as {got[0]!r} {got[1]!r} {got[2][:60]!r}"
    return None


def refused_alone(case, requests, answer):
    if isinstance(answer, wire.Message) and int(answer.start[1]) >= 400 and requests:
        return f"forwarded, then answered {run.said(answer)}"
    return None


def judge_stayed(case, client, answer):
    allowed = case.allowed.split()
    if not isinstance(answer, wire.Message):
        return None if answer == "cut" and "close" in allowed else f"answered: {run.said(answer)} (expected: {case.allowed})"
    status = int(answer.start[1])
    if status >= 400:
        return None if run.allowed_status(status, allowed) else f"answered: {run.said(answer)} (expected: {case.allowed})"
    if "h1" not in allowed or (answer.body != case.target and case.method != b"HEAD"):
        return f"answered: {run.said(answer)} (expected: {case.allowed})"
    if case.second is not None:
        following = client.final()
        kept = following == "cut" or (isinstance(following, wire.Message) and (following.body == case.second or int(following.start[1]) >= 400))
        return None if kept else f"the answer to the second: {run.said(following)}"
    if case.behind and client.end == "open" and not answer.lists(b"connection", b"close"):
        return client.after()
    return None


def judge_switched(case, client, answer):
    allowed = case.allowed.split()
    if not answer.lists(b"upgrade", b"h2c"):
        return f"101 to {answer.all(b'upgrade')!r}"
    if not {"h2", "dead", "rst"} & set(allowed):
        return f"101 (expected: {case.allowed})"
    over = Client(client, case)
    first = over.final(1, STREAM_1_SECONDS_MAX if {"dead", "gone"} & set(allowed) else client2.ANSWER_SECONDS_MAX)
    if case.window and over.side.most > case.window:
        return f"{over.side.most} bytes in one frame (expected: {case.window} at most)"
    if over.usable() and not case.ends:
        over.get(5, b"/after")
        further = over.final(5)
        if isinstance(further, wire.Message) and further.body == b"/after":
            became = "rst" if run.said(first).startswith("rst") else "h2" if whole(case, first) else "gone"
            return None if became in allowed else f"101, then {run.said(first)} and a further stream works (expected: {case.allowed})"
    if over.side.goaway and over.side.goaway[1] == frames.INTERNAL_ERROR:
        return f"101, then {run.said(first)}: INTERNAL_ERROR for a fault of the client's"
    if not over.closed():
        return f"101, then {run.said(first)}, and the connection stays open (expected: {case.allowed})"
    return None if "dead" in allowed else f"101, then {run.said(first)}, and the connection ended (expected: {case.allowed})"


def whole(case, answer):
    return isinstance(answer, wire.Message) and answer.start[1] == b"200" and (answer.body == case.target or case.method == b"HEAD")
