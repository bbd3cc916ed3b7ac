"""What reading the same bytes costs the openai client, vLLM's benchmark and streamgauge, in rounds side by side.

    ./build bench --help >/dev/null     # builds
    E2E_ENGINES=FOLDER python3 bench/clients.py

FOLDER is as e2e/engines/set-up makes it: `clients` has the openai package, `vllm` has vLLM. Each of the three reads one
recorded shape of a chat stream from memory, an event a read, and tells nanoseconds for each event: the openai client's
Stream over httpx, the very function of `vllm bench serve` over a session that needs no socket, and our framer, parser and
timeline under the compiler that the proxy runs with.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

OPENAI = r"""
import json, sys, time
import httpx, openai
events = [event + b"\n\n" for event in open(sys.argv[1], "rb").read().split(b"\n\n")[:-1]]

class Body(httpx.SyncByteStream):
    def __iter__(self):
        yield from events

def answer(request):
    return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=Body())

client = openai.OpenAI(api_key="none", base_url="http://model.test/v1", http_client=httpx.Client(transport=httpx.MockTransport(answer)))

def once():
    tokens = 0
    for chunk in client.chat.completions.create(model="m", messages=[], stream=True):
        if chunk.usage:
            tokens = chunk.usage.completion_tokens
    return tokens

once()
began, times, tokens = time.perf_counter_ns(), 0, 0
while time.perf_counter_ns() - began < float(sys.argv[2]) * 1e9:
    tokens = once()
    times += 1
print(json.dumps({"ns": (time.perf_counter_ns() - began) / times / len(events), "tokens": tokens, "version": openai.__version__}))
"""

VLLM = r"""
import asyncio, importlib.metadata, json, sys, time
from vllm.benchmarks.lib.endpoint_request_func import RequestFuncInput, async_request_openai_chat_completions
events = [event + b"\n\n" for event in open(sys.argv[1], "rb").read().split(b"\n\n")[:-1]]

class Answer:
    status = 200
    @property
    def content(self):
        return self
    async def iter_any(self):
        for event in events:
            yield event
    async def __aenter__(self):
        return self
    async def __aexit__(self, *_):
        return False

class Session:
    def post(self, **_):
        return Answer()

async def main():
    asked = RequestFuncInput(prompt="x", api_url="http://model.test/v1/chat/completions", prompt_len=1, output_len=1, model="m")
    await async_request_openai_chat_completions(asked, Session())
    began, times = time.perf_counter_ns(), 0
    while time.perf_counter_ns() - began < float(sys.argv[2]) * 1e9:
        out = await async_request_openai_chat_completions(asked, Session())
        times += 1
    print(json.dumps({"ns": (time.perf_counter_ns() - began) / times / len(events), "tokens": out.output_tokens, "version": importlib.metadata.version("vllm")}))

asyncio.run(main())
"""


def body(tokens):
    def piece(delta, finish="null"):
        return ('data: {"id":"chatcmpl-5d3c0a7e9b1f4c62a8d0e4f7b6c5a391","object":"chat.completion.chunk","created":1795510800,'
                f'"model":"bench","choices":[{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":{finish},"token_ids":null}}]}}\n\n')
    words = [" token", " fox", " river", " a", " stream", " gauge"]
    lines = [piece('{"role":"assistant","content":""}')]
    lines += [piece(json.dumps({"content": words[number % len(words)]})) for number in range(tokens - 1)]
    lines.append(piece('{"content":" end"}', '"stop"'))
    lines.append('data: {"id":"chatcmpl-5d3c0a7e9b1f4c62a8d0e4f7b6c5a391","object":"chat.completion.chunk","created":1795510800,"model":"bench",'
                 f'"choices":[],"usage":{{"prompt_tokens":12,"total_tokens":{tokens + 12},"completion_tokens":{tokens}}}}}\n\n')
    return "".join(lines) + "data: [DONE]\n\n"


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=300)
    return json.loads(done.stdout.decode().strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--tokens", type=int, default=500)
    options = parser.parse_args()
    engines = pathlib.Path(os.environ.get("E2E_ENGINES", pathlib.Path.home() / ".cache/streamgauge-engines"))
    java = str(pathlib.Path(os.environ["JAVA_HOME"], "bin/java")) if "JAVA_HOME" in os.environ else "java"
    ours = [java, "-XX:+UseSerialGC", "-Xmx64m", "-XX:TieredStopAtLevel=1", "-cp", f"{ROOT}/bench/target/classes:{ROOT}/bench/target/lib/*",
            "dev.streamgauge.bench.Bench", "read-once"]
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "events")
        file.write_text(body(options.tokens))
        seconds = str(options.seconds)
        readers = {
            "openai client": [str(engines / "clients/bin/python"), "-c", OPENAI, str(file), seconds],
            "vllm bench serve": [str(engines / "vllm/bin/python"), "-c", VLLM, str(file), seconds],
            "streamgauge, each piece read": [*ours, str(file), "--seconds", seconds],
            "streamgauge, as the proxy reads": [*ours, str(file), "--alike", "--seconds", seconds],
        }
        took = {name: [] for name in readers}
        said = {}
        for _ in range(options.rounds):
            for name, command in readers.items():
                said[name] = run(command)
                took[name].append(said[name]["ns"])
                if said[name].get("tokens", options.tokens) != options.tokens:
                    sys.exit(f"{name}: {said[name]['tokens']} tokens (expected: {options.tokens})")
    base = statistics.median(took["streamgauge, as the proxy reads"])
    print("| reader | ns for each event | least … most | × streamgauge as the proxy reads |")
    print("|-|-|-|-|")
    for name, values in took.items():
        version = said[name].get("version", "")
        middle = statistics.median(values)
        print(f"| {name} {version} | {middle:,.0f} | {min(values):,.0f} … {max(values):,.0f} | {middle / base:.1f} |")


if __name__ == "__main__":
    main()
