"""What benchmark tools wrote about each request, in the shape of `openai_requests`."""

import json
import pathlib


def vllm_bench(path, prefix, counts_are_the_servers):
    """`vllm bench serve --save-detailed`: results in the order of the requests, whose ids are prefix and index.

    Its TTFT ends with the first piece that has choices; in a chat that is the one with the role alone. It reads usage
    only from a piece without choices; where a server puts it elsewhere it counts the tokens of the text anew, and
    such a count (of noise that was cut otherwise) is not used here.
    """
    result = json.loads(pathlib.Path(path).read_text())
    for number, (ttft, gaps, tokens, inputs) in enumerate(
            zip(result["ttfts"], result["itls"], result["output_lens"], result["input_lens"])):
        tokens = tokens if counts_are_the_servers else None
        yield {"request_id": f"{prefix}{number}", "ttft_ms": ttft * 1e3, "gaps_ms": [gap * 1e3 for gap in gaps],
               "tpot_ms": sum(gaps) * 1e3 / (tokens - 1) if tokens is not None and tokens > 1 else None,
               "output_tokens": tokens, "input_tokens": inputs}


def aiperf(folder):
    """aiperf's record of each request; it sends its own x-request-id."""
    for line in (pathlib.Path(folder) / "profile_export.jsonl").read_text().splitlines():
        record = json.loads(line)
        figures = {name: figure["value"] for name, figure in record["metrics"].items()}
        yield {"request_id": record["metadata"]["x_request_id"], "figures": figures,
               "ttft_ms": figures["time_to_first_token"], "duration_ms": figures.get("request_latency"),
               "tpot_ms": figures.get("inter_token_latency"), "gaps_ms": figures.get("inter_chunk_latency"),
               "output_tokens": figures.get("usage_completion_tokens", figures.get("output_sequence_length")),
               "input_tokens": figures.get("usage_prompt_tokens", figures.get("input_sequence_length"))}
