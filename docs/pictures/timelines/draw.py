#!/usr/bin/env python3
"""Draws the streams of streams.py as SVG. Each figure is what `streamgauge replay` says of that very stream, so no drawing can disagree with the program.

    docs/pictures/timelines/draw.py            # writes *.svg here; needs the program, built
    docs/pictures/timelines/draw.py --check    # fails where one is not what would be written
"""

import argparse
import base64
import html
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

from sketch import Sketch  # noqa: E402
from streams import STREAMS  # noqa: E402

PROGRAM = os.environ.get("E2E_PROGRAM") or str(HERE.parents[2] / "bin" / "streamgauge")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def request(stream):
    body = json.dumps({"model": "drawn", "stream": True, "messages": [], **stream.asks}).encode()
    return b"POST /v1/chat/completions HTTP/1.1\r\nHost: drawn\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def framed(body):
    return b"%x\r\n%s\r\n" % (len(body), body) if body else b""


def recording(stream):
    """In the format of docs/conformance.md."""
    lines = [{"t": 0, "conn": 0, "ev": "open"}, {"t": 0, "conn": 0, "dir": "c2s", "b64": request(stream)}]
    for number, (millis, pieces) in enumerate(stream.reads):
        data = (HEAD if number == 0 else b"") + b"".join(framed(piece.body.encode()) for piece in pieces)
        data += b"0\r\n\r\n" if number == len(stream.reads) - 1 and not stream.left else b""
        lines.append({"t": millis * 1_000_000, "conn": 0, "dir": "s2c", "b64": data})
    if stream.left:
        lines.append({"t": stream.left * 1_000_000, "conn": 0, "dir": "c2s", "ev": "rst"})
    end = max(stream.left, stream.reads[-1][0]) * 1_000_000
    lines.append({"t": end, "conn": 0, "ev": "close"})
    return "".join(json.dumps({**line, **({"b64": base64.b64encode(line["b64"]).decode()} if "b64" in line else {})}) + "\n" for line in lines)


def figures():
    """What the program says of each stream."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for stream in STREAMS:
            files.append(pathlib.Path(folder) / f"{stream.name}.jsonl")
            files[-1].write_text(recording(stream), encoding="utf-8")
        done = subprocess.run([PROGRAM, "replay", *map(str, files)], check=True, stdout=subprocess.PIPE, text=True)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    return {pathlib.Path(line["file"]).stem: line for line in said}


def alt(stream):
    return html.escape(stream.says + ".", quote=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    said = figures()
    stale = 0
    for stream in STREAMS:
        text = Sketch(stream, said[stream.name]).svg(alt(stream))
        path = HERE / f"{stream.name}.svg"
        if options.check and (not path.exists() or path.read_text(encoding="utf-8") != text):
            print(f"{path.name}: not what draw.py writes", file=sys.stderr)
            stale += 1
        elif not options.check:
            path.write_text(text, encoding="utf-8")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
