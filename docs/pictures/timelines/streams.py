"""The streams that are drawn: what is read from the server, when, and how it ends. Times are milliseconds from `received`."""

import dataclasses
import json


@dataclasses.dataclass(frozen=True)
class Piece:
    """One part of an answer: what it is for the drawing, and its bytes."""

    kind: str
    body: str
    label: str = ""
    tokens: int = 1


@dataclasses.dataclass(frozen=True)
class Stream:
    """`reads` are (milliseconds, pieces); the last one ends the HTTP body unless `left` says when the client went away.

    `before` are times that a recording cannot have, for it has no gate and no sockets: they are drawn as they stand here.
    """

    name: str
    says: str
    reads: tuple
    before: tuple = ()
    left: int = 0
    paused: tuple = ()
    rows: tuple = ("ttfb", "ttft", "gaps", "last", "duration")
    remark: str = ""
    asks: dict = dataclasses.field(default_factory=dict)


def event(data):
    return f"data: {json.dumps(data, separators=(',', ':'))}\n\n"


def chunk(delta, usage=None, **more):
    choice = {"index": 0, "delta": delta, "finish_reason": None, **more}
    return event({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "drawn", "choices": [choice],
                  **({"usage": usage} if usage else {})})


def counted(output, reasoning=None):
    details = {"completion_tokens_details": {"reasoning_tokens": reasoning}} if reasoning else {}
    return {"prompt_tokens": 12, "completion_tokens": output, "total_tokens": 12 + output, **details}


HEAD = Piece("head", "", "head")
ROLE = Piece("structure", chunk({"role": "assistant", "content": ""}), "role")
PING = Piece("structure", ": ping\n\n", "ping")
FINISH = Piece("end", chunk({}, finish_reason="stop"), "finish")
DONE = Piece("end", "data: [DONE]\n\n", "[DONE]")
ERROR = Piece("error", event({"error": {"message": "out of memory", "type": "InternalServerError", "code": 500}}), "error")


def token(text="a ", output=None, tokens=1, label=""):
    """`output` is the running count of a server that was asked for one with each piece."""
    return Piece("token", chunk({"content": text}, counted(output) if output else None), label, tokens)


def thought(label=""):
    return Piece("reasoning", chunk({"reasoning_content": "hm "}), label)


def call(name=None, arguments=""):
    function = {"arguments": arguments, **({"name": name} if name else {})}
    return Piece("tool", chunk({"tool_calls": [{"index": 0, **({"id": "call-1", "type": "function"} if name else {}), "function": function}]}),
                 "name" if name else "")


def usage(output, reasoning=None):
    return Piece("structure", event({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "drawn", "choices": [],
                                     "usage": counted(output, reasoning)}), "usage")


USAGE = {"stream_options": {"include_usage": True}}
RUNNING = {"stream_options": {"include_usage": True, "continuous_usage_stats": True}}

STREAMS = (
    Stream("whole", "A whole request: it waits 200 ms in the gate, connects for 40 ms, and the server sends a role and then six tokens, with a pause "
                    "of 1.2 s before the fifth",
           ((260, (HEAD, ROLE)), (500, (token(),)), (600, (token(),)), (700, (token(),)), (800, (token(),)), (2000, (token(),)), (2100, (token(),)),
            (2140, (FINISH, usage(6), DONE))),
           before=(("queue", 0, 200), ("connect", 200, 240)), rows=("queue", "connect", "ttfb", "ttft", "gaps", "tpot", "last", "duration"), asks=USAGE),
    Stream("pings", "Three pings, then four tokens: the first byte is 100 ms after the request, the first token 400 ms",
           ((100, (HEAD, PING)), (200, (PING,)), (300, (PING,)), (400, (token(),)), (450, (token(),)), (500, (token(),)), (550, (token(),)), (570, (FINISH, DONE))),
           rows=("ttfb", "ttft", "gaps", "last", "duration"), remark="no tpot_ms, no output_tokens: nobody said how many tokens these were"),
    Stream("role", "A piece that only names the role comes 60 ms after the request, the first token after 400 ms",
           ((60, (HEAD, ROLE)), (400, (token(),)), (450, (token(),)), (500, (token(),)), (550, (token(),)), (570, (FINISH, usage(4), DONE))),
           rows=("ttfb", "ttft", "gaps", "tpot", "last"), asks=USAGE),
    Stream("several", "Four pieces of 1, 4, 2 and 4 tokens, 80 ms apart: each gap is 80 ms, each token took 20 or 40 ms",
           ((200, (HEAD, token(output=1))), (280, (token("a b c d ", 5, 4),)), (360, (token("a b ", 7, 2),)), (440, (token("a b c d ", 11, 4),)), (460, (FINISH, usage(11), DONE))),
           rows=("ttft", "gaps", "itl", "tpot", "last"), asks=RUNNING),
    Stream("reasoning", "Four pieces of reasoning, then four of the answer: the first token comes after 200 ms, the first of the answer after 400 ms",
           ((200, (HEAD, thought("reasoning"))), (250, (thought(),)), (300, (thought(),)), (350, (thought(),)), (400, (token(label="answer"),)), (450, (token(),)), (500, (token(),)), (550, (token(),)),
            (570, (FINISH, usage(8, 4), DONE))),
           rows=("ttft", "ttfa", "gaps", "tpot", "last"), asks=USAGE),
    Stream("tool", "A call of a tool: its name after 300 ms, then three pieces of arguments",
           ((100, (HEAD, ROLE)), (300, (call("weather"),)), (360, (call(arguments='{"city'),)), (420, (call(arguments='": "Bern'),)), (480, (call(arguments='"}'),)),
            (500, (FINISH, usage(9), DONE))),
           rows=("ttfb", "ttft", "gaps", "tpot", "last"), asks=USAGE),
    Stream("at-once", "An answer of six tokens that all come in one read after 400 ms",
           ((100, (HEAD, ROLE)), (400, (token(), token(), token(), token(), token(), token(), FINISH, usage(6), DONE))),
           rows=("ttfb", "ttft", "last", "duration"), asks=USAGE,
           remark="no tpot_ms, no output speed: the time between these tokens is how the bytes were packed, not how fast they were made"),
    Stream("error", "Three tokens, then an error inside an answer whose status was 200",
           ((200, (HEAD, token())), (250, (token(),)), (300, (token(),)), (420, (ERROR, DONE))),
           rows=("ttft", "gaps", "last", "duration"), remark="a 200 that carries an error is an error"),
    Stream("truncated", "Three tokens, then a clean end of HTTP without finish reason and end marker",
           ((200, (HEAD, token())), (250, (token(),)), (300, (token(),)), (420, ())),
           rows=("ttft", "gaps", "last", "duration"), remark="the client's response ends as the server's did: no marker is made up"),
    Stream("left", "Three tokens; the client goes away 360 ms after its request",
           ((200, (HEAD, token())), (250, (token(),)), (300, (token(),))), left=360,
           rows=("ttft", "gaps", "last", "duration"), remark="the server's connection is closed at once, so that it stops working for nobody"),
    Stream("paused", "A client that reads nothing from 300 to 700 ms: the gap over its pause is left out",
           ((200, (HEAD, token())), (250, (token(),)), (300, (token(),)), (700, (token(), token(), token())), (750, (token(),)), (770, (FINISH, DONE))),
           paused=(300, 700), rows=("ttft", "gaps", "paused", "last"), remark="what waited in the sockets came in one read; it says nothing of the model"),
)
