"""Clients in a closed loop: each asks for a stream, reads it to its end, and asks the next server."""

import http.client
import json
import threading

from cluster.stand_ins import SERVING_PORT

BODY = json.dumps({"model": "m", "stream": True, "stream_options": {"include_usage": True},
                   "messages": [{"role": "user", "content": "Say something."}]})


def ask(host, wish, body=BODY):
    """The status of one request; `wish` is what the simulator is asked to do."""
    connection = http.client.HTTPConnection(host, SERVING_PORT, timeout=60)
    try:
        connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json", "x-simulate": wish})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


class Load:
    """So many clients, over all servers in turn; `hosts` says which there are."""

    def __init__(self, hosts, clients, wish):
        self.hosts, self.wish = hosts, wish
        self.over, self.lock, self.statuses = threading.Event(), threading.Lock(), {}
        self.turn = 0
        self.threads = [threading.Thread(target=self._client, daemon=True) for _ in range(clients)]

    def _client(self):
        while not self.over.is_set():
            with self.lock:
                self.turn += 1
                hosts = self.hosts()
                host = hosts[self.turn % len(hosts)]
            try:
                status = ask(host, self.wish)
            except (OSError, http.client.HTTPException) as failure:
                status = type(failure).__name__
            with self.lock:
                self.statuses[status] = self.statuses.get(status, 0) + 1

    def __enter__(self):
        for each in self.threads:
            each.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for each in self.threads:
            each.join(90)
