"""Streams at once through one port, each followed by another, for so many seconds; bounded by its arguments.

    python3 e2e/live/load.py PORT STREAMS SECONDS [--pause S] [--tokens A-B] [--leave SHARE] [--model NAME]
"""

import argparse
import asyncio
import json
import random


async def stream(args, draw):
    reader, writer = await asyncio.open_connection("127.0.0.1", args.port)
    low, high = (int(part) for part in args.tokens.split("-"))
    body = json.dumps({"model": args.model, "stream": True, "max_tokens": draw.randint(low, high),
                       "messages": [{"role": "user", "content": "x"}]}).encode()
    writer.write(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                 b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    reads_max = 20 if draw.random() < args.leave else None
    reads = 0
    try:
        while await reader.read(65536):
            reads += 1
            if reads == reads_max:
                return
    finally:
        writer.close()


async def again_and_again(args, draw, end):
    loop = asyncio.get_running_loop()
    await asyncio.sleep(draw.random() * min(4, args.seconds / 2))
    while loop.time() < end:
        try:
            await asyncio.wait_for(stream(args, draw), max(0.1, end + 20 - loop.time()))
        except (OSError, asyncio.TimeoutError):
            await asyncio.sleep(0.5)
        await asyncio.sleep(draw.random() * args.pause)


async def run(args):
    end = asyncio.get_running_loop().time() + args.seconds
    await asyncio.gather(*(again_and_again(args, random.Random(n), end) for n in range(args.streams)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("streams", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--pause", type=float, default=1.0)
    parser.add_argument("--tokens", default="20-400")
    parser.add_argument("--leave", type=float, default=0.0)
    parser.add_argument("--model", default="llama-3.1-8b-instruct")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
