"""Requests in each dialect by its official client; a line of JSON for each with what the client saw.

    FOLDER/clients/bin/python e2e/compare/dialect_requests.py --url http://127.0.0.1:8080 "anthropic messages, streamed" "openai chat, whole"

All in one process: that its libraries are loaded takes longer than its requests. What no client library exists for goes through httpx. A count that the client isn't told is null.
"""

import argparse
import json
import re
import sys

import anthropic
import httpx
import numpy
import ollama
import openai
import tritonclient.http

from openai_requests import is_chat_event, is_completion_event, prompt

TIMEOUT_SECONDS, FAILURE_CHARACTERS_MAX = 300, 500
RESPONSES_OUTPUT = ("response.output_text.delta", "response.reasoning_text.delta", "response.refusal.delta",
                    "response.function_call_arguments.delta")
MESSAGES_OUTPUT = {"text_delta": "text", "thinking_delta": "thinking", "input_json_delta": "partial_json"}
INPUT_TEXTS = ("", "Wasserstand über Normalnull, наводнение, 水位計: ")


class Seen:
    """What a client saw of one answer."""

    def __init__(self, asked):
        self.request_id, self.events = asked.request_id, 0 if asked.stream else None
        self.input_tokens = self.output_tokens = self.cached_input_tokens = self.finish_reason = None

    def usage(self, read, written, cached=None):
        self.input_tokens, self.output_tokens, self.cached_input_tokens = read, written, cached


class Asked:
    """One request: `count` tokens to write after the prompt."""

    def __init__(self, options, request_id, number, stream):
        self.url, self.stream, self.empty_counts = options.url, stream, options.empty_counts
        self.request_id = request_id
        self.text = INPUT_TEXTS[number % len(INPUT_TEXTS)] + prompt(number)
        self.count = 12 + number * 5 % 23
        self.headers = {"x-request-id": self.request_id}
        self.messages = [{"role": "user", "content": self.text}]


def openai_usage(seen, usage):
    if usage:
        details = usage.prompt_tokens_details
        seen.usage(usage.prompt_tokens, usage.completion_tokens, details.cached_tokens if details else None)


def by_openai(asked):
    return openai.OpenAI(base_url=asked.url + "/v1", api_key="none", max_retries=0, timeout=TIMEOUT_SECONDS)


def choices(asked, call, is_event):
    """Chat and completions: the same but for the choices."""
    seen, more = Seen(asked), {"stream": True, "stream_options": {"include_usage": True}} if asked.stream else {}
    answer = call(model="tiny", max_tokens=asked.count, temperature=0, extra_headers=asked.headers, **more)
    for piece in answer if asked.stream else [answer]:
        openai_usage(seen, piece.usage)
        for choice in piece.choices:
            seen.finish_reason = choice.finish_reason or seen.finish_reason
            if asked.stream:
                seen.events += is_event(choice)
    return seen


def openai_chat(asked):
    return choices(asked, lambda **more: by_openai(asked).chat.completions.create(messages=asked.messages, **more), is_chat_event)


def openai_completions(asked):
    return choices(asked, lambda **more: by_openai(asked).completions.create(prompt=asked.text, **more),
                   lambda choice: is_completion_event(choice, asked.empty_counts))


def openai_responses(asked):
    seen = Seen(asked)
    answer = by_openai(asked).responses.create(model="tiny", input=asked.text, max_output_tokens=asked.count, temperature=0,
                                               stream=asked.stream, extra_headers=asked.headers)
    response = None if asked.stream else answer
    for event in answer if asked.stream else []:
        seen.events += event.type in RESPONSES_OUTPUT and bool(event.delta)
        if event.type in ("response.completed", "response.incomplete", "response.failed"):
            response = event.response
    seen.finish_reason = response.incomplete_details.reason if response.incomplete_details else response.status
    details = response.usage.input_tokens_details
    seen.usage(response.usage.input_tokens, response.usage.output_tokens, details.cached_tokens if details else None)
    return seen


def anthropic_messages(asked):
    """Its `input_tokens` leaves the cached ones out; the whole input is what the log has."""
    client = anthropic.Anthropic(base_url=asked.url, api_key="none", max_retries=0, timeout=TIMEOUT_SECONDS)
    seen, usage = Seen(asked), {}
    answer = client.messages.create(model="tiny", max_tokens=asked.count, messages=asked.messages, stream=asked.stream,
                                    extra_headers=asked.headers)
    for event in answer if asked.stream else []:
        if event.type == "content_block_delta":
            name = MESSAGES_OUTPUT.get(event.delta.type)
            seen.events += bool(name and getattr(event.delta, name))
        elif event.type in ("message_start", "message_delta"):
            later = event.message.usage if event.type == "message_start" else event.usage
            usage |= {name: count for name, count in later.to_dict().items() if count is not None}
            if event.type == "message_delta":
                seen.finish_reason = event.delta.stop_reason
    if not asked.stream:
        usage, seen.finish_reason = answer.usage.to_dict(), answer.stop_reason
    cached = [usage.get(name) or 0 for name in ("cache_read_input_tokens", "cache_creation_input_tokens")]
    seen.usage(usage["input_tokens"] + sum(cached), usage["output_tokens"], cached[0] or None)
    return seen


def ollama_pieces(asked, call, text):
    seen = Seen(asked)
    answer = call(model="tiny", stream=asked.stream, options={"num_predict": asked.count, "temperature": 0})
    for piece in answer if asked.stream else [answer]:
        if asked.stream:
            seen.events += text(piece)
        if piece.done:
            seen.finish_reason = piece.done_reason
            seen.usage(piece.prompt_eval_count, piece.eval_count)
    return seen


