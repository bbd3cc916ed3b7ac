"""What the small upstreams of these tests answer: bytes that follow from the request alone, so that a client can check them."""

import hashlib
import json


def event(payload):
    return b"data: " + (payload if isinstance(payload, bytes) else json.dumps(payload).encode()) + b"\n\n"


def _chunk(identity, delta, finish=None, **more):
    return event({"id": identity, "object": "chat.completion.chunk", "created": 1, "model": "tiny",
                  "choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more})


def chat_pieces(request_body, tokens):
    """A streamed chat answer, a piece for each write: role, tokens, finish reason, usage, end marker."""
    identity = hashlib.sha256(request_body).hexdigest()[:24]
    pieces = [_chunk(identity, {"role": "assistant", "content": ""})]
    pieces += [_chunk(identity, {"content": f" w{number}-{identity[:4]}"}) for number in range(tokens)]
    pieces.append(_chunk(identity, {}, "stop"))
    pieces.append(event({"id": identity, "object": "chat.completion.chunk", "created": 1, "model": "tiny", "choices": [],
                         "usage": {"prompt_tokens": 3, "completion_tokens": tokens, "total_tokens": tokens + 3}}))
    pieces.append(event(b"[DONE]"))
    return pieces


def chat_whole(request_body, tokens):
    """The same answer without streaming."""
    identity = hashlib.sha256(request_body).hexdigest()[:24]
    text = "".join(f" w{number}-{identity[:4]}" for number in range(tokens))
    return json.dumps({"id": identity, "object": "chat.completion", "created": 1, "model": "tiny",
                       "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
                       "usage": {"prompt_tokens": 3, "completion_tokens": tokens, "total_tokens": tokens + 3}}).encode()


def listing():
    return json.dumps({"object": "list", "data": [{"id": "tiny", "object": "model"}]}).encode()
