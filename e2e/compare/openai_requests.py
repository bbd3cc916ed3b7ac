"""Requests by the official openai client; a line of JSON for each with what the client saw. Runs where `openai` is installed."""

import argparse
import concurrent.futures
import json
import sys
import threading
import time

import openai

WORDS = "river gauge water level stone bank flood bridge quiet morning boat current".split()
IN_THREAD = threading.local()


def prompt(number):
    return " ".join(WORDS[(number * 7 + place * (number % 5 + 1)) % len(WORDS)] for place in range(20 + number % 13))


def is_chat_event(choice):
    """Whether a piece carries output by the contract's definition."""
    delta = choice.delta
    extra = delta.model_extra or {}
    calls = any(call.function and (call.function.name or call.function.arguments) for call in delta.tool_calls or [])
    return bool(delta.content or delta.refusal or extra.get("reasoning") or extra.get("reasoning_content") or calls)


def is_completion_event(choice, empty_counts):
    """Of some engines an empty text without a finish reason is a token, too: half of a character, a special token."""
    return bool(choice.text) or (empty_counts and choice.finish_reason is None)


def prepare(options, everyone_ready):
    """A client for each thread, with a first request that isn't counted: it costs the library a second."""
    IN_THREAD.client = openai.OpenAI(base_url=options.url + "/v1", api_key="none", max_retries=0, timeout=300)
    first = ask(options, f"first-{threading.get_ident()}", 0, options.mode == "streamed")
    if options.mode == "streamed":
        for _ in first:
            pass
    everyone_ready.wait()


def ask(options, name, number, stream):
    client = IN_THREAD.client
    request = {"model": "tiny", "max_tokens": options.tokens, "temperature": 0, "seed": number,
               "extra_headers": {"x-request-id": f"{options.prefix}-{name}"},
               "extra_body": {"ignore_eos": True}}
    if stream:
        request |= {"stream": True, "stream_options": {"include_usage": True}}
    if options.kind == "chat":
        return client.chat.completions.create(messages=[{"role": "user", "content": prompt(number)}], **request)
    return client.completions.create(prompt=prompt(number), **request)


def streamed(options, number):
    is_event = is_chat_event if options.kind == "chat" else lambda one: is_completion_event(one, options.empty_counts)
    times, usage, finish = [], None, None
    began = time.perf_counter()
    for piece in ask(options, number, number, stream=True):
        now = time.perf_counter()
        usage = piece.usage or usage
        for choice in piece.choices:
            finish = choice.finish_reason or finish
            if is_event(choice):
                times.append(now)
    ended = time.perf_counter()
    return {"request_id": f"{options.prefix}-{number}", "events": len(times), "finish_reason": finish,
            "ttft_ms": (times[0] - began) * 1e3, "duration_ms": (ended - began) * 1e3,
            "tpot_ms": (times[-1] - times[0]) * 1e3 / (usage.completion_tokens - 1),
            "gaps_ms": [(later - earlier) * 1e3 for earlier, later in zip(times, times[1:])],
            "input_tokens": usage.prompt_tokens, "output_tokens": usage.completion_tokens}


def whole(options, number):
    began = time.perf_counter()
    answer = ask(options, number, number, stream=False)
    return {"request_id": f"{options.prefix}-{number}", "finish_reason": answer.choices[0].finish_reason,
            "duration_ms": (time.perf_counter() - began) * 1e3,
            "input_tokens": answer.usage.prompt_tokens, "output_tokens": answer.usage.completion_tokens}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--kind", choices=["chat", "completions"], default="chat")
    parser.add_argument("--mode", choices=["streamed", "whole"], default="streamed")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=32)
    parser.add_argument("--prefix", default="compare")
    parser.add_argument("--empty-counts", action="store_true", help="an empty text is a token, as with vLLM and SGLang")
    options = parser.parse_args()
    once = streamed if options.mode == "streamed" else whole
    everyone_ready = threading.Barrier(options.concurrency)
    with concurrent.futures.ThreadPoolExecutor(options.concurrency, initializer=prepare, initargs=(options, everyone_ready)) as pool:
        for seen in pool.map(lambda number: once(options, number), range(options.count)):
            print(json.dumps(seen), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
