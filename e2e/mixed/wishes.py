"""What a client of the mixed soak asks for, when it leaves, and what must come of it."""

import collections
import dataclasses
import json
import random
import typing

WHOLE, BROKEN, CLEAN, ANY = "whole", "broken", "clean", "any"
# A request above what the proxy holds for a re-send may meet a connection that the server has just closed; the client, still
# sending, may come too late for the answer.
WHOLE_OR_502, HELD_BYTES = "whole or 502", 64 * 1024

# What must come of a fault of `streamgauge simulate`: a status, or how the answer's end looks. Whole answers that take long are whole.
OF_FAULT = {"error_in_stream": CLEAN, "truncate": CLEAN, "cut": BROKEN, "reset": BROKEN, "bad_framing": BROKEN, "bad_head": 502,
            "http_500": 500, "http_429": 429, "close_idle": WHOLE, "close_on_reuse": WHOLE, "slow_headers": WHOLE, "stall": WHOLE,
            "early_413": ANY, "no_answer": ANY}
FAULT_SHARE, LEAVING_SHARE, FLOOD_SHARE = 0.25, 0.2, 0.004
LEAVES_WITHIN_SECONDS = 0.8
LEAVES_UNANSWERED_SECONDS = 1.0
MODELS = ("tiny", "small", "medium")
FLOOD_TOKENS = 1500


@dataclasses.dataclass
class Wish:
    """One request."""

    method: str
    path: str
    body: bytes
    simulate: str
    expected: typing.Union[str, int]
    stream: bool
    leaves_after: typing.Optional[float]
    pause_seconds: float = 0


def draw():
    if random.random() < 0.1:
        return Wish("GET", "/v1/models", b"", "", WHOLE, False, None)
    fault = random.choice(list(OF_FAULT)) if random.random() < FAULT_SHARE else None
    flood = fault is None and random.random() < FLOOD_SHARE
    stream = flood or fault is not None or random.random() < 0.8
    tokens = FLOOD_TOKENS if flood else random.randint(1, 24)
    simulate = f"tokens={tokens}" + (";itl=0ms" if flood else "") + (f";fault={fault};after={random.randint(0, 4)}" if fault else "")
    leaves = random.uniform(0, LEAVES_WITHIN_SECONDS) if random.random() < LEAVING_SHARE else None
    if fault == "no_answer":
        leaves = LEAVES_UNANSWERED_SECONDS
    size = random.choice((20, 500, 20_000, 150_000 if fault is None else 500))
    body = json.dumps({"model": random.choice(MODELS), "stream": stream, "stream_options": {"include_usage": True},
                       "max_tokens": tokens, "messages": [{"role": "user", "content": "x" * random.randrange(size)}]})
    expected = WHOLE if fault is None else OF_FAULT[fault]
    if expected == WHOLE and len(body) > HELD_BYTES:
        expected = WHOLE_OR_502
    # A fault behind the last token never comes, and what a server that resets or fails had sent before is lost or not.
    if expected == BROKEN and tokens <= 5:
        expected = ANY
    return Wish("POST", "/v1/chat/completions", body.encode(), simulate, expected, stream, leaves,
                random.uniform(0, 1) if flood else 0)


class Tally:
    """What came of the requests, and what should not have."""

    def __init__(self):
        self.counts = collections.Counter()
        self.wrong = collections.Counter()

    def left(self, kind):
        self.counts[kind, "left"] += 1

    def came(self, kind, wish, status, body, complete):
        """An answer of which the client saw the end, or that broke."""
        self.counts[kind, "whole" if complete else "broken"] += 1
        ended = complete and status == 200 and (not wish.stream or body.rstrip().endswith(b"data: [DONE]"))
        fits = {WHOLE: ended, WHOLE_OR_502: ended or status in (502, None), BROKEN: not (complete and status == 200), CLEAN: complete and status == 200, ANY: True}
        if not fits.get(wish.expected, complete and status == wish.expected):
            self.failed(kind, f"expected {wish.expected} of {wish.simulate or wish.path}, "
                              f"came {status} {'whole' if complete else 'broken'} with {len(body)} bytes")

    def failed(self, kind, what):
        """By kind and words without numbers, so that it stays short."""
        self.wrong[kind, what] += 1

    def sent(self, kind=None):
        return sum(count for (of, _), count in self.counts.items() if kind in (None, of))
