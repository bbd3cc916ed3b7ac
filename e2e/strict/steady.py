"""A well-behaved client in a process of its own: steady.py PORT SECONDS [h1|h2|both] prints its losses and times as JSON.

Twenty requests a second on each connection, one after the other, over HTTP/1.1 and over HTTP/2. Lost is what was not answered whole.
"""

import json
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import client2  # noqa: E402
import run  # noqa: E402
import wire  # noqa: E402

EACH_SECONDS = 0.05
ANSWER_SECONDS_MAX = 5


class Http1:
    def __init__(self, port):
        self.client = run.Client(port)

    def get(self):
        self.client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        return self.client.final()

    def usable(self):
        return self.client.end == "open"


class Http2:
    def __init__(self, port):
        self.client, self.stream = client2.Client(port), -1

    def get(self):
        self.stream += 2
        self.client.get(self.stream, b"/")
        answer = self.client.final(self.stream, ANSWER_SECONDS_MAX)
        self.client.side.streams.pop(self.stream, None)
        return answer

    def usable(self):
        return self.client.usable()


def ask(kind, port, deadline, found):
    connection = None
    while time.monotonic() < deadline:
        began = time.monotonic()
        try:
            if connection is None or not connection.usable():
                connection, found["connections"] = kind(port), found["connections"] + 1
            answer = connection.get()
        except OSError as error:
            answer = f"no connection: {error}"
        whole = isinstance(answer, wire.Message) and answer.body == b"hello"
        if whole:
            found["millis"].append((time.monotonic() - began) * 1000)
        else:
            found["lost"].append(run.said(answer))
            connection = None
        time.sleep(max(0, began + EACH_SECONDS - time.monotonic()))


def main():
    port, deadline = int(sys.argv[1]), time.monotonic() + float(sys.argv[2])
    kinds = {"h1": [Http1], "h2": [Http2], "both": [Http1, Http2]}[sys.argv[3] if len(sys.argv) > 3 else "both"]
    run.ANSWER_SECONDS_MAX = ANSWER_SECONDS_MAX
    found = {"millis": [], "lost": [], "connections": 0}
    threads = [threading.Thread(target=ask, args=(kind, port, deadline, found)) for kind in kinds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({**found, "lost": found["lost"][:10], "lost_count": len(found["lost"])}))


if __name__ == "__main__":
    main()
