"""What a gRPC client saw of one call, and how it was asked. Shared by the clients of all servers."""

import hashlib
import re
import time

import grpc

WORDS = "river gauge water level stone bank flood bridge quiet morning boat current".split()
INPUT_TEXTS = ("", "Wasserstand über Normalnull, наводнение, 水位計: ")
DEADLINE_SECONDS = 300
# A channel of its own for each run: else two of one process to the same target may share a connection. The proxy's
# certificate is made for localhost.
CHANNEL_OPTIONS = [("grpc.use_local_subchannel_pool", 1)]
TLS_OPTIONS = CHANNEL_OPTIONS + [("grpc.ssl_target_name_override", "localhost")]
BINARY = bytes(range(256))
DEADLINE_OF_SHORT_CALLS, MESSAGES_BEFORE_END = 0.2, 3


def prompt(number):
    words = " ".join(WORDS[(number * 5 + place) % len(WORDS)] for place in range(20 + number % 13))
    return INPUT_TEXTS[number % len(INPUT_TEXTS)] + words


class Asked:
    """One call. `number` alone decides what is asked, so that two runs ask the same."""

    def __init__(self, options, kind, number):
        self.channel, self.target, self.authority, self.number = options.channel, options.target, options.authority, number
        self.request_id = f"{re.sub('[ ,]+', '-', f'{options.prefix} {kind}')}-{number}"
        self.text, self.count = prompt(number), 12 + number * 5 % 23
        self.metadata = (("x-request-id", self.request_id),)


class Seen:
    """Times are milliseconds from just before the call was made, taken as the client's library hands a message over."""

    def __init__(self, request_id):
        self.request_id, self.times, self.failure = request_id, [], None
        self.messages = self.errors = 0
        self.input_tokens = self.output_tokens = self.cached_input_tokens = self.finish_reason = None
        self.grpc_status, self.grpc_message, self.initial, self.trailing = None, None, None, None
        self.said = hashlib.sha256()
        self.began = time.perf_counter()

    def message(self, raw, output):
        now = time.perf_counter()
        self.messages += 1
        self.said.update(len(raw).to_bytes(4, "big") + raw)
        if output:
            self.times.append(now)

    def end(self, code, details=""):
        self.duration_ms = (time.perf_counter() - self.began) * 1e3
        self.grpc_status, self.grpc_message = code.value[0], details
        return self

    def of(self, call):
        """What a finished call says of its end; metadata as text, for bytes have no place in JSON."""
        self.end(call.code(), call.details())
        self.initial, self.trailing = as_text(call.initial_metadata()), as_text(call.trailing_metadata())
        return self

    def facts(self):
        times = [(when - self.began) * 1e3 for when in self.times]
        gone = ("times", "began", "said")
        return {name: value for name, value in vars(self).items() if name not in gone} | {
            "said": self.said.hexdigest(), "events": len(times), "first_ms": times[0] if times else None,
            "last_ms": times[-1] if times else None,
            "gaps_ms": [later - earlier for earlier, later in zip(times, times[1:])]}


def as_text(metadata):
    return [[one.key, one.value.hex() if isinstance(one.value, bytes) else one.value] for one in metadata or ()]


def follow(seen, call, take, stop_behind=None):
    """Reads a stream to its end, or cancels it behind so many messages."""
    try:
        for message in call:
            take(seen, message)
            if stop_behind is not None and seen.messages == stop_behind:
                call.cancel()
    except grpc.RpcError:
        pass
    return seen.of(call)


def unary(seen, method, request, take, **more):
    try:
        answer, call = method.with_call(request, **more)
        take(seen, answer)
    except grpc.RpcError as failed:
        call = failed
    return seen.of(call)