def by_ollama(asked):
    return ollama.Client(host=asked.url, headers=asked.headers, timeout=TIMEOUT_SECONDS)


def ollama_chat(asked):
    return ollama_pieces(asked, lambda **more: by_ollama(asked).chat(messages=asked.messages, **more),
                         lambda piece: bool(piece.message.content or piece.message.thinking or piece.message.tool_calls))


def ollama_generate(asked):
    return ollama_pieces(asked, lambda **more: by_ollama(asked).generate(prompt=asked.text, **more),
                         lambda piece: bool(piece.response or piece.thinking))


def by_httpx(asked, path, body):
    """The JSON objects of an answer, of a stream those of its data lines."""
    with httpx.stream("POST", asked.url + path, json=body, headers=asked.headers, timeout=TIMEOUT_SECONDS) as answer:
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.read()[:500]}")
        if not asked.stream:
            yield json.loads(answer.read())
            return
        for line in answer.iter_lines():
            if line.startswith("data:") and line[5:].strip() != "[DONE]":
                yield json.loads(line[5:])


def sglang_generate(asked):
    """The text is all that was written so far. Of this server each piece is a token event, with or without new text."""
    seen, written = Seen(asked), 0
    body = {"text": asked.text, "stream": asked.stream, "sampling_params": {"max_new_tokens": asked.count, "temperature": 0}}
    for piece in by_httpx(asked, "/generate", body):
        meta = piece["meta_info"]
        if asked.stream:
            seen.events += meta["completion_tokens"] > written
        written = meta["completion_tokens"]
        seen.usage(meta["prompt_tokens"], written, meta.get("cached_tokens"))
        seen.finish_reason = (meta["finish_reason"] or {}).get("type")
    return seen


def llamacpp_completion(asked):
    seen = Seen(asked)
    for piece in by_httpx(asked, "/completion", {"prompt": asked.text, "n_predict": asked.count, "stream": asked.stream, "temperature": 0}):
        if asked.stream:
            seen.events += bool(piece["content"])
        if piece["stop"]:
            seen.finish_reason = piece["stop_type"]
            seen.usage(piece["tokens_evaluated"], piece["tokens_predicted"])
    return seen


def triton_generate(asked):
    """Nobody says how many tokens there were."""
    seen, model = Seen(asked), "tinylm/generate_stream" if asked.stream else "tinywhole/generate"
    text = asked.text if asked.count % 2 else "empty " + asked.text
    for piece in by_httpx(asked, f"/v2/models/{model}", {"text_input": text, "max_tokens": asked.count}):
        if asked.stream:
            seen.events += bool(piece["text_output"])
    return seen


def infer_inputs(asked, of):
    text, count = of("text_input", [1], "BYTES"), of("max_tokens", [1], "INT32")
    return text, numpy.array([asked.text.encode()], dtype=object), count, numpy.array([asked.count], dtype=numpy.int32)


def infer(model, binary):
    """By tritonclient, with its binary tensors where the server knows them."""
    def ask(asked):
        client = tritonclient.http.InferenceServerClient(asked.url.removeprefix("http://"))
        text, text_value, count, count_value = infer_inputs(asked, tritonclient.http.InferInput)
        text.set_data_from_numpy(text_value, binary_data=binary)
        count.set_data_from_numpy(count_value, binary_data=binary)
        outputs = [tritonclient.http.InferRequestedOutput("text_output", binary_data=binary)]
        answer = client.infer(model, [text, count], outputs=outputs, request_id=asked.request_id, headers=asked.headers)
        said = answer.as_numpy("text_output").reshape(-1)[0]
        words = len((said.decode() if binary else said).split())
        if words != asked.count:
            raise RuntimeError(f"{words} words (expected: {asked.count})")
        client.close()
        return Seen(asked)
    return ask


def infer_stream(asked):
    """MLServer's own: a whole inference answer in each event."""
    seen = Seen(asked)
    body = {"inputs": [{"name": "text_input", "shape": [1], "datatype": "BYTES", "data": [asked.text]},
                       {"name": "max_tokens", "shape": [1], "datatype": "INT32", "data": [asked.count]}]}
    for piece in by_httpx(asked, "/v2/models/tinylm/infer_stream", body):
        seen.events += bool(piece["outputs"][0]["data"][0])
    return seen


KINDS = {
    "openai chat": openai_chat, "openai completions": openai_completions, "openai responses": openai_responses,
    "anthropic messages": anthropic_messages, "ollama chat": ollama_chat, "ollama generate": ollama_generate,
    "sglang generate": sglang_generate, "llama.cpp completion": llamacpp_completion, "triton generate": triton_generate,
    "tritonclient infer, binary": infer("tinywhole", True), "tritonclient infer, JSON": infer("tinywhole", False),
    "tritonclient infer": infer("tinylm", False), "mlserver infer_stream": infer_stream}


def ask_all(options, what):
    kind, how = what.rsplit(", ", 1)
    prefix = re.sub(r"[ ,]+", "-", f"{options.prefix} {what}")
    for number in range(options.count):
        asked = Asked(options, f"{prefix}-{number}", number, how == "streamed")
        try:
            yield vars(KINDS[kind](asked))
        except Exception as failure:  # of any of the libraries, which is then a line of the report
            yield {"failure": f"{asked.request_id}: {type(failure).__name__}: {failure}"[:FAILURE_CHARACTERS_MAX]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="+", help=f"one of {list(KINDS)}, and behind it ', streamed' or ', whole'")
    parser.add_argument("--url", required=True)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--prefix", default="compare")
    parser.add_argument("--empty-counts", action="store_true", help="an empty text is a token, as with vLLM and SGLang")
    options = parser.parse_args()
    for what in options.what:
        for seen in ask_all(options, what):
            print(json.dumps({"what": what} | seen), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
